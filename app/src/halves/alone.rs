//! The half of the page Passwordless: a single page needs no router, only to follow the address.

use leptos::ev::{click, popstate};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsValue;

use super::{PasswordlessPage, followed_link, is_here};
use crate::pages::frame::framed;

/// The address of the page: path and query.
#[derive(Clone, Copy)]
pub struct Here(RwSignal<String>);

impl Here {
    /// The path; it can be followed.
    pub fn path(self) -> String {
        self.0.with(|address| address.split('?').next().unwrap_or_default().to_owned())
    }

    /// The value of a name in the query; it can be followed.
    pub fn query(self, name: &str) -> Option<String> {
        self.0.with(|address| {
            let (_, query) = address.split_once('?')?;
            let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
            js_sys::decode_uri_component(&value.replace('+', " ")).ok().map(String::from)
        })
    }

    /// Goes to another page.
    pub fn go(self, to: &str) {
        self.turn(to, false);
        if is_here(to) {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    }

    /// Goes to a page whose place on the screen stays; it may take this one's place in the history.
    pub fn turn(self, to: &str, replace: bool) {
        if !is_here(to) {
            // The browser says itself when it cannot.
            let _ = window().location().set_href(to);
            return;
        }
        let Ok(history) = window().history() else { return };
        // What a browser forbids to a page that asks too often leaves the old address above the new page.
        let _ = if replace {
            history.replace_state_with_url(&JsValue::NULL, "", Some(to))
        } else {
            history.push_state_with_url(&JsValue::NULL, "", Some(to))
        };
        self.0.set(to.split('#').next().unwrap_or_default().to_owned());
    }
}

fn address() -> String {
    let location = window().location();
    [location.pathname().unwrap_or_default(), location.search().unwrap_or_default()].concat()
}

/// The page in its frame.
#[component]
pub fn Root() -> impl IntoView {
    let here = Here(RwSignal::new(address()));
    provide_context(here);
    let clicks = window_event_listener(click, move |event| {
        let Some(link) = followed_link(&event) else { return };
        let Some(to) = link.get_attribute("href") else { return };
        if to.starts_with('/') && is_here(&to) && !link.has_attribute("rel") {
            event.prevent_default();
            here.go(&to);
        }
    });
    let steps = window_event_listener(popstate, move |_| {
        let now = address();
        // A step to another place on the same page is none.
        if here.0.with_untracked(|before| *before != now) {
            here.0.set(now);
        }
    });
    on_cleanup(move || {
        clicks.remove();
        steps.remove();
    });
    framed((|| view! { <PasswordlessPage/> }).into_any())
}
