//! Buttons, and links that look like them.

use crate::erased::{hears, live};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// How much a button weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do.
    #[default]
    Primary,
    /// Something else that can be done.
    Quiet,
    /// Something that cannot be undone.
    Danger,
    /// As slight as a link.
    Link,
}

impl ButtonKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Quiet => "quiet",
            Self::Danger => "danger",
            Self::Link => "link",
        }
    }
}

/// A button.
#[component]
pub fn Button(
    /// How much it weighs.
    #[prop(optional)]
    kind: ButtonKind,
    /// Whether it submits its form.
    #[prop(optional)]
    submit: bool,
    /// Does what it says.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
    /// Whether what it began is under way; further clicks wait.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether it cannot be pressed; say why beside it.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether it is not there.
    #[prop(optional, into)]
    hidden: Signal<bool>,
    /// Whether it is of no use without JavaScript.
    #[prop(optional)]
    needs_js: bool,
    /// The id of its form, when it stands outside.
    #[prop(optional_no_strip)]
    form: Option<&'static str>,
    /// Where it posts its form, when that is not where the form goes; hydrated, `on_click` does it instead.
    #[prop(optional_no_strip)]
    formaction: Option<&'static str>,
    /// What it posts: a name …
    #[prop(optional)]
    name: Option<&'static str>,
    /// … and a value.
    #[prop(optional, into)]
    value: Option<String>,
    /// The accessible name, when the text alone does not say it.
    #[prop(optional, into)]
    label: Option<String>,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class=if needs_js { "button needs-js" } else { "button" }
            type=if submit { "submit" } else { "button" }
            data-kind=kind.as_str()
            form=form
            formaction=formaction
            name=name
            value=value
            disabled=disabled
            hidden=hidden
            aria-label=label
            aria-busy=live(move || busy.get().then_some("true"))
            on:click=hears(move |event: MouseEvent| {
                let busy = busy.get_untracked();
                if busy || formaction.is_some() {
                    event.prevent_default();
                }
                if let (false, Some(on_click)) = (busy, on_click) {
                    on_click.run(());
                }
            })
        >
            {children()}
        </button>
    }
    .into_any()
}

/// What Enter in a field presses, unseen: a form with other buttons before its `Save` begins with it.
#[component]
pub fn EnterSaves() -> impl IntoView {
    view! { <button type="submit" class="visually-hidden" tabindex="-1" aria-hidden="true"></button> }.into_any()
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How much it weighs.
    #[prop(optional)]
    kind: ButtonKind,
    /// Whether the browser loads it as a page of its own.
    #[prop(optional)]
    external: bool,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="button" data-kind=kind.as_str() href=href rel=external.then_some("external")>
            {children()}
        </a>
    }
    .into_any()
}
