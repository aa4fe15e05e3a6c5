//! The API for programs: JSON in and out, a bearer token instead of a session, an error body of its own.

mod outbox;

use axum::Router;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use backend::{ApiToken, Backend};
use domain::Secret;
use domain::api_token::ApiScope;
use serde::Serialize;

use crate::AppState;

/// Every endpoint. None has a session, so what a browser would add to a request gives it no power.
pub fn routes() -> Router<AppState> {
    Router::new().route("/api/outbox", get(outbox::newest))
}

/// Why a program does not get what it asked for.
#[derive(Debug)]
enum ApiError {
    /// The request is not understood.
    Invalid(&'static str),
    /// There is no token, or none that counts.
    NoToken { shown: bool },
    /// The token does not allow this.
    Scope(ApiScope),
    /// There is nothing there.
    Missing { error: &'static str, description: &'static str },
    /// Something broke; the log says what.
    Broken { request_id: String },
}

#[derive(Serialize)]
struct ErrorBody {
    error: &'static str,
    error_description: String,
}

impl ApiError {
    /// Logs what broke in the backend, once.
    fn broken(request_id: &str, error: &backend::Error) -> Self {
        tracing::error!(request_id, error = error as &dyn std::error::Error, "the backend failed");
        Self::Broken { request_id: request_id.to_owned() }
    }

    fn challenge(&self) -> Option<String> {
        match self {
            // RFC 6750, section 3.1: who shows nothing is told no error.
            Self::NoToken { shown: false } => Some("Bearer realm=\"Doorcode\"".to_owned()),
            Self::NoToken { shown: true } => Some("Bearer realm=\"Doorcode\", error=\"invalid_token\"".to_owned()),
            Self::Scope(scope) => {
                Some(format!("Bearer realm=\"Doorcode\", error=\"insufficient_scope\", scope=\"{}\"", scope.as_str()))
            }
            _ => None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let challenge = self.challenge().and_then(|challenge| HeaderValue::from_str(&challenge).ok());
        let (status, error, error_description) = match self {
            Self::Invalid(words) => (StatusCode::BAD_REQUEST, "invalid_request", words.to_owned()),
            Self::NoToken { .. } => (
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "Send the header “Authorization: Bearer …” with an API token that was not revoked.".to_owned(),
            ),
            Self::Scope(scope) => {
                let words = format!("This API token lacks the scope {}.", scope.as_str());
                (StatusCode::FORBIDDEN, "insufficient_scope", words)
            }
            Self::Missing { error, description } => (StatusCode::NOT_FOUND, error, description.to_owned()),
            Self::Broken { request_id } => {
                let words =
                    format!("Something went wrong on the server. Its log says what, under request {request_id}.");
                (StatusCode::INTERNAL_SERVER_ERROR, "server_error", words)
            }
        };
        let mut response = json(status, &ErrorBody { error, error_description });
        if let Some(challenge) = challenge {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// An answer, which no cache keeps.
pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Response {
    match serde_json::to_string(body) {
        Ok(body) => (status, [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], body).into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer of the API cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The token of a request, which must allow `scope`.
async fn authorized(
    backend: &Backend,
    request_id: &str,
    headers: &HeaderMap,
    scope: ApiScope,
) -> Result<ApiToken, ApiError> {
    let shown = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer);
    let Some(shown) = shown else {
        return Err(ApiError::NoToken { shown: false });
    };
    let found = backend.api_tokens().authenticate(&Secret::new(shown)).await;
    match found.map_err(|error| ApiError::broken(request_id, &error))? {
        Some(token) if token.allows(scope) => Ok(token),
        Some(_) => Err(ApiError::Scope(scope)),
        None => Err(ApiError::NoToken { shown: true }),
    }
}

/// The token in the value of the header; the scheme is written in any case.
pub fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bearer_token_is_one() {
        for (value, token) in [
            ("Bearer dck_1", Some("dck_1")),
            ("bearer  dck_1 ", Some("dck_1")),
            ("Bearer ", None),
            ("Bearer", None),
            ("Basic dck_1", None),
        ] {
            assert_eq!(bearer(value), token, "{value}");
        }
    }
}
