//! What the lists share: a part of one with the way to its file and to the other parts, or why there is nothing in it.

use leptos::prelude::*;

use crate::components::{ButtonKind, EmptyState, LinkButton, OlderPages};

/// A part of a list.
#[component]
pub fn Listed(
    /// What is listed where that is not the newest.
    older_words: &'static str,
    /// Where the newest are, when these are older.
    #[prop(optional_no_strip)]
    newest: Option<String>,
    /// Where older ones are, if there are any.
    #[prop(optional_no_strip)]
    older: Option<String>,
    /// Where the file for spreadsheets is.
    csv: String,
    /// The table.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="row bulk">
            <p>{if newest.is_some() { older_words } else { "Newest first" }}</p>
            <LinkButton kind=ButtonKind::Link href=csv external=true>"Download CSV"</LinkButton>
        </div>
        <div class="card">{children()}</div>
        <OlderPages newest older/>
    }
    .into_any()
}

/// Why there is nothing to show, and where there is more.
pub fn nothing(title: &'static str, text: &'static str, link: Option<(&'static str, String)>) -> AnyView {
    match link {
        Some((label, href)) => view! {
            <EmptyState title text>
                <LinkButton kind=ButtonKind::Quiet href>{label}</LinkButton>
            </EmptyState>
        }
        .into_any(),
        None => view! { <EmptyState title text/> }.into_any(),
    }
}
