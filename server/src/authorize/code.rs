//! The second step: the code. `GET /authorize/code` asks for it; its post judges it, or sends another one.

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use backend::sign_in::{CodeAnswer, Refusal};
use backend::sign_in_requests::{SignInRequest, Standing};
use domain::Secret;
use domain::connection::Method;
use url::form_urlencoded::byte_serialize;

use super::asked::Asked;
use super::browser::{self, Flash, Step};
use super::finish::finish;
use super::page::{CodeStep, Look, said};
use super::parameters::Parameters;
use super::trouble::Trouble;
use super::visit::{Visit, form_page, too_many};
use super::{CODE_PATH, PATH};
use crate::gate::see_other;
use crate::refusal::escape;

/// A sign-in that waits for its code.
struct Waiting {
    token: Secret,
    sign_in: SignInRequest,
    asked: Asked,
}

/// `GET /authorize/code`: asks for the code.
pub async fn show(visit: Visit, RawQuery(query): RawQuery) -> Result<Response, Response> {
    let waiting = Waiting::find(&visit, &query.unwrap_or_default()).await?;
    let left = browser::flash(&visit.headers, Step::Code);
    let trouble = left.as_ref().and_then(|flash| flash.trouble);
    let mut page = waiting.page(&visit, trouble, left.is_some() && trouble.is_none()).await?;
    if left.is_some() {
        browser::clear_flash(&mut page);
    }
    Ok(page)
}

/// `POST /authorize/code`: judges the code and goes back to the application, or sends another code.
pub async fn answer(visit: Visit, RawQuery(query): RawQuery, body: Bytes) -> Result<Response, Response> {
    let waiting = Waiting::find(&visit, &query.unwrap_or_default()).await?;
    let form = Parameters::parse(&body);
    if form.value("again").is_some() {
        return waiting.send_again(&visit).await;
    }
    let code = Secret::new(form.only("code").unwrap_or_default());
    if code.is_empty() {
        return Ok(waiting.back(Some(Trouble::NoCode)));
    }
    if let Some(seconds) = visit.throttled("code").await? {
        return Ok(too_many(waiting.page(&visit, Some(Trouble::Throttled(seconds)), false).await?, seconds));
    }
    let given = CodeAnswer {
        client_id: &waiting.asked.application.client_id,
        recipient: &waiting.sign_in.recipient,
        code: &code,
        address: &visit.caller.address,
    };
    let judged = visit.state.backend.sign_in().by_code(&given).await.map_err(|error| visit.failed(error))?;
    match judged {
        Ok(signed_in) => {
            let ended = visit.state.backend.sign_in_requests().end(&waiting.token).await;
            ended.map_err(|error| visit.failed(error))?;
            finish(&visit, &waiting.asked.look, &waiting.asked.application, &waiting.asked.request, &signed_in).await
        }
        Err(refusal) => Ok(waiting.back(Some(trouble_of(refusal)))),
    }
}

/// What a user ran into whose code was refused.
pub const fn trouble_of(refusal: Refusal) -> Trouble {
    match refusal {
        Refusal::Wrong => Trouble::Wrong,
        Refusal::TooManyAttempts => Trouble::Spent,
        Refusal::Expired => Trouble::Expired,
        Refusal::BlockedAddress => Trouble::TooManyWrongCodes,
        Refusal::BlockedUser => Trouble::Blocked,
        Refusal::SignUpsDisabled => Trouble::SignUpsDisabled,
        Refusal::Closed => Trouble::NotSent,
    }
}

impl Waiting {
    /// The sign-in that an address names; one that cannot go on here is answered.
    async fn find(visit: &Visit, query: &str) -> Result<Self, Response> {
        let failed = |error| visit.failed(error);
        let token = Secret::new(Parameters::parse(query.as_bytes()).only("state").unwrap_or_default());
        let key = browser::key(&visit.headers, visit.is_https());
        let found = visit.state.backend.sign_in_requests().find(&token, key.as_ref()).await.map_err(failed)?;
        let Some((sign_in, standing)) = found else {
            let look = Look::load(&visit.state, &visit.caller, None).await.map_err(failed)?;
            let words = "It is over, or was never begun. Go back to where you came from and sign in again.".to_owned();
            return Err(said(&look, StatusCode::NOT_FOUND, "This sign-in is not known", &[words]));
        };
        // Whoever looks from another browser is told nothing of it, and sent nowhere.
        if standing == Standing::Elsewhere {
            let look = Look::load(&visit.state, &visit.caller, None).await.map_err(failed)?;
            let words = "Enter the code there, or go back to where you came from and sign in here.".to_owned();
            return Err(said(&look, StatusCode::FORBIDDEN, "This sign-in was begun in another browser", &[words]));
        }
        let asked = Asked::read(visit, &sign_in.query).await?;
        if let Some(closed) = asked.closed(visit, sign_in.recipient.method()) {
            return Err(closed);
        }
        match standing {
            Standing::Open => Ok(Self { token, sign_in, asked }),
            other => Err(not_here(&asked.look, &sign_in.query, other)),
        }
    }

    async fn page(&self, visit: &Visit, trouble: Option<Trouble>, again: bool) -> Result<Response, Response> {
        let method = self.sign_in.recipient.method();
        let connections = visit.state.backend.connections();
        let rules = match method {
            Method::Sms => connections.sms().await.map(|state| (state.settings.otp_length, state.settings.otp_expiry)),
            Method::Email => {
                connections.email().await.map(|state| (state.settings.otp_length, state.settings.otp_expiry))
            }
        };
        let (length, expiry) = rules.map_err(|error| visit.failed(error))?;
        let page = CodeStep {
            method,
            masked: &self.sign_in.recipient.masked(),
            length,
            expiry,
            trouble,
            again,
            action: &self.address(),
            back: &self.asked.address(method),
        };
        Ok(form_page(page.render(&self.asked.look), Some(&self.asked.request.back.redirect_uri)))
    }

    async fn send_again(&self, visit: &Visit) -> Result<Response, Response> {
        if let Some(seconds) = visit.throttled("send").await? {
            return Ok(too_many(self.page(visit, Some(Trouble::Throttled(seconds)), false).await?, seconds));
        }
        let SignInRequest { recipient, language, .. } = &self.sign_in;
        let trouble = visit.send_code(&self.asked.application, recipient, language.clone()).await?;
        Ok(self.back(trouble))
    }

    fn address(&self) -> String {
        let token: String = byte_serialize(self.token.expose().as_bytes()).collect();
        [CODE_PATH, "?state=", &token].concat()
    }

    /// Back to the page, which shows what was wrong, or that another code went out.
    fn back(&self, trouble: Option<Trouble>) -> Response {
        let mut response = see_other(&self.address());
        browser::keep_flash(&mut response, Flash { step: Step::Code, typed: String::new(), trouble });
        response
    }
}

/// Why a sign-in does not go on, with a way to begin again.
fn not_here(look: &Look, query: &str, standing: Standing) -> Response {
    let (status, h1, words) = match standing {
        Standing::Expired => {
            (StatusCode::GONE, "This sign-in took too long", "It was begun more than a day ago and is over.")
        }
        Standing::Open | Standing::Ended | Standing::Elsewhere => {
            (StatusCode::OK, "This sign-in is finished", "Its code was entered. To sign in once more, begin again.")
        }
    };
    let link = format!("<a class=\"button\" href=\"{PATH}?{}\">Begin again</a>", escape(query));
    said(look, status, h1, &[words.to_owned(), link])
}
