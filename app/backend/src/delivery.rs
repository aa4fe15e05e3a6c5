//! Carrying messages out: what a provider is given, what it answers, and one file for each provider.
//!
//! A provider never sees settings that were not checked, and nothing that it answers goes further than a reason of a closed list,
//! its id of the message and its code.

mod gateway;
mod message;
mod outbox;
mod smtp;
mod twilio;
mod words;

use std::fmt;
use std::time::{Duration, Instant};

use domain::Secret;
use domain::delivery::{Outcome, Reason};
use domain::mail::{EmailProvider, EmailProviderSettings};
use domain::recipient::Recipient;
use domain::sms::{SmsProvider, SmsSettings};

use crate::outbound::{Obstacle, Outbound};
use crate::{Backend, Clock};

pub use gateway::Gateway;
pub use message::Email;
pub use outbox::Kept;
pub use smtp::{MailConnections, Smtp};
pub use twilio::Twilio;

/// Where Twilio listens, unless `DOORCODE_TWILIO_API_URL` says otherwise.
pub const TWILIO_API: &str = "https://api.twilio.com";

/// Whom a message is for, and what is in it that only the outbox tells apart.
#[derive(Clone, Copy)]
pub struct Envelope<'e> {
    /// Who gets it.
    pub to: &'e Recipient,
    /// For which application.
    pub client_id: &'e str,
    /// What that application is called.
    pub application_name: &'e str,
    /// Who asked for it, for a gateway that wants to know.
    pub caller: Option<&'e Caller>,
    /// The code in it.
    pub code: &'e Secret,
    /// The sign-in link in it.
    pub link: Option<&'e Secret>,
}

/// Who asked for a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The network address.
    pub ip: String,
    /// What the browser says it is.
    pub user_agent: String,
}

/// What became of a message that was handed to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// What became of it.
    pub outcome: Outcome,
    /// What the provider calls the message.
    pub provider_id: Option<String>,
    /// The provider's own code for what went wrong.
    pub provider_code: Option<String>,
    /// How long that took.
    pub took: Duration,
}

/// Why a provider did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Refused or failed, and why.
    pub outcome: Outcome,
    /// The provider's own code for it.
    pub provider_code: Option<String>,
}

/// The secrets that go with the SMS settings.
#[derive(Clone, Debug, Default)]
pub struct SmsCredentials {
    /// The Twilio Auth Token.
    pub twilio_token: Option<Secret>,
    /// The key of the gateway's token.
    pub gateway_secret: Option<Secret>,
}

/// All that providers share: the way out, the connections to mail servers, the time. Cheap to clone.
#[derive(Clone)]
pub struct Providers {
    outbound: Outbound,
    connections: MailConnections,
    twilio_api: String,
    clock: Clock,
}

/// Who carries text messages out.
pub enum Sms<'a> {
    /// Twilio.
    Twilio(Twilio),
    /// The administrator's own service.
    Gateway(Gateway),
    /// Nobody: they stay here.
    Outbox(Kept<'a>),
}

/// Who carries emails out.
pub enum Mail<'a> {
    /// A mail server.
    Smtp(Smtp),
    /// Nobody: they stay here.
    Outbox(Kept<'a>),
}

impl Providers {
    /// The providers as they are reached on this way out.
    pub fn new(outbound: Outbound, clock: Clock) -> Self {
        Self { outbound, connections: MailConnections::default(), twilio_api: TWILIO_API.to_owned(), clock }
    }

    /// The same, with Twilio somewhere else; that may be a private address.
    pub fn with_twilio_at(self, url: &str) -> Self {
        Self { twilio_api: url.trim_end_matches('/').to_owned(), ..self }
    }

    /// Twilio by these settings, to ask it something: that takes no sender.
    pub fn twilio(&self, settings: &SmsSettings, secrets: &SmsCredentials) -> Option<Twilio> {
        let token = secrets.twilio_token.clone().filter(|_| !settings.twilio_sid.is_empty())?;
        Some(Twilio::new(self.outbound.clone(), &self.twilio_api, settings, token))
    }

    /// Who carries text messages out, by these settings; an error where something is missing.
    pub fn sms<'a>(
        &self,
        backend: &'a Backend,
        settings: &SmsSettings,
        secrets: &SmsCredentials,
    ) -> Result<Sms<'a>, Reason> {
        if !settings.missing(secrets.twilio_token.is_some(), secrets.gateway_secret.is_some()).is_empty() {
            return Err(Reason::NotSetUp);
        }
        Ok(match settings.provider {
            SmsProvider::Twilio => Sms::Twilio(Twilio::new(
                self.outbound.clone(),
                &self.twilio_api,
                settings,
                secrets.twilio_token.clone().unwrap_or_default(),
            )),
            SmsProvider::Gateway => Sms::Gateway(Gateway::new(
                self.outbound.clone(),
                self.clock.clone(),
                settings,
                secrets.gateway_secret.clone(),
            )),
            SmsProvider::Outbox => Sms::Outbox(Kept::new(backend, &settings.from)),
        })
    }

    /// Who carries emails out, by these settings; an error where something is missing.
    pub fn mail<'a>(
        &self,
        backend: &'a Backend,
        settings: &EmailProviderSettings,
        password: Option<&Secret>,
    ) -> Result<Mail<'a>, Reason> {
        if !settings.missing(password.is_some()).is_empty() {
            return Err(Reason::NotSetUp);
        }
        Ok(match settings.provider {
            EmailProvider::Smtp => Mail::Smtp(Smtp::new(
                self.outbound.clone(),
                self.connections.clone(),
                self.clock.clone(),
                settings,
                password.cloned(),
            )),
            EmailProvider::Outbox => Mail::Outbox(Kept::new(backend, "")),
        })
    }
}

impl Sms<'_> {
    /// The provider in one word.
    pub const fn provider(&self) -> &'static str {
        match self {
            Self::Twilio(_) => SmsProvider::Twilio.as_str(),
            Self::Gateway(_) => SmsProvider::Gateway.as_str(),
            Self::Outbox(_) => SmsProvider::Outbox.as_str(),
        }
    }

    /// Hands a text message over.
    pub async fn send(&self, envelope: &Envelope<'_>, text: &str) -> Delivered {
        let started = Instant::now();
        let result = match self {
            Self::Twilio(twilio) => twilio.send(envelope, text).await,
            Self::Gateway(gateway) => gateway.send(envelope, text).await,
            Self::Outbox(kept) => kept.sms(envelope, text).await,
        };
        delivered(self.provider(), result, started)
    }
}

impl Mail<'_> {
    /// The provider in one word.
    pub const fn provider(&self) -> &'static str {
        match self {
            Self::Smtp(_) => EmailProvider::Smtp.as_str(),
            Self::Outbox(_) => EmailProvider::Outbox.as_str(),
        }
    }

    /// Hands an email over.
    pub async fn send(&self, envelope: &Envelope<'_>, email: &Email<'_>) -> Delivered {
        let started = Instant::now();
        let result = match self {
            Self::Smtp(smtp) => smtp.send(envelope, email).await,
            Self::Outbox(kept) => kept.email(envelope, email).await,
        };
        delivered(self.provider(), result, started)
    }
}

/// What a provider says of a message that it has.
pub(crate) struct Taken {
    outcome: Outcome,
    provider_id: Option<String>,
}

impl Failure {
    /// The provider answered that it will not.
    pub(crate) fn refused(reason: Reason, provider_code: Option<String>) -> Self {
        Self { outcome: Outcome::Refused(reason), provider_code }
    }

    /// Nobody could.
    pub(crate) const fn failed(reason: Reason) -> Self {
        Self { outcome: Outcome::Failed(reason), provider_code: None }
    }

    /// Why.
    pub fn reason(&self) -> Reason {
        self.outcome.reason().unwrap_or(Reason::NotTaken)
    }
}

impl From<Obstacle> for Failure {
    fn from(obstacle: Obstacle) -> Self {
        Self::failed(obstacle.reason())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason().fmt(f)
    }
}

impl std::error::Error for Failure {}

/// A status of HTTP where a provider has no code of its own.
fn http_code(status: u16) -> String {
    format!("HTTP {status}")
}

fn delivered(provider: &'static str, result: Result<Taken, Failure>, started: Instant) -> Delivered {
    let took = started.elapsed();
    match result {
        Ok(Taken { outcome, provider_id }) => Delivered { outcome, provider_id, provider_code: None, took },
        Err(Failure { outcome, provider_code }) => {
            let reason = outcome.reason().map_or("", Reason::word);
            tracing::warn!(provider, reason, code = provider_code.as_deref(), "a message did not go out");
            Delivered { outcome, provider_id: None, provider_code, took }
        }
    }
}
