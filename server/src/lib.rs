//! Doorcode's HTTP face: pages, server functions, assets, health. `router` is the whole of it, as tests drive it.

#![recursion_limit = "256"]

mod api;
pub mod assets;
mod audit;
mod authorize;
pub mod cli;
pub mod config;
mod csv;
mod deliveries;
mod entry;
mod gate;
mod health;
pub mod log;
pub mod metrics;
mod oauth;
mod observe;
mod pages;
mod preview;
mod refusal;
mod security;
pub mod serve;
mod session;

use std::sync::Arc;

use app::App;
use axum::Router;
use axum::extract::FromRef;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use backend::Backend;
use ipnet::IpNet;
use leptos::config::LeptosOptions;
use leptos_axum::LeptosRoutes;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::assets::Assets;
use crate::config::PublicUrl;
use crate::metrics::Metrics;

/// What the router is told beside the backend.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach Doorcode.
    pub public_url: PublicUrl,
    /// Whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// The site's files.
    pub assets: Assets,
    /// Where requests are counted.
    pub metrics: Metrics,
}

/// What every handler can reach; cheap to clone.
#[derive(Clone)]
struct AppState {
    backend: Backend,
    settings: Arc<Settings>,
    options: LeptosOptions,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.options.clone()
    }
}

/// The whole application.
///
/// From the outside in: a request gets its id, is counted and logged; a panic becomes a 500; headers are set. Console
/// routes then get their nonce, refuse what comes from other sites or is too large, find the session, and send those who
/// are not signed in to `/login`. Assets, health checks and the API have no session.
pub fn router(backend: Backend, settings: Settings) -> Router {
    let options = LeptosOptions::builder().output_name("console").site_pkg_dir(settings.assets.pkg_dir()).build();
    let state = AppState { backend, settings: Arc::new(settings), options };

    let pages = leptos_axum::generate_route_list_with_exclusions(App, Some(vec!["/".to_owned()]));
    let shell = {
        let options = state.options.clone();
        move || app::shell(options.clone())
    };
    let console = Router::new()
        .leptos_routes_with_context(&state, pages, pages::context(&state), shell)
        .route("/", get(gate::home))
        .route("/login", post(entry::sign_in))
        .route("/logout", post(entry::sign_out))
        .route("/setup", post(entry::set_up))
        .route("/invite/{token}", post(entry::accept_invitation))
        .route("/activity/deliveries.csv", get(deliveries::csv))
        .route("/activity/audit.csv", get(audit::csv))
        .route("/preview/frame", get(preview::frame).post(preview::show))
        .merge(authorize::routes())
        .fallback(pages::not_found)
        .layer(from_fn_with_state(state.clone(), gate::gate))
        .layer(from_fn_with_state(state.clone(), session::identify))
        .layer(session::layer(&state))
        .layer(from_fn_with_state(state.clone(), refusal::plain_answers))
        .layer(from_fn_with_state(state.clone(), security::guard))
        .layer(CompressionLayer::new())
        .layer(from_fn(security::page_headers));

    Router::new()
        .merge(state.settings.assets.routes())
        .merge(health::routes())
        .merge(api::routes())
        .merge(oauth::routes(&state))
        .merge(console)
        .layer(CatchPanicLayer::custom(refusal::panicked))
        .layer(from_fn_with_state(state.clone(), security::headers))
        .layer(from_fn_with_state(state.clone(), observe::observe))
        .with_state(state)
}
