//! The sign-in link of an email. Opening it spends nothing, because scanners of mail open links too: the button on its page does.

use axum::Extension;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use backend::passwordless::{Purpose, Verdict};
use domain::Secret;
use serde::Deserialize;

use crate::AppState;
use crate::observe::RequestId;
use crate::refusal::{broken, escape, plain_page};

/// Where the link leads.
pub const PATH: &str = "/passwordless/verify_redirect";

/// What the link carries; all else of it is for whoever comes back from signing in.
#[derive(Deserialize)]
pub struct Link {
    #[serde(default)]
    verification_code: Secret,
}

/// `GET`: asks before the link is spent.
pub async fn open(State(state): State<AppState>, Query(link): Query<Link>) -> Response {
    if link.verification_code.is_empty() {
        return said(&state, "This link is not complete", "Open it as it stands in the message, or ask for a new one.");
    }
    let form = format!(
        "<p class=\"entry-lede\">You opened a sign-in link. It works once.</p><form class=\"entry-form\" method=\"post\" action=\"{PATH}\">\
         <input type=\"hidden\" name=\"verification_code\" value=\"{}\"><button class=\"button\" data-kind=\"primary\">Sign in</button></form>",
        escape(link.verification_code.expose())
    );
    (StatusCode::OK, plain_page(&state, "Sign in", &form)).into_response()
}

/// `POST`: judges the link and uses it up.
pub async fn verify(
    State(state): State<AppState>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    headers: HeaderMap,
    Form(link): Form<Link>,
) -> Response {
    match state.backend.passwordless().verify_link(Purpose::Trial, &link.verification_code).await {
        Ok(Verdict::Accepted(_)) => said(
            &state,
            "This link works",
            "It came from a test message of Doorcode’s console and is used up now. A user would be signed in.",
        ),
        Ok(Verdict::Expired) => said(&state, "This link has expired", "Ask for a new one where you sign in."),
        Ok(Verdict::Used | Verdict::Spent) => {
            said(&state, "This link was used already", "Ask for a new one where you sign in.")
        }
        Ok(Verdict::Wrong { .. } | Verdict::Nothing) => said(
            &state,
            "This link is not valid",
            "A newer one may have been sent since; only the newest is valid. Ask for a new one where you sign in.",
        ),
        Err(error) => broken(&state, &request_id, &headers, &error),
    }
}

fn said(state: &AppState, title: &str, words: &str) -> Response {
    plain_page(state, title, &format!("<p class=\"entry-lede\">{words}</p>")).into_response()
}
