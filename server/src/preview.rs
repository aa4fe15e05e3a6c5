//! The frame of the email preview: a document of its own, in a sandbox, under a policy of its own.
//!
//! Hydrated, the settings page feeds it by postMessage. Without JavaScript the form is posted to it and rendered here.

mod message;

use app::request::Caller;
use axum::body::Bytes;
use axum::extract::{Extension, RawQuery, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use backend::{Backend, Found};
use domain::connection::Method;
use leptos::nonce::Nonce;
use url::form_urlencoded;

use crate::AppState;
use crate::refusal::refuse;

const SCRIPT: &str = include_str!("preview/frame.js");

/// `GET /preview/frame`: an empty document that shows what its parent sends it; `?remote=1` lets it load remote images.
pub async fn frame(RawQuery(query): RawQuery, Extension(nonce): Extension<Nonce>) -> Response {
    let query = query.unwrap_or_default();
    let remote = form_urlencoded::parse(query.as_bytes()).any(|(key, value)| key == "remote" && value == "1");
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Email preview</title>\
         <script nonce=\"{nonce}\">{SCRIPT}</script></head>\
         <body><noscript>The button Preview shows the message.</noscript></body></html>"
    );
    answer(page, &format!("script-src 'nonce-{nonce}'; "), remote, "")
}

/// `POST /preview/frame`: the posted form's message with sample values; nothing in it runs.
pub async fn show(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !matches!(caller.found, Found::SignedIn(_)) {
        return refuse(&state, &headers, StatusCode::UNAUTHORIZED, "Your session has ended. Sign in again to go on.");
    }
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let page = match page(&state.backend, fields).await {
        Ok(page) => page,
        Err(error) => return crate::refusal::broken(&state, &caller.request_id, &headers, &error),
    };
    // Without scripts a sandboxed document does not follow a refresh of the message's own either.
    answer(page, "", false, "; sandbox")
}

async fn page(backend: &Backend, fields: Vec<(String, String)>) -> Result<String, backend::Error> {
    let installation = backend.installation().load().await?;
    let costly_names = backend.applications().costly_names(Method::Sms, 20).await?;
    // The worst case is rendered hundreds of times, and meanwhile other requests want their answers.
    Ok(tokio::task::spawn_blocking(move || message::document(&fields, &installation, &costly_names)).await?)
}

fn answer(page: String, scripts: &str, remote: bool, sandbox: &str) -> Response {
    let remote = if remote { " https:" } else { "" };
    let policy = format!(
        "default-src 'none'; {scripts}style-src 'unsafe-inline'; img-src data:{remote}; form-action 'none'; \
         base-uri 'none'; frame-ancestors 'self'{sandbox}"
    );
    let mut response = Html(page).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}
