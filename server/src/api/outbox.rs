//! `GET /api/outbox?to=…&after=…`: the newest message to a recipient, waited for, so that a test can read the code it asked for.

use std::time::Duration;

use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use backend::outbox::After;
use domain::activity::OutboxMessage;
use domain::api_token::ApiScope;
use domain::recipient::Recipient;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::form_urlencoded;

use super::{ApiError, authorized, json};
use crate::AppState;
use crate::observe::RequestId;

/// How long a message is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Serialize)]
struct Message<'m> {
    id: &'m str,
    at: String,
    connection: &'static str,
    to: &'m str,
    from: &'m str,
    subject: Option<&'m str>,
    text: &'m str,
    html: Option<&'m str>,
    code: &'m str,
    link: Option<&'m str>,
    client_id: &'m str,
    application: &'m str,
}

/// Answers the newest message to `to`, also one that comes within ten seconds; with `after`, only one that is newer.
pub async fn newest(
    State(state): State<AppState>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let failed = |error: backend::Error| ApiError::broken(&request_id, &error);
    authorized(&state.backend, &request_id, &headers, ApiScope::OutboxRead).await?;
    let (to, after) = asked(&query.unwrap_or_default())?;
    let outbox = state.backend.outbox();
    // A message that is there is answered, whoever carries the next one.
    if let Some(message) = outbox.wait(&to, after.as_ref(), Duration::ZERO).await.map_err(failed)? {
        return Ok(json(StatusCode::OK, &written(&message)));
    }
    if !outbox.in_use().await.map_err(failed)? {
        return Err(ApiError::Missing {
            error: "outbox_not_in_use",
            description: "No connection has Outbox as its provider, so no message can come. Choose it in the SMS settings, or in Settings as the email provider.",
        });
    }
    match outbox.wait(&to, after.as_ref(), PATIENCE).await.map_err(failed)? {
        Some(message) => Ok(json(StatusCode::OK, &written(&message))),
        None => Err(ApiError::Missing {
            error: "no_message",
            description: "No such message came within 10 seconds. Ask again to go on waiting.",
        }),
    }
}

/// The recipient and the moment or message that a query names.
fn asked(query: &str) -> Result<(Recipient, Option<After>), ApiError> {
    let value = |name: &str| {
        let found = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let Some(to) = value("to") else {
        return Err(ApiError::Invalid("Say whose message you want: to=, with a phone number or an email address."));
    };
    let to = Recipient::looked_for(&to)
        .map_err(|_| ApiError::Invalid("to is neither a phone number with its country code nor an email address."))?;
    let after = match value("after") {
        None => None,
        Some(text) => Some(After::parse(&text).ok_or(ApiError::Invalid(
            "after is neither a time (RFC 3339, or milliseconds since 1970) nor the id of a message.",
        ))?),
    };
    Ok((to, after))
}

fn written(message: &OutboxMessage) -> Message<'_> {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(message.at) * 1_000_000).ok();
    Message {
        id: &message.id,
        at: at.and_then(|at| at.format(&Rfc3339).ok()).unwrap_or_default(),
        connection: message.method.as_str(),
        to: &message.recipient,
        from: &message.from,
        subject: message.subject.as_deref(),
        text: &message.text,
        html: message.html.as_deref(),
        code: message.code.expose(),
        link: message.link.as_ref().map(|link| link.expose()),
        client_id: &message.client_id,
        application: &message.application_name,
    }
}
