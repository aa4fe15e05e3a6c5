//! Fields bound to the state of a settings form.

use domain::Field;
use domain::otp::{OtpExpiry, OtpLength};
use domain::template::{About, Part, Syntax};
use leptos::prelude::*;

use crate::components::{Choice, Help, RadioGroup, SwitchField, TextField};
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

/// A switch.
pub fn switch<F: SettingsForm>(state: FormState<F>, field: Field, help: &'static str) -> AnyView {
    view! { <SwitchField field checked=state.flag(field) on_change=state.set_flag(field) help=Help::from(help)/> }
        .into_any()
}

/// No warning.
pub fn unwarned() -> Signal<Option<String>> {
    Signal::stored(None)
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

/// What a template of the form is for, with the form's own rules for codes.
pub fn about<F: SettingsForm>(state: FormState<F>, part: Part) -> Callback<(), About> {
    Callback::new(move |()| {
        state.form.with(|form| {
            let markdown = part == Part::Message && form.text(Field::Syntax) != Syntax::Liquid.as_str();
            About {
                part,
                syntax: if markdown { Syntax::Markdown } else { Syntax::Liquid },
                otp_expiry: OtpExpiry::parse(&form.text(Field::OtpExpiry)).unwrap_or_default().seconds(),
                otp_length: OtpLength::parse(&form.text(Field::OtpLength)).unwrap_or_default().digits(),
            }
        })
    })
}
