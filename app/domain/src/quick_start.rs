//! The quick start of an application: the requests that sign its users in, written out for it and for this installation, and what
//! to know of each. Text only; the page shows it.

mod call;
mod note;
mod request;
mod script;
mod shell;
mod steps;
mod url;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::application::Application;
use crate::connection::Method;
use crate::otp::{OtpExpiry, OtpLength};

pub use note::{Note, Place};
pub use request::notes;

/// What the quick start has to know of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionFacts {
    /// Whether it is switched on.
    pub on: bool,
    /// Whether something that its provider needs is missing.
    pub needs_set_up: bool,
    /// How long a code lives.
    pub otp_expiry: OtpExpiry,
    /// How many digits it has.
    pub otp_length: OtpLength,
    /// Whether only existing users may sign in.
    pub disable_sign_ups: bool,
}

/// What the quick start has to know of the installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstallationFacts {
    /// The public URL, without a slash at its end.
    pub public_url: String,
    /// The SMS connection.
    pub sms: ConnectionFacts,
    /// The email connection.
    pub email: ConnectionFacts,
}

impl InstallationFacts {
    /// The facts of one method.
    pub const fn of(&self, method: Method) -> &ConnectionFacts {
        match method {
            Method::Sms => &self.sms,
            Method::Email => &self.email,
        }
    }
}

/// How an application signs its users in with one method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    /// What concerns every request.
    pub notes: Vec<Note>,
    /// The requests, in their order.
    pub steps: Vec<Step>,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it does.
    pub title: &'static str,
    /// Method and path.
    pub endpoint: &'static str,
    /// In a sentence.
    pub words: String,
    /// What to know of it.
    pub notes: Vec<Note>,
    /// The request in one language after another.
    pub samples: Vec<Sample>,
}

/// A request in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The language.
    pub language: &'static str,
    /// What it is, such as `start request as curl`.
    pub name: &'static str,
    /// The text.
    pub text: String,
}

/// The guide for an application and a method.
pub fn guide(installation: &InstallationFacts, application: &Application, method: Method) -> Guide {
    let facts = installation.of(method);
    Guide {
        notes: note::of_connection(facts, application, method),
        steps: steps::steps(&installation.public_url, application, method, facts),
    }
}
