//! What is shown once and never again: a secret, a token, an invitation.

use leptos::prelude::*;

use super::CopyButton;

/// The text with what to do with it, and a button that copies it.
#[component]
pub fn OnceOnly(
    /// What to do with it.
    #[prop(into)]
    words: String,
    /// What it is called.
    name: &'static str,
    /// The label of the button.
    copy: &'static str,
    /// The text itself.
    text: String,
) -> impl IntoView {
    view! {
        <div class="secret-once" role="status">
            <p><strong>{words}</strong></p>
            <div class="copy-row">
                <code aria-label=name>{text.clone()}</code>
                <CopyButton label=copy text/>
            </div>
        </div>
    }
    .into_any()
}
