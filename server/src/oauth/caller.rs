//! Who calls the API: the request's id, the network address, and what the browser or program says it is.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use backend::delivery;
use domain::application::Application;

use crate::AppState;
use crate::observe::RequestId;
use crate::session::client_address;

/// More than this of a user agent is not passed on.
const MAX_USER_AGENT: usize = 512;

/// Who calls.
#[derive(Clone, Debug)]
pub struct ApiCaller {
    /// The id of the request, for words and logs.
    pub request_id: String,
    /// The network address that the request comes from.
    pub address: String,
    user_agent: String,
}

impl ApiCaller {
    /// The network address of the end user: the caller's own, or the one that a server passes on whose word counts.
    ///
    /// `auth0-forwarded-for` counts from an application that has proved itself and for which *Trust token endpoint IP header* is on.
    pub fn end_user(&self, headers: &HeaderMap, application: &Application, proved: bool) -> String {
        let trusted = proved && application.settings.trust_ip_header;
        let forwarded = headers.get("auth0-forwarded-for").filter(|_| trusted).and_then(|value| value.to_str().ok());
        let forwarded = forwarded.and_then(|text| text.trim().parse::<std::net::IpAddr>().ok());
        forwarded.map_or_else(|| self.address.clone(), |address| address.to_canonical().to_string())
    }

    /// What a gateway is told of whoever asks, from this address.
    pub fn for_gateway(&self, address: &str) -> delivery::Caller {
        delivery::Caller { ip: address.to_owned(), user_agent: self.user_agent.clone() }
    }
}

impl FromRequestParts<AppState> for ApiCaller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let address = client_address(&parts.extensions, &parts.headers, &state.settings.trusted_proxies);
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let user_agent = parts.headers.get(USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()));
        let user_agent = user_agent.map(|agent| agent.chars().take(MAX_USER_AGENT).collect()).unwrap_or_default();
        Ok(Self { request_id, address: address.to_string(), user_agent })
    }
}
