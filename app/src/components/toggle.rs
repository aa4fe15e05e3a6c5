//! A switch that saves at once. For one that is part of a form see [`SwitchField`](super::SwitchField).

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::field::part;
use crate::erased::{hears, live};

/// A submit button with the role of a switch; the form around it posts the wanted state.
#[component]
pub fn Toggle(
    /// The id of the button.
    #[prop(into)]
    id: String,
    /// The accessible name, which never changes.
    #[prop(into)]
    label: String,
    /// The present state.
    #[prop(into)]
    checked: Signal<bool>,
    /// Whether the wanted state is being saved; further clicks wait.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it cannot be switched.
    #[prop(optional_no_strip)]
    reason: Option<String>,
) -> impl IntoView {
    let reason_id = part(&id, "reason");
    view! {
        <button
            class="switch"
            type="submit"
            role="switch"
            id=id
            aria-label=label
            aria-checked=live(move || if checked.get() { "true" } else { "false" })
            aria-busy=live(move || busy.get().then_some("true"))
            aria-describedby=reason.is_some().then(|| reason_id.clone())
            disabled=reason.is_some()
            on:click=hears(move |event: MouseEvent| {
                // The second click of a double click asks for nothing new, however quick the answer to the first one was.
                if busy.get_untracked() || event.detail() > 1 {
                    event.prevent_default();
                }
            })
        ></button>
        {reason.map(|reason| view! { <span class="reason" id=reason_id>{reason}</span> })}
    }
    .into_any()
}
