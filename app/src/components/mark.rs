//! Doorcode's mark.

use leptos::prelude::*;

const KEYS: &str = r#"<rect x="1" y="1" width="26" height="26" rx="7"/><path d="M9 9h.01M19 9h.01M9 14h.01M19 14h.01" opacity=".4"/><path d="M14 9h.01M14 14h.01M9 19h.01M14 19h.01M19 19h.01"/>"#;

/// A keypad whose lit keys draw a keyhole.
#[component]
pub fn Mark() -> impl IntoView {
    view! { <svg class="mark" viewBox="0 0 28 28" aria-hidden="true" inner_html=KEYS></svg> }
}
