//! One id, one log line and one count a request.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::AppState;
use crate::metrics::RouteClass;

/// Names a request in its answer, in the log and in words about errors.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Gives the request its id, then logs and counts its answer. Queries and bodies are not logged: they hold what people type.
pub async fn observe(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = format!("{:016x}", rand::random::<u64>());
    let method = request.method().clone();
    let path = loggable(request.uri().path()).to_owned();
    let class = RouteClass::of(&path);
    request.extensions_mut().insert(RequestId(id.clone()));

    let mut response = match request.uri().path_and_query() {
        Some(_) => next.run(request).await,
        // Only a proxy is asked for an authority; rendering a page needs a path.
        None => StatusCode::BAD_REQUEST.into_response(),
    };

    let took = started.elapsed();
    let status = response.status();
    state.settings.metrics.count(class, status, took);
    let ms = took.as_secs_f64() * 1000.0;
    tracing::info!(%method, path, status = status.as_u16(), ms = (ms * 10.0).round() / 10.0, request_id = id, "request");
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// The path, without the token that opens an invitation.
fn loggable(path: &str) -> &str {
    if path.starts_with("/invite/") { "/invite/…" } else { path }
}
