//! The half with a table of routes, and the server.

use leptos::ev::click;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::Router;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use super::{followed_link, is_here};
use crate::routes::Table;

/// The address of the page.
#[derive(Clone, Copy)]
pub struct Here {
    path: Memo<String>,
    query: Memo<ParamsMap>,
    navigate: StoredValue<Callback<(String, NavigateOptions)>>,
}

impl Here {
    /// The path; it can be followed.
    pub fn path(self) -> String {
        self.path.get()
    }

    /// The value of a name in the query; it can be followed.
    pub fn query(self, name: &str) -> Option<String> {
        self.query.with(|query| query.get(name))
    }

    /// Goes to another page.
    pub fn go(self, to: &str) {
        self.navigate.get_value().run((to.to_owned(), NavigateOptions::default()));
    }

    /// Goes to a page whose place on the screen stays; it may take this one's place in the history.
    pub fn turn(self, to: &str, replace: bool) {
        let options = NavigateOptions { replace, scroll: false, ..NavigateOptions::default() };
        self.navigate.get_value().run((to.to_owned(), options));
    }
}

/// The pages by their paths.
#[component]
pub fn Root() -> impl IntoView {
    mark_links();
    view! { <Router><Placed/></Router> }
}

#[component]
fn Placed() -> impl IntoView {
    let navigate = use_navigate();
    let navigate = Callback::new(move |(to, options): (String, NavigateOptions)| navigate(&to, options));
    provide_context(Here {
        path: use_location().pathname,
        query: use_query_map(),
        navigate: StoredValue::new(navigate),
    });
    view! { <Table/> }
}

/// Leaves links into the other half to the browser. The router's own listener comes after this one and respects the mark.
fn mark_links() {
    let listener = window_event_listener(click, |event| {
        let Some(link) = followed_link(&event) else { return };
        if link.get_attribute("href").is_some_and(|path| path.starts_with('/') && !is_here(&path)) {
            // An attribute with a valid name can always be set.
            let _ = link.set_attribute("rel", "external");
        }
    });
    on_cleanup(move || listener.remove());
}
