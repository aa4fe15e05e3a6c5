//! The title of the document, which follows the page's h1.

use leptos::prelude::*;
use leptos_meta::Title;

/// `<title>`: the h1 and the product's name, with `Error: ` before it while the page shows a refusal.
#[component]
pub fn PageTitle(
    /// The page's h1.
    #[prop(into)]
    h1: Signal<String>,
    /// Whether the page shows a refusal.
    #[prop(into)]
    refused: Signal<bool>,
) -> impl IntoView {
    let text = move || {
        let prefix = if refused.get() { "Error: " } else { "" };
        format!("{prefix}{} · Doorcode", h1.get())
    };
    view! { <Title text=text/> }
}
