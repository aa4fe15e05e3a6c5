//! Which entries of the audit trail are shown.

use domain::audit::{AuditChoices, AuditFilterForm};
use domain::connection::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::AUDIT;
use super::address::audit_filtered;
use super::filters::{Filters, Moment, set_fields};
use crate::components::{Choice, Help, Select, TextField};
use crate::halves::here;
use crate::outcome::Refusals;
use crate::server_fns::connections::search_applications;

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
    let typed = RwSignal::new(asked.get_untracked());
    // Back and Forward change the filter too.
    Effect::new(move |before: Option<()>| {
        let asked = asked.get();
        if before.is_some() {
            typed.set(asked);
        }
    });
    let submit = Callback::new(move |()| {
        here.turn(&typed.with_untracked(|typed| audit_filtered(AUDIT, typed, "")), false);
    });
    let text = move |of: fn(&AuditFilterForm) -> &String| Signal::derive(move || typed.with(|typed| of(typed).clone()));
    let set = move |of: fn(&mut AuditFilterForm) -> &mut String| {
        Callback::new(move |text| typed.update(|typed| *of(typed) = text))
    };

    // What can be named without asking the server; the browser looks through it by itself.
    let methods = Method::ALL.map(|method| method.label().to_owned()).into_iter();
    let addresses = choices.people.iter().map(|(name, _)| name).filter(|name| name.contains('@')).cloned();
    let named = StoredValue::new(methods.chain(addresses).collect::<Vec<String>>());
    let found = RwSignal::new(named.get_value());
    let search = Callback::new(move |text: String| {
        typed.update(|typed| typed.object.clone_from(&text));
        spawn_local(async move {
            // A search that fails leaves the suggestions as they are; an answer that was overtaken says nothing.
            if let Ok(applications) = search_applications(text.clone()).await
                && typed.with_untracked(|typed| typed.object == text)
            {
                found
                    .set(named.get_value().into_iter().chain(applications.into_iter().map(|(_, name)| name)).collect());
            }
        });
    });
    let (person, kind) = typed.with_untracked(|typed| (typed.person.clone(), typed.kind.clone()));
    let people = offered("Anyone", choices.people, person);
    let kinds = offered("Any", choices.kinds, kind);
    let count = Signal::derive(move || {
        asked.with(|asked| set_fields(&[&asked.person, &asked.kind, &asked.object, &asked.from, &asked.until]))
    });
    let address = Signal::derive(move || asked.with(|asked| audit_filtered(AUDIT, asked, "")));
    view! {
        <Filters label="Filter audit trail" action=AUDIT asked=address set=count errors on_submit=submit>
            <Select id="person" name="person" label="Person" choices=people value=text(|form| &form.person) on_change=set(|form| &mut form.person)/>
            <Select id="kind" name="kind" label="Action" choices=kinds value=text(|form| &form.kind) on_change=set(|form| &mut form.kind)/>
            <TextField
                id="object"
                name="object"
                label="Object"
                help=Help::from("SMS, Email, an application, or the whole address, number or ID of an administrator or user.")
                value=text(|form| &form.object)
                on_input=search
                suggestions=found
                problem=Signal::derive(move || errors.with(|errors| errors.at("object")))
                autocomplete="off"
            />
            <Moment id="from" label="From" value=text(|form| &form.from) on_input=set(|form| &mut form.from) errors/>
            <Moment id="until" label="Until" value=text(|form| &form.until) on_input=set(|form| &mut form.until) errors/>
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
