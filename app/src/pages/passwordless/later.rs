//! The views that nobody sees first: the browser loads the code of each when it is first looked at.

use domain::connection::Method;
use domain::email::EmailForm;
use leptos::prelude::*;

use super::applications_view::ApplicationsView;
use super::email_settings::EmailSettings;
use super::try_view::TryView;
use crate::form_state::{FormState, TryState};
use crate::outcome::Samples;

/// The view *Settings* of email.
#[lazy]
pub fn email_settings(state: FormState<EmailForm>, may: bool) -> AnyView {
    view! { <EmailSettings state may/> }.into_any()
}

/// The view *Applications* of a method.
#[lazy]
pub fn applications(method: Method, may: bool) -> AnyView {
    view! { <ApplicationsView method may/> }.into_any()
}

/// The view *Try* of a method.
#[lazy]
pub fn trial(
    trial: TryState,
    samples: RwSignal<Samples>,
    method: Method,
    may: bool,
    settings: Callback<(), String>,
    dirty: Signal<bool>,
) -> AnyView {
    view! { <TryView trial samples method may settings dirty/> }.into_any()
}

/// Loads the code of the view at a path: a page that the server rendered comes alive all at once or not at all.
#[cfg(feature = "hydrate")]
pub async fn load(path: &str) {
    use super::View;
    match super::place(path) {
        (Method::Sms, View::Settings) => {}
        (Method::Email, View::Settings) => __preload_email_settings().await,
        (_, View::Applications) => __preload_applications().await,
        (_, View::Try) => __preload_trial().await,
    }
}
