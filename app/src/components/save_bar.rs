//! The end of a form: its one `Save`, which floats while there is something to save.

use leptos::prelude::*;

use super::button::{Button, ButtonKind};
use crate::erased::live;

/// The footer of a form. Dirty it is the region `Unsaved changes`; the style sheet lets it float once the page is hydrated.
#[component]
pub fn SaveBar(
    /// Whether the form holds something unsaved.
    #[prop(into)]
    dirty: Signal<bool>,
    /// Which changes, such as `Unsaved changes to Message`.
    #[prop(into)]
    text: Signal<String>,
    /// Whether a save is under way; further clicks wait.
    #[prop(optional, into)]
    saving: Signal<bool>,
    /// Puts back what is stored.
    #[prop(into)]
    on_discard: Callback<()>,
    /// The id of the form, when the bar stands outside it.
    #[prop(optional)]
    form: Option<&'static str>,
    /// Where the answer of a save is said: a `StatusNote`.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div
            class="save-bar"
            data-dirty=live(move || dirty.get().then_some(""))
            role=live(move || dirty.get().then_some("region"))
            aria-label=live(move || dirty.get().then_some("Unsaved changes"))
        >
            <p hidden=live(move || !dirty.get())>{text}</p>
            {children.map(|children| children())}
            <div class="actions">
                <Button
                    kind=ButtonKind::Quiet
                    needs_js=true
                    hidden=Signal::derive(move || !dirty.get())
                    on_click=on_discard
                >
                    "Discard changes"
                </Button>
                <Button submit=true busy=saving form=form>
                    "Save"
                </Button>
            </div>
        </div>
    }
    .into_any()
}
