//! What a refused save says first: every problem, each a link to its field.

use leptos::{html, prelude::*, wasm_bindgen::JsCast, web_sys};

use crate::erased::{hears, live};
use crate::outcome::Refusals;

/// A region that is there while fields are refused, and takes the focus when they are.
///
/// The focus moves when the errors become more or stay as many, never when they become fewer: fixing one does not interrupt.
#[component]
pub fn ErrorSummary(
    /// What the last save refused.
    #[prop(into)]
    errors: Signal<Refusals>,
) -> impl IntoView {
    let node = NodeRef::<html::Section>::new();
    let refused = move || !errors.with(Refusals::is_empty);
    Effect::new(move |before: Option<usize>| {
        let count = errors.with(|errors| errors.0.len());
        let Some(region) = node.get() else { return 0 };
        if count > 0 && count >= before.unwrap_or(0) {
            region.set_hidden(false);
            // Focus is a wish; a browser that refuses it still shows the region.
            let _ = region.focus();
        }
        count
    });
    let items = move || {
        errors.with(|errors| {
            errors
                .0
                .iter()
                .map(|error| {
                    let id = error.id.clone();
                    let words = [&error.label, ": ", &error.words].concat();
                    let href = ["#", &id].concat();
                    view! {
                        <li>
                            <a href=href on:click=hears(move |event| focus(&event, &id))>
                                {words}
                            </a>
                        </li>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <section
            class="error-summary"
            tabindex="-1"
            aria-labelledby="error-summary-title"
            autofocus=errors.with_untracked(|errors| !errors.is_empty())
            hidden=live(move || !refused())
            node_ref=node
        >
            <h2 id="error-summary-title">"There is a problem"</h2>
            <ul>{items}</ul>
        </section>
    }
    .into_any()
}

/// Goes to a control, which the browser's own jump to `#id` would only scroll to.
fn focus(event: &web_sys::MouseEvent, id: &str) {
    if let Some(control) =
        document().get_element_by_id(id).and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok())
    {
        event.prevent_default();
        let _ = control.focus();
    }
}
