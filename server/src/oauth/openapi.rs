//! `GET /openapi.json`: the document of the whole public API, with this installation's address in it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::AppState;
use crate::api;

/// The document as it is written.
pub const DOCUMENT: &str = include_str!("../openapi.json");

/// `GET /openapi.json`.
pub async fn document(State(state): State<AppState>) -> Response {
    let Ok(mut document) = serde_json::from_str::<Value>(DOCUMENT) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    document["servers"] = json!([{ "url": state.settings.public_url.origin() }]);
    let mut response = api::json(StatusCode::OK, &document);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}
