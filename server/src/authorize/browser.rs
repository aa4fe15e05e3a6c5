//! What a user's browser keeps between the steps: the key of its sign-ins, and, once, what the last step ran into.

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Secret;
use serde::{Deserialize, Serialize};

use super::trouble::Trouble;
use crate::session::cookie;

const FLASH: &str = "doorcode_sign_in_flash";

/// More than this of what was typed is not kept: a browser drops a cookie over 4 KiB.
const MAX_TYPED: usize = 320;

/// The name of the cookie with the key; under https the prefix binds it to this host.
const fn key_name(https: bool) -> &'static str {
    if https { "__Host-doorcode_sign_in" } else { "doorcode_sign_in" }
}

/// Which page something is left for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The one that asks for a number or an address.
    Recipient,
    /// The one that asks for the code.
    Code,
}

/// What the next page shows, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// Which page.
    pub step: Step,
    /// What was typed as the recipient.
    #[serde(default)]
    pub typed: String,
    /// What was wrong; `None` when another code went out.
    pub trouble: Option<Trouble>,
}

/// The key of this browser, if it has one of the shape that Doorcode makes.
pub fn key(headers: &HeaderMap, https: bool) -> Option<Secret> {
    let value = cookie(headers, key_name(https))?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (value.len() == 43 && value.bytes().all(fits)).then(|| Secret::new(value))
}

/// Gives a browser its key, for as long as it is open.
pub fn keep_key(response: &mut Response, key: &Secret, https: bool) {
    let secure = if https { "; Secure" } else { "" };
    set(response, &format!("{}={}; Path=/; HttpOnly; SameSite=Lax{secure}", key_name(https), key.expose()));
}

/// What was left for this page; nothing unless it is something that Doorcode could have written.
pub fn flash(headers: &HeaderMap, step: Step) -> Option<Flash> {
    let bytes = URL_SAFE_NO_PAD.decode(cookie(headers, FLASH)?).ok()?;
    serde_json::from_slice(&bytes).ok().filter(|flash: &Flash| flash.step == step)
}

/// Leaves something for the next page, for a minute.
pub fn keep_flash(response: &mut Response, mut flash: Flash) {
    if flash.typed.len() > MAX_TYPED {
        flash.typed.clear();
    }
    let value = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&flash).unwrap_or_default());
    set(response, &format!("{FLASH}={value}; Path=/authorize; Max-Age=60; HttpOnly; SameSite=Lax"));
}

/// Forgets what the last step left, once it is shown.
pub fn clear_flash(response: &mut Response) {
    set(response, &format!("{FLASH}=; Path=/authorize; Max-Age=0; HttpOnly; SameSite=Lax"));
}

fn set(response: &mut Response, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;
    use axum::response::IntoResponse as _;

    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(cookie).expect("a header"))])
    }

    #[test]
    fn a_key_of_another_shape_is_none() {
        let made = "a".repeat(43);
        assert_eq!(key(&headers(&format!("doorcode_sign_in={made}")), false), Some(Secret::new(made.as_str())));
        assert_eq!(key(&headers(&format!("doorcode_sign_in={made}")), true), None, "under https the prefix is needed");
        for value in ["", "a", &"é".repeat(43), &"a".repeat(44)] {
            assert_eq!(key(&headers(&format!("doorcode_sign_in={value}")), false), None, "{value}");
        }
    }

    #[test]
    fn under_https_the_key_is_bound_to_the_host() {
        let mut response = ().into_response();
        keep_key(&mut response, &Secret::new("k"), true);
        let cookie = response.headers()[SET_COOKIE].to_str().expect("ASCII");
        assert_eq!(cookie, "__Host-doorcode_sign_in=k; Path=/; HttpOnly; SameSite=Lax; Secure");
    }

    #[test]
    fn a_flash_comes_back_as_it_was_and_a_forged_one_is_none() {
        let left = Flash { step: Step::Recipient, typed: "+1 555 é".to_owned(), trouble: Some(Trouble::Throttled(9)) };
        let mut response = ().into_response();
        keep_flash(&mut response, left.clone());
        let cookie = response.headers()[SET_COOKIE].to_str().expect("ASCII");
        let kept = headers(cookie.split(';').next().expect("a pair"));
        assert_eq!(flash(&kept, Step::Recipient), Some(left));
        assert_eq!(flash(&kept, Step::Code), None, "it is for the other page");
        assert_eq!(flash(&headers("doorcode_sign_in_flash=e30x"), Step::Code), None);
        let mut response = ().into_response();
        keep_flash(&mut response, Flash { step: Step::Code, typed: "x".repeat(5_000), trouble: None });
        assert!(response.headers()[SET_COOKIE].len() < 200, "a cookie that browsers keep");
    }
}
