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
    let write = |refused: bool, h1: &str| [if refused { "Error: " } else { "" }, h1, " · Doorcode"].concat();
    // The document's head outlives the page, whose signals may be gone when it is written: then the first title holds.
    let first = write(refused.get_untracked(), &h1.get_untracked());
    let text = move || match (refused.try_get(), h1.try_get()) {
        (Some(refused), Some(h1)) => write(refused, &h1),
        _ => first.clone(),
    };
    view! { <Title text=text/> }
}
