//! What every request passes: headers, the nonce of its page, the same-origin rule, and the limit of its body.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use leptos::nonce::Nonce;

use crate::AppState;
use crate::refusal::refuse;

/// The largest body of a console request: 256 KiB.
pub const MAX_BODY: usize = 256 * 1024;

/// How much of a larger body is read and thrown away, so that the browser lives to see the answer.
const MAX_DRAINED: usize = 4 * 1024 * 1024;

/// How long a body may take to arrive.
const BODY_PATIENCE: Duration = Duration::from_secs(30);

const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Sets the headers that every answer has.
pub async fn headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    if state.settings.public_url.is_https() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    let image = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"image/"));
    if !image {
        // Nothing outside the console's pages loads anything.
        headers
            .entry(CONTENT_SECURITY_POLICY)
            .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    }
    response
}

/// Mints the nonce of a console answer and sets the headers that name it; nothing of the console is stored by caches.
pub async fn page_headers(mut request: Request, next: Next) -> Response {
    let nonce = Nonce::new();
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let (false, Ok(policy)) = (headers.contains_key(CONTENT_SECURITY_POLICY), HeaderValue::from_str(&policy(&nonce)))
    {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn policy(nonce: &Nonce) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; \
         frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )
}

/// Refuses what changes something and does not come from a page of ours, and bodies over the limit.
pub async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    if !same_origin(request.headers(), state.settings.public_url.origin()) {
        let words = "This request did not come from a page of this Doorcode. If it did, DOORCODE_PUBLIC_URL differs from the URL in the browser.";
        return refuse(&state, request.headers(), StatusCode::FORBIDDEN, words);
    }

    let (parts, body) = request.into_parts();
    match bounded(&parts.headers, body).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(status) => {
            let words = match status {
                StatusCode::PAYLOAD_TOO_LARGE => "A form may hold at most 256 KiB. Go back and shorten what you typed.",
                StatusCode::REQUEST_TIMEOUT => "The form did not arrive in time. Go back and try again.",
                _ => "The form did not arrive whole. Go back and try again.",
            };
            refuse(&state, &parts.headers, status, words)
        }
    }
}

/// A body within its limit, or the status that says why not: too large, too slow, or not whole.
pub async fn bounded(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, StatusCode> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    match announced {
        Some(length) if length > MAX_DRAINED => Err(StatusCode::PAYLOAD_TOO_LARGE),
        _ => tokio::time::timeout(BODY_PATIENCE, read(body)).await.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT)),
    }
}

/// Whether a request comes from a page of ours: the browser says so, or, where it says nothing, its origin is ours.
fn same_origin(headers: &HeaderMap, origin: &str) -> bool {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter().peekable();
    if sites.peek().is_some() {
        return sites.all(|site| site == "same-origin");
    }
    let mut origins = headers.get_all(ORIGIN).iter().peekable();
    origins.peek().is_some() && origins.all(|claimed| claimed == origin)
}

async fn read(mut body: Body) -> Result<Vec<u8>, StatusCode> {
    let mut kept = Vec::new();
    let mut total = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| StatusCode::BAD_REQUEST)?;
        let Some(data) = frame.data_ref() else { continue };
        total += data.len();
        if total > MAX_DRAINED {
            break;
        }
        if total <= MAX_BODY {
            kept.extend_from_slice(data);
        }
    }
    if total > MAX_BODY { Err(StatusCode::PAYLOAD_TOO_LARGE) } else { Ok(kept) }
}
