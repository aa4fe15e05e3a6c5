//! The views of one thing, as links.

use crate::erased::live;
use leptos::prelude::*;

/// One view.
#[derive(Clone)]
pub struct SubNavItem {
    /// The text.
    pub label: &'static str,
    /// Where it leads.
    pub href: String,
    /// Whether it is the one shown.
    pub current: Signal<bool>,
}

/// A named `nav` with a link for each view.
#[component]
pub fn SubNav(
    /// The name, such as `SMS views`.
    #[prop(into)]
    label: String,
    /// The views.
    items: Vec<SubNavItem>,
) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|SubNavItem { label, href, current }| {
            view! {
                <a href=href aria-current=live(move || current.get().then_some("page"))>
                    {label}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="sub-nav" aria-label=label>
            {items}
        </nav>
    }
    .into_any()
}
