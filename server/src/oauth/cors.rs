//! Which pages may call the API from a browser (the Fetch standard, CORS protocol).
//!
//! A preflight does not say for which application it asks, so it is answered for the origins of all; the answer itself is readable for
//! the origins of its own application only. Nothing here depends on cookies.

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
    ORIGIN, VARY,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::fault::Fault;
use crate::AppState;
use crate::refusal::request_id;

/// Put into an answer: the application that it is for.
#[derive(Clone, Debug)]
pub struct ForApplication(pub String);

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");
const HEADERS: HeaderValue =
    HeaderValue::from_static("authorization, auth0-client, content-type, dpop, x-request-language");
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "retry-after, www-authenticate, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, x-request-id",
);
/// How long a browser may keep the answer to a preflight: ten minutes.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// Lets the Allowed Web Origins of applications in.
pub async fn of_applications(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        return next.run(request).await;
    };
    let request_id = request_id(&request);
    let preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let application = response.extensions().get::<ForApplication>().map(|application| application.0.clone());
    let text = origin.to_str().unwrap_or_default();
    match state.backend.applications().allows_origin(text, application.as_deref()).await {
        Ok(true) => allow(&mut response, origin, preflight),
        Ok(false) => {}
        Err(error) => return Fault::broken(&request_id, &error).into_response(),
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    response
}

/// Lets everybody read.
pub async fn open(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn allow(response: &mut Response, origin: HeaderValue, preflight: bool) {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    // auth0.js asks with credentials; there are none that would count.
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    if preflight {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    } else {
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}
