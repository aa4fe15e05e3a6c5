//! The view *Applications* of a method: which applications it is switched on for.

use domain::application::ApplicationPage;
use domain::connection::Method;
use leptos::prelude::*;

use crate::loaded::OncePerPage;
use crate::pages::applications::list::ApplicationList;

/// The view.
#[component]
pub fn ApplicationsView(
    /// The applications.
    listed: OncePerPage<ApplicationPage>,
    /// The method.
    method: Method,
    /// Whether the administrator may change anything.
    may: bool,
) -> impl IntoView {
    view! {
        <ApplicationList listed method=Some(method) may base=format!("/connections/passwordless/{}/applications", method.as_str())/>
    }
}
