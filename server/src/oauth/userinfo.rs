//! `/userinfo`: what an access token allows to know of its user (OpenID Connect Core 1.0, section 5.3).

use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use backend::limits::Limit;
use backend::signing::TokenKind;
use domain::user::User;

use super::caller::ApiCaller;
use super::cors::ForApplication;
use super::fault::Fault;
use super::limit::limited;
use super::tokens::{AccessClaims, has_scope, issuer, profile, userinfo_audience};
use crate::AppState;
use crate::api::{bearer, json};

/// `GET` and `POST /userinfo`.
pub async fn userinfo(State(state): State<AppState>, caller: ApiCaller, headers: HeaderMap) -> Response {
    let claims = match shown(&state, &caller, &headers).await {
        Ok(claims) => claims,
        Err(fault) => return fault.into_response(),
    };
    let answer = async {
        if !has_scope(&claims.scope, "openid") {
            let words = "The access token lacks the scope openid.";
            return Err(Fault::new(StatusCode::FORBIDDEN, "insufficient_scope", words));
        }
        match user(&state, &caller, &claims.sub).await? {
            Some(user) => Ok(json(StatusCode::OK, &profile(&user, &claims.scope))),
            None => Err(Fault::invalid_token("The user of this access token is blocked or does not exist.", true)),
        }
    };
    let mut response = limited(&state, &caller.request_id, Limit::UserInfo, &claims.sub, answer).await;
    response.extensions_mut().insert(ForApplication(claims.azp));
    response
}

/// The claims of the token that a request shows, if it is one for here.
async fn shown(state: &AppState, caller: &ApiCaller, headers: &HeaderMap) -> Result<AccessClaims, Fault> {
    let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer);
    let Some(token) = token else {
        return Err(Fault::invalid_token("Send the header “Authorization: Bearer …” with an access token.", false));
    };
    let claims = state.backend.signing().verify::<AccessClaims>(TokenKind::Access, token).await;
    let claims = claims.map_err(|error| Fault::broken(&caller.request_id, &error))?;
    let now = state.backend.clock().now() / 1_000;
    let fits = |claims: &AccessClaims| {
        claims.iss == issuer(state) && claims.exp > now && claims.aud.contains(&userinfo_audience(state))
    };
    claims.filter(fits).ok_or_else(|| Fault::invalid_token("The access token is not valid here, or has expired.", true))
}

/// The user of a subject, unless blocked.
async fn user(state: &AppState, caller: &ApiCaller, subject: &str) -> Result<Option<User>, Fault> {
    let id = subject.rsplit('|').next().unwrap_or_default();
    let user = state.backend.users().find(id).await;
    let user = user.map_err(|error| Fault::broken(&caller.request_id, &error))?;
    Ok(user.filter(|user| user.blocked_at.is_none() && user.subject() == subject))
}
