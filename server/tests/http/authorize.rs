//! The hosted sign-in page and the sign-in link, as an application's users and those who attack them meet them.

mod faults;
mod flow;
mod links;
mod troubles;

use axum::http::StatusCode;
use domain::activity::OutboxMessage;
use url::Url;

use crate::browser::{Answer, Browser};
use crate::oauth::{CALLBACK, NUMBER, Scene};

/// The example of RFC 7636, appendix B.
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The public URL with its slash.
pub const ISSUER: &str = "http://127.0.0.1:3000/";

/// A request of the scene's application, with more parameters, which win over the usual ones.
pub fn authorize(scene: &Scene, more: &[(&str, &str)]) -> String {
    let usual = [
        ("client_id", scene.client_id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid phone"),
        ("state", "s t&te"),
        ("connection", "sms"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let kept = usual.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    let pairs = kept.chain(more.iter().copied()).filter(|(_, value)| !value.is_empty());
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("/authorize?{query}")
}

/// Where the form of a page goes.
pub fn action(page: &Answer) -> String {
    let rest = page.body.split_once("action=\"").unwrap_or_else(|| panic!("a form: {}", page.body)).1;
    rest.split_once('"').expect("an end").0.replace("&amp;", "&")
}

/// Goes from the request to the page that asks for the code, and answers its address.
pub async fn to_code(browser: &mut Browser, request: &str, recipient: &str) -> String {
    let page = browser.get(request).await;
    assert_eq!(page.status, StatusCode::OK, "{} {}", page.location(), page.body);
    let sent = browser.post(&action(&page), &[("recipient", recipient)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    assert!(sent.location().starts_with("/authorize/code?state="), "{}", sent.location());
    sent.location().to_owned()
}

/// Answers the code that was sent last.
pub async fn enter(scene: &Scene, browser: &mut Browser, address: &str) -> Answer {
    let code = scene.message(NUMBER).await.code;
    browser.post(address, &[("code", code.expose())]).await
}

/// What the application got in the query of its callback.
pub fn got(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let location = Url::parse(answer.location()).unwrap_or_else(|_| panic!("an address: {}", answer.location()));
    assert!(answer.location().starts_with(CALLBACK), "{location}");
    location.query_pairs().into_owned().collect()
}

/// One of the parameters that the application got.
pub fn parameter(got: &[(String, String)], name: &str) -> String {
    got.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// A code that is not the one in a message.
pub fn wrong(message: &OutboxMessage) -> &'static str {
    if message.code.expose() == "000000" { "111111" } else { "000000" }
}

/// What is wrong with the field, as the page that a post leads to says it.
pub async fn problem(browser: &mut Browser, answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = browser.get(answer.location()).await;
    assert!(page.body.contains("<title>Error: ") && page.body.contains("aria-invalid=\"true\""), "{}", page.body);
    let words = page.body.split_once("-problem\">").expect("a problem").1.split_once("</p>").expect("an end").0;
    words.to_owned()
}
