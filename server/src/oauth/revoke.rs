//! `POST /oauth/revoke`: ends the sign-in of a refresh token (RFC 7009).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use backend::limits::{Limit, network_of};
use domain::Secret;

use super::caller::ApiCaller;
use super::client::Claim;
use super::cors::ForApplication;
use super::fault::Fault;
use super::fields::Fields;
use super::limit::limited;
use crate::AppState;

/// `POST /oauth/revoke`. A token that is none is no error; an access token stays valid until it expires.
pub async fn revoke(State(state): State<AppState>, caller: ApiCaller, headers: HeaderMap, body: Bytes) -> Response {
    let answer = async {
        let fields = Fields::read(&headers, &body)?;
        let field = |name: &str| fields.get(name);
        let claim = Claim::read(&headers, field("client_id"), field("client_secret"), field("client_assertion"));
        let client = claim.look_up(&state, &caller.request_id).await?;
        let application = client.authenticated()?;
        let token = Secret::new(fields.need("token")?);
        let revoked = state.backend.grants().revoke(&application.client_id, &token).await;
        revoked.map_err(|error| Fault::broken(&caller.request_id, &error))?;
        let mut response = (StatusCode::OK, [(CACHE_CONTROL, "no-store")]).into_response();
        response.extensions_mut().insert(ForApplication(application.client_id.clone()));
        Ok(response)
    };
    limited(&state, &caller.request_id, Limit::Token, &network_of(&caller.address), answer).await
}
