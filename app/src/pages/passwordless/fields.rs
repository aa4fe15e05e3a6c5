//! What only the settings forms of the methods have among their fields.

use domain::Field;
use domain::otp::{OtpExpiry, OtpLength};
use domain::template::{About, Part, Syntax};
use leptos::prelude::*;

use crate::components::{Help, SwitchField};
use crate::form_state::{FormState, SettingsForm};

/// A switch.
pub fn switch<F: SettingsForm>(state: FormState<F>, field: Field, help: &'static str) -> AnyView {
    view! { <SwitchField field checked=state.flag(field) on_change=state.set_flag(field) help=Help::from(help)/> }
        .into_any()
}

/// No warning.
pub fn unwarned() -> Signal<Option<String>> {
    Signal::stored(None)
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
