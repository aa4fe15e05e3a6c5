//! Something to know before going on.

use leptos::prelude::*;

use super::icon::{Icon, Shape};

/// How grave it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    #[default]
    Info,
    /// Needs attention.
    Warning,
    /// Something failed.
    Danger,
}

/// A note that spans its column.
#[component]
pub fn Banner(
    /// How grave it is.
    #[prop(optional)]
    tone: Tone,
    /// The heading, an h2.
    #[prop(optional, into)]
    title: Option<String>,
    /// What to know, and what to do.
    children: Children,
) -> impl IntoView {
    let (name, shape) = match tone {
        Tone::Info => ("info", Shape::INFO),
        Tone::Warning => ("warning", Shape::WARNING),
        Tone::Danger => ("danger", Shape::ERROR),
    };
    view! {
        <div class="banner" data-tone=name>
            <Icon shape/>
            <div>{title.map(|title| view! { <h2>{title}</h2> })} {children()}</div>
        </div>
    }
    .into_any()
}
