//! The request that a server function or page is answering: who asks, through which backend, and how to answer a plain post.
//!
//! Everything here is server-only. Causes of failures are logged here, once, and stay here.

pub mod audit_trail;
pub mod channel;
pub mod configuration;
pub mod drafts;
pub mod history;
pub mod merging;
mod newest;
pub mod quick_start;
mod report;
pub mod settings_page;
pub mod trial;

use std::sync::Arc;

use backend::{Admin, Backend, Found};
use domain::admin::{Appearance, Role};
use domain::{Field, FieldErrors, Problem};
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower_sessions::Session;

use crate::entry::EntryFlash;
use crate::error::{AppError, StatusSetter};
use crate::outcome::{FormOutcome, Invited, MadeToken};

pub use newest::newest;

/// What the server's session layer found out about a request; it travels in the request's extensions.
#[derive(Clone)]
pub struct Caller {
    /// Whose session it is.
    pub found: Found,
    /// The address that the request comes from, trusted proxies taken into account.
    pub address: String,
    /// What the log calls this request.
    pub request_id: String,
    /// The look that the browser's cookie asks for.
    pub appearance: Appearance,
    /// What the last post of set-up, sign-in or an invitation ran into.
    pub flash: Option<EntryFlash>,
}

/// The public URL of the installation, without a slash at its end.
#[derive(Clone)]
pub struct PublicUrl(pub String);

/// Gives a request's context what pages and server functions ask for; the server calls it for each request.
pub fn provide(backend: &Backend, nonce: Nonce, public_url: &PublicUrl) {
    provide_context(backend.clone());
    provide_context(nonce);
    provide_context(public_url.clone());
    provide_context(StatusSetter(Arc::new(set_status)));
    if let Some(caller) = caller() {
        provide_context(caller.appearance);
    }
}

/// What is known of the caller; `None` outside a request.
pub fn caller() -> Option<Caller> {
    use_context::<http::request::Parts>()?.extensions.get::<Caller>().cloned()
}

/// The backend of this request.
pub fn backend() -> Result<Backend, AppError> {
    use_context::<Backend>().ok_or_else(|| refuse(internal("no backend in the context of the request")))
}

/// The public URL, without a slash at its end.
pub fn public_url() -> String {
    use_context::<PublicUrl>().map(|url| url.0).unwrap_or_default()
}

/// The signed-in administrator, whatever the role.
pub fn admin() -> Result<Admin, AppError> {
    match caller().map(|caller| caller.found) {
        Some(Found::SignedIn(admin)) => Ok(admin),
        _ => Err(refuse(AppError::SignedOut { draft: None })),
    }
}

/// The signed-in administrator, who may do what `role` may.
pub fn admin_as(role: Role) -> Result<Admin, AppError> {
    let admin = admin()?;
    if admin.role().covers(role) { Ok(admin) } else { Err(refuse(AppError::Forbidden)) }
}

/// Who was signed in with a session that has expired.
pub fn expired_admin() -> Option<String> {
    match caller()?.found {
        Found::Expired { admin_id } => Some(admin_id),
        _ => None,
    }
}

/// Whether a browser without JavaScript posted this form.
pub fn is_plain_post() -> bool {
    let is_post = use_context::<http::request::Parts>().is_some_and(|parts| parts.method == http::Method::POST);
    is_post && header("accept").is_some_and(|accept| accept.contains("text/html"))
}

/// Sends a browser without JavaScript to a page; a hydrated caller gets its answer instead.
pub fn see_other(path: &str) {
    if !is_plain_post() {
        return;
    }
    if let (Some(options), Ok(location)) = (use_context::<ResponseOptions>(), http::HeaderValue::from_str(path)) {
        options.insert_header(http::header::LOCATION, location);
        options.set_status(http::StatusCode::SEE_OTHER);
    }
}

/// The page that a plain post came from: path and query of the referrer, which the same-origin check vouches for.
pub fn came_from() -> String {
    header("referer")
        .and_then(|referer| referer.parse::<http::Uri>().ok())
        .and_then(|uri| uri.path_and_query().map(|path| path.as_str().to_owned()))
        .filter(|path| path.starts_with('/') && !path.starts_with("//"))
        .unwrap_or_else(|| "/connections/passwordless".to_owned())
}

/// Answers with an error: a status for a hydrated caller, a page that says why for a plain post.
pub fn refuse(error: AppError) -> AppError {
    if let (AppError::TooMany { retry_after }, Some(options)) = (&error, use_context::<ResponseOptions>()) {
        options.insert_header(http::header::RETRY_AFTER, http::HeaderValue::from(*retry_after));
    }
    if !is_plain_post() {
        set_status(error.status());
        return error;
    }
    let back = came_from();
    let path = back.split('?').next().unwrap_or_default();
    match &error {
        AppError::SignedOut { draft: Some(draft) } => see_other(&login_for(&format!("{path}?draft={draft}"))),
        AppError::SignedOut { draft: None } => {
            let and = if back.contains('?') { '&' } else { '?' };
            see_other(&login_for(&format!("{back}{and}failed={}", failure_code(&error))));
        }
        other => see_other(&format!("{path}?failed={}", failure_code(other))),
    }
    error
}

/// The sign-in page that leads back to `path`.
pub fn login_for(path: &str) -> String {
    let mut next = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            next.push(char::from(byte));
        } else {
            next.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("/login?next={next}")
}

/// Keeps something in the session for the page that a plain post leads to.
pub async fn flash<T: Serialize + Sync>(about: &str, what: &T) -> Result<(), AppError> {
    let Some(session) = session() else { return Ok(()) };
    session.insert(&format!("flash.{about}"), what).await.map_err(|error| refuse(internal(&error.to_string())))
}

/// Takes what was kept for this page.
pub async fn take_flash<T: DeserializeOwned>(about: &str) -> Option<T> {
    let (session, key) = (session()?, format!("flash.{about}"));
    // Only what is there is removed: a removal writes the session, and most pages find nothing.
    let kept: Option<T> = session.get(&key).await.ok().flatten();
    if kept.is_some() {
        session.remove_value(&key).await.ok()?;
    }
    kept
}

/// Keeps a client secret for the page that a plain post leads to: encrypted, once.
pub async fn flash_secret(client_id: &str, secret: Option<&str>) -> Result<(), AppError> {
    match secret {
        Some(secret) if is_plain_post() => flash_sealed("client-secret", &format!("{client_id} {secret}")).await,
        _ => Ok(()),
    }
}

/// Takes the client secret that was kept for this application's page.
pub async fn take_secret(client_id: &str) -> Option<String> {
    let kept = take_sealed("client-secret").await?;
    kept.strip_prefix(client_id)?.strip_prefix(' ').map(str::to_owned)
}

/// Keeps an invitation's link for the page that a plain post leads to: encrypted, once.
pub async fn flash_invitation(invited: &Invited) -> Result<(), AppError> {
    if !is_plain_post() {
        return Ok(());
    }
    flash_sealed("invited", &format!("{} {}", invited.email, invited.link)).await
}

/// Takes the invitation's link that was kept for this page.
pub async fn take_invitation() -> Option<Invited> {
    let kept = take_sealed("invited").await?;
    let (email, link) = kept.split_once(' ')?;
    Some(Invited { email: email.to_owned(), link: link.to_owned() })
}

/// Keeps an API token for the page that a plain post leads to: encrypted, once.
pub async fn flash_api_token(made: &MadeToken) -> Result<(), AppError> {
    if !is_plain_post() {
        return Ok(());
    }
    flash_sealed("made-api-token", &format!("{} {}", made.token, made.name)).await
}

/// Takes the API token that was kept for this page.
pub async fn take_api_token() -> Option<MadeToken> {
    let kept = take_sealed("made-api-token").await?;
    let (token, name) = kept.split_once(' ')?;
    Some(MadeToken { name: name.to_owned(), token: token.to_owned() })
}

/// The link that opens an invitation.
pub fn invitation_link(token: &str) -> String {
    format!("{}/invite/{token}", public_url())
}

/// Answers a change to an administrator, which only the loss of the last owner can stop.
pub async fn administrator_changed(changed: bool) -> Result<FormOutcome<()>, AppError> {
    see_other("/settings");
    if changed {
        return Ok(FormOutcome::Done(()));
    }
    if is_plain_post() {
        flash("administrator", &Problem::LastOwner.to_string()).await?;
    }
    Ok(FormOutcome::Refused(FieldErrors::one(Field::AdminRole, Problem::LastOwner).into()))
}

/// Keeps a text for the page that a plain post leads to: encrypted, once.
pub async fn flash_sealed(about: &str, text: &str) -> Result<(), AppError> {
    let sealed = backend()?.seal(text)?;
    flash(about, &sealed).await
}

/// Takes the text that was kept encrypted for this page.
pub async fn take_sealed(about: &str) -> Option<String> {
    let sealed: String = take_flash(about).await?;
    backend().ok()?.unseal(&sealed).ok()
}

/// The session of this request.
pub fn session() -> Option<Session> {
    use_context::<http::request::Parts>()?.extensions.get::<Session>().cloned()
}

/// Sets a cookie on the answer.
pub fn set_cookie(cookie: &str) {
    if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), http::HeaderValue::from_str(cookie)) {
        options.append_header(http::header::SET_COOKIE, value);
    }
}

/// Whether the installation is served over https.
pub fn is_https() -> bool {
    public_url().starts_with("https://")
}

/// Sets the status of the answer, for a page or a hydrated caller.
pub fn set_status(status: u16) {
    if let (Some(options), Ok(status)) = (use_context::<ResponseOptions>(), http::StatusCode::from_u16(status)) {
        options.set_status(status);
    }
}

impl From<backend::Error> for AppError {
    /// Logs the cause, once, and keeps it from the browser.
    fn from(error: backend::Error) -> Self {
        let reference = caller().map(|caller| caller.request_id).unwrap_or_default();
        refuse(match error {
            backend::Error::NotFound => Self::NotFound,
            backend::Error::Throttled { retry_after } => Self::TooMany { retry_after },
            backend::Error::Busy => {
                tracing::warn!(request_id = %reference, "the database stayed locked by another write");
                Self::Busy { reference }
            }
            other => {
                tracing::error!(request_id = %reference, error = %other, cause = ?std::error::Error::source(&other), "a request failed");
                Self::Internal { reference }
            }
        })
    }
}

/// Does what keeps a thread busy for some milliseconds, such as checking, comparing or rendering twenty thousand characters, where
/// no other request waits for that thread.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| refuse(internal(&error.to_string())))
}

/// Logs a cause that is no error of the backend, once, and keeps it from the browser.
fn internal(cause: &str) -> AppError {
    let reference = caller().map(|caller| caller.request_id).unwrap_or_default();
    tracing::error!(request_id = %reference, error = cause, "a request failed");
    AppError::Internal { reference }
}

/// A header of the request.
pub fn header(name: &str) -> Option<String> {
    use_context::<http::request::Parts>()?.headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn failure_code(error: &AppError) -> &'static str {
    match error {
        AppError::SignedOut { .. } => "signed-out",
        AppError::Forbidden => "forbidden",
        AppError::NotFound => "not-found",
        AppError::TooMany { .. } => "too-many",
        AppError::BadRequest => "bad-request",
        AppError::Busy { .. } => "busy",
        AppError::Internal { .. } | AppError::Unreachable => "internal",
    }
}
