//! What the page Activity shows: deliveries, and the messages that stayed in the outbox.

use std::fmt;

use crate::Secret;
use crate::connection::Method;

/// How many deliveries or messages a page of the list has.
pub const ACTIVITY_PER_PAGE: u32 = 50;

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
