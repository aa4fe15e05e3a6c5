//! What the audit trail says: which actions there are, in words for the database and for people, and which entries are wanted.

mod kind;
mod words;

use serde::{Deserialize, Serialize};

pub use kind::{AuditKind, AuditObject};
pub use words::AuditDetails;

/// What a filter calls those who did not sign in: they have no name, and an empty filter wants everybody.
pub const NOBODY: &str = "nobody";

/// Which entries are wanted, as typed and as it stands in an address; what is empty excludes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditFilterForm {
    /// `Person`: an administrator's address, or what acted instead.
    pub person: String,
    /// `Action`, as it is stored.
    pub kind: String,
    /// `Object`: a connection, an application, an administrator or a user.
    pub object: String,
    /// `From`, in UTC.
    pub from: String,
    /// `Until`, in UTC.
    pub until: String,
}

/// One entry as the page shows it, in the server's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditLine {
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
    /// Who.
    pub who: String,
    /// The network address that the request came from, or empty.
    pub address: String,
    /// What, in one phrase.
    pub what: String,
    /// Whether something was refused.
    pub refused: bool,
    /// What else there is to say: texts, each with the address that it leads to, or none.
    pub details: Vec<(String, String)>,
    /// What it was done to, as that is called now; empty where there is nothing to name.
    pub object: String,
    /// The page of the object, where there is one.
    pub href: String,
}

/// A part of the trail, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditLines {
    /// The entries.
    pub lines: Vec<AuditLine>,
    /// Where older ones begin, if there are any.
    pub older: Option<String>,
}

/// What the filter can choose from: values and what people call them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditChoices {
    /// Everybody who is in the trail.
    pub people: Vec<(String, String)>,
    /// Every action.
    pub kinds: Vec<(String, String)>,
}

/// What people call whoever the trail names.
pub fn person_label(name: &str) -> &str {
    match name {
        "" | NOBODY => "Not signed in",
        "command line" => "Command line",
        "schedule" => "Schedule",
        "set-up" => "Set-up",
        address => address,
    }
}
