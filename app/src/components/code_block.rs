//! A text for machines, with a button that copies it.

use leptos::prelude::*;

use super::CopyButton;

/// The text in a box of its own, which scrolls sideways where it is too narrow.
#[component]
pub fn CodeBlock(
    /// The language, or whatever else tells it from its neighbours.
    language: &'static str,
    /// What it is, such as `start request as curl`; `Copy` before it makes the name of the button.
    name: &'static str,
    /// The text.
    text: String,
) -> impl IntoView {
    // What scrolls can be reached by the keyboard, and what can be reached has a name.
    view! {
        <div class="code-block">
            <div class="code-head">
                <p>{language}</p>
                <CopyButton label=["Copy ", name].concat() text=text.clone()/>
            </div>
            <div class="code" role="group" aria-label=name tabindex="0"><pre><code>{text}</code></pre></div>
        </div>
    }
    .into_any()
}
