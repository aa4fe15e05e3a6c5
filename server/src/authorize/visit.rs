//! One request of a user's browser, with all that its handler needs.

use app::request::Caller;
use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY, RETRY_AFTER, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use backend::delivery;
use backend::limits::{Limit, network_of};
use backend::sign_in::{Start, StartRefusal, Started};
use domain::application::Application;
use domain::recipient::Recipient;
use domain::template::Send;
use leptos::nonce::Nonce;

use super::answer::form_target;
use super::trouble::Trouble;
use crate::AppState;
use crate::refusal::broken;

/// More than this of a user agent or a language is not passed on.
const MAX_HEADER: usize = 512;

/// Who asks, and what of.
#[derive(Clone)]
pub struct Visit {
    /// What is asked.
    pub state: AppState,
    /// From where.
    pub caller: Caller,
    /// The nonce of the answer.
    pub nonce: Nonce,
    /// What else the browser says.
    pub headers: HeaderMap,
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, StatusCode> {
        // Both are put there by the layers of every page.
        let caller = parts.extensions.get::<Caller>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        let nonce = parts.extensions.get::<Nonce>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        Ok(Self { state: state.clone(), caller, nonce, headers: parts.headers.clone() })
    }
}

impl Visit {
    /// Whether browsers reach Doorcode over TLS.
    pub fn is_https(&self) -> bool {
        self.state.settings.public_url.is_https()
    }

    /// The page for a backend that failed.
    pub fn failed(&self, error: backend::Error) -> Response {
        broken(&self.state, &self.caller.request_id, &self.headers, &error)
    }

    /// Counts a step of this kind; how many seconds to wait instead, where there were too many.
    pub async fn throttled(&self, kind: &str) -> Result<Option<u32>, Response> {
        let who = [kind, ":", &network_of(&self.caller.address)].concat();
        let allowance = self.state.backend.limits().take(Limit::Prompt, &who).await;
        let wait = allowance.map_err(|error| self.failed(error))?.retry_after;
        Ok(wait.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)))
    }

    /// Sends a code to somebody who signs in to this application; what the user ran into, if it does not go out.
    pub async fn send_code(
        &self,
        application: &Application,
        recipient: &Recipient,
        language: Option<String>,
    ) -> Result<Option<Trouble>, Response> {
        let start = Start {
            client_id: application.client_id.clone(),
            application_name: application.settings.name.clone(),
            recipient: recipient.clone(),
            send: Send::Code,
            public_url: self.state.settings.public_url.origin().to_owned(),
            language,
            caller: delivery::Caller { ip: self.caller.address.clone(), user_agent: self.header(&USER_AGENT) },
            auth_params: Vec::new(),
        };
        let started = self.state.backend.sign_in().start(start).await.map_err(|error| self.failed(error))?;
        Ok(match started {
            Ok(Started::Sent(sent)) => sent.delivered.outcome.reason().map(|_| Trouble::NotSent),
            // Whoever is blocked is told what everybody is told.
            Ok(Started::Withheld) => None,
            Err(StartRefusal::SignUpsDisabled) => Some(Trouble::SignUpsDisabled),
            Err(StartRefusal::BlockedAddress) => Some(Trouble::TooManyWrongCodes),
            // Switched off since the page was asked for.
            Err(StartRefusal::ConnectionOff | StartRefusal::NotEnabled) => Some(Trouble::NotSent),
        })
    }

    /// The languages that the browser prefers, as it says them.
    pub fn language(&self) -> Option<String> {
        Some(self.header(&ACCEPT_LANGUAGE)).filter(|language| !language.is_empty() && language != "*")
    }

    fn header(&self, name: &axum::http::HeaderName) -> String {
        let value = self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
        value.map(|value| value.trim().chars().take(MAX_HEADER).collect()).unwrap_or_default()
    }
}

/// A page with a form that ends at this redirect URI, or at a page of ours.
pub fn form_page(html: String, redirect_uri: Option<&str>) -> Response {
    let target = redirect_uri.map(form_target).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' {target}; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    let mut response = Html(html).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The same page, for somebody who has to wait.
pub fn too_many(mut page: Response, seconds: u32) -> Response {
    *page.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    page.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    page
}
