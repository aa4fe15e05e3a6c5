//! Fields bound to the state of a settings form.

use domain::Field;
use leptos::prelude::*;

use crate::components::{Choice, Help, RadioGroup, TextField};
use crate::form_state::{FormState, SettingsForm};

/// A line of text.
pub fn text<F: SettingsForm>(
    state: FormState<F>,
    field: Field,
    mono: bool,
    help: &'static str,
    warning: Signal<Option<String>>,
) -> AnyView {
    view! {
        <TextField
            field
            value=state.text(field)
            on_input=state.set_text(field)
            on_blur=state.leave(field)
            problem=state.problem(field)
            warning
            help=Help::from(help)
            mono
            autocomplete="off"
        />
    }
    .into_any()
}

/// A whole number.
pub fn number<F: SettingsForm>(
    state: FormState<F>,
    field: Field,
    range: (u32, u32),
    help: Help,
    warning: Signal<Option<String>>,
) -> AnyView {
    view! {
        <TextField
            field
            value=state.text(field)
            on_input=state.set_text(field)
            on_blur=state.leave(field)
            problem=state.problem(field)
            warning
            help
            spin=range
            autocomplete="off"
        />
    }
    .into_any()
}

/// A group of radios.
pub fn radios<F: SettingsForm>(
    state: FormState<F>,
    field: Field,
    hide_label: bool,
    choices: Vec<Choice>,
    help: &'static str,
) -> AnyView {
    view! {
        <RadioGroup
            field
            choices
            value=state.text(field)
            on_change=state.set_text(field)
            problem=state.problem(field)
            hide_label
            help=Help::from(help)
        />
    }
    .into_any()
}

/// Warns at a field that its provider needs and that is empty.
pub fn needed<F: SettingsForm>(
    state: FormState<F>,
    field: Field,
    missing: fn(&F::State) -> Vec<Field>,
) -> Signal<Option<String>> {
    Signal::derive(move || {
        let lacking =
            state.state.with(missing).contains(&field) && state.form.with(|form| form.text(field).trim().is_empty());
        lacking.then(|| "Needed before messages can go out.".to_owned())
    })
}
