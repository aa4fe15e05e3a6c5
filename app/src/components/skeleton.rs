//! What stands where something is being loaded.

use leptos::prelude::*;

/// Grey lines, and the word for those who do not see them.
#[component]
pub fn Skeleton(
    /// How many lines.
    #[prop(default = 3)]
    lines: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton">
            <span class="visually-hidden">"Loading"</span>
            {(0..lines).map(|_| view! { <i></i> }).collect_view()}
        </div>
    }
    .into_any()
}
