//! The views that nobody sees first: the browser loads the code of each when it is first looked at.

use domain::application::ApplicationPage;
use domain::connection::Method;
use domain::email::EmailForm;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::applications_view::ApplicationsView;
use super::email_settings::EmailSettings;
use super::history::{History, HistoryView};
use super::merge::{MergeRegion, MergeView};
use super::try_view::TryView;
use crate::components::{Banner, Tone};
use crate::form_state::{FormState, TryState};
use crate::loaded::OncePerPage;
use crate::outcome::Samples;

/// The code of a view could not be loaded. Looking at it again tries again.
#[derive(Clone, Copy, Debug)]
pub struct NotLoaded;

impl From<SplitLoaderError> for NotLoaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

impl NotLoaded {
    /// What stands in the place of the view.
    pub fn view(self) -> AnyView {
        view! {
            <Banner tone=Tone::Danger title="This view could not be loaded">
                <p>"What you typed is still here. Look at another view, then at this one again; if Doorcode was upgraded meanwhile, reload the page."</p>
            </Banner>
        }
        .into_any()
    }
}

/// The view *Settings* of email.
#[wasm_split(email_settings, wasm_split_path = leptos::wasm_split, preload(#[doc(hidden)] load_email_settings), fallible)]
pub fn email_settings(state: FormState<EmailForm>, may: bool) -> Result<AnyView, NotLoaded> {
    Ok(view! { <EmailSettings state may/> }.into_any())
}

/// The view *Applications* of a method.
#[wasm_split(applications, wasm_split_path = leptos::wasm_split, preload(#[doc(hidden)] load_applications), fallible)]
pub fn applications(listed: OncePerPage<ApplicationPage>, method: Method, may: bool) -> Result<AnyView, NotLoaded> {
    Ok(view! { <ApplicationsView listed method may/> }.into_any())
}

/// The view *Try* of a method.
#[wasm_split(trial, wasm_split_path = leptos::wasm_split, preload(#[doc(hidden)] load_trial), fallible)]
pub fn trial(
    trial: TryState,
    samples: RwSignal<Samples>,
    method: Method,
    may: bool,
    settings: Callback<(), String>,
    dirty: Signal<bool>,
) -> Result<AnyView, NotLoaded> {
    Ok(view! { <TryView trial samples method may settings dirty/> }.into_any())
}

/// The view *History* of a method: its revisions, or one of them.
#[wasm_split(history, wasm_split_path = leptos::wasm_split, preload(#[doc(hidden)] load_history), fallible)]
pub fn history(history: History, version: Option<i64>) -> Result<AnyView, NotLoaded> {
    Ok(view! { <HistoryView history version/> }.into_any())
}

/// What someone else saved meanwhile, beside what is typed.
#[wasm_split(merge, wasm_split_path = leptos::wasm_split, preload(#[doc(hidden)] load_merge), fallible)]
pub fn merge(view: MergeView) -> Result<AnyView, NotLoaded> {
    Ok(view! { <MergeRegion view/> }.into_any())
}

/// Loads the code of the view at a path: a page that the server rendered comes alive all at once or not at all.
#[cfg(feature = "hydrate")]
pub async fn load(path: &str) -> Result<(), NotLoaded> {
    use super::View;
    // A draft that somebody else has saved over comes with the region that says so.
    if document().get_element_by_id("conflict").is_some() {
        load_merge().await?;
    }
    match super::place(path) {
        (Method::Sms, View::Settings) => {}
        (Method::Email, View::Settings) => load_email_settings().await?,
        (_, View::Applications) => load_applications().await?,
        (_, View::Try) => load_trial().await?,
        (_, View::History | View::Revision(_)) => load_history().await?,
    }
    Ok(())
}
