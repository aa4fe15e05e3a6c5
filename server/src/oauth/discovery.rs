//! What clients read before they ask: the configuration (OpenID Connect Discovery 1.0) and the keys (RFC 7517).

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use backend::signing::EXPONENT;
use domain::oauth::{PASSWORDLESS_OTP, SCOPES};
use serde_json::{Value, json};

use super::caller::ApiCaller;
use super::fault::Fault;
use super::token::{AUTHORIZATION_CODE, REFRESH_TOKEN};
use super::tokens::issuer;
use crate::AppState;
use crate::api;

/// How long clients may keep the configuration and the keys: shorter than a key is published before it signs.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// `GET /.well-known/openid-configuration`.
pub async fn configuration(State(state): State<AppState>) -> Response {
    let issuer = issuer(&state);
    let at = |path: &str| [&issuer, path].concat();
    described(&json!({
        "issuer": issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("oauth/token"),
        "userinfo_endpoint": at("userinfo"),
        "jwks_uri": at(".well-known/jwks.json"),
        "revocation_endpoint": at("oauth/revoke"),
        "scopes_supported": SCOPES,
        "response_types_supported": ["code", "token", "id_token", "token id_token", "id_token token"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": [AUTHORIZATION_CODE, "implicit", REFRESH_TOKEN, PASSWORDLESS_OTP],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [
            "aud", "auth_time", "email", "email_verified", "exp", "iat", "iss", "name", "nickname", "nonce", "phone_number",
            "phone_number_verified", "phone_verified", "sub"
        ],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// `GET /.well-known/jwks.json`.
pub async fn keys(State(state): State<AppState>, caller: ApiCaller) -> Response {
    match state.backend.signing().published().await {
        Ok(keys) => {
            let keys: Vec<Value> = keys
                .iter()
                .map(|key| json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": key.id, "n": key.modulus, "e": EXPONENT }))
                .collect();
            described(&json!({ "keys": keys }))
        }
        Err(error) => Fault::broken(&caller.request_id, &error).into_response(),
    }
}

fn described(document: &Value) -> Response {
    let mut response = api::json(StatusCode::OK, document);
    response.headers_mut().insert(CACHE_CONTROL, KEPT);
    response
}
