//! A checkbox in a form.

use domain::Field;
use leptos::{html::Input, prelude::*};

use super::field::{Help, Names, keep_checked, live, part};
use crate::erased::hears;

/// A labelled checkbox; it posts `true` or nothing.
#[component]
pub fn CheckboxField(
    /// Which field of a form it is; gives id, name and label unless these are overridden.
    #[prop(optional)]
    field: Option<Field>,
    /// Whether it is ticked.
    #[prop(into)]
    checked: Signal<bool>,
    /// Hears of every change.
    #[prop(into)]
    on_change: Callback<bool>,
    /// What it does.
    #[prop(optional, into)]
    help: Option<Help>,
    /// What the name is wrapped in: `form` makes `form[key]`, empty leaves `key`.
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
    ticked(Names::new(field, prefix, id, name, label), false, checked, on_change, Help::view(help), disabled)
}

/// A checkbox, which may be shown as a switch.
pub(crate) fn ticked(
    names: Names,
    switch: bool,
    checked: Signal<bool>,
    on_change: Callback<bool>,
    help: Option<ViewFn>,
    disabled: bool,
) -> AnyView {
    let node = NodeRef::<Input>::new();
    keep_checked(node, checked, on_change);
    let help_id = part(&names.id, "help");
    view! {
        <div class=if switch { "switch-field" } else { "checkbox-field" }>
            <input
                class=if switch { "switch" } else { "check" }
                type="checkbox"
                role=switch.then_some("switch")
                id=names.id.clone()
                name=names.name
                value="true"
                checked=checked.get_untracked()
                disabled=disabled
                aria-describedby=help.is_some().then(|| help_id.clone())
                node_ref=node
                on:change=hears(move |event| on_change.run(event_target_checked(&event)))
            />
            <label for=names.id>{names.label}</label>
            {help.map(|help| view! { <div class="help" id=help_id>{live(help)}</div> })}
        </div>
    }
    .into_any()
}
