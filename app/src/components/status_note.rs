//! Where the page answers.

use leptos::prelude::*;

/// A polite live region: it is always there and speaks when it is filled.
#[component]
pub fn StatusNote(
    /// What is said.
    #[prop(optional, into)]
    text: Signal<Option<String>>,
    /// `danger` for a failure, `success` for a success, or empty.
    #[prop(optional, into)]
    tone: Signal<&'static str>,
    /// What is said besides.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="status-note" role="status" data-tone=tone>
            {text}
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
