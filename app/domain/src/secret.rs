//! Text that must never be shown: what an administrator types into a secret field on its way to the store.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A secret in clear; `Debug` and `Display` never print it.
///
/// It serialises in clear because the browser sends it to the server that way; nothing sends one back.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that encrypts, sends or compares it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether nothing but white space was typed.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What a save does to one stored secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SecretChange {
    /// Nothing was typed: what is stored stays.
    #[default]
    Keep,
    /// A new value replaces what is stored.
    Set(Secret),
    /// The stored value is removed.
    Clear,
}

impl SecretChange {
    /// Reads the pair of controls that every secret has: the input and the removal checkbox. A typed value wins.
    pub fn from_form(typed: &Secret, remove: bool) -> Self {
        if !typed.is_empty() {
            // A space that was copied along is not part of it.
            Self::Set(Secret::new(typed.expose().trim()))
        } else if remove {
            Self::Clear
        } else {
            Self::Keep
        }
    }

    /// Whether a value is stored after this change, given whether one is now.
    pub fn leaves_set(&self, set_now: bool) -> bool {
        match self {
            Self::Keep => set_now,
            Self::Set(_) => true,
            Self::Clear => false,
        }
    }
}

/// What may be said about a stored secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretNote {
    /// When it was set, in milliseconds since the Unix epoch.
    pub set_at: i64,
    /// The address of the administrator who set it.
    pub set_by: String,
    /// Its last four characters, where they may be shown.
    pub ends_in: Option<String>,
    /// What it is bound to: the Twilio account, the origin of the gateway or the mail server.
    pub destination: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_prints_the_secret() {
        let secret = Secret::new("hunter2hunter2");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert!(!format!("{:?}", SecretChange::Set(secret)).contains("hunter2"));
    }

    #[test]
    fn a_typed_value_wins_over_removal() {
        let typed = Secret::new("new");
        assert_eq!(SecretChange::from_form(&typed, true), SecretChange::Set(typed));
        assert_eq!(SecretChange::from_form(&Secret::default(), true), SecretChange::Clear);
        assert_eq!(SecretChange::from_form(&Secret::default(), false), SecretChange::Keep);
    }
}
