//! The API that applications call, as Auth0's clients expect it: starting a sign-in, tokens, the user's profile, and what describes it all.
//!
//! None of it has a session. Who asks proves itself in the request; browsers may ask from the Allowed Web Origins of an application.

pub mod caller;
pub mod client;
mod cors;
mod discovery;
pub mod fault;
mod fields;
pub mod limit;
mod openapi;
mod revoke;
mod start;
mod token;
pub mod tokens;
mod userinfo;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};

use crate::AppState;

/// Every endpoint, with its path in the document of the API.
fn endpoints() -> [(&'static str, MethodRouter<AppState>); 4] {
    [
        ("/passwordless/start", post(start::start)),
        ("/oauth/token", post(token::token)),
        ("/oauth/revoke", post(revoke::revoke)),
        ("/userinfo", get(userinfo::userinfo).post(userinfo::userinfo)),
    ]
}

/// What describes the API: anybody may read it from anywhere.
fn descriptions() -> [(&'static str, MethodRouter<AppState>); 3] {
    [
        ("/.well-known/openid-configuration", get(discovery::configuration)),
        ("/.well-known/jwks.json", get(discovery::keys)),
        ("/openapi.json", get(openapi::document)),
    ]
}

/// Every endpoint behind the rules for browsers.
pub fn routes(state: &AppState) -> Router<AppState> {
    let router = |routes: Vec<(&'static str, MethodRouter<AppState>)>| {
        routes.into_iter().fold(Router::new(), |router, (path, methods)| router.route(path, methods))
    };
    let endpoints = router(endpoints().into())
        .layer(from_fn(fields::arrive))
        .layer(from_fn_with_state(state.clone(), cors::of_applications));
    endpoints.merge(router(descriptions().into()).layer(from_fn(cors::open)))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_endpoint_is_in_the_document() {
        let document: Value = serde_json::from_str(openapi::DOCUMENT).expect("JSON");
        let paths = document["paths"].as_object().expect("paths");
        for (path, _) in endpoints().into_iter().chain(descriptions()) {
            assert!(paths.contains_key(path), "{path} is not in the document");
        }
    }
}
