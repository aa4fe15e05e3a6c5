//! Which entries of the audit trail are shown.

use domain::audit::{AuditChoices, AuditFilterForm};
use domain::connection::Method;
use leptos::prelude::*;

use super::AUDIT;
use super::address::audit_filtered;
use super::filters::{Filters, Moment, set_fields};
use crate::components::{Choice, Help, Select, TextField};
use crate::halves::here;
use crate::outcome::Refusals;
use crate::pages::typed_filter::TypedFilter;

/// The form `Filter audit trail`.
#[component]
pub fn AuditFilter(
    /// The filter of the address.
    asked: Memo<AuditFilterForm>,
    /// What can be chosen.
    choices: AuditChoices,
    /// What is wrong with it.
    errors: RwSignal<Refusals>,
) -> impl IntoView {
    let here = here();
    let typed = TypedFilter::new(asked);
    let submit = Callback::new(move |()| {
        here.turn(&typed.read(|typed| audit_filtered(AUDIT, typed, "")), false);
    });

    // What can be named without asking the server; the browser looks through it by itself.
    let methods = Method::ALL.map(|method| method.label().to_owned()).into_iter();
    let addresses = choices.people.iter().map(|(name, _)| name).filter(|name| name.contains('@')).cloned();
    let named = methods.chain(addresses).collect();
    let (search, found) = typed.suggest(|form| &form.object, |form| &mut form.object, named);
    let (person, kind) = typed.read(|typed| (typed.person.clone(), typed.kind.clone()));
    let people = offered("Anyone", choices.people, person);
    let kinds = offered("Any", choices.kinds, kind);
    let count = Signal::derive(move || {
        asked.with(|asked| set_fields(&[&asked.person, &asked.kind, &asked.object, &asked.from, &asked.until]))
    });
    let address = Signal::derive(move || asked.with(|asked| audit_filtered(AUDIT, asked, "")));
    view! {
        <Filters label="Filter audit trail" action=AUDIT asked=address set=count errors on_submit=submit>
            <Select id="person" name="person" label="Person" choices=people value=typed.text(|form| &form.person) on_change=typed.set(|form| &mut form.person)/>
            <Select id="kind" name="kind" label="Action" choices=kinds value=typed.text(|form| &form.kind) on_change=typed.set(|form| &mut form.kind)/>
            <TextField
                id="object"
                name="object"
                label="Object"
                help=Help::from("SMS, Email, an application, or the whole address, number or ID of an administrator or user.")
                value=typed.text(|form| &form.object)
                on_input=search
                suggestions=found
                problem=Signal::derive(move || errors.with(|errors| errors.at("object")))
                autocomplete="off"
            />
            <Moment id="from" label="From" value=typed.text(|form| &form.from) on_input=typed.set(|form| &mut form.from) errors/>
            <Moment id="until" label="Until" value=typed.text(|form| &form.until) on_input=typed.set(|form| &mut form.until) errors/>
        </Filters>
    }
}

/// What a list offers: nothing in particular, everything there is, and what the address asks for even if there is no such thing.
fn offered(any: &str, choices: Vec<(String, String)>, asked: String) -> Signal<Vec<Choice>> {
    let known = asked.is_empty() || choices.iter().any(|(value, _)| *value == asked);
    let mut offered = vec![Choice::new("", any, "")];
    offered.extend(choices.iter().map(|(value, label)| Choice::new(value, label, "")));
    if !known {
        offered.push(Choice::new(&asked, &asked, ""));
    }
    Signal::stored(offered)
}
