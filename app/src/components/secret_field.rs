//! A secret that is written and never shown.

use domain::{Field, secret::SecretNote};
use leptos::{html::Input, prelude::*};

use super::checkbox_field::ticked;
use super::field::{Help, Names, described_by, framed, invalid, keep_input, left, live, part, post_name};
use super::time::Time;
use crate::erased::hears;

/// An always empty password input: what is typed replaces what is stored, empty keeps it.
#[component]
pub fn SecretField(
    /// Which field of a form it is; gives id, name and label unless these are overridden.
    #[prop(optional)]
    field: Option<Field>,
    /// What may be said about the stored secret; none when there is none.
    note: Option<SecretNote>,
    /// What was typed; never rendered, so that it can only be emptied by a program.
    #[prop(into)]
    value: Signal<String>,
    /// Hears of every change.
    #[prop(into)]
    on_input: Callback<String>,
    /// Hears when the field is left.
    #[prop(optional, into)]
    on_blur: Option<Callback<()>>,
    /// Whether the stored secret is to be removed.
    #[prop(optional, into)]
    removed: Signal<bool>,
    /// Hears when that changes.
    #[prop(optional, into)]
    on_remove: Option<Callback<bool>>,
    /// Overrides the name of the removal checkbox, which is `remove_` and the key of the field.
    #[prop(optional, into)]
    remove_name: Option<String>,
    /// Why it was refused.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// What is unwise about it.
    #[prop(optional, into)]
    warning: Signal<Option<String>>,
    /// How to fill it in; follows what is said about the stored one.
    #[prop(optional, into)]
    help: Option<Help>,
    /// What the names are wrapped in: `form` makes `form[key]`, empty leaves `key`.
    #[prop(default = "form")]
    prefix: &'static str,
    /// Whether it cannot be changed.
    #[prop(optional)]
    disabled: bool,
    /// Overrides the id.
    #[prop(optional, into)]
    id: Option<String>,
    /// Overrides the name.
    #[prop(optional, into)]
    name: Option<String>,
    /// Overrides the label.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let names = Names::new(field, prefix, id, name, label);
    let node = NodeRef::<Input>::new();
    keep_input(node, value, on_input);
    let remove = note.is_some().then(|| {
        let name = remove_name.or_else(|| field.map(|field| post_name(prefix, &["remove_", field.key()].concat())));
        let label = ["Remove stored ", &names.label].concat();
        let names = Names { id: part(&names.id, "remove"), name, label };
        let report = on_remove.unwrap_or_else(|| Callback::new(|_| ()));
        ticked(names, false, removed, report, None, disabled)
    });
    let placeholder = note.is_some().then_some("Leave empty to keep the stored one");
    let told = view! { <p>{said(note)}</p> };
    let help = Help::view(help).map(live);
    let help_id = part(&names.id, "help");
    let control = view! {
        <input
            class="input mono"
            type="password"
            autocomplete="new-password"
            id=names.id.clone()
            name=names.name.clone()
            placeholder=placeholder
            disabled=disabled
            aria-describedby=described_by(&names.id, true)
            aria-invalid=invalid(problem)
            node_ref=node
            on:input=hears(move |event| on_input.run(event_target_value(&event)))
            on:blur=hears(move |event| left(&event, on_blur))
        />
        <div class="help" id=help_id>
            {told}
            {help}
        </div>
        {remove}
    }
    .into_any();
    framed(names, false, None, warning, problem, control)
}

/// `Set, ends in 91ce, by ines@acme.example on 12 May 2026, 10:12 UTC.`, or `Not set.`
fn said(note: Option<SecretNote>) -> AnyView {
    match note {
        None => "Not set.".into_any(),
        Some(note) => {
            let ending = note.ends_in.map(|ending| view! { "ends in " <code>{ending}</code> ", " });
            view! { "Set, " {ending} "by " {note.set_by} " on " <Time ms=note.set_at/> "." }.into_any()
        }
    }
}
