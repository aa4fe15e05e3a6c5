//! One of several, as radios.

use domain::Field;
use leptos::{html::Input, prelude::*};

use super::field::{Help, Names, described_by, invalid, live, notes, part};
use crate::erased::hears;

/// One radio of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is posted.
    pub value: String,
    /// The accessible name.
    pub label: String,
    /// What it means, or empty.
    pub help: String,
}

impl Choice {
    /// A choice with one line about it.
    pub fn new(value: &str, label: &str, help: &str) -> Self {
        Self { value: value.to_owned(), label: label.to_owned(), help: help.to_owned() }
    }
}

/// How the radios of a group look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChoiceKind {
    /// A card each, with a line about it.
    #[default]
    Cards,
    /// Joined, for choosing what is seen.
    Segments,
    /// Two versions of a value side by side, the value being the help.
    Compare,
}

impl ChoiceKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Cards => "cards",
            Self::Segments => "segments",
            Self::Compare => "compare",
        }
    }
}

/// A named group of radios.
#[component]
pub fn RadioGroup(
    /// Which field of a form it is; gives id, name and label unless these are overridden.
    #[prop(optional)]
    field: Option<Field>,
    /// The radios.
    choices: Vec<Choice>,
    /// The value that is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Hears what is chosen.
    #[prop(into)]
    on_change: Callback<String>,
    /// How it looks.
    #[prop(optional)]
    kind: ChoiceKind,
    /// Whether the label is for screen readers only, as where a heading says the same.
    #[prop(optional)]
    hide_label: bool,
    /// How to choose.
    #[prop(optional, into)]
    help: Option<Help>,
    /// Why the choice was refused.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// What is unwise about it.
    #[prop(optional, into)]
    warning: Signal<Option<String>>,
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
    /// The id of its form, when it stands outside.
    #[prop(optional)]
    form: Option<&'static str>,
) -> impl IntoView {
    let Names { id, name, label } = Names::new(field, prefix, id, name, label);
    let help = Help::view(help);
    let name = name.unwrap_or_else(|| id.clone());
    let radios = choices
        .into_iter()
        .map(|choice| radio(&id, (name.clone(), form), choice, value, on_change))
        .collect::<Vec<_>>();
    let label_id = part(&id, "label");
    let described_by = described_by(&id, help.is_some());
    view! {
        <fieldset
            class="radio-group"
            role="radiogroup"
            tabindex="-1"
            data-kind=kind.as_str()
            disabled=disabled
            aria-labelledby=label_id
            aria-describedby=described_by
            aria-invalid=invalid(problem)
            id=id.clone()
        >
            <legend id=label_id.clone() class=hide_label.then_some("visually-hidden")>
                {label}
            </legend>
            <div class="choices">{radios}</div>
            {help.map(|help| view! { <div class="help" id=part(&id, "help")>{live(help)}</div> })}
            {notes(&id, warning, problem)}
        </fieldset>
    }
    .into_any()
}

/// One radio; it covers its card, so that the whole card is its target.
fn radio(
    group: &str,
    (name, form): (String, Option<&'static str>),
    choice: Choice,
    value: Signal<String>,
    on_change: Callback<String>,
) -> AnyView {
    let Choice { value: own, label, help } = choice;
    let id = part(group, &own);
    let help_id = part(&id, "help");
    let node = NodeRef::<Input>::new();
    let first = value.with_untracked(|value| *value == own);
    keep_chosen(node, own.clone(), value, on_change);
    let posted = own.clone();
    view! {
        <div class="choice">
            <input
                type="radio"
                form=form
                name=name
                value=posted
                checked=first
                aria-describedby=(!help.is_empty()).then(|| help_id.clone())
                id=id.clone()
                node_ref=node
                on:change=hears(move |_| on_change.run(own.clone()))
            />
            <label for=id>{label}</label>
            {(!help.is_empty()).then(|| view! { <span class="help" id=help_id>{help}</span> })}
        </div>
    }
    .into_any()
}

/// Keeps a radio and the group's signal in step: what was chosen before hydration is reported.
fn keep_chosen(node: NodeRef<Input>, own: String, value: Signal<String>, on_change: Callback<String>) {
    Effect::new(move |mounted: Option<bool>| {
        let wanted = value.with(|value| *value == own);
        let Some(input) = node.get() else {
            return false;
        };
        let held = input.checked();
        if held == wanted {
        } else if mounted != Some(true) && held != input.default_checked() {
            // The radio that lost its mark has nothing to say: the one that won it reports.
            if held {
                on_change.run(own.clone());
            }
        } else {
            input.set_checked(wanted);
        }
        true
    });
}
