//! One line of text, or a whole number.

use domain::Field;
use leptos::{html::Input, prelude::*, web_sys};

use super::field::{Help, Names, described_by, framed, invalid, keep_input, left, part};
use crate::erased::hears;

/// A labelled input of one line.
#[component]
pub fn TextField(
    /// Which field of a form it is; gives id, name and label unless these are overridden.
    #[prop(optional)]
    field: Option<Field>,
    /// What it holds.
    #[prop(into)]
    value: Signal<String>,
    /// Hears of every change.
    #[prop(into)]
    on_input: Callback<String>,
    /// Hears when the field is left.
    #[prop(optional, into)]
    on_blur: Option<Callback<()>>,
    /// Why it was refused.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// What is unwise about it.
    #[prop(optional, into)]
    warning: Signal<Option<String>>,
    /// How to fill it in.
    #[prop(optional, into)]
    help: Option<Help>,
    /// What the name is wrapped in: `form` makes `form[key]`, empty leaves `key`.
    #[prop(default = "form")]
    prefix: &'static str,
    /// The type of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// Whether machines read it.
    #[prop(optional)]
    mono: bool,
    /// What the browser may fill in.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Which keyboard a phone shows.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// What stands in the empty field.
    #[prop(optional)]
    placeholder: Option<&'static str>,
    /// Whether it cannot be changed.
    #[prop(optional)]
    disabled: bool,
    /// Whether the label is for screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// Makes it a spin button for whole numbers from the first to the second; what is typed is kept whatever it is.
    #[prop(optional)]
    spin: Option<(u32, u32)>,
    /// What it suggests.
    #[prop(optional, into)]
    suggestions: Option<Signal<Vec<String>>>,
    /// Overrides the id.
    #[prop(optional, into)]
    id: Option<String>,
    /// Overrides the name.
    #[prop(optional, into)]
    name: Option<String>,
    /// Overrides the label.
    #[prop(optional, into)]
    label: Option<String>,
    /// The input itself, for those who must reach it.
    #[prop(optional)]
    node_ref: NodeRef<Input>,
) -> impl IntoView {
    let names = Names::new(field, prefix, id, name, label);
    let help = Help::view(help);
    keep_input(node_ref, value, on_input);
    let list = part(&names.id, "list");
    let number = move || spin.and_then(|_| value.with(|text| text.parse::<u32>().is_ok().then(|| text.clone())));
    let control = view! {
        <input
            class=if mono { "input mono" } else { "input" }
            type=kind
            id=names.id.clone()
            name=names.name.clone()
            value=value.get_untracked()
            autocomplete=autocomplete
            inputmode=if spin.is_some() { Some("numeric") } else { inputmode }
            placeholder=placeholder
            disabled=disabled
            spellcheck=mono.then_some("false")
            list=suggestions.map(|_| list.clone())
            role=spin.map(|_| "spinbutton")
            aria-valuemin=spin.map(|range| range.0)
            aria-valuemax=spin.map(|range| range.1)
            aria-valuenow=number
            aria-describedby=described_by(&names.id, help.is_some())
            aria-invalid=invalid(problem)
            node_ref=node_ref
            on:input=hears(move |event| on_input.run(event_target_value(&event)))
            on:blur=hears(move |event| left(&event, on_blur))
            on:keydown=hears(move |event| {
                if let Some(range) = spin {
                    step(&event, range, on_input);
                }
            })
        />
        {suggestions
            .map(|suggestions| {
                let options = move || {
                    suggestions.get().into_iter().map(|text| view! { <option value=text></option> }).collect_view()
                };
                view! { <datalist id=list>{options}</datalist> }
            })}
    }
    .into_any();
    framed(names, hide_label, help, warning, problem, control)
}

/// Counts up and down with the arrow keys, within the range.
fn step(event: &web_sys::KeyboardEvent, (min, max): (u32, u32), on_input: Callback<String>) {
    let number = event_target_value(event).trim().parse::<u32>().unwrap_or(min);
    let number = match event.key().as_str() {
        "ArrowUp" => number.saturating_add(1),
        "ArrowDown" => number.saturating_sub(1),
        _ => return,
    };
    event.prevent_default();
    on_input.run(number.clamp(min, max).to_string());
}
