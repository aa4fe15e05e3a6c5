//! Going through the pages of a long list.

use leptos::prelude::*;

/// The `nav` named `Pages`; a direction that leads nowhere is absent.
#[component]
pub fn Pages(
    /// Where `Previous` leads.
    #[prop(optional_no_strip)]
    previous: Option<String>,
    /// Where `Next` leads.
    #[prop(optional_no_strip)]
    next: Option<String>,
    /// Which part is shown, such as `21 to 40 of 10,000`.
    #[prop(optional, into)]
    text: Option<String>,
) -> impl IntoView {
    let link = |href: Option<String>, rel: &'static str, label: &'static str| {
        href.map(|href| view! { <a class="button" data-kind="quiet" rel=rel href=href>{label}</a> })
    };
    view! {
        <nav class="pages" aria-label="Pages">
            {text.map(|text| view! { <p>{text}</p> })}
            {link(previous, "prev", "Previous")}
            {link(next, "next", "Next")}
        </nav>
    }
    .into_any()
}

/// The `nav` named `Pages` of a list that grows at its beginning: it goes on from a place, and back to where the list begins now.
#[component]
pub fn OlderPages(
    /// Where `Newest` leads.
    #[prop(optional_no_strip)]
    newest: Option<String>,
    /// Where `Older` leads.
    #[prop(optional_no_strip)]
    older: Option<String>,
) -> impl IntoView {
    let any = newest.is_some() || older.is_some();
    any.then(|| {
        let link = |href: Option<String>, label: &'static str| {
            href.map(|href| view! { <a class="button" data-kind="quiet" href=href>{label}</a> })
        };
        view! { <nav class="pages" aria-label="Pages">{link(newest, "Newest")}{link(older, "Older")}</nav> }
    })
    .into_any()
}
