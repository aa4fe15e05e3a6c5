//! The state of a method.

use crate::erased::live;
use domain::connection;
use leptos::prelude::*;

/// A dot, and the state in words.
#[component]
pub fn Status(
    /// The state.
    #[prop(into)]
    state: Signal<connection::Status>,
) -> impl IntoView {
    let name = move || match state.get() {
        connection::Status::Off => "off",
        connection::Status::On => "on",
        connection::Status::NeedsSetUp => "setup",
    };
    view! {
        <span class="status" data-state=name>
            {live(move || state.get().words())}
        </span>
    }
    .into_any()
}
