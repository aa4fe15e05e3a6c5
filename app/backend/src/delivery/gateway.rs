//! The custom gateway: an HTTP service of the administrator's own, which proves nothing and gets a signed token if it wants one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Secret;
use domain::delivery::{Outcome, Reason};
use domain::sms::{GatewayAuthentication, SmsSettings};
use hmac::{Hmac, Mac as _};
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use serde::Serialize;
use sha2::Sha256;

use super::{Envelope, Failure, Taken, http_code};
use crate::Clock;
use crate::outbound::{Outbound, Route};

/// How long a token counts, in seconds.
const TOKEN_LIFE: i64 = 300;

/// A gateway and how Doorcode proves itself to it.
pub struct Gateway {
    outbound: Outbound,
    clock: Clock,
    url: String,
    sender: String,
    forward_request_info: bool,
    token: Option<Token>,
}

/// What a token says and is signed with.
struct Token {
    subject: String,
    audience: String,
    secret: Secret,
    base64url: bool,
}

#[derive(Serialize)]
struct Message<'m> {
    recipient: &'m str,
    body: &'m str,
    #[serde(skip_serializing_if = "str::is_empty")]
    sender: &'m str,
    #[serde(skip_serializing_if = "Option::is_none")]
    req: Option<Request<'m>>,
}

#[derive(Serialize)]
struct Request<'m> {
    ip: &'m str,
    #[serde(rename = "user-agent")]
    user_agent: &'m str,
}

#[derive(Serialize)]
struct Claims<'m> {
    #[serde(skip_serializing_if = "str::is_empty")]
    sub: &'m str,
    #[serde(skip_serializing_if = "str::is_empty")]
    aud: &'m str,
    iat: i64,
    exp: i64,
}

impl Gateway {
    pub(super) fn new(outbound: Outbound, clock: Clock, settings: &SmsSettings, secret: Option<Secret>) -> Self {
        let bearer = settings.gateway_authentication == GatewayAuthentication::Bearer;
        Self {
            outbound,
            clock,
            url: settings.gateway_url.clone(),
            sender: settings.from.clone(),
            forward_request_info: settings.forward_request_info,
            token: secret.filter(|_| bearer).map(|secret| Token {
                subject: settings.gateway_subject.clone(),
                audience: settings.gateway_audience.clone(),
                secret,
                base64url: settings.gateway_secret_base64url,
            }),
        }
    }

    /// Whether it may be reached, has an address, and its token can be signed; asks it nothing, since it knows nothing but messages.
    pub async fn check(&self) -> Result<(), Failure> {
        let url = self.url()?;
        if let Some(token) = &self.token {
            token.sign(self.clock.now() / 1_000)?;
        }
        let host = url.host_str().unwrap_or_default();
        Outbound::until(self.outbound.deadline(), self.outbound.look_up(host)).await??;
        Ok(())
    }

    /// The address, https or of a host on the list.
    fn url(&self) -> Result<Url, Failure> {
        let url = Url::parse(&self.url).map_err(|_| Failure::failed(Reason::NotSetUp))?;
        let listed = url.host_str().is_some_and(|host| self.outbound.is_listed(host));
        if url.scheme() == "https" || url.scheme() == "http" && listed {
            Ok(url)
        } else {
            Err(Failure::failed(Reason::NotHttps))
        }
    }

    pub(super) async fn send(&self, envelope: &Envelope<'_>, text: &str) -> Result<Taken, Failure> {
        let url = self.url()?;
        let caller = envelope.caller.filter(|_| self.forward_request_info);
        let message = Message {
            recipient: envelope.to.expose(),
            body: text,
            sender: &self.sender,
            req: caller.map(|caller| Request { ip: &caller.ip, user_agent: &caller.user_agent }),
        };
        let body = json(&message)?;
        let token = self.token.as_ref().map(|token| token.sign(self.clock.now() / 1_000)).transpose()?;
        let sent = self.outbound.exchange(Route::Guarded, &url, |client| {
            let request = client.post(url.clone()).header(CONTENT_TYPE, "application/json").body(body);
            match token {
                Some(token) => request.bearer_auth(token),
                None => request,
            }
        });
        // Only the status counts, so nobody waits for the rest of the answer.
        match Outbound::until(self.outbound.deadline(), sent).await??.status {
            200 => Ok(Taken { outcome: Outcome::Accepted, provider_id: None }),
            401 => Err(Failure::refused(Reason::GatewayCredentials, Some(http_code(401)))),
            status => Err(Failure::refused(Reason::GatewayStatus, Some(http_code(status)))),
        }
    }
}

impl Token {
    /// The token (RFC 7519, HS256) of this moment, in seconds since the Unix epoch.
    fn sign(&self, now: i64) -> Result<String, Failure> {
        let secret = self.secret.expose();
        let key = if self.base64url {
            let decoded = URL_SAFE_NO_PAD.decode(secret.trim_end_matches('='));
            decoded.map_err(|_| Failure::failed(Reason::GatewaySecret))?
        } else {
            secret.as_bytes().to_vec()
        };
        let claims = Claims { sub: &self.subject, aud: &self.audience, iat: now, exp: now + TOKEN_LIFE };
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let signed = [&encode(br#"{"alg":"HS256","typ":"JWT"}"#), ".", &encode(&json(&claims)?)].concat();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| Failure::failed(Reason::GatewaySecret))?;
        mac.update(signed.as_bytes());
        Ok([&signed, ".", &encode(&mac.finalize().into_bytes())].concat())
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(value).map_err(|_| Failure::failed(Reason::NotSetUp))
}
