//! What became of a post before sign-in, kept in a cookie for the one page that shows it.

use app::entry::EntryFlash;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::session::cookie;

const NAME: &str = "doorcode_flash";

/// More than this is not remembered: a browser drops a cookie over 4 KiB.
const MAX_EMAIL: usize = 320;

/// Whether the browser sent an outcome, readable or not.
pub fn is_set(headers: &HeaderMap) -> bool {
    cookie(headers, NAME).is_some()
}

/// The outcome that the browser sent; nothing unless it is one that we could have written.
pub fn read(headers: &HeaderMap) -> Option<EntryFlash> {
    let bytes = URL_SAFE_NO_PAD.decode(cookie(headers, NAME)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Keeps an outcome for a minute.
pub fn keep(response: &mut Response, mut flash: EntryFlash) {
    if flash.email.len() > MAX_EMAIL {
        flash.email.clear();
    }
    let value = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&flash).unwrap_or_default());
    set(response, &format!("{NAME}={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"));
}

/// Forgets the outcome.
pub fn clear(response: &mut Response) {
    set(response, &format!("{NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
}

fn set(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}
