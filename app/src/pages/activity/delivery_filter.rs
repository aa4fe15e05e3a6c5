//! Which deliveries are shown: a form that leads to an address, with and without JavaScript.

use domain::activity::DeliveryFilterForm;
use domain::connection::Method;
use domain::delivery::Outcome;
use leptos::ev::SubmitEvent;
use leptos::html::Details;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::DELIVERIES;
use super::address::filtered;
use crate::components::{Button, ButtonKind, Choice, Help, LinkButton, Select, TextField};
use crate::erased::live;
use crate::halves::here;
use crate::outcome::Refusals;
use crate::server_fns::connections::search_applications;

/// The form `Filter deliveries`. On a phone it is folded away while no filter is set.
#[component]
pub fn FilterForm(
    /// The filter of the address.
    asked: Memo<DeliveryFilterForm>,
    /// What is wrong with it.
    errors: RwSignal<Refusals>,
) -> impl IntoView {
    let here = here();
    let typed = RwSignal::new(asked.get_untracked());
    let details = NodeRef::<Details>::new();
    // Folding a part of the page cannot fail, and where it did the page would only be longer.
    let fold = move |fold: bool| {
        if let Some(details) = details.get_untracked() {
            let _ = if fold { details.remove_attribute("open") } else { details.set_attribute("open", "") };
        }
    };
    // Back and Forward change the filter too. What was found is worth more room than the form that asked for it.
    Effect::new(move |before: Option<()>| {
        let asked = asked.get();
        if before.is_some() {
            typed.set(asked);
            fold(true);
        }
    });
    Effect::new(move || {
        if errors.with(|errors| !errors.is_empty()) {
            fold(false);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        here.turn(&typed.with_untracked(|typed| filtered(DELIVERIES, typed, "")), false);
    };
    let text =
        move |of: fn(&DeliveryFilterForm) -> &String| Signal::derive(move || typed.with(|typed| of(typed).clone()));
    let set = move |of: fn(&mut DeliveryFilterForm) -> &mut String| {
        Callback::new(move |text| typed.update(|typed| *of(typed) = text))
    };
    let problem = move |key: &'static str| Signal::derive(move || errors.with(|errors| errors.at(key)));

    let found = RwSignal::new(Vec::new());
    let search = Callback::new(move |text: String| {
        typed.update(|typed| typed.application.clone_from(&text));
        spawn_local(async move {
            // A search that fails leaves the suggestions as they are; an answer that was overtaken says nothing.
            if let Ok(applications) = search_applications(text.clone()).await
                && typed.with_untracked(|typed| typed.application == text)
            {
                found.set(applications.into_iter().map(|(_, name)| name).collect());
            }
        });
    });
    let connections = [Choice::new("", "Any", "")]
        .into_iter()
        .chain(Method::ALL.map(|method| Choice::new(method.as_str(), method.label(), "")));
    let outcomes = [("", "Any")]
        .into_iter()
        .chain(Outcome::WORDS.into_iter().zip(Outcome::LABELS))
        .map(|(word, label)| Choice::new(word, label, ""));
    let set_fields = move || {
        asked.with(|asked| {
            [&asked.connection, &asked.application, &asked.outcome, &asked.from, &asked.until, &asked.recipient]
                .into_iter()
                .filter(|text| !text.is_empty())
                .count()
        })
    };
    let summary = move || match set_fields() {
        0 => "Filter".to_owned(),
        count => ["Filter: ", &count.to_string(), " set"].concat(),
    };
    view! {
        <details class="filters" open=errors.with_untracked(|errors| !errors.is_empty()) node_ref=details>
            <summary>{live(summary)}</summary>
            <form class="filter-fields" aria-label="Filter deliveries" action=DELIVERIES method="get" on:submit=submit>
                <Select id="connection" name="connection" label="Connection" choices=Signal::stored(connections.collect::<Vec<_>>()) value=text(|form| &form.connection) on_change=set(|form| &mut form.connection)/>
                <TextField
                    id="application"
                    name="application"
                    label="Application"
                    placeholder="Name or client ID"
                    value=text(|form| &form.application)
                    on_input=search
                    suggestions=found
                    problem=problem("application")
                    autocomplete="off"
                />
                <Select id="outcome" name="outcome" label="Outcome" choices=Signal::stored(outcomes.collect::<Vec<_>>()) value=text(|form| &form.outcome) on_change=set(|form| &mut form.outcome)/>
                <TextField id="from" name="from" kind="datetime-local" label="From" help=Help::from("In UTC.") value=text(|form| &form.from) on_input=set(|form| &mut form.from) problem=problem("from")/>
                <TextField id="until" name="until" kind="datetime-local" label="Until" help=Help::from("In UTC.") value=text(|form| &form.until) on_input=set(|form| &mut form.until) problem=problem("until")/>
                <TextField
                    id="recipient"
                    name="recipient"
                    label="Recipient"
                    help=Help::from("The whole number or address.")
                    value=text(|form| &form.recipient)
                    on_input=set(|form| &mut form.recipient)
                    problem=problem("recipient")
                    autocomplete="off"
                />
                <div class="actions">
                    <Button submit=true kind=ButtonKind::Quiet>"Filter"</Button>
                    {move || (set_fields() > 0).then(|| view! { <LinkButton kind=ButtonKind::Link href=DELIVERIES>"Clear filters"</LinkButton> })}
                </div>
            </form>
        </details>
    }
}
