//! Leaving with something unsaved: a link asks, closing and reloading use the browser's own question, and Back or Forward keeps
//! the text and brings it back.

use domain::email::EmailForm;
use domain::sms::SmsForm;
use domain::wire;
use leptos::ev::pagehide;
use leptos::prelude::*;
use leptos::web_sys;

use crate::components::LeaveQuestion;
use crate::error::AppError;
use crate::form_state::{FormState, SaveNote, SettingsForm};

const PAGE: &str = "/connections/passwordless";

/// Guards both forms.
#[component]
pub fn LeaveGuard(
    /// The SMS form, once it was looked at.
    sms: StoredValue<Option<FormState<SmsForm>>>,
    /// The email form, once it was looked at.
    email: StoredValue<Option<FormState<EmailForm>>>,
) -> impl IntoView {
    let dirty = move || sms.get_value().is_some_and(would_lose) || email.get_value().is_some_and(would_lose);
    let keep = move || {
        keep_text("doorcode.sms", sms.get_value());
        keep_text("doorcode.email", email.get_value());
    };
    // Once the person has chosen to leave, nothing is kept and nothing is asked again.
    let leaving = StoredValue::new(false);

    let hide = window_event_listener(pagehide, move |_| {
        if !leaving.get_value() {
            keep();
        }
        // A browser may bring back this very page.
        leaving.set_value(false);
    });
    on_cleanup(move || hide.remove());

    view! { <LeaveQuestion dirty=Callback::new(move |()| dirty()) stays leaving/> }
}

/// Whether leaving loses something: not once a session has ended, when what was typed is kept for the next one.
fn would_lose<F: SettingsForm>(state: FormState<F>) -> bool {
    let signed_out = matches!(state.note.get_untracked(), Some(SaveNote::Failed(AppError::SignedOut { .. })));
    !signed_out && state.holds_text()
}

/// Brings back what Back, Forward or an ended session kept of a form; `meet` merges it with what someone else has saved since.
pub fn bring_back<F: SettingsForm>(key: &'static str, state: FormState<F>, meet: Callback<()>) {
    let Some(storage) = storage() else { return };
    let Ok(Some(text)) = storage.get_item(key) else { return };
    let _ = storage.remove_item(key);
    let Some((signed_out, (base, form))) = wire::read::<(bool, (i64, F))>(&text) else { return };
    if !signed_out && !came_back() {
        return;
    }
    state.form.set(form);
    if base != state.base.get_untracked() {
        state.base.set(base);
        meet.run(());
    }
}

fn keep_text<F: SettingsForm>(key: &str, state: Option<FormState<F>>) {
    let (Some(storage), Some(state)) = (storage(), state) else { return };
    let Some(form) = state.form.try_get_untracked() else { return };
    let yours = state.merging.yours_alone();
    let (signed_out, kept_elsewhere) = match state.note.try_get_untracked().flatten() {
        Some(SaveNote::Failed(AppError::SignedOut { draft })) => (true, draft.is_some()),
        _ => (false, false),
    };
    let dirty = state.stored.try_with_untracked(|stored| !form.differing(stored).is_empty()).unwrap_or(false);
    if !dirty && yours.is_none() || kept_elsewhere {
        let _ = storage.remove_item(key);
        return;
    }
    let (base, form) = yours.unwrap_or_else(|| (state.base.try_get_untracked().unwrap_or_default(), form));
    // A browser without room for it has its own question to guard the text.
    let _ = storage.set_item(key, &wire::write(&(signed_out, (base, form.forget_secrets()))));
}

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// Whether the page is here by Back or Forward. Before a reload or another address the browser has asked, and the answer was to
/// let the text go.
fn came_back() -> bool {
    const BACK_FORWARD: u16 = 2;
    window().performance().is_some_and(|performance| performance.navigation().type_() == BACK_FORWARD)
}

/// Whether a path is that of another view of this page, where the forms live on.
fn stays(path: &str) -> bool {
    path == PAGE || path.strip_prefix(PAGE).is_some_and(|view| view.starts_with('/'))
}
