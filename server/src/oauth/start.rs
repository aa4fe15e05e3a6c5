//! `POST /passwordless/start`: sends a code or a link, by what the connection's settings say.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use backend::limits::{Limit, network_of};
use backend::messages::Sent;
use backend::sign_in::{Start, StartRefusal, Started};
use domain::connection::Method;
use domain::delivery::Reason;
use domain::oauth::PASSWORDLESS_OTP;
use domain::recipient::Recipient;
use domain::template::Send;
use serde::Serialize;
use serde_json::{Map, Value};

use super::caller::ApiCaller;
use super::client::{Claim, Client};
use super::cors::ForApplication;
use super::fault::Fault;
use super::limit::limited;
use crate::AppState;
use crate::api::json;

/// Every property that a request may have.
const PROPERTIES: [&str; 9] = [
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "connection",
    "email",
    "phone_number",
    "send",
    "authParams",
];
/// What the link itself says, so that nobody else may.
const RESERVED: [&str; 5] = ["client_id", "connection", "email", "phone_number", "verification_code"];
/// The most characters that all authentication parameters have together.
const MAX_AUTH_PARAMS: usize = 4_096;
/// The most characters of a language.
const MAX_LANGUAGE: usize = 255;

/// What is answered when a message is on its way: what Auth0 answers, the same for users and for others.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer<'a> {
    Email {
        #[serde(rename = "_id")]
        id: String,
        email: &'a str,
        email_verified: bool,
    },
    Sms {
        #[serde(rename = "_id")]
        id: String,
        phone_number: &'a str,
        phone_verified: bool,
    },
}

/// `POST /passwordless/start`.
pub async fn start(State(state): State<AppState>, caller: ApiCaller, headers: HeaderMap, body: Bytes) -> Response {
    let request_id = caller.request_id.as_str();
    let Ok(Value::Object(fields)) = serde_json::from_slice(&body) else {
        let fault = Fault::bad("bad.request", "The body is not a JSON object.");
        return turned_away(&state, &caller, fault).await;
    };
    let text = |name: &str| fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let Some(client_id) = text("client_id") else {
        let fault = unknown_property(&fields)
            .unwrap_or_else(|| Fault::bad("bad.client_id", "Missing required property: client_id"));
        return turned_away(&state, &caller, fault).await;
    };
    let claim = Claim::read(&headers, Some(client_id), text("client_secret"), text("client_assertion"));
    let client = match claim.look_up(&state, request_id).await {
        Ok(client) => client,
        Err(fault) => return turned_away(&state, &caller, fault).await,
    };
    let address = caller.end_user(&headers, &client.application, client.proved);
    let answer = async {
        let request = Request::read(&fields, &headers, &client)?;
        send(&state, &caller, &client, request, &address).await
    };
    let mut response = limited(&state, request_id, Limit::Start, &network_of(&address), answer).await;
    response.extensions_mut().insert(ForApplication(client.application.client_id.clone()));
    response
}

/// Refuses a request before it is known on whose behalf it comes; it counts all the same.
async fn turned_away(state: &AppState, caller: &ApiCaller, fault: Fault) -> Response {
    let network = network_of(&caller.address);
    limited(state, &caller.request_id, Limit::Start, &network, async { Err(fault) }).await
}

/// A request that is as it should be.
struct Request {
    recipient: Recipient,
    send: Send,
    language: Option<String>,
    auth_params: Vec<(String, String)>,
}

impl Request {
    fn read(fields: &Map<String, Value>, headers: &HeaderMap, client: &Client) -> Result<Self, Fault> {
        if let Some(fault) = unknown_property(fields) {
            return Err(fault);
        }
        let text = |name: &str| match fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(Fault::bad("bad.request", format!("invalid type in {name} (expected string)"))),
        };
        let method = match text("connection")? {
            None => return Err(Fault::bad("bad.connection", "Missing required property: connection")),
            Some("sms") => Method::Sms,
            Some("email") => Method::Email,
            Some(_) => return Err(Fault::bad("bad.connection", "Connection does not exist")),
        };
        let (name, error) = match method {
            Method::Sms => ("phone_number", "bad.phone_number"),
            Method::Email => ("email", "bad.email"),
        };
        let Some(recipient) = text(name)? else {
            return Err(Fault::bad(error, format!("Missing required property: {name}")));
        };
        let recipient = match method {
            Method::Sms if !fits_pattern(recipient) => {
                return Err(Fault::bad(error, r"String does not match pattern: ^\+[0-9]{1,15}$"));
            }
            _ => Recipient::parse(method, recipient),
        };
        let recipient = recipient.map_err(|_| match method {
            Method::Sms => Fault::bad(error, "The phone number is not valid: 7 to 15 digits, with its country code."),
            Method::Email => Fault::bad(error, "The email address is not valid."),
        })?;
        let send = match (text("send")?, method) {
            (Some("code"), _) | (None, Method::Sms) => Send::Code,
            (Some("link") | None, Method::Email) => Send::Link,
            (Some("link_ios"), _) => {
                return Err(Fault::bad(
                    "missing_property",
                    "Missing client.mobile.ios.app_bundle_identifier is required.",
                ));
            }
            (Some("link_android"), _) => {
                return Err(Fault::bad(
                    "missing_property",
                    "Missing client.mobile.android.app_package_name is required.",
                ));
            }
            (Some("link"), Method::Sms) => return Err(Fault::bad("bad.request", "A link is sent by email only.")),
            (Some(_), _) => return Err(Fault::bad("bad.request", "send must be code or link")),
        };
        let auth_params = auth_params(fields.get("authParams"))?;
        let redirect_uri = auth_params.iter().find(|(name, _)| name == "redirect_uri").map(|(_, uri)| uri);
        if send == Send::Link
            && let Some(redirect_uri) = redirect_uri
            && !client.application.settings.callbacks.contains(redirect_uri)
        {
            let words = "error in authParams - redirect_uri is not one of the application's Allowed Callback URLs";
            return Err(Fault::bad("bad.authParams", words));
        }
        Ok(Self { recipient, send, language: language(headers), auth_params })
    }
}

async fn send(
    state: &AppState,
    caller: &ApiCaller,
    client: &Client,
    request: Request,
    address: &str,
) -> Result<Response, Fault> {
    let application = client.authenticated()?;
    if !application.settings.grant_types.passwordless_otp {
        return Err(Fault::grant_not_allowed(PASSWORDLESS_OTP));
    }
    let failed = |error: backend::Error| Fault::broken(&caller.request_id, &error);
    let recipient = request.recipient;
    let start = Start {
        client_id: application.client_id.clone(),
        application_name: application.settings.name.clone(),
        recipient: recipient.clone(),
        send: request.send,
        public_url: state.settings.public_url.origin().to_owned(),
        language: request.language,
        caller: caller.for_gateway(address),
        auth_params: request.auth_params,
    };
    match state.backend.sign_in().start(start).await.map_err(failed)? {
        Ok(Started::Sent(sent)) => handed_over(recipient.method(), &sent)?,
        Ok(Started::Withheld) => {}
        Err(refusal) => return Err(refused(refusal)),
    }
    let id = state.backend.sign_in().reference(&recipient).await.map_err(failed)?;
    let answer = match recipient.method() {
        Method::Email => Answer::Email { id, email: recipient.expose(), email_verified: false },
        Method::Sms => Answer::Sms { id, phone_number: recipient.expose(), phone_verified: true },
    };
    Ok(json(StatusCode::OK, &answer))
}

/// Why no sign-in is started.
fn refused(refusal: StartRefusal) -> Fault {
    let words = match refusal {
        StartRefusal::ConnectionOff => "Connection is disabled",
        StartRefusal::NotEnabled => "The connection is not enabled for this application",
        StartRefusal::SignUpsDisabled => "Public signup is disabled",
        StartRefusal::BlockedAddress => return Fault::too_many_attempts(),
    };
    Fault::bad("bad.connection", words)
}

/// Why a message did not go out, as Auth0's clients know it.
fn handed_over(method: Method, sent: &Sent) -> Result<(), Fault> {
    let Some(reason) = sent.delivered.outcome.reason() else {
        return Ok(());
    };
    let code = sent.delivered.provider_code.as_deref();
    let status = code.and_then(|code| code.strip_prefix("HTTP "));
    let error = match (method, reason) {
        (_, Reason::NotSetUp | Reason::Template | Reason::WithoutCode) => "bad.connection",
        (Method::Sms, _) => "sms_provider_error",
        (Method::Email, _) => "email_provider_error",
    };
    let words = match (sent.provider, reason, status, code) {
        ("gateway", Reason::GatewayCredentials, ..) => {
            "Authentication failed while calling the SMS gateway: 401".to_owned()
        }
        ("gateway", Reason::GatewayStatus, Some(status), _) => {
            format!("Unexpected response while calling the SMS gateway: {status}")
        }
        ("gateway", Reason::Timeout, ..) => "Timeout while calling the SMS gateway: ESOCKETTIMEDOUT".to_owned(),
        (_, reason, _, Some(code)) => format!("{reason} (Code: {code})"),
        (_, reason, _, None) => reason.to_string(),
    };
    Err(Fault::bad(error, words))
}

fn unknown_property(fields: &Map<String, Value>) -> Option<Fault> {
    let name = fields.keys().find(|name| !PROPERTIES.contains(&name.as_str()))?;
    let shown: String = name.chars().take(64).collect();
    Some(Fault::bad("bad.request", format!("the following properties are not allowed: {shown}")))
}

/// Auth0's pattern of a phone number; stricter rules follow.
fn fits_pattern(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or_default();
    (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn auth_params(value: Option<&Value>) -> Result<Vec<(String, String)>, Fault> {
    let bad = |words: String| Fault::bad("bad.authParams", ["error in authParams - ", &words].concat());
    let object = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(object)) => object,
        Some(other) => return Err(bad(format!("invalid type: {} (expected object)", kind(other)))),
    };
    let mut params = Vec::new();
    for (name, value) in object {
        let value = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            other => return Err(bad(format!("invalid type: {} (expected string)", kind(other)))),
        };
        if RESERVED.contains(&name.as_str()) {
            return Err(bad(format!("{name} is not allowed")));
        }
        params.push((name.clone(), value));
    }
    let characters: usize = params.iter().map(|(name, value)| name.chars().count() + value.chars().count()).sum();
    if characters > MAX_AUTH_PARAMS {
        return Err(bad(format!("longer than {MAX_AUTH_PARAMS} characters in all")));
    }
    Ok(params)
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The language that is asked for, as it was sent. Programs that ask for none send `*`.
pub fn language(headers: &HeaderMap) -> Option<String> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let asked = |text: &&str| !text.is_empty();
    let language =
        header("x-request-language").filter(asked).or_else(|| header(ACCEPT_LANGUAGE.as_str()).filter(asked));
    language.filter(|language| *language != "*").map(|language| language.chars().take(MAX_LANGUAGE).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_asked_for_by_its_own_header_first() {
        for (own, accepted, language_of) in [
            (Some("fr-FR"), Some("de"), Some("fr-FR")),
            (None, Some("de-AT,de;q=0.8"), Some("de-AT,de;q=0.8")),
            (Some(" "), Some("de"), Some("de")),
            (None, Some("*"), None),
            (None, None, None),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [("x-request-language", own), ("accept-language", accepted)] {
                if let Some(value) = value {
                    headers.insert(name, value.parse().expect("a header"));
                }
            }
            assert_eq!(language(&headers).as_deref(), language_of, "{own:?} {accepted:?}");
        }
    }
}
