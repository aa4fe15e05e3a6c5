//! Which deliveries are shown.

use domain::activity::DeliveryFilterForm;
use domain::connection::Method;
use domain::delivery::Outcome;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::DELIVERIES;
use super::address::filtered;
use super::filters::{Filters, Moment, set_fields};
use crate::components::{Choice, Help, Select, TextField};
use crate::halves::here;
use crate::outcome::Refusals;
use crate::server_fns::connections::search_applications;

/// The form `Filter deliveries`.
#[component]
pub fn FilterForm(
    /// The filter of the address.
    asked: Memo<DeliveryFilterForm>,
    /// What is wrong with it.
    errors: RwSignal<Refusals>,
) -> impl IntoView {
    let here = here();
    let typed = RwSignal::new(asked.get_untracked());
    // Back and Forward change the filter too.
    Effect::new(move |before: Option<()>| {
        let asked = asked.get();
        if before.is_some() {
            typed.set(asked);
        }
    });
    let submit = Callback::new(move |()| {
        here.turn(&typed.with_untracked(|typed| filtered(DELIVERIES, typed, "")), false);
    });
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
    let count = Signal::derive(move || {
        asked.with(|asked| {
            set_fields(&[
                &asked.connection,
                &asked.application,
                &asked.outcome,
                &asked.from,
                &asked.until,
                &asked.recipient,
            ])
        })
    });
    let address = Signal::derive(move || asked.with(|asked| filtered(DELIVERIES, asked, "")));
    view! {
        <Filters label="Filter deliveries" action=DELIVERIES asked=address set=count errors on_submit=submit>
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
            <Moment id="from" label="From" value=text(|form| &form.from) on_input=set(|form| &mut form.from) errors/>
            <Moment id="until" label="Until" value=text(|form| &form.until) on_input=set(|form| &mut form.until) errors/>
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
        </Filters>
    }
}
