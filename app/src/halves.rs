//! The two halves of the console. The server renders both; the browser loads the half that the page is in, and a link into the
//! other one loads a page. This module and the features `passwordless` and `elsewhere` are all that knows of it.

use leptos::ev::click;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, MouseEvent};

#[cfg(feature = "elsewhere")]
pub use crate::routes::Table;
#[cfg(not(feature = "elsewhere"))]
pub use alone::Table;

#[cfg(not(feature = "passwordless"))]
pub use crate::pages::not_found::NotFoundPage as PasswordlessPage;
#[cfg(feature = "passwordless")]
pub use crate::pages::passwordless::PasswordlessPage;

/// The name of the files that hydrate the page at a path.
pub fn bundle(path: &str) -> &'static str {
    if is_passwordless(path) { "passwordless" } else { "console" }
}

/// Whether a path leads to the page Passwordless.
fn is_passwordless(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let view = path.strip_prefix("/connections/passwordless");
    matches!(view, Some("" | "/sms" | "/sms/applications" | "/email" | "/email/applications"))
}

/// Whether this build holds the page at a path.
fn is_here(path: &str) -> bool {
    let halves = [cfg!(feature = "elsewhere"), cfg!(feature = "passwordless")];
    halves[usize::from(is_passwordless(path))]
}

/// Leaves links into the other half to the browser. The router's own listener comes after this one and respects the mark.
pub fn mark_links() {
    let listener = window_event_listener(click, |event: MouseEvent| {
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("a[href]").ok()?);
        let Some(link) = link else { return };
        let leads_away = link.get_attribute("href").is_some_and(|path| path.starts_with('/') && !is_here(&path));
        if leads_away {
            // An attribute with a valid name can always be set.
            let _ = link.set_attribute("rel", "external");
        }
    });
    on_cleanup(move || listener.remove());
}

/// The half of the page Passwordless: a single page needs no table of routes.
#[cfg(not(feature = "elsewhere"))]
mod alone {
    use leptos::prelude::*;
    use leptos_router::hooks::use_location;
    use leptos_router::location::{BrowserUrl, LocationProvider};

    use super::PasswordlessPage;
    use crate::pages::frame::framed;

    /// The page in its frame, whatever the path.
    #[component]
    pub fn Table() -> impl IntoView {
        let path = use_location().pathname;
        let browser = use_context::<BrowserUrl>();
        // A table of routes would say when a navigation has been shown; the address changes then.
        Effect::new(move || {
            path.track();
            if let Some(browser) = &browser {
                browser.ready_to_complete();
            }
        });
        framed((|| view! { <PasswordlessPage/> }).into_any())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_views_of_the_methods_are_passwordless() {
        for path in [
            "/connections/passwordless",
            "/connections/passwordless/sms?draft=1",
            "/connections/passwordless/email/applications#main",
        ] {
            assert_eq!(bundle(path), "passwordless", "{path}");
        }
        for path in ["/", "/applications", "/connections/passwordless/none", "/connections/passwordlessness"] {
            assert_eq!(bundle(path), "console", "{path}");
        }
    }
}
