//! The two halves of the console. The server renders both; the browser loads the half that the page is in, and a link into the
//! other one loads a page. This module and the features `passwordless` and `elsewhere` are all that knows of it.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{HtmlAnchorElement, MouseEvent};

#[cfg(not(feature = "elsewhere"))]
mod alone;
#[cfg(feature = "elsewhere")]
mod routed;

#[cfg(not(feature = "elsewhere"))]
pub use alone::{Here, Root};
#[cfg(feature = "elsewhere")]
pub use routed::{Here, Root};

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
    let Some(view) = path.strip_prefix("/connections/passwordless") else { return false };
    let of_method = view.strip_prefix("/sms").or_else(|| view.strip_prefix("/email"));
    match of_method {
        Some("" | "/applications" | "/try" | "/history") => true,
        Some(view) => view.strip_prefix("/history/").is_some_and(|version| !version.contains('/')),
        None => view.is_empty(),
    }
}

/// Whether this build holds the page at a path.
fn is_here(path: &str) -> bool {
    let halves = [cfg!(feature = "elsewhere"), cfg!(feature = "passwordless")];
    halves[usize::from(is_passwordless(path))]
}

/// Loads what the page at a path needs before it can come alive; whether it is there.
#[cfg(feature = "hydrate")]
pub async fn ready(path: &str) -> bool {
    #[cfg(feature = "passwordless")]
    if is_passwordless(path) {
        return crate::pages::passwordless::later::load(path).await.is_ok();
    }
    // The other half has nothing to wait for.
    let _ = path;
    true
}

/// Where the person is; only inside [`Root`].
pub fn here() -> Here {
    expect_context::<Here>()
}

/// The link that a click follows in this window, if it does.
pub fn followed_link(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    if event.default_prevented()
        || event.button() != 0
        || event.meta_key()
        || event.ctrl_key()
        || event.shift_key()
        || event.alt_key()
    {
        return None;
    }
    let link = event
        .target()?
        .dyn_into::<leptos::web_sys::Element>()
        .ok()?
        .closest("a[href]")
        .ok()??
        .dyn_into::<HtmlAnchorElement>()
        .ok()?;
    let target = link.target();
    (target.is_empty() || target == "_self").then_some(link)
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
            "/connections/passwordless/email/try",
            "/connections/passwordless/sms/history?by=ines",
            "/connections/passwordless/email/history/12",
        ] {
            assert_eq!(bundle(path), "passwordless", "{path}");
        }
        for path in [
            "/",
            "/applications",
            "/connections/passwordless/none",
            "/connections/passwordlessness",
            "/connections/passwordless/smsx",
            "/connections/passwordless/sms/history/1/2",
        ] {
            assert_eq!(bundle(path), "console", "{path}");
        }
    }
}
