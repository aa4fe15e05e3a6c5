//! The end of a sign-in: a code or tokens for the application.

use axum::response::Response;
use backend::grants::{CodeBinding, Grant};
use backend::sign_in::SignedIn;
use domain::application::Application;

use super::answer;
use super::page::Look;
use super::request::{AuthorizationRequest, ResponseType, Source};
use super::visit::Visit;
use crate::oauth::tokens::{ACCESS_TOKEN_LIFE, access_token, granted_scope, id_token};

/// Sends the application what it asked for, now that its user is known.
pub async fn finish(
    visit: &Visit,
    look: &Look,
    application: &Application,
    request: &AuthorizationRequest,
    signed_in: &SignedIn,
) -> Result<Response, Response> {
    let sent = match request.response_type {
        ResponseType::Code => code(visit, application, request, signed_in).await,
        ResponseType::Tokens { access, id } => tokens(visit, application, request, signed_in, (access, id)).await,
    };
    let sent = sent.map_err(|error| visit.failed(error))?;
    Ok(answer::send(look, &visit.nonce, &request.back, sent))
}

type Sent = Vec<(&'static str, String)>;

async fn code(
    visit: &Visit,
    application: &Application,
    request: &AuthorizationRequest,
    signed_in: &SignedIn,
) -> Result<Sent, backend::Error> {
    // What comes of a link is not refreshed: whoever reads along in a mailbox would stay signed in.
    let refreshing = application.settings.grant_types.refresh_token && request.source == Source::Browser;
    let binding = CodeBinding {
        redirect_uri: request.back.redirect_uri.clone(),
        redirect_given: request.redirect_given,
        code_challenge: request.code_challenge.clone(),
        nonce: request.nonce.clone(),
    };
    let grant = grant(application, request, signed_in, refreshing);
    let code = visit.state.backend.grants().issue_code(&grant, &binding).await?;
    Ok(vec![("code", code.expose().to_owned())])
}

async fn tokens(
    visit: &Visit,
    application: &Application,
    request: &AuthorizationRequest,
    signed_in: &SignedIn,
    (access, id): (bool, bool),
) -> Result<Sent, backend::Error> {
    let grant = grant(application, request, signed_in, false);
    let mut sent = Vec::new();
    let access = match access {
        true => Some(access_token(&visit.state, &grant, &signed_in.user).await?),
        false => None,
    };
    if id {
        let token = id_token(&visit.state, &grant, &signed_in.user, &request.nonce, access.as_deref()).await?;
        sent.push(("id_token", token));
    }
    if let Some(access) = access {
        sent.push(("access_token", access));
        sent.push(("token_type", "Bearer".to_owned()));
        sent.push(("expires_in", ACCESS_TOKEN_LIFE.to_string()));
        sent.push(("scope", grant.scope));
    }
    Ok(sent)
}

fn grant(application: &Application, request: &AuthorizationRequest, signed_in: &SignedIn, refreshing: bool) -> Grant {
    Grant {
        client_id: application.client_id.clone(),
        user_id: signed_in.user.id.clone(),
        scope: granted_scope(request.scope.as_deref(), refreshing),
        audience: request.audience.clone(),
        auth_time: signed_in.auth_time,
    }
}
