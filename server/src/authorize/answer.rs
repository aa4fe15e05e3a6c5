//! An answer on its way to the application: in the query or the fragment of its redirect URI, or as a form that posts itself.

use axum::http::header::{CONTENT_SECURITY_POLICY, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use domain::web_url::WebUrl;
use leptos::nonce::Nonce;
use url::{Url, form_urlencoded};

use super::page::{Look, document_with};
use super::request::{Refusal, ResponseMode, ReturnAddress};
use crate::refusal::escape;

/// Posts the only form of its page; whoever runs no scripts presses its button.
const SUBMIT: &str = "document.forms[0].submit();";

/// Lets the browser say where the form comes from, which it else keeps to itself: an application may want to know that of every post.
const TELL_ORIGIN: &str = "<meta name=\"referrer\" content=\"origin\">";

/// Sends parameters to an application, with the state of its request and who answers (RFC 9207).
pub fn send(look: &Look, nonce: &Nonce, back: &ReturnAddress, parameters: Vec<(&'static str, String)>) -> Response {
    let state = back.state.clone().map(|state| ("state", state));
    let issuer = ("iss", look.issuer.clone());
    let parameters: Vec<_> = parameters.into_iter().chain(state).chain([issuer]).collect();
    let redirect_uri = ascii(&back.redirect_uri);
    match back.mode {
        ResponseMode::Query => see_other(&with_query(&redirect_uri, &encoded(&parameters))),
        ResponseMode::Fragment => see_other(&[&redirect_uri, "#", &encoded(&parameters)].concat()),
        ResponseMode::FormPost => form(look, nonce, &redirect_uri, &parameters),
    }
}

/// Sends an error to an application.
pub fn refuse(look: &Look, nonce: &Nonce, refusal: &Refusal) -> Response {
    let parameters = vec![
        ("error", refusal.error.as_str().to_owned()),
        ("error_description", refusal.description.clone().into_owned()),
    ];
    send(look, nonce, &refusal.back, parameters)
}

/// The source that a policy's `form-action` must list so that a form may end at this address. A browser checks that also where
/// the answer to a form redirects.
pub fn form_target(redirect_uri: &str) -> String {
    let redirect_uri = ascii(redirect_uri);
    match WebUrl::parse(&redirect_uri) {
        // A policy cannot name an IPv6 address; a callback over http has one only for the user's own machine.
        Some(url) if (url.is_https() || url.is_http()) && url.host.starts_with('[') => scheme(&url),
        Some(url) if url.is_https() || url.is_http() => url.origin(),
        Some(url) => scheme(&url),
        None => String::new(),
    }
}

fn scheme(url: &WebUrl<'_>) -> String {
    [&url.scheme.to_ascii_lowercase(), ":"].concat()
}

/// An address as a header can hold it; one in ASCII stays as it is, letter for letter.
fn ascii(redirect_uri: &str) -> String {
    match redirect_uri.is_ascii() {
        true => redirect_uri.to_owned(),
        false => Url::parse(redirect_uri).map(String::from).unwrap_or_default(),
    }
}

fn encoded(parameters: &[(&'static str, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}

/// Adds parameters to an address that may have some of its own (RFC 6749, section 3.1.2).
fn with_query(redirect_uri: &str, parameters: &str) -> String {
    let joint = match redirect_uri.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some((_, query)) if query.ends_with('&') => "",
        Some(_) => "&",
    };
    [redirect_uri, joint, parameters].concat()
}

fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Form Post Response Mode: a page whose form goes to the application and nowhere else.
fn form(look: &Look, nonce: &Nonce, redirect_uri: &str, parameters: &[(&'static str, String)]) -> Response {
    let inputs: String = parameters
        .iter()
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value)))
        .collect();
    let main = format!(
        "<p class=\"entry-lede\">You are on your way back to {}.</p>\
         <form class=\"entry-form\" method=\"post\" action=\"{}\">{inputs}\
         <button class=\"button\" type=\"submit\">Continue</button></form><script nonce=\"{nonce}\">{SUBMIT}</script>",
        escape(&look.application),
        escape(redirect_uri),
    );
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; form-action {}; \
         base-uri 'none'; frame-ancestors 'none'",
        form_target(redirect_uri)
    );
    let mut response = Html(document_with(look, TELL_ORIGIN, "Almost there", false, &main)).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    fn look() -> Look {
        Look {
            stylesheet: "/pkg/console.css".to_owned(),
            theme: None,
            installation: "Acme & Co".to_owned(),
            support: String::new(),
            application: "Acme <Wallet>".to_owned(),
            issuer: "https://login.acme.example/".to_owned(),
        }
    }

    fn back(redirect_uri: &str, mode: ResponseMode) -> ReturnAddress {
        ReturnAddress { redirect_uri: redirect_uri.to_owned(), mode, state: Some("a b&c=\"d\"".to_owned()) }
    }

    fn location(redirect_uri: &str, mode: ResponseMode) -> String {
        let response = send(&look(), &Nonce::new(), &back(redirect_uri, mode), vec![("code", "x/y+z".to_owned())]);
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        response.headers()[LOCATION].to_str().expect("ASCII").to_owned()
    }

    #[test]
    fn parameters_join_those_that_the_address_has() {
        let sent = "code=x%2Fy%2Bz&state=a+b%26c%3D%22d%22&iss=https%3A%2F%2Flogin.acme.example%2F";
        for (redirect_uri, begins) in [
            ("https://app.example/cb", "https://app.example/cb?"),
            ("https://app.example", "https://app.example?"),
            ("https://app.example/cb?", "https://app.example/cb?"),
            ("https://app.example/cb?a=%20b", "https://app.example/cb?a=%20b&"),
            ("https://app.example/cb?a=b&", "https://app.example/cb?a=b&"),
            ("com.acme.app:/cb", "com.acme.app:/cb?"),
            ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC?"),
        ] {
            assert_eq!(location(redirect_uri, ResponseMode::Query), format!("{begins}{sent}"));
        }
        let fragment = location("https://app.example/cb?a=b", ResponseMode::Fragment);
        assert_eq!(fragment, format!("https://app.example/cb?a=b#{sent}"));
    }

    #[tokio::test]
    async fn a_form_goes_to_the_application_alone_and_escapes_what_it_carries() {
        let nonce = Nonce::new();
        let back = back("https://app.example:8443/cb?a=b&c=d", ResponseMode::FormPost);
        let response = send(&look(), &nonce, &back, vec![("code", "<script>".to_owned())]);
        assert_eq!(response.status(), StatusCode::OK);
        let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().expect("ASCII").to_owned();
        assert!(policy.contains("form-action https://app.example:8443; ") && policy.contains("default-src 'none'"));
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        let page = String::from_utf8_lossy(&body);
        assert!(page.contains("action=\"https://app.example:8443/cb?a=b&amp;c=d\""), "{page}");
        assert!(page.contains("name=\"code\" value=\"&lt;script&gt;\""), "{page}");
        assert!(page.contains("name=\"state\" value=\"a b&amp;c=&quot;d&quot;\""), "{page}");
        assert!(page.contains("back to Acme &lt;Wallet&gt;.") && page.contains(">Continue</button>"), "{page}");
        assert!(page.contains(&format!("<script nonce=\"{nonce}\">")), "{page}");
    }

    #[test]
    fn a_policy_names_an_origin_or_a_scheme() {
        for (redirect_uri, target) in [
            ("https://App.example/cb", "https://app.example"),
            ("https://app.example:443/cb", "https://app.example"),
            ("http://127.0.0.1:8080/cb", "http://127.0.0.1:8080"),
            ("http://[::1]:8080/cb", "http:"),
            ("https://bücher.example/", "https://xn--bcher-kva.example"),
            ("Com.Acme.App:/cb", "com.acme.app:"),
            ("com.acme.app://cb/x", "com.acme.app:"),
        ] {
            assert_eq!(form_target(redirect_uri), target, "{redirect_uri}");
        }
    }
}
