//! The history of a connection: its revisions as a list shows them, and which of them somebody wants to see.

use serde::{Deserialize, Serialize};

use crate::connection::Method;
use crate::email::{EmailForm, EmailSettings};
use crate::sms::{SmsForm, SmsSettings};
use crate::{Field, Form};

/// How many revisions a page of the list has.
pub const REVISIONS_PER_PAGE: u32 = 50;

/// The version of the settings that Doorcode ships: nobody saved them, and no list shows them.
pub const SHIPPED: i64 = 0;

/// A revision as a list shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevisionSummary {
    /// Its number within the connection, from 1; [`SHIPPED`] for what was there before the first save.
    pub version: i64,
    /// When it was saved, in milliseconds since the Unix epoch.
    pub saved_at: i64,
    /// Who saved it; empty for what Doorcode ships.
    pub saved_by: String,
    /// The labels of the fields that it changed.
    pub fields: Vec<String>,
    /// The revision that it brought back, if it was restored.
    pub restored: Option<i64>,
}

/// Which revisions are wanted, as it stands in an address; what is empty excludes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HistoryFilterForm {
    /// `Saved by`: a whole address.
    pub by: String,
    /// `Changed`: the key of a field.
    pub field: String,
}

/// A part of the list of revisions, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryPage {
    /// The revisions.
    pub revisions: Vec<RevisionSummary>,
    /// Where older ones begin, if there are any.
    pub older: Option<i64>,
    /// The version that counts now.
    pub present: i64,
    /// Everyone who ever saved, by address.
    pub people: Vec<String>,
}

/// The fields of a connection that a revision may have changed, in the order of its page.
pub fn fields(method: Method) -> Vec<Field> {
    match method {
        Method::Sms => SmsForm::from_settings(&SmsSettings::default()).fields(),
        Method::Email => EmailForm::from_settings(&EmailSettings::default()).fields(),
    }
}

/// The field of a connection by its key.
pub fn field(method: Method, key: &str) -> Option<Field> {
    fields(method).into_iter().find(|field| field.key() == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_field_names_one_field_of_a_connection() {
        for method in Method::ALL {
            for wanted in fields(method) {
                assert_eq!(field(method, wanted.key()), Some(wanted), "{method:?}");
            }
        }
        assert_eq!(field(Method::Sms, "body"), None);
    }
}
