//! The editor of a template: a real textarea, over a mirror of its text that tints parameters and underlines what is wrong;
//! completions at the caret, and beneath it the list of problems with their fixes.
//!
//! The text that is seen and typed is always the textarea's own, so that undo, input methods, selection and right-to-left text are
//! the browser's. The mirror lies behind it in the same grid cell and grows with it; both scroll as one.

use domain::Field;
use domain::template::About;
use leptos::ev::MouseEvent;
use leptos::html::{Div, Textarea};
use leptos::prelude::*;

use super::field::{Help, Names, framed, invalid, keep_textarea, left};
use super::text_area::markup;
use crate::erased::hears;

mod findings;
mod hand;
mod mirror;
mod popup;
mod problems;

pub use findings::Findings;
pub use hand::Hand;
pub use problems::Problems;

/// A labelled template.
#[component]
pub fn TemplateEditor(
    /// Which field of a form it is.
    field: Field,
    /// What it holds.
    #[prop(into)]
    value: Signal<String>,
    /// Hears of every change.
    #[prop(into)]
    on_input: Callback<String>,
    /// Hears when the field is left.
    #[prop(into)]
    on_blur: Callback<()>,
    /// Why it was refused.
    #[prop(into)]
    problem: Signal<Option<String>>,
    /// What the template is for.
    about: Callback<(), About>,
    /// How to fill it in.
    #[prop(into)]
    help: Help,
    /// How many lines it shows at least.
    rows: u32,
    /// Whether its lines are numbered.
    #[prop(optional)]
    numbered: bool,
    /// What stands in the frame above the text: buttons that insert something.
    bar: AnyView,
) -> impl IntoView {
    let names = Names::new(Some(field), "form", None, None, None);
    let area = NodeRef::<Textarea>::new();
    let mirror = NodeRef::<Div>::new();
    keep_textarea(area, value, on_input);
    let findings = Findings::new(value, about, Some(mirror));
    let popup = popup::Popup::new(field);
    let described_by = [&names.id, "-help ", &names.id, "-findings ", &names.id, "-problem"].concat();
    let control = view! {
        <div class="editor">
            {bar}
            <div class="paper" data-numbered=numbered.then_some("")>
                <div class="mirror" aria-hidden="true" node_ref=mirror></div>
                <textarea
                    class="input mono"
                    id=names.id.clone()
                    name=names.name.clone()
                    rows=rows
                    dir="auto"
                    spellcheck="false"
                    autocapitalize="off"
                    autocomplete="off"
                    aria-autocomplete="list"
                    aria-haspopup="listbox"
                    aria-describedby=described_by
                    aria-invalid=invalid(problem)
                    node_ref=area
                    inner_html=markup(&value.get_untracked())
                    on:input=hears(move |event| {
                        on_input.run(event_target_value(&event));
                        // Once the mirror has followed: it knows where the caret is.
                        queue_microtask(move || popup.open(about.run(())));
                    })
                    on:keydown=hears(move |event| popup.key(&event, about.run(())))
                    on:mousedown=hears(move |_| popup.close())
                    on:blur=hears(move |event| {
                        popup.close();
                        left(&event, Some(on_blur));
                    })
                ></textarea>
            </div>
            <ul
                class="completions"
                id=popup.id()
                role="listbox"
                aria-label="Completions"
                hidden
                // The text keeps the focus.
                on:mousedown=hears(move |event: MouseEvent| event.prevent_default())
                on:click=hears(move |event| popup.click(&event))
            ></ul>
            <Problems hand=Hand(field) findings/>
        </div>
    }
    .into_any();
    framed(names, false, Help::view(Some(help)), Signal::stored(None), problem, control)
}
