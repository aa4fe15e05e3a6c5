//! Fields of a form by name: what lets one component serve every text field, and one function compare any two states.

use std::borrow::Cow;

use crate::Field;

/// A form as typed, whose fields are read and written by [`Field`].
pub trait Form: Clone + Default + PartialEq {
    /// Every field, in the order of the page.
    fn fields(&self) -> Vec<Field>;

    /// The text of a field, or the chosen value of a group of radios; empty for a field this form lacks.
    fn text(&self, field: Field) -> Cow<'_, str>;

    /// Writes the text of a field; a value that a group of radios lacks changes nothing.
    fn set_text(&mut self, field: Field, text: String);

    /// Whether a switch is on, a box is ticked or, for a secret, its removal is asked for.
    fn flag(&self, field: Field) -> bool;

    /// Sets what [`Form::flag`] reads.
    fn set_flag(&mut self, field: Field, on: bool);

    /// The fields that differ between two states, in the order of the page.
    fn differing(&self, other: &Self) -> Vec<Field> {
        self.fields()
            .into_iter()
            .filter(|field| self.text(*field) != other.text(*field) || self.flag(*field) != other.flag(*field))
            .collect()
    }

    /// Takes one field over from another state.
    fn take(&mut self, other: &Self, field: Field) {
        self.set_text(field, other.text(field).into_owned());
        self.set_flag(field, other.flag(field));
    }
}

/// The value of a field as people read it. Of a secret only that a new one was typed, or that it is to be removed.
pub fn in_words<F: Form>(form: &F, field: Field) -> String {
    match field {
        _ if field.is_secret() => {
            if !form.text(field).is_empty() {
                "A new value".to_owned()
            } else if form.flag(field) {
                "Removed".to_owned()
            } else {
                "As stored".to_owned()
            }
        }
        Field::ForwardRequestInfo
        | Field::DisableSignUps
        | Field::BruteForceProtection
        | Field::GatewaySecretBase64url => if form.flag(field) { "On" } else { "Off" }.to_owned(),
        Field::Provider | Field::SmsSource | Field::Syntax | Field::GatewayAuthentication | Field::SmtpSecurity => {
            choice(&form.text(field)).to_owned()
        }
        _ if form.text(field).is_empty() => "Empty".to_owned(),
        _ => form.text(field).into_owned(),
    }
}

/// The label of a radio by what it posts.
fn choice(value: &str) -> &str {
    match value {
        "smtp" => "SMTP",
        "starttls" => "STARTTLS",
        "tls" => "TLS",
        "twilio" => "Twilio",
        "gateway" => "Custom gateway",
        "outbox" => "Outbox",
        "from" => "Use From",
        "messaging_service" => "Use Messaging Service",
        "none" => "None",
        "bearer" => "Bearer JWT",
        "md_with_macros" => "Markdown",
        "liquid" => "Liquid",
        other => other,
    }
}
