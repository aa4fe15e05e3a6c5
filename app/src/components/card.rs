//! Surfaces that hold things together.

use leptos::prelude::*;

/// A surface.
#[component]
pub fn Card(
    /// What is on it.
    children: Children,
) -> impl IntoView {
    view! { <div class="card">{children()}</div> }.into_any()
}

/// A part of a form or page with a heading of its own; sections that follow one another join.
#[component]
pub fn Section(
    /// The heading.
    #[prop(into)]
    title: String,
    /// One sentence about it.
    #[prop(optional, into)]
    lede: Option<String>,
    /// For the style sheet and for links.
    #[prop(optional)]
    id: Option<&'static str>,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="section" id=id>
            <h2>{title}</h2>
            {lede.map(|lede| view! { <p class="lede">{lede}</p> })}
            {children()}
        </section>
    }
    .into_any()
}
