//! Rendering pages: the context that they find, and those that no route leads to.

use app::request::PublicUrl;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use leptos::context::use_context;
use leptos::nonce::Nonce;

use crate::AppState;

/// What every page and server function finds in its context.
pub fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let backend = state.backend.clone();
    let public_url = PublicUrl(state.settings.public_url.origin().to_owned());
    move || {
        // Leptos has provided a nonce of its own by now; the one that the header names takes its place.
        let nonce = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Nonce>().cloned());
        app::request::provide(&backend, nonce.unwrap_or_default(), &public_url);
    }
}

/// Renders the page that the request's path leads to.
pub async fn render(state: &AppState, request: Request) -> Response {
    let options = state.options.clone();
    leptos_axum::render_app_async_with_context(context(state), move || app::shell(options.clone()))(request).await
}

/// Renders the page that the request's path leads to, with a status of its own.
pub async fn render_as(state: &AppState, request: Request, status: StatusCode) -> Response {
    let mut response = render(state, request).await;
    *response.status_mut() = status;
    response
}

/// Answers a path that leads nowhere.
pub async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => render_as(&state, request, StatusCode::NOT_FOUND).await,
        _ => (StatusCode::NOT_FOUND, "Not found\n").into_response(),
    }
}
