//! The form `Try`: to whom a test message goes, and for which application.

use serde::{Deserialize, Serialize};

use crate::connection::Method;
use crate::language::check_language;
use crate::recipient::Recipient;
use crate::template::Send;
use crate::{Field, FieldErrors, Problem, Secret};

/// How many test messages an administrator may send in [`TRIAL_MINUTES`].
pub const TRIALS: u32 = 10;
/// The minutes in which [`TRIALS`] are counted.
pub const TRIAL_MINUTES: u32 = 10;

/// The form as typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TryForm {
    /// `Recipient`.
    pub recipient: String,
    /// `Application`: its name or its client id.
    pub application: String,
    /// `Language`; empty for the installation's own.
    pub language: String,
    /// `Send as`, of an email.
    pub send: Send,
    /// `Code`, once a message was sent.
    pub code: Secret,
}

/// Prints nothing of what was typed: neither a recipient nor a code may reach a log.
impl std::fmt::Debug for TryForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TryForm")
    }
}

/// What a checked form asks for, beside the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Who gets the message.
    pub recipient: Recipient,
    /// The language; `None` for the installation's own.
    pub language: Option<String>,
}

impl TryForm {
    /// Checks every field; whoever knows the applications says which one is meant.
    pub fn check<A>(&self, method: Method, application: Result<A, Problem>) -> Result<(Trial, A), FieldErrors> {
        let mut errors = FieldErrors::default();
        let recipient = errors.note(Field::TryRecipient, Recipient::parse(method, &self.recipient).map(Some));
        let application = errors.note(Field::TryApplication, application.map(Some));
        let language = match self.language.trim() {
            "" => None,
            tag => errors.note(Field::TryLanguage, check_language(tag).map(Some)),
        };
        match (recipient, application) {
            (Some(recipient), Some(application)) => errors.into_result((Trial { recipient, language }, application)),
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(form: &TryForm, method: Method) -> Vec<Field> {
        form.check(method, Ok(()))
            .err()
            .map(|errors| errors.iter().map(|error| error.field).collect())
            .unwrap_or_default()
    }

    #[test]
    fn every_field_says_what_it_lacks() {
        let form = TryForm { language: "english please".to_owned(), ..TryForm::default() };
        for method in Method::ALL {
            let errors = form.check::<()>(method, Err(Problem::NoSuchApplication)).expect_err("nothing fits");
            let fields: Vec<Field> = errors.iter().map(|error| error.field).collect();
            assert_eq!(fields, [Field::TryRecipient, Field::TryApplication, Field::TryLanguage]);
        }
    }

    #[test]
    fn a_number_is_for_sms_and_an_address_for_email() {
        let form = |recipient: &str| TryForm { recipient: recipient.to_owned(), ..TryForm::default() };
        let (number, ()) = form("+1 555 010 0123").check(Method::Sms, Ok(())).expect("passes");
        assert_eq!((number.recipient.expose(), number.language), ("+15550100123", None));
        assert_eq!(fields(&form("+15550100123"), Method::Email), [Field::TryRecipient]);
        assert_eq!(fields(&form("ines@example.com"), Method::Sms), [Field::TryRecipient]);
        assert_eq!(format!("{:?}", form("+15550100123")), "TryForm");
    }
}
