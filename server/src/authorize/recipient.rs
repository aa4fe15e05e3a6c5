//! The first step: who signs in. `GET /authorize` asks, its post sends the code.

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::response::Response;
use backend::sign_in_requests::SignInRequest;
use domain::recipient::Recipient;
use url::form_urlencoded::byte_serialize;

use super::CODE_PATH;
use super::asked::Asked;
use super::browser::{self, Flash, Step};
use super::page::RecipientStep;
use super::parameters::Parameters;
use super::trouble::Trouble;
use super::visit::{Visit, form_page, too_many};
use crate::gate::see_other;

/// `GET /authorize`: asks for a number or an address.
pub async fn show(visit: Visit, RawQuery(query): RawQuery) -> Result<Response, Response> {
    let asked = Asked::read(&visit, &query.unwrap_or_default()).await?;
    let left = browser::flash(&visit.headers, Step::Recipient);
    let mut page = match &left {
        Some(flash) => step(&asked, &flash.typed, flash.trouble),
        None => step(&asked, &asked.hint(), None),
    };
    if left.is_some() {
        browser::clear_flash(&mut page);
    }
    Ok(page)
}

/// `POST /authorize`: sends the code, and goes on to the page that takes it.
pub async fn send(visit: Visit, RawQuery(query): RawQuery, body: Bytes) -> Result<Response, Response> {
    let asked = Asked::read(&visit, &query.unwrap_or_default()).await?;
    let form = Parameters::parse(&body);
    let typed = form.only("recipient").unwrap_or_default();
    let Ok(recipient) = Recipient::parse(asked.method, typed) else {
        return Ok(again(&asked, typed, Trouble::Recipient));
    };
    if let Some(seconds) = visit.throttled("send").await? {
        return Ok(too_many(step(&asked, typed, Some(Trouble::Throttled(seconds))), seconds));
    }
    let language = asked.request.language.clone().or_else(|| visit.language());
    if let Some(trouble) = visit.send_code(&asked.application, &recipient, language.clone()).await? {
        return Ok(again(&asked, typed, trouble));
    }
    let key = browser::key(&visit.headers, visit.is_https());
    let sign_in = SignInRequest { query: asked.query(asked.method), recipient, language };
    let begun = visit.state.backend.sign_in_requests().begin(key.as_ref(), &sign_in).await;
    let begun = begun.map_err(|error| visit.failed(error))?;
    let token: String = byte_serialize(begun.token.expose().as_bytes()).collect();
    let mut response = see_other(&[CODE_PATH, "?state=", &token].concat());
    browser::keep_key(&mut response, &begun.browser, visit.is_https());
    Ok(response)
}

fn step(asked: &Asked, typed: &str, trouble: Option<Trouble>) -> Response {
    let other = asked.other().map(|method| asked.address(method));
    let action = asked.address(asked.method);
    let page = RecipientStep { method: asked.method, typed, trouble, action: &action, other: other.as_deref() };
    form_page(page.render(&asked.look), Some(&asked.request.back.redirect_uri))
}

/// Back to the page, which shows why.
fn again(asked: &Asked, typed: &str, trouble: Trouble) -> Response {
    let mut response = see_other(&asked.address(asked.method));
    let flash = Flash { step: Step::Recipient, typed: typed.to_owned(), trouble: Some(trouble) };
    browser::keep_flash(&mut response, flash);
    response
}
