//! Who may open which page: the signed out are sent to `/login`, and pages before sign-in exist only while they have a use.

use app::entry::{EntryFlash, EntryProblem};
use app::request::Caller;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use backend::Found;
use url::form_urlencoded;

use crate::entry::flash;
use crate::refusal::broken;
use crate::{AppState, authorize, pages};

/// The page that people land on.
pub const HOME: &str = "/connections/passwordless";

/// Longer paths are not remembered across a sign-in.
const MAX_NEXT: usize = 2048;

/// `GET /`.
pub async fn home() -> Response {
    see_other(HOME)
}

/// Lets a page through, or answers in its place.
pub async fn gate(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD);
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let Some(route) = route.filter(|_| is_page) else {
        return next.run(request).await;
    };
    let signed_in = matches!(found(&request), Found::SignedIn(_));
    let answered = match route.as_str() {
        "/login" if signed_in => return see_other(&next_of(request.uri())),
        "/login" => match state.backend.needs_set_up().await {
            Ok(true) => return see_other("/setup"),
            Ok(false) => Ok(before_sign_in(request, next).await),
            Err(error) => Err((request, error)),
        },
        "/setup" => match state.backend.needs_set_up().await {
            Ok(true) => Ok(before_sign_in(request, next).await),
            Ok(false) => Ok(gone(&state, request).await),
            Err(error) => Err((request, error)),
        },
        "/invite/{token}" => {
            let token = request.uri().path().trim_start_matches("/invite/").to_owned();
            match state.backend.admins().invitation(&token).await {
                Ok(Some(_)) => Ok(before_sign_in(request, next).await),
                Ok(None) => Ok(gone(&state, request).await),
                Err(error) => Err((request, error)),
            }
        }
        // Server functions decide for themselves; the frame shows nothing of its own.
        "/preview/frame" | "/logout" | "/" => return next.run(request).await,
        // These are for the users of applications, who never sign in to the console.
        authorize::PATH | authorize::CODE_PATH | authorize::LINK_PATH => return next.run(request).await,
        route if route.starts_with("/fn/") => return next.run(request).await,
        _ if signed_in => return next.run(request).await,
        _ => return see_other(&sign_in_url(request.uri().path_and_query().map_or(HOME, |path| path.as_str()))),
    };
    answered.unwrap_or_else(|(request, error)| {
        broken(&state, &crate::refusal::request_id(&request), request.headers(), &error)
    })
}

/// Shows a page before sign-in with what became of its last post, once.
async fn before_sign_in(mut request: Request, next: Next) -> Response {
    let had_flash = flash::is_set(request.headers());
    let shown = flash::read(request.headers());
    if let Some(caller) = request.extensions_mut().get_mut::<Caller>() {
        caller.flash = shown;
    }
    let mut response = next.run(request).await;
    if had_flash {
        flash::clear(&mut response);
    }
    response
}

/// Shows a page before sign-in that has lost its use.
async fn gone(state: &AppState, mut request: Request) -> Response {
    let problem = EntryFlash { email: String::new(), problem: EntryProblem::Gone };
    if let Some(caller) = request.extensions_mut().get_mut::<Caller>() {
        caller.flash = Some(problem);
    }
    pages::render_as(state, request, StatusCode::NOT_FOUND).await
}

fn found(request: &Request) -> Found {
    request.extensions().get::<Caller>().map_or(Found::Nobody, |caller| caller.found.clone())
}

/// A 303 to a path of ours; a path that no header can hold leads home.
pub fn see_other(path: &str) -> Response {
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static(HOME));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

/// The page to sign in on, which leads to `next` afterwards.
pub fn sign_in_url(next: &str) -> String {
    match checked_next(next).as_str() {
        HOME => "/login".to_owned(),
        next => format!("/login?next={}", form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>()),
    }
}

/// Where a sign-in page leads, as its URL says.
fn next_of(uri: &Uri) -> String {
    let query = uri.query().unwrap_or_default();
    let next =
        form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "next").map(|(_, next)| next.into_owned());
    checked_next(&next.unwrap_or_default())
}

/// A path of this server that a person may be sent to, or home when `next` is not one: a browser reads `//`, `/\` and
/// control characters as ways to another host.
pub fn checked_next(next: &str) -> String {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let ours = next.starts_with('/')
        && !path.contains("//")
        && next.len() <= MAX_NEXT
        && !next.contains('\\')
        && next.chars().all(|c| c.is_ascii_graphic() || !c.is_ascii() && !c.is_control());
    if !ours {
        return HOME.to_owned();
    }
    // A header holds ASCII only.
    next.chars().fold(String::with_capacity(next.len()), |mut encoded, c| {
        match c.is_ascii() {
            true => encoded.push(c),
            false => encoded.extend(c.to_string().bytes().map(|byte| format!("%{byte:02X}"))),
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_stays_on_this_server() {
        for refused in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/a//b",
            "/\t/evil.example",
            "/\n",
            " /a",
            "javascript:alert(1)",
            "evil",
            "/a b",
            "/\u{85}x",
            "\\/a",
        ] {
            assert_eq!(checked_next(refused), HOME, "{refused:?}");
        }
        assert_eq!(checked_next(&format!("/{}", "a".repeat(MAX_NEXT))), HOME);
    }

    #[test]
    fn next_keeps_paths_with_queries() {
        for (next, kept) in [
            ("/applications?q=a&page=2", "/applications?q=a&page=2"),
            ("/applications?q=https://a", "/applications?q=https://a"),
            ("/applications?q=é", "/applications?q=%C3%A9"),
        ] {
            assert_eq!(checked_next(next), kept);
        }
    }
}
