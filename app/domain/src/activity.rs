//! What the page Activity shows: deliveries, and the messages that stayed in the outbox.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::connection::Method;
use crate::{Problem, Secret};

/// How many deliveries or messages a page of the list has.
pub const ACTIVITY_PER_PAGE: u32 = 50;

/// The revision of a delivery whose settings were only typed: 0 is the one that nobody saved.
pub const SETTINGS_NOT_SAVED: i64 = 0;

/// One message that was handed to a provider, without its code and with its recipient masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliverySummary {
    /// The id.
    pub id: String,
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
    /// By which connection.
    pub method: Method,
    /// For which application.
    pub client_id: String,
    /// What that application was called then.
    pub application_name: String,
    /// The recipient, masked.
    pub recipient: String,
    /// Who was to carry it out.
    pub provider: String,
    /// What became of it, in one word.
    pub outcome: String,
    /// Why it did not arrive, in one word; empty where there is nothing to say.
    pub reason: String,
    /// What the provider calls the message.
    pub provider_id: Option<String>,
    /// The provider's own code for what went wrong.
    pub provider_code: Option<String>,
    /// How many milliseconds the provider took.
    pub took_ms: u64,
    /// The revision of the settings that the message was made from.
    pub revision: i64,
    /// The administrator who tried the connection; `None` for a user's own request.
    pub actor: Option<String>,
}

/// Which deliveries are wanted, as typed and as it stands in an address; what is empty excludes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeliveryFilterForm {
    /// `Connection`, in one word.
    pub connection: String,
    /// `Application`: a client id, or a whole name.
    pub application: String,
    /// `Outcome`, in one word.
    pub outcome: String,
    /// `From`, in UTC.
    pub from: String,
    /// `Until`, in UTC.
    pub until: String,
    /// `Recipient`, whole.
    pub recipient: String,
}

/// Why a filter looks for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterProblem {
    /// Several applications have that name.
    SeveralApplications,
    /// Several applications have that name, which may also stand for something else.
    SeveralObjects,
    /// `From` is no moment.
    From,
    /// `Until` is no moment.
    Until,
    /// `Until` does not come after `From`.
    Order,
    /// The recipient is neither number nor address.
    Recipient(Problem),
}

impl FilterProblem {
    /// The name of the field: in an address, and of its control on the page.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::SeveralApplications => "application",
            Self::SeveralObjects => "object",
            Self::From => "from",
            Self::Until | Self::Order => "until",
            Self::Recipient(_) => "recipient",
        }
    }

    /// The label of the field.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::SeveralApplications => "Application",
            Self::SeveralObjects => "Object",
            Self::From => "From",
            Self::Until | Self::Order => "Until",
            Self::Recipient(_) => "Recipient",
        }
    }
}

impl fmt::Display for FilterProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SeveralApplications | Self::SeveralObjects => {
                f.write_str("Several applications have this name. Enter the client ID of the one you mean.")
            }
            Self::From | Self::Until => f.write_str("Enter a date and a time, such as 2026-11-25T10:00."),
            Self::Order => f.write_str("Choose a moment after From."),
            // A filter takes both kinds, so the words name both.
            Self::Recipient(Problem::NotAPhoneNumber) => f.write_str(
                "Enter a whole phone number with its country code, such as +15555550123, or a whole email address.",
            ),
            Self::Recipient(problem) => problem.fmt(f),
        }
    }
}

/// A part of the list of deliveries, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryPage {
    /// The deliveries.
    pub deliveries: Vec<DeliverySummary>,
    /// Where older ones begin, if there are any.
    pub older: Option<String>,
}

/// A message in the outbox, as a list shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxSummary {
    /// The id.
    pub id: String,
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
    /// By which connection.
    pub method: Method,
    /// What the application was called then.
    pub application_name: String,
    /// The whole recipient.
    pub recipient: String,
    /// The subject of an email, the text of an SMS.
    pub title: String,
}

/// A part of the outbox, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxPage {
    /// The messages.
    pub messages: Vec<OutboxSummary>,
    /// Where older ones begin, if there are any.
    pub older: Option<String>,
}

/// A message in the outbox, as it would have been received.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxMessage {
    /// The id.
    pub id: String,
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
    /// By which connection.
    pub method: Method,
    /// For which application.
    pub client_id: String,
    /// What that application was called then.
    pub application_name: String,
    /// The whole recipient.
    pub recipient: String,
    /// The sender, or empty.
    pub from: String,
    /// The subject of an email.
    pub subject: Option<String>,
    /// The text of an SMS, the plain text of an email.
    pub text: String,
    /// The HTML of an email.
    pub html: Option<String>,
    /// The code in it.
    pub code: Secret,
    /// The sign-in link in it, where one was asked for.
    pub link: Option<Secret>,
}

/// Prints neither recipient nor text: neither may reach a log.
impl fmt::Debug for OutboxSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboxSummary").field("id", &self.id).field("at", &self.at).finish_non_exhaustive()
    }
}

/// Prints neither recipient nor text: neither may reach a log.
impl fmt::Debug for OutboxMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboxMessage").field("id", &self.id).field("at", &self.at).finish_non_exhaustive()
    }
}
