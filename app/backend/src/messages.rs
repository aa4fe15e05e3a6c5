//! Messages on their way out: rendering one, issuing its code, handing it to the provider, and recording what came of it.
//!
//! A message is rendered before its code is issued: one that cannot be sent leaves the recipient's last code as it is. Once begun it
//! is brought to its end even if whoever asked for it goes away, so that nothing goes out unrecorded.

use std::sync::Arc;
use std::time::Duration;

use domain::Secret;
use domain::audit::AuditKind;
use domain::connection::Method;
use domain::delivery::{Outcome, Reason};
use domain::email::EmailSettings;
use domain::installation::Installation;
use domain::mail::EmailProviderSettings;
use domain::message::{self, EmailMessage};
use domain::otp::{OtpExpiry, OtpLength};
use domain::recipient::Recipient;
use domain::sms::SmsSettings;
use domain::template::{Send, Values};
use domain::trial::{TRIAL_MINUTES, TRIALS};
use serde_json::json;
use url::form_urlencoded::Serializer;

use crate::applications::known;
use crate::deliveries::{Ending, NewDelivery};
use crate::delivery::{Caller, Delivered, Email, Envelope, Mail, Sms, SmsCredentials};
use crate::passwordless::{Drawn, Passwordless, Purpose, Request};
use crate::{Admin, Backend, Error, audit};

/// How often Twilio is asked what has become of a message.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// Messages on their way out.
pub struct Messages<'a>(pub(crate) &'a Backend);

/// What a message is made from and who carries it out: stored settings, or settings that are only typed.
#[derive(Clone, Debug)]
pub enum Channel {
    /// By text message.
    Sms(SmsSettings, SmsCredentials),
    /// By email, with the provider and the password to sign in there.
    Email(EmailSettings, EmailProviderSettings, Option<Secret>),
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Ask {
    /// By the users of which application.
    pub client_id: String,
    /// What that application is called.
    pub application_name: String,
    /// Who gets the message.
    pub recipient: Recipient,
    /// A code, or a link with a code.
    pub send: Send,
    /// Where a link leads: the public URL of the installation.
    pub public_url: String,
    /// The language; `None` for the installation's own.
    pub language: Option<String>,
    /// Who asked, for a gateway that wants to know.
    pub caller: Option<Caller>,
    /// The administrator who tries the connection, if it is no user's own request.
    pub actor: Option<String>,
    /// The revision that the settings were saved as, or began from.
    pub revision: i64,
    /// What it is for.
    pub purpose: Purpose,
    /// What the request adds to the settings' Authentication Parameters, or says in their place.
    pub auth_params: Vec<(String, String)>,
}

/// What became of a message.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The id of its delivery.
    pub delivery: String,
    /// Who was to carry it out, in one word.
    pub provider: &'static str,
    /// What came of it.
    pub delivered: Delivered,
    /// The message, where there was one to send.
    pub message: Option<Message>,
    /// The sign-in link in it, where one was asked for.
    pub link: Option<Secret>,
}

/// A message as it was sent.
#[derive(Clone, PartialEq, Eq)]
pub enum Message {
    /// An SMS: its text.
    Sms(String),
    /// An email.
    Email(EmailMessage),
}

/// Prints nothing of the message: it carries the code.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Message")
    }
}

impl Messages<'_> {
    /// Sends a message, and records it whether it goes out or not.
    pub async fn send(&self, channel: Channel, ask: Ask) -> Result<Sent, Error> {
        let backend = self.0.clone();
        // `close` waits for this; after that nothing more is begun.
        let place = Arc::clone(&self.0.0.sending).acquire_owned().await.map_err(|_| Error::Closing)?;
        // In a task of its own: a caller that hangs up would else leave a message that is sent and not recorded.
        let sending = tokio::spawn(async move {
            let sent = send(&backend, &channel, &ask).await;
            drop(place);
            sent
        });
        sending.await?
    }

    /// The channel of a method as it is stored, and the revision that it is.
    pub async fn stored(&self, method: Method) -> Result<(Channel, i64), Error> {
        let connections = self.0.connections();
        Ok(match method {
            Method::Sms => {
                let state = connections.sms().await?;
                let secrets = connections.sms_credentials(&state.settings).await?;
                (Channel::Sms(state.settings, secrets), state.revision.version)
            }
            Method::Email => {
                let state = connections.email().await?;
                let (provider, password) = self.0.email_provider().credentials().await?;
                (Channel::Email(state.settings, provider, password), state.revision.version)
            }
        })
    }

    /// Records a message that is not sent, and why.
    pub(crate) async fn withhold(&self, channel: &Channel, ask: &Ask, reason: Reason) -> Result<(), Error> {
        record(self.0, channel, ask, &not_sent(reason)).await.map(drop)
    }

    /// Asks Twilio what has become of a message that it took until it says so, for at most so long, and records the answer; `None`
    /// where there was no news.
    pub async fn follow_for(
        &self,
        settings: &SmsSettings,
        secrets: &SmsCredentials,
        id: &str,
        patience: Duration,
    ) -> Result<Option<Delivered>, Error> {
        let news = async {
            loop {
                if let Some(news) = self.follow(settings, secrets, id).await? {
                    return Ok(news);
                }
                tokio::time::sleep(ASK_EVERY).await;
            }
        };
        match tokio::time::timeout(patience, news).await {
            Ok(news) => news.map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Asks Twilio once what has become of a message that it took, and records the answer; `None` while there is no news.
    pub async fn follow(
        &self,
        settings: &SmsSettings,
        secrets: &SmsCredentials,
        id: &str,
    ) -> Result<Option<Delivered>, Error> {
        let Some(delivery) = self.0.deliveries().find(id).await? else {
            return Err(Error::NotFound);
        };
        let (Ok(Sms::Twilio(twilio)), Some(provider_id)) =
            (self.0.providers().sms(self.0, settings, secrets), delivery.provider_id)
        else {
            return Ok(None);
        };
        match twilio.status(&provider_id).await {
            Ok((Outcome::Accepted, _)) | Err(_) => Ok(None),
            Ok((outcome, provider_code)) => {
                self.0.deliveries().ended(id, &ending(outcome, provider_code.as_deref())).await?;
                let took = Duration::from_millis(delivery.took_ms);
                Ok(Some(Delivered { outcome, provider_id: Some(provider_id), provider_code, took }))
            }
        }
    }

    /// Notes that an administrator sends a test message; how many seconds to wait instead, where there were too many.
    pub async fn admit_trial(
        &self,
        admin: &Admin,
        recipient: &Recipient,
        client_id: &str,
    ) -> Result<Option<u64>, Error> {
        const ACTION: AuditKind = AuditKind::ConnectionTried;
        let now = self.0.now();
        let window = i64::from(TRIAL_MINUTES) * 60_000;
        let mut tx = self.0.database().begin().await?;
        // Locks this administrator's row: of many at once each is counted by the next.
        sqlx::query("update admins set email = email where id = $1").bind(admin.id()).execute(&mut *tx).await?;
        let newest_first: Vec<i64> = sqlx::query_scalar(
            "select at from audit where at > $1 and action = $2 and actor_id = $3 order by at desc limit $4",
        )
        .bind(now - window)
        .bind(ACTION.as_str())
        .bind(admin.id())
        .bind(i64::from(TRIALS))
        .fetch_all(&mut *tx)
        .await?;
        if let Some(deciding) = newest_first.get(TRIALS as usize - 1) {
            let left = u64::try_from(deciding + window - now).unwrap_or_default();
            return Ok(Some(left.div_ceil(1_000).max(1)));
        }
        let name: Option<String> = sqlx::query_scalar("select name from applications where client_id = $1")
            .bind(known(client_id))
            .fetch_optional(&mut *tx)
            .await?;
        let details =
            json!({ "recipient": recipient.masked(), "client_id": client_id, "name": name.unwrap_or_default() });
        audit::record(&mut tx, now, &admin.actor(), ACTION, recipient.method().as_str(), &details).await?;
        tx.commit().await?;
        Ok(None)
    }
}

impl Channel {
    fn code(&self) -> (OtpLength, OtpExpiry) {
        match self {
            Self::Sms(settings, _) => (settings.otp_length, settings.otp_expiry),
            Self::Email(settings, ..) => (settings.otp_length, settings.otp_expiry),
        }
    }

    fn render(&self, values: &Values, drawn: &Drawn) -> Result<Message, Reason> {
        match self {
            Self::Sms(settings, _) => message::sms(settings, values).map(Message::Sms),
            Self::Email(settings, ..) if !settings.missing().is_empty() => Err(Reason::NotSetUp),
            Self::Email(settings, ..) => {
                let mark = drawn.link.as_ref().map_or("", Secret::expose);
                message::email(settings, values, mark).map(Message::Email)
            }
        }
    }

    /// The parameters of the sign-in: those of the settings, and in their place those of the request.
    fn auth_params(&self, ask: &Ask) -> Vec<(String, String)> {
        let Self::Email(settings, ..) = self else { return ask.auth_params.clone() };
        let said = |name: &str| ask.auth_params.iter().any(|(said, _)| said == name);
        let of_settings = settings.auth_params.iter().filter(|param| !said(&param.name));
        let of_settings = of_settings.map(|param| (param.name.clone(), param.value.clone()));
        of_settings.chain(ask.auth_params.iter().cloned()).collect()
    }

    /// The sign-in link. What decides where it leads is kept with its code; its query is what Auth0's clients expect to see.
    fn link(&self, ask: &Ask, token: &Secret) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(self.auth_params(ask));
        query.append_pair("client_id", &ask.client_id);
        query.append_pair("connection", ask.recipient.method().as_str());
        query.append_pair("email", ask.recipient.expose());
        query.append_pair("verification_code", token.expose());
        [&ask.public_url, "/passwordless/verify_redirect?", &query.finish()].concat()
    }

    fn carrier<'a>(&self, backend: &'a Backend) -> Result<Carrier<'a>, Reason> {
        Ok(match self {
            Self::Sms(settings, secrets) => Carrier::Sms(backend.providers().sms(backend, settings, secrets)?),
            Self::Email(_, provider, password) => {
                Carrier::Mail(backend.providers().mail(backend, provider, password.as_ref())?)
            }
        })
    }

    const fn provider(&self) -> &'static str {
        match self {
            Self::Sms(settings, _) => settings.provider.as_str(),
            Self::Email(_, provider, _) => provider.provider.as_str(),
        }
    }
}

enum Carrier<'a> {
    Sms(Sms<'a>),
    Mail(Mail<'a>),
}

async fn send(backend: &Backend, channel: &Channel, ask: &Ask) -> Result<Sent, Error> {
    let (length, expiry) = channel.code();
    let drawn = Passwordless::draw(length, ask.send);
    let installation = backend.installation().load().await?;
    let link = drawn.link.as_ref().map(|token| channel.link(ask, token)).unwrap_or_default();
    let values = values(ask, &drawn, link, installation);
    let ready = channel.carrier(backend).and_then(|carrier| Ok((carrier, channel.render(&values, &drawn)?)));
    let (delivered, message) = match ready {
        Ok((carrier, message)) => {
            let params = channel.auth_params(ask).into_iter().map(|(name, value)| (name, value.into()));
            let context = serde_json::Value::Object(params.collect()).to_string();
            let request = Request {
                client_id: &ask.client_id,
                recipient: &ask.recipient,
                expiry,
                revision: ask.revision,
                purpose: ask.purpose,
                context: &context,
            };
            backend.passwordless().issue(&request, &drawn).await?;
            (hand_over(&carrier, ask, &drawn, &values.link, &message).await, Some(message))
        }
        Err(reason) => (not_sent(reason), None),
    };
    let delivery = record(backend, channel, ask, &delivered).await?;
    let link = drawn.link.is_some().then(|| Secret::new(values.link.as_str()));
    Ok(Sent { delivery, provider: channel.provider(), delivered, message, link })
}

async fn record(backend: &Backend, channel: &Channel, ask: &Ask, delivered: &Delivered) -> Result<String, Error> {
    backend
        .deliveries()
        .record(&NewDelivery {
            recipient: &ask.recipient,
            client_id: &ask.client_id,
            application_name: &ask.application_name,
            provider: channel.provider(),
            ending: ending(delivered.outcome, delivered.provider_code.as_deref()),
            provider_id: delivered.provider_id.as_deref(),
            took: delivered.took,
            revision: ask.revision,
            actor: ask.actor.as_deref(),
        })
        .await
}

async fn hand_over(carrier: &Carrier<'_>, ask: &Ask, drawn: &Drawn, link: &str, message: &Message) -> Delivered {
    let link = drawn.link.is_some().then(|| Secret::new(link));
    let envelope = Envelope {
        to: &ask.recipient,
        client_id: &ask.client_id,
        application_name: &ask.application_name,
        caller: ask.caller.as_ref(),
        code: &drawn.code,
        link: link.as_ref(),
    };
    match (carrier, message) {
        (Carrier::Sms(sms), Message::Sms(text)) => sms.send(&envelope, text).await,
        (Carrier::Mail(mail), Message::Email(EmailMessage { from, subject, html, text })) => {
            mail.send(&envelope, &Email { from, subject, html, text }).await
        }
        // A channel makes both of one kind.
        (Carrier::Sms(_), Message::Email(_)) | (Carrier::Mail(_), Message::Sms(_)) => not_sent(Reason::Template),
    }
}

fn not_sent(reason: Reason) -> Delivered {
    tracing::warn!(reason = reason.word(), "a message was not sent");
    Delivered { outcome: Outcome::Failed(reason), provider_id: None, provider_code: None, took: Duration::ZERO }
}

fn ending(outcome: Outcome, provider_code: Option<&str>) -> Ending<'_> {
    Ending { outcome: outcome.word(), reason: outcome.reason().map_or("", Reason::word), provider_code }
}

fn values(ask: &Ask, drawn: &Drawn, link: String, installation: Installation) -> Values {
    let recipient = ask.recipient.expose().to_owned();
    let (phone_number, email) = match ask.recipient.method() {
        Method::Sms => (recipient, String::new()),
        Method::Email => (String::new(), recipient),
    };
    Values {
        code: drawn.code.expose().to_owned(),
        link,
        phone_number,
        email,
        application_name: ask.application_name.clone(),
        client_id: ask.client_id.clone(),
        request_language: ask.language.clone().unwrap_or_else(|| installation.default_language.clone()),
        send: ask.send,
        connection: ask.recipient.method().as_str().to_owned(),
        tenant: installation.name.clone(),
        friendly_name: installation.name,
        support_email: installation.support_email,
        support_url: installation.support_url,
        ..Values::default()
    }
}
