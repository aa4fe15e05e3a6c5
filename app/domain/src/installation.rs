//! What is set once for the whole installation.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::email::check_address;
use crate::field_errors::text_of;
use crate::form::Form;
use crate::language::check_language;
use crate::web_url::WebUrl;
use crate::{Field, FieldErrors, Problem};

/// The form `Installation` as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InstallationForm {
    /// `Installation name`.
    pub installation_name: String,
    /// `Support email`.
    pub support_email: String,
    /// `Support URL`.
    pub support_url: String,
    /// `Default language`.
    pub default_language: String,
}

/// What is stored of the installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Installation {
    /// The name in the banner and in messages.
    pub name: String,
    /// Where users find help by email, or empty.
    pub support_email: String,
    /// Where users find help on the web, or empty.
    pub support_url: String,
    /// The language of a request that names none.
    pub default_language: String,
}

impl Default for Installation {
    fn default() -> Self {
        Self {
            name: "Doorcode".to_owned(),
            support_email: String::new(),
            support_url: String::new(),
            default_language: "en".to_owned(),
        }
    }
}

impl Installation {
    /// The fields that differ between two states, in the order of the page.
    pub fn differing(&self, other: &Self) -> Vec<Field> {
        InstallationForm::from_installation(self).differing(&InstallationForm::from_installation(other))
    }
}

impl InstallationForm {
    /// The stored installation as the form shows it.
    pub fn from_installation(installation: &Installation) -> Self {
        let installation = installation.clone();
        Self {
            installation_name: installation.name,
            support_email: installation.support_email,
            support_url: installation.support_url,
            default_language: installation.default_language,
        }
    }

    /// Checks every field.
    pub fn check(&self) -> Result<Installation, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.note(Field::InstallationName, text_of(self.installation_name.trim(), 100));
        let support_email = match self.support_email.trim() {
            "" => String::new(),
            typed => errors.note(Field::SupportEmail, check_address(typed)),
        };
        let support_url = match self.support_url.trim() {
            "" => String::new(),
            typed => errors.note(Field::SupportUrl, check_support_url(typed)),
        };
        let default_language = errors.note(Field::DefaultLanguage, check_language(&self.default_language));
        errors.into_result(Installation { name, support_email, support_url, default_language })
    }
}

impl Form for InstallationForm {
    fn fields(&self) -> Vec<Field> {
        vec![Field::InstallationName, Field::SupportEmail, Field::SupportUrl, Field::DefaultLanguage]
    }

    fn text(&self, field: Field) -> Cow<'_, str> {
        Cow::Borrowed(match field {
            Field::InstallationName => &self.installation_name,
            Field::SupportEmail => &self.support_email,
            Field::SupportUrl => &self.support_url,
            Field::DefaultLanguage => &self.default_language,
            _ => "",
        })
    }

    fn set_text(&mut self, field: Field, text: String) {
        match field {
            Field::InstallationName => self.installation_name = text,
            Field::SupportEmail => self.support_email = text,
            Field::SupportUrl => self.support_url = text,
            Field::DefaultLanguage => self.default_language = text,
            _ => {}
        }
    }

    fn flag(&self, _field: Field) -> bool {
        false
    }

    fn set_flag(&mut self, _field: Field, _on: bool) {}
}

fn check_support_url(text: &str) -> Result<String, Problem> {
    text_of(text, 1_024)?;
    match WebUrl::parse(text) {
        Some(url) if url.is_https() => Ok(text.to_owned()),
        Some(_) => Err(Problem::NotHttps),
        None => Err(Problem::NotAUrl),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_checked_by_its_own_rule() {
        let form = InstallationForm {
            installation_name: " ".to_owned(),
            support_email: "nobody".to_owned(),
            support_url: "http://help.example".to_owned(),
            default_language: "en us".to_owned(),
        };
        let errors = form.check().expect_err("all wrong");
        let fields: Vec<Field> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, [Field::InstallationName, Field::SupportEmail, Field::SupportUrl, Field::DefaultLanguage]);
    }
}
