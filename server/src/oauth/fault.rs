//! Why the API refuses something: a status, and the two words that clients read.

use std::borrow::Cow;

use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use backend::limits::Allowance;
use serde::Serialize;

use crate::api::json;

/// A refusal (RFC 6749, section 5.2, and the words of Auth0).
#[derive(Debug)]
pub struct Fault {
    status: StatusCode,
    error: &'static str,
    description: Cow<'static, str>,
    error_uri: Option<&'static str>,
    challenge: Option<&'static str>,
    retry_after: Option<u64>,
}

#[derive(Serialize)]
struct Body<'f> {
    error: &'static str,
    error_description: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_uri: Option<&'static str>,
}

impl Fault {
    /// A refusal with this status, error and description.
    pub fn new(status: StatusCode, error: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        let description = description.into();
        Self { status, error, description, error_uri: None, challenge: None, retry_after: None }
    }

    /// A request that is not as it should be: 400.
    pub fn bad(error: &'static str, description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, description)
    }

    /// A grant that is worth nothing: 403, as Auth0 has it.
    pub fn invalid_grant(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "invalid_grant", description)
    }

    /// An application that did not prove itself: 401. Only one that tried HTTP Basic is told of it (RFC 6749, section 5.2): clients
    /// that find the header look no further.
    pub fn invalid_client(description: impl Into<Cow<'static, str>>, by_header: bool) -> Self {
        let challenge = by_header.then_some("Basic realm=\"Doorcode\", charset=\"UTF-8\"");
        Self { challenge, ..Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description) }
    }

    /// A grant that the application may not use.
    pub fn grant_not_allowed(grant: &str) -> Self {
        let words = format!("Grant type '{grant}' not allowed for the client.");
        let error_uri = Some("https://auth0.com/docs/clients/client-grant-types");
        Self { error_uri, ..Self::new(StatusCode::FORBIDDEN, "unauthorized_client", words) }
    }

    /// An access token that does not count (RFC 6750, section 3.1).
    pub fn invalid_token(description: &'static str, shown: bool) -> Self {
        let challenge =
            if shown { "Bearer realm=\"Doorcode\", error=\"invalid_token\"" } else { "Bearer realm=\"Doorcode\"" };
        let challenge = Some(challenge);
        Self { challenge, ..Self::new(StatusCode::UNAUTHORIZED, "invalid_token", description) }
    }

    /// More requests than the limit allows.
    pub fn too_many(allowance: &Allowance) -> Self {
        let fault = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "Rate limit exceeded.");
        Self { retry_after: allowance.retry_after, ..fault }
    }

    /// Too many wrong codes from one network for one recipient. The words are Auth0's; an administrator lifts the block.
    pub fn too_many_attempts() -> Self {
        let words = "Your account has been blocked after multiple consecutive login attempts. We've sent you an email with instructions on how to unblock it.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", words)
    }

    /// Something broke: logged here, once.
    pub fn broken(request_id: &str, error: &backend::Error) -> Self {
        tracing::error!(request_id, error = error as &dyn std::error::Error, "the backend failed");
        let words = format!("Something went wrong on the server. Its log says what, under request {request_id}.");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", words)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let body = Body { error: self.error, error_description: &self.description, error_uri: self.error_uri };
        let mut response = json(self.status, &body);
        if let Some(challenge) = self.challenge {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
