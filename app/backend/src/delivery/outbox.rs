//! The outbox as a provider: what it is given stays inside Doorcode.

use domain::delivery::{Outcome, Reason};

use super::{Email, Envelope, Failure, Taken};
use crate::outbox::NewMessage;
use crate::{Backend, Error};

/// Keeps messages instead of sending them.
pub struct Kept<'a> {
    backend: &'a Backend,
    sender: String,
}

impl<'a> Kept<'a> {
    pub(super) fn new(backend: &'a Backend, sender: &str) -> Self {
        Self { backend, sender: sender.to_owned() }
    }

    pub(super) async fn sms(&self, envelope: &Envelope<'_>, text: &str) -> Result<Taken, Failure> {
        self.keep(&NewMessage { text, from: &self.sender, ..blank(envelope) }).await
    }

    pub(super) async fn email(&self, envelope: &Envelope<'_>, email: &Email<'_>) -> Result<Taken, Failure> {
        let (from, subject, html) = (email.from, Some(email.subject), Some(email.html));
        self.keep(&NewMessage { from, subject, text: email.text, html, ..blank(envelope) }).await
    }

    async fn keep(&self, message: &NewMessage<'_>) -> Result<Taken, Failure> {
        match self.backend.outbox().keep(message).await {
            Ok(id) => Ok(Taken { outcome: Outcome::Delivered, provider_id: Some(id) }),
            Err(error) => {
                let cause = match &error {
                    Error::Database(cause) => cause.to_string(),
                    other => other.to_string(),
                };
                tracing::error!(%error, cause, "a message could not be kept in the outbox");
                Err(Failure::failed(Reason::ProviderFailure))
            }
        }
    }
}

fn blank<'m>(envelope: &Envelope<'m>) -> NewMessage<'m> {
    NewMessage {
        recipient: envelope.to,
        client_id: envelope.client_id,
        application_name: envelope.application_name,
        from: "",
        subject: None,
        text: "",
        html: None,
        code: envelope.code,
        link: envelope.link,
    }
}
