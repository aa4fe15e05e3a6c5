//! A list that has nothing to show.

use leptos::prelude::*;

/// Why there is nothing, and what to do about it.
#[component]
pub fn EmptyState(
    /// What is missing, an h2.
    #[prop(into)]
    title: String,
    /// Why, or what would be here.
    #[prop(into)]
    text: String,
    /// What to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}
