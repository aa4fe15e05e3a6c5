//! The two passwordless connections, what is said of them in the list, and what every revision records.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One passwordless way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// One-time codes by text message.
    Sms,
    /// One-time codes and links by email.
    Email,
}

impl Method {
    /// Both methods, in the order of the page.
    pub const ALL: [Self; 2] = [Self::Sms, Self::Email];

    /// The name in URLs, the database and the public API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }

    /// The name that people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Sms => "SMS",
            Self::Email => "Email",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// The text names no passwordless method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a passwordless method")]
pub struct UnknownMethod;

impl FromStr for Method {
    type Err = UnknownMethod;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "sms" => Ok(Self::Sms),
            "email" => Ok(Self::Email),
            _ => Err(UnknownMethod),
        }
    }
}

/// What the list of methods says about one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodSummary {
    /// Which method.
    pub method: Method,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Whether something that its provider needs is missing.
    pub needs_set_up: bool,
    /// How many applications it is switched on for.
    pub applications: u32,
}

impl MethodSummary {
    /// The state in one value.
    pub fn status(&self) -> Status {
        match (self.enabled, self.needs_set_up) {
            (false, _) => Status::Off,
            (true, false) => Status::On,
            (true, true) => Status::NeedsSetUp,
        }
    }
}

/// The state of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nobody can sign in with it.
    Off,
    /// In use.
    On,
    /// Switched on, but its messages cannot go out.
    NeedsSetUp,
}

impl Status {
    /// The status in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Off => "Off",
            Self::On => "On",
            Self::NeedsSetUp => "On, needs set-up",
        }
    }
}

/// A number of applications in words.
pub fn applications_in_words(count: u32) -> String {
    match count {
        0 => "No applications".to_owned(),
        1 => "1 application".to_owned(),
        n => format!("{n} applications"),
    }
}

/// Who saved a revision, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The number of the revision: 0 for the defaults that nobody saved, then 1, 2, 3 and so on.
    pub version: i64,
    /// When, in milliseconds since the Unix epoch.
    pub saved_at: i64,
    /// The address of the administrator; empty for version 0.
    pub saved_by: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_said_as_people_say_them() {
        for (count, words) in [(0, "No applications"), (1, "1 application"), (2, "2 applications")] {
            assert_eq!(applications_in_words(count), words);
        }
    }

    #[test]
    fn a_method_that_is_off_is_off_whatever_is_missing() {
        let summary = MethodSummary { method: Method::Sms, enabled: false, needs_set_up: true, applications: 0 };
        assert_eq!(summary.status(), Status::Off);
    }
}
