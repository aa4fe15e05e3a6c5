//! Answers of the server itself when something is refused or breaks, in words, without the console around them.

use std::any::Any;

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use crate::AppState;
use crate::observe::RequestId;

/// A refusal as a page for people, as a line of text for everything else.
pub fn refuse(state: &AppState, headers: &HeaderMap, status: StatusCode, words: &str) -> Response {
    if !accepts_html(headers) {
        return (status, format!("{words}\n")).into_response();
    }
    let body = format!(
        "<p class=\"entry-lede\">{}</p><p class=\"entry-lede\"><a href=\"/\">Go to Doorcode</a></p>",
        escape(words)
    );
    (status, plain_page(state, title(status), &body)).into_response()
}

/// A page without the console around it; the body is HTML.
pub fn plain_page(state: &AppState, title: &str, body: &str) -> Html<String> {
    let css = format!("/{}/console.css", state.options.site_pkg_dir);
    Html(format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title} · Doorcode</title><link rel=\"stylesheet\" href=\"{css}\"></head>\
         <body><main class=\"entry\"><div class=\"entry-card card\"><h1>{title}</h1>{body}</div></main></body></html>"
    ))
}

/// Logs what broke in the backend, once, and answers 500 with the request's id.
pub fn broken(state: &AppState, request_id: &str, headers: &HeaderMap, error: &backend::Error) -> Response {
    tracing::error!(request_id, error = error as &dyn std::error::Error, "the backend failed");
    let words = format!("Something went wrong on the server. Its log says what, under request {request_id}.");
    refuse(state, headers, StatusCode::INTERNAL_SERVER_ERROR, &words)
}

/// The id of a request, for words and logs.
pub fn request_id(request: &Request) -> String {
    request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default()
}

/// Makes what Leptos answers to a plain form post fit for people: 303 instead of 302, a page instead of a JSON error.
pub async fn plain_answers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let plain = request.uri().path().starts_with("/fn/") && accepts_html(request.headers());
    if !plain {
        return next.run(request).await;
    }
    let headers = request.headers().clone();
    let mut response = next.run(request).await;
    let status = response.status();
    if status == StatusCode::FOUND {
        *response.status_mut() = StatusCode::SEE_OTHER;
    }
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let (mut parts, body) = refuse(&state, &headers, status, words(status)).into_parts();
    for name in [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING, LOCATION] {
        response.headers_mut().remove(&name);
    }
    response.headers_mut().extend(std::mem::take(&mut parts.headers));
    *response.body_mut() = body;
    response
}

/// What is answered when a handler panics; the panic itself is in the log.
pub fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let what = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    tracing::error!(what, "a handler panicked");
    let mut response =
        (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on the server. Its log says what.\n").into_response();
    response.headers_mut().insert("cache-control", HeaderValue::from_static("no-store"));
    response
}

/// Whether a person's browser asks for a page.
pub fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// Text as HTML shows it.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::FORBIDDEN => "Not allowed",
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::PAYLOAD_TOO_LARGE => "Too large",
        StatusCode::TOO_MANY_REQUESTS => "Too many tries",
        status if status.is_server_error() => "Something went wrong",
        _ => "Not understood",
    }
}

fn words(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "Your session has ended. Sign in again to go on.",
        StatusCode::FORBIDDEN => "Your role does not allow this. Ask an owner to change it.",
        StatusCode::NOT_FOUND => "This does not exist, or no longer.",
        StatusCode::TOO_MANY_REQUESTS => "Too many tries. Wait a little, then try again.",
        status if status.is_server_error() => {
            "Something went wrong on the server. Its log says what. Go back and try again."
        }
        _ => "The server did not understand this form. Go back and reload the page: Doorcode may have been upgraded.",
    }
}
