//! Set-up, sign-in, sign-out and invitations: plain posts that end in a 303, signed in or back on their page with a reason.

pub mod flash;

use app::entry::{EntryFlash, EntryProblem};
use app::request::Caller;
use axum::extract::{Extension, Form, FromRequest, Path, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use backend::{Actor, Found, SignIn};
use domain::admin::{AdminEmail, NewPassword};
use domain::{Field, FieldErrors, Problem, Secret};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq;
use tower_sessions::Session;
use url::form_urlencoded;

use crate::gate::{HOME, checked_next, see_other, sign_in_url};
use crate::refusal::{broken, refuse};
use crate::{AppState, pages, session};

/// More than this of a user agent is not kept.
const MAX_USER_AGENT: usize = 512;

/// The sign-in form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInForm {
    email: String,
    password: Secret,
    #[serde(default)]
    next: String,
}

/// The set-up form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetUpForm {
    #[serde(default)]
    token: Secret,
    email: String,
    password: Secret,
}

/// The form of an invitation; `username` is there for password managers and not read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationForm {
    password: Secret,
    #[serde(default, rename = "username", alias = "email")]
    _username: String,
}

/// `POST /login`.
pub async fn sign_in(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Extension(session): Extension<Session>,
    request: Request,
) -> Response {
    let (parts, form) = match typed::<SignInForm>(&state, request).await {
        Ok(typed) => typed,
        Err(refusal) => return refusal,
    };
    let failed = |error| broken(&state, &caller.request_id, &parts.headers, &error);
    match state.backend.needs_set_up().await {
        Ok(true) => return see_other("/setup"),
        Ok(false) => {}
        Err(error) => return failed(error),
    }
    let next = checked_next(&form.next);
    match state.backend.admins().sign_in(&form.email, &form.password, &caller.address).await {
        Ok(SignIn::Accepted { admin_id, .. }) => begin(&state, &session, &caller, &parts.headers, &admin_id)
            .await
            .map_or_else(|refusal| refusal, |()| see_other(&next)),
        Ok(SignIn::Refused) => back(&sign_in_url(&next), form.email, EntryProblem::WrongPassword),
        Ok(SignIn::Throttled { retry_after }) => throttled(&state, caller, parts, form.email, &next, retry_after).await,
        Err(error) => failed(error),
    }
}

/// `POST /logout`.
pub async fn sign_out(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Extension(session): Extension<Session>,
    headers: HeaderMap,
) -> Response {
    if let Found::SignedIn(admin) = &caller.found
        && let Err(error) = state.backend.sessions().sign_out(admin).await
    {
        return broken(&state, &caller.request_id, &headers, &error);
    }
    if session.id().is_some()
        && let Err(error) = session.flush().await
    {
        return session_failed(&state, &caller, &headers, &error);
    }
    let mut response = see_other("/login");
    if state.settings.public_url.is_https() {
        // Browsers ignore the removal of a cookie with this prefix unless it is marked Secure.
        let removal = format!("{}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax", session::cookie_name(true));
        if let Ok(removal) = HeaderValue::from_str(&removal) {
            response.headers_mut().append(SET_COOKIE, removal);
        }
    }
    response
}

/// `POST /setup`.
pub async fn set_up(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Extension(session): Extension<Session>,
    request: Request,
) -> Response {
    let (parts, form) = match typed::<SetUpForm>(&state, request).await {
        Ok(typed) => typed,
        Err(refusal) => return refusal,
    };
    let failed = |error| broken(&state, &caller.request_id, &parts.headers, &error);
    match state.backend.needs_set_up().await {
        Ok(true) => {}
        // The page says that it is gone.
        Ok(false) => return see_other("/setup"),
        Err(error) => return failed(error),
    }

    let expected = state.backend.setup_token();
    let token_fits = bool::from(form.token.expose().trim().as_bytes().ct_eq(expected.as_bytes()));
    let mut errors = FieldErrors::default();
    if !token_fits {
        errors.push(Field::SetupToken, Problem::WrongSetupToken);
    }
    let email = checked(&mut errors, Field::AdminEmail, AdminEmail::parse(&form.email));
    let password = checked(&mut errors, Field::Password, NewPassword::parse(&form.password));
    let (true, Some(email), Some(password)) = (errors.is_empty(), email, password) else {
        let token = form_urlencoded::byte_serialize(expected.as_bytes()).collect::<String>();
        let page = if token_fits { format!("/setup?token={token}") } else { "/setup".to_owned() };
        return back(&page, form.email, EntryProblem::Fields(errors.into()));
    };
    match state.backend.admins().create_first(email, password, &Actor::set_up(&caller.address)).await {
        Ok(Some(admin_id)) => begin(&state, &session, &caller, &parts.headers, &admin_id)
            .await
            .map_or_else(|refusal| refusal, |()| see_other(HOME)),
        Ok(None) => see_other("/setup"),
        Err(error) => failed(error),
    }
}

/// `POST /invite/{token}`.
pub async fn accept_invitation(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Extension(caller): Extension<Caller>,
    Extension(session): Extension<Session>,
    request: Request,
) -> Response {
    let page = request.uri().path().to_owned();
    let (parts, form) = match typed::<InvitationForm>(&state, request).await {
        Ok(typed) => typed,
        Err(refusal) => return refusal,
    };
    let password = match NewPassword::parse(&form.password) {
        Ok(password) => password,
        Err(problem) => {
            return back(&page, String::new(), EntryProblem::Fields(FieldErrors::one(Field::Password, problem).into()));
        }
    };
    match state.backend.admins().accept(&token, password, &caller.address).await {
        Ok(Some((admin_id, _))) => begin(&state, &session, &caller, &parts.headers, &admin_id)
            .await
            .map_or_else(|refusal| refusal, |()| see_other(HOME)),
        // The page says that it is gone.
        Ok(None) => see_other(&page),
        Err(error) => broken(&state, &caller.request_id, &parts.headers, &error),
    }
}

/// Begins a session with an id that nobody knew before; what an earlier one held is dropped.
async fn begin(
    state: &AppState,
    session: &Session,
    caller: &Caller,
    headers: &HeaderMap,
    admin_id: &str,
) -> Result<(), Response> {
    let agent: String = headers
        .get(USER_AGENT)
        .map(|agent| String::from_utf8_lossy(agent.as_bytes()).chars().take(MAX_USER_AGENT).collect())
        .unwrap_or_default();
    let begun = async {
        if session.id().is_some() {
            session.flush().await?;
        }
        session.cycle_id().await?;
        session.insert(session::ADMIN_ID, admin_id).await?;
        session.insert(session::ADDRESS, &caller.address).await?;
        session.insert(session::USER_AGENT, agent).await
    };
    begun.await.map_err(|error| session_failed(state, caller, headers, &error))
}

fn session_failed(
    state: &AppState,
    caller: &Caller,
    headers: &HeaderMap,
    error: &tower_sessions::session::Error,
) -> Response {
    tracing::error!(
        request_id = caller.request_id,
        error = error as &dyn std::error::Error,
        "the session cannot be changed"
    );
    let words = format!("Something went wrong on the server. Its log says what, under request {}.", caller.request_id);
    refuse(state, headers, StatusCode::INTERNAL_SERVER_ERROR, &words)
}

/// Answers the sign-in page itself, so that the status tells machines what the words tell people.
async fn throttled(
    state: &AppState,
    mut caller: Caller,
    parts: Parts,
    email: String,
    next: &str,
    retry_after: u64,
) -> Response {
    caller.flash = Some(EntryFlash { email, problem: EntryProblem::Throttled { retry_after } });
    let mut request = Request::from_parts(parts, axum::body::Body::empty());
    *request.method_mut() = Method::GET;
    *request.uri_mut() = sign_in_url(next).parse().unwrap_or(Uri::from_static("/login"));
    request.headers_mut().remove(CONTENT_TYPE);
    request.headers_mut().remove(CONTENT_LENGTH);
    request.extensions_mut().insert(caller);
    let mut response = pages::render_as(state, request, StatusCode::TOO_MANY_REQUESTS).await;
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after));
    response
}

/// Back to the page, which shows why.
fn back(page: &str, email: String, problem: EntryProblem) -> Response {
    let mut response = see_other(page);
    flash::keep(&mut response, EntryFlash { email, problem });
    response
}

fn checked<T>(errors: &mut FieldErrors, field: Field, result: Result<T, Problem>) -> Option<T> {
    result.map_err(|problem| errors.push(field, problem)).ok()
}

/// Reads a form; one that is malformed or has a field too many is answered with 400.
async fn typed<T: DeserializeOwned>(state: &AppState, request: Request) -> Result<(Parts, T), Response> {
    let (parts, body) = request.into_parts();
    let form = Form::<T>::from_request(Request::from_parts(parts.clone(), body), state).await;
    match form {
        Ok(Form(form)) => Ok((parts, form)),
        Err(_) => Err(refuse(
            state,
            &parts.headers,
            StatusCode::BAD_REQUEST,
            "The server did not understand this form. Go back and reload the page.",
        )
        .into_response()),
    }
}
