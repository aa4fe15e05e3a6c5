//! What the filters of the lists share: a form that leads to an address, with and without JavaScript, and folds on a phone.

use leptos::ev::SubmitEvent;
use leptos::html::Details;
use leptos::prelude::*;

use crate::components::{Button, ButtonKind, Help, LinkButton, TextField};
use crate::erased::{hears, live};
use crate::outcome::Refusals;

/// A form with a filter's fields. On a phone it is folded away while no filter is set.
#[component]
pub fn Filters(
    /// The name of the form.
    label: &'static str,
    /// The address of the list without a filter.
    action: &'static str,
    /// The address with the filter that is asked for.
    #[prop(into)]
    asked: Signal<String>,
    /// How many fields of that filter are set.
    #[prop(into)]
    set: Signal<usize>,
    /// What is wrong with it.
    errors: RwSignal<Refusals>,
    /// Goes to the address of what was typed.
    on_submit: Callback<()>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<Details>::new();
    // Folding a part of the page cannot fail, and where it did the page would only be longer.
    let fold = move |fold: bool| {
        if let Some(details) = details.get_untracked() {
            let _ = if fold { details.remove_attribute("open") } else { details.set_attribute("open", "") };
        }
    };
    // What was found is worth more room than the form that asked for it.
    Effect::new(move |before: Option<()>| {
        asked.track();
        if before.is_some() {
            fold(true);
        }
    });
    Effect::new(move || {
        if errors.with(|errors| !errors.is_empty()) {
            fold(false);
        }
    });
    let submit = hears(move |event: SubmitEvent| {
        event.prevent_default();
        on_submit.run(());
    });
    let summary = live(move || match set.get() {
        0 => "Filter".to_owned(),
        count => ["Filter: ", &count.to_string(), " set"].concat(),
    });
    let clear = live(move || {
        (set.get() > 0).then(|| view! { <LinkButton kind=ButtonKind::Link href=action>"Clear filters"</LinkButton> })
    });
    view! {
        <details class="filters" open=errors.with_untracked(|errors| !errors.is_empty()) node_ref=details>
            <summary>{summary}</summary>
            <form class="filter-fields" aria-label=label action=action method="get" on:submit=submit>
                {children()}
                <div class="actions">
                    <Button submit=true kind=ButtonKind::Quiet>"Filter"</Button>
                    {clear}
                </div>
            </form>
        </details>
    }
    .into_any()
}

/// A field for a moment; the id is its name in the address too.
#[component]
pub fn Moment(
    /// Id and name.
    id: &'static str,
    /// The label.
    label: &'static str,
    /// What it holds.
    value: Signal<String>,
    /// Hears of every change.
    on_input: Callback<String>,
    /// What is wrong with the filter.
    errors: RwSignal<Refusals>,
) -> impl IntoView {
    let problem = Signal::derive(move || errors.with(|errors| errors.at(id)));
    view! { <TextField id=id name=id kind="datetime-local" label=label help=Help::from("In UTC.") value=value on_input=on_input problem=problem/> }
}

/// How many of a filter's fields are set.
pub fn set_fields(fields: &[&String]) -> usize {
    fields.iter().filter(|text| !text.is_empty()).count()
}
