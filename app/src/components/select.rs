//! One of several, as a drop-down list.

use domain::Field;
use leptos::{html, prelude::*};

use super::field::{Help, Names, described_by, framed, invalid};
use super::radio_group::Choice;
use crate::erased::hears;

/// A labelled select.
#[component]
pub fn Select(
    /// Which field of a form it is; gives id, name and label unless these are overridden.
    #[prop(optional)]
    field: Option<Field>,
    /// What can be chosen; the help of a choice is not shown.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The value that is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Hears what is chosen.
    #[prop(into)]
    on_change: Callback<String>,
    /// How to choose.
    #[prop(optional, into)]
    help: Option<Help>,
    /// Why the choice was refused.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// What the name is wrapped in: `form` makes `form[key]`, empty leaves `key`.
    #[prop(default = "form")]
    prefix: &'static str,
    /// Whether it cannot be changed.
    #[prop(optional)]
    disabled: bool,
    /// Whether the label is for screen readers only.
    #[prop(optional)]
    hide_label: bool,
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
    let help = Help::view(help);
    let node = NodeRef::<html::Select>::new();
    let initial = value.get_untracked();
    Effect::new(move |mounted: Option<bool>| {
        let wanted = value.get();
        choices.track();
        let Some(select) = node.get() else {
            return false;
        };
        let held = select.value();
        if held == wanted {
        } else if mounted != Some(true) && held != initial {
            on_change.run(held);
        } else {
            select.set_value(&wanted);
        }
        true
    });
    let options = move || {
        let chosen = value.get_untracked();
        choices
            .get()
            .into_iter()
            .map(|choice| {
                let selected = choice.value == chosen;
                view! { <option value=choice.value selected=selected>{choice.label}</option> }
            })
            .collect_view()
    };
    let control = view! {
        <select
            class="input"
            id=names.id.clone()
            name=names.name.clone()
            disabled=disabled
            aria-describedby=described_by(&names.id, help.is_some())
            aria-invalid=invalid(problem)
            node_ref=node
            on:change=hears(move |event| on_change.run(event_target_value(&event)))
        >
            {options}
        </select>
    }
    .into_any();
    framed(names, hide_label, help, Signal::default(), problem, control)
}
