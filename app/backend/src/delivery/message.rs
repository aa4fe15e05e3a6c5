//! An email as it is sent: its headers, and its text in two forms.

use std::time::{Duration, UNIX_EPOCH};

use domain::delivery::Reason;
use domain::email::{split_from, unquoted};
use domain::recipient::Recipient;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use super::Failure;
use crate::random;

/// An email as its templates were rendered.
#[derive(Clone, Copy)]
pub struct Email<'m> {
    /// The sender: a display name and an address in angle brackets, or an address.
    pub from: &'m str,
    /// The subject.
    pub subject: &'m str,
    /// The text as HTML.
    pub html: &'m str,
    /// The same as plain text.
    pub text: &'m str,
}

/// Says that no human wrote it and nobody need answer that they are on holiday (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The message with its headers; `now` is in milliseconds since the Unix epoch.
pub(super) fn build(email: &Email<'_>, to: &Recipient, now: i64) -> Result<Message, Failure> {
    let (name, address) = split_from(email.from);
    let sender: Address = address.parse().map_err(|_| Failure::failed(Reason::MailSender))?;
    let recipient: Address = to.expose().parse().map_err(|_| Failure::failed(Reason::MailRecipient))?;
    // The server that carries it out would otherwise make one up, and so would every one that has it twice.
    let id = ["<", &random::id(), "@", sender.domain(), ">"].concat();
    Message::builder()
        .message_id(Some(id))
        .date(UNIX_EPOCH + Duration::from_millis(now.try_into().unwrap_or_default()))
        .from(Mailbox::new(display_name(name), sender))
        .to(Mailbox::new(None, recipient))
        .subject(one_line(email.subject))
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(email.text.to_owned(), email.html.to_owned()))
        .map_err(|_| Failure::failed(Reason::MailMessage))
}

/// The name itself; quotes are written again where it needs them.
fn display_name(name: &str) -> Option<String> {
    let name = one_line(&unquoted(name));
    (!name.is_empty()).then_some(name)
}

/// A header has one line, and no other control characters either.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ").trim().to_owned()
}
