//! Leaving with something unsaved: a link asks, closing and reloading use the browser's own question, and Back or Forward keeps
//! the text and brings it back.

use domain::email::EmailForm;
use domain::sms::SmsForm;
use domain::wire;
use leptos::ev::{beforeunload, pagehide};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys;

use crate::components::{Button, ButtonKind, Dialog};
use crate::error::AppError;
use crate::form_state::{FormState, SaveNote, SettingsForm};
use crate::halves::followed_link;

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
    let wanted = RwSignal::new(None::<String>);
    // Once the person has chosen to leave, nothing is kept and nothing is asked again.
    let leaving = StoredValue::new(false);

    Effect::new(move |_| {
        let document = document();
        let listener = Closure::<dyn Fn(web_sys::MouseEvent)>::new(move |event: web_sys::MouseEvent| {
            let Some(href) = followed_link(&event).and_then(|link| link.get_attribute("href")) else { return };
            if dirty() && !stays(&href) {
                event.prevent_default();
                event.stop_propagation();
                wanted.set(Some(href));
            }
        });
        let function = listener.as_ref().unchecked_ref::<js_sys::Function>().clone();
        // In the capturing phase, so that it comes before the router's own listener.
        let _ = document.add_event_listener_with_callback_and_bool("click", &function, true);
        let listener = StoredValue::new_local(Some(listener));
        on_cleanup(move || {
            let _ = leptos::prelude::document().remove_event_listener_with_callback_and_bool("click", &function, true);
            listener.try_update_value(|listener| listener.take());
        });
    });
    let unload = window_event_listener(beforeunload, move |event| {
        if dirty() && !leaving.get_value() {
            event.prevent_default();
        }
    });
    let hide = window_event_listener(pagehide, move |_| {
        if !leaving.get_value() {
            keep();
        }
        // A browser may bring back this very page.
        leaving.set_value(false);
    });
    on_cleanup(move || {
        unload.remove();
        hide.remove();
    });

    let leave = move |()| {
        let Some(href) = wanted.get_untracked() else { return };
        leaving.set_value(true);
        wanted.set(None);
        // Whatever is not this page is another page to load. Should that fail, everything is still here.
        let _ = window().location().set_href(&href);
    };
    view! {
        <Dialog
            id="leave"
            open=Signal::derive(move || wanted.with(Option::is_some))
            title="Leave without saving?"
            on_close=Callback::new(move |()| wanted.set(None))
        >
            <p>"What you changed on this page is not saved yet. If you leave, it is lost."</p>
            <div class="actions">
                <Button kind=ButtonKind::Quiet on_click=Callback::new(leave)>"Leave"</Button>
                <Button on_click=Callback::new(move |()| wanted.set(None))>"Stay"</Button>
            </div>
        </Dialog>
    }
}

/// Whether leaving loses something: not once a session has ended, when what was typed is kept for the next one.
fn would_lose<F: SettingsForm>(state: FormState<F>) -> bool {
    let signed_out = matches!(state.note.get_untracked(), Some(SaveNote::Failed(AppError::SignedOut { .. })));
    !signed_out && untrack(move || state.is_dirty())
}

/// Brings back what Back, Forward or an ended session kept of a form.
pub fn bring_back<F: SettingsForm>(key: &'static str, state: FormState<F>) {
    let Some(storage) = storage() else { return };
    let Ok(Some(text)) = storage.get_item(key) else { return };
    let _ = storage.remove_item(key);
    let Some((signed_out, (base, form))) = wire::read::<(bool, (i64, F))>(&text) else { return };
    if !signed_out && !came_back() {
        return;
    }
    if base != state.base.get_untracked() {
        state.conflict.set(true);
    }
    state.form.set(form);
}

fn keep_text<F: SettingsForm>(key: &str, state: Option<FormState<F>>) {
    let (Some(storage), Some(state)) = (storage(), state) else { return };
    let Some(form) = state.form.try_get_untracked() else { return };
    let (signed_out, kept_elsewhere) = match state.note.try_get_untracked().flatten() {
        Some(SaveNote::Failed(AppError::SignedOut { draft })) => (true, draft.is_some()),
        _ => (false, false),
    };
    let dirty = state.stored.try_with_untracked(|stored| !form.differing(stored).is_empty()).unwrap_or(false);
    if !dirty || kept_elsewhere {
        let _ = storage.remove_item(key);
        return;
    }
    let base = state.base.try_get_untracked().unwrap_or_default();
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

/// Whether a link leads to another view of this page, where the forms live on.
fn stays(href: &str) -> bool {
    href.starts_with('#')
        || href
            .split(['?', '#'])
            .next()
            .is_some_and(|path| path == PAGE || path.starts_with("/connections/passwordless/"))
}
