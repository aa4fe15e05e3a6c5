//! Which deliveries are shown.

use domain::activity::DeliveryFilterForm;
use domain::connection::Method;
use domain::delivery::Outcome;
use leptos::prelude::*;

use super::DELIVERIES;
use super::address::filtered;
use super::filters::{Filters, Moment, set_fields};
use crate::components::{Choice, Help, Select, TextField};
use crate::halves::here;
use crate::outcome::Refusals;
use crate::pages::typed_filter::TypedFilter;

/// The form `Filter deliveries`.
#[component]
pub fn FilterForm(
    /// The filter of the address.
    asked: Memo<DeliveryFilterForm>,
    /// What is wrong with it.
    errors: RwSignal<Refusals>,
) -> impl IntoView {
    let here = here();
    let typed = TypedFilter::new(asked);
    let submit = Callback::new(move |()| {
        here.turn(&typed.read(|typed| filtered(DELIVERIES, typed, "")), false);
    });
    let problem = move |key: &'static str| Signal::derive(move || errors.with(|errors| errors.at(key)));

    let (search, found) = typed.suggest(|form| &form.application, |form| &mut form.application, Vec::new());
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
            <Select id="connection" name="connection" label="Connection" choices=Signal::stored(connections.collect::<Vec<_>>()) value=typed.text(|form| &form.connection) on_change=typed.set(|form| &mut form.connection)/>
            <TextField
                id="application"
                name="application"
                label="Application"
                placeholder="Name or client ID"
                value=typed.text(|form| &form.application)
                on_input=search
                suggestions=found
                problem=problem("application")
                autocomplete="off"
            />
            <Select id="outcome" name="outcome" label="Outcome" choices=Signal::stored(outcomes.collect::<Vec<_>>()) value=typed.text(|form| &form.outcome) on_change=typed.set(|form| &mut form.outcome)/>
            <Moment id="from" label="From" value=typed.text(|form| &form.from) on_input=typed.set(|form| &mut form.from) errors/>
            <Moment id="until" label="Until" value=typed.text(|form| &form.until) on_input=typed.set(|form| &mut form.until) errors/>
            <TextField
                id="recipient"
                name="recipient"
                label="Recipient"
                help=Help::from("The whole number or address.")
                value=typed.text(|form| &form.recipient)
                on_input=typed.set(|form| &mut form.recipient)
                problem=problem("recipient")
                autocomplete="off"
            />
        </Filters>
    }
}
