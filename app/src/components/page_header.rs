//! The head of a page.

use leptos::prelude::*;

/// Where one is, the h1, and a sentence about the page.
#[component]
pub fn PageHeader(
    /// The part of the console that the page belongs to.
    #[prop(optional, into)]
    crumb: Option<String>,
    /// Where the crumb leads.
    #[prop(optional, into)]
    crumb_href: Option<String>,
    /// The h1.
    #[prop(into)]
    title: String,
    /// What the page is for.
    #[prop(optional, into)]
    lede: Option<String>,
    /// What can be done here, at the right of the heading.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let crumb = crumb.map(|crumb| match crumb_href {
        Some(href) => view! { <p class="crumbs"><a href=href>{crumb}</a></p> }.into_any(),
        None => view! { <p class="crumbs">{crumb}</p> }.into_any(),
    });
    view! {
        <header class="page-header">
            {crumb}
            <h1>{title}</h1>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
            {lede.map(|lede| view! { <p class="lede">{lede}</p> })}
        </header>
    }
    .into_any()
}
