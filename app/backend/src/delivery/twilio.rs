//! Twilio's Programmable Messaging.

use domain::Secret;
use domain::delivery::{Outcome, Reason};
use domain::sms::{SmsSettings, SmsSource};
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::form_urlencoded::Serializer;

use super::{Envelope, Failure, Taken, http_code, words};
use crate::outbound::{Answer, Obstacle, Outbound, Route};

/// A Twilio account and what it sends as.
pub struct Twilio {
    outbound: Outbound,
    /// Everything up to what is asked for.
    account_url: String,
    sid: String,
    token: Secret,
    sender: Sender,
}

enum Sender {
    From(String),
    MessagingService(String),
}

/// What Twilio says of a message; all else of its answer is left alone.
#[derive(Deserialize)]
struct Message {
    sid: String,
    status: String,
    #[serde(default)]
    error_code: Option<u32>,
}

#[derive(Deserialize)]
struct Account {
    status: String,
}

#[derive(Deserialize)]
struct Problem {
    code: u32,
}

impl Twilio {
    pub(super) fn new(outbound: Outbound, api: &str, settings: &SmsSettings, token: Secret) -> Self {
        Self {
            outbound,
            account_url: [api, "/2010-04-01/Accounts/", &settings.twilio_sid].concat(),
            sid: settings.twilio_sid.clone(),
            token,
            sender: match settings.source {
                SmsSource::From => Sender::From(settings.from.clone()),
                SmsSource::MessagingService => Sender::MessagingService(settings.messaging_service_sid.clone()),
            },
        }
    }

    pub(super) async fn send(&self, envelope: &Envelope<'_>, text: &str) -> Result<Taken, Failure> {
        let form = self.form(envelope, text);
        let deadline = self.outbound.deadline();
        let message = Outbound::until(deadline, self.post(&form, deadline)).await??;
        match ending(&message) {
            Outcome::Accepted | Outcome::Delivered => {
                Ok(Taken { outcome: Outcome::Accepted, provider_id: Some(message.sid) })
            }
            outcome => Err(Failure { outcome, provider_code: message.error_code.map(|code| code.to_string()) }),
        }
    }

    /// What has become of a message that Twilio took, by its id.
    pub async fn status(&self, id: &str) -> Result<(Outcome, Option<String>), Failure> {
        if !is_message(id) {
            return Err(Failure::failed(Reason::Unintelligible));
        }
        let asked = async {
            let answer = self.get(&["/Messages/", id, ".json"].concat()).await?;
            read::<Message>(answer).await
        };
        let message = Outbound::until(self.outbound.deadline(), asked).await??;
        Ok((ending(&message), message.error_code.filter(|code| *code != 0).map(|code| code.to_string())))
    }

    /// Whether SID and token fit together and the account may send.
    pub async fn check(&self) -> Result<(), Failure> {
        let asked = async {
            let answer = self.get(".json").await?;
            read::<Account>(answer).await
        };
        let account = Outbound::until(self.outbound.deadline(), asked).await??;
        match account.status.as_str() {
            "active" => Ok(()),
            "suspended" | "closed" => Err(Failure::refused(Reason::AccountInactive, None)),
            _ => Err(Failure::failed(Reason::Unintelligible)),
        }
    }

    /// Posts a message, again where Twilio certainly did not take it: 429, 503, and a connection that was refused.
    async fn post(&self, form: &str, deadline: tokio::time::Instant) -> Result<Message, Failure> {
        let url = self.url("/Messages.json")?;
        let mut pause = self.outbound.pause();
        loop {
            let sent = self.outbound.exchange(Route::Direct, &url, |client| {
                client
                    .post(url.clone())
                    .basic_auth(&self.sid, Some(self.token.expose()))
                    .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(form.to_owned())
            });
            let (failure, asked_for) = match sent.await {
                Ok(answer) if matches!(answer.status, 429 | 503) => {
                    let asked_for = answer.retry_after;
                    (refusal(answer).await, asked_for)
                }
                Ok(answer) => {
                    let message = read::<Message>(answer).await?;
                    return if is_message(&message.sid) {
                        Ok(message)
                    } else {
                        Err(Failure::failed(Reason::Unintelligible))
                    };
                }
                Err(Obstacle::Refused) => (Obstacle::Refused.into(), None),
                Err(obstacle) => return Err(obstacle.into()),
            };
            // Where time runs out, what Twilio said counts, and not that it would have said nothing more.
            let wait = asked_for.unwrap_or(pause);
            let Some(next) = tokio::time::Instant::now().checked_add(wait).filter(|next| *next < deadline) else {
                return Err(failure);
            };
            tokio::time::sleep_until(next).await;
            pause *= 2;
        }
    }

    fn form(&self, envelope: &Envelope<'_>, text: &str) -> String {
        let mut form = Serializer::new(String::new());
        form.append_pair("To", envelope.to.expose());
        match &self.sender {
            Sender::From(from) => form.append_pair("From", from),
            Sender::MessagingService(sid) => form.append_pair("MessagingServiceSid", sid),
        };
        form.append_pair("Body", text).finish()
    }

    async fn get(&self, path: &str) -> Result<Answer, Failure> {
        let url = self.url(path)?;
        let build = |client: &reqwest::Client| client.get(url.clone()).basic_auth(&self.sid, Some(self.token.expose()));
        Ok(self.outbound.exchange(Route::Direct, &url, build).await?)
    }

    fn url(&self, path: &str) -> Result<Url, Failure> {
        // The SID is of the shape that the form asks for, and the rest is the server's own configuration.
        Url::parse(&[&self.account_url, path].concat()).map_err(|_| Failure::failed(Reason::NotSetUp))
    }
}

/// What an answer says, where it says that all is well.
async fn read<T: DeserializeOwned>(answer: Answer) -> Result<T, Failure> {
    if !matches!(answer.status, 200 | 201) {
        return Err(refusal(answer).await);
    }
    serde_json::from_slice(&answer.body().await?).map_err(|_| Failure::failed(Reason::Unintelligible))
}

/// What an answer says that is an error.
async fn refusal(answer: Answer) -> Failure {
    let status = answer.status;
    // Without a body that can be read the status still says something.
    let body = answer.body().await.unwrap_or_default();
    let code = serde_json::from_slice::<Problem>(&body).ok().map(|problem| problem.code);
    let reason = code.and_then(words::twilio).unwrap_or(match status {
        401 | 403 => Reason::TwilioCredentials,
        429 => Reason::TooManyRequests,
        500.. => Reason::ProviderFailure,
        400.. if code.is_some() => Reason::NotTaken,
        _ => Reason::Unintelligible,
    });
    let provider_code = Some(code.map_or_else(|| http_code(status), |code| code.to_string()));
    match reason {
        Reason::ProviderFailure | Reason::Unintelligible => Failure { provider_code, ..Failure::failed(reason) },
        _ => Failure::refused(reason, provider_code),
    }
}

fn ending(message: &Message) -> Outcome {
    match message.status.as_str() {
        "delivered" | "partially_delivered" | "read" => Outcome::Delivered,
        "failed" | "undelivered" | "canceled" => {
            Outcome::Failed(message.error_code.and_then(words::twilio).unwrap_or(Reason::NotDelivered))
        }
        _ => Outcome::Accepted,
    }
}

/// Whether this is the id of a message, as Twilio gives them.
fn is_message(id: &str) -> bool {
    let digits = id.strip_prefix("SM").or_else(|| id.strip_prefix("MM")).unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
