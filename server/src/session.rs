//! Sessions over HTTP: the cookie, the store behind it, and who calls from where.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use app::request::Caller;
use app::server_fns::connections::NewestRevision;
use async_trait::async_trait;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::COOKIE;
use axum::http::{Extensions, HeaderMap};
use axum::middleware::Next;
use axum::response::Response;
use backend::{Backend, Found, SessionRow};
use domain::admin::Appearance;
use ipnet::IpNet;
use leptos::server_fn::ServerFn as _;
use time::{Duration, OffsetDateTime};
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::{Expiry, Session, SessionManagerLayer, SessionStore, session_store};

use crate::AppState;
use crate::refusal::{broken, request_id};

/// What a session says about itself, beside what pages keep in it.
pub const ADMIN_ID: &str = "admin_id";
/// The address that the session was begun from.
pub const ADDRESS: &str = "address";
/// The browser that began it, as it named itself.
pub const USER_AGENT: &str = "user_agent";

/// The name of the session's cookie; under https the prefix binds it to this host.
pub const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-doorcode_session" } else { "doorcode_session" }
}

/// Puts a `Session` into the extensions of each request and saves what changed in it.
pub fn layer(state: &AppState) -> SessionManagerLayer<Store> {
    let https = state.settings.public_url.is_https();
    SessionManagerLayer::new(Store(state.backend.clone()))
        .with_name(cookie_name(https))
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        // The database decides how long a session lives, not the browser.
        .with_expiry(Expiry::OnSessionEnd)
}

/// Puts the `Caller` into the extensions of each request.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let address = client_address(request.extensions(), request.headers(), &state.settings.trusted_proxies).to_string();
    let request_id = request_id(&request);
    let key = request.extensions().get::<Session>().and_then(Session::id);
    let sessions = state.backend.sessions();
    let by_itself = request.uri().path() == NewestRevision::PATH;
    let found = match key.map(|key| key.to_string()) {
        Some(key) if by_itself => sessions.find_unused(&key, &address).await,
        Some(key) => sessions.find(&key, &address).await,
        None => Ok(Found::Nobody),
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => return broken(&state, &request_id, request.headers(), &error),
    };
    let appearance = cookie(request.headers(), "doorcode_appearance").map(Appearance::from_cookie).unwrap_or_default();
    request.extensions_mut().insert(Caller { found, address, request_id, appearance, flash: None });
    next.run(request).await
}

/// The value of a cookie, as the browser sent it.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs =
        headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok()).flat_map(|header| header.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Where the request comes from: the peer, or, through proxies that are trusted, the nearest hop that is not one of them.
pub fn client_address(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let unspecified = IpAddr::from([0, 0, 0, 0]);
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map_or(unspecified, |ConnectInfo(peer)| peer.ip());
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));

    let mut address = peer.to_canonical();
    let headers = headers.get_all("x-forwarded-for");
    let hops: Vec<&str> = headers.iter().flat_map(|header| header.to_str().unwrap_or_default().split(',')).collect();
    for hop in hops.iter().rev() {
        if !is_trusted(&address) {
            break;
        }
        // What cannot be read was not written by a proxy that can be trusted.
        let Some(hop) = parse_hop(hop.trim()) else { break };
        address = hop;
    }
    address
}

/// Reads an address, with or without a port.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(IpAddr::to_canonical(&address))
}

/// The sessions of the database, as tower-sessions wants them.
#[derive(Clone)]
pub struct Store(Backend);

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let row = row(record)?;
        while !self.0.sessions().create(&record.id.to_string(), &row).await.map_err(failed)? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.0.sessions().save(&record.id.to_string(), &row(record)?).await.map(drop).map_err(failed)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Some(data) = self.0.sessions().load(&id.to_string()).await.map_err(failed)? else {
            return Ok(None);
        };
        let data = serde_json::from_str(&data).map_err(|error| session_store::Error::Decode(error.to_string()))?;
        let now =
            OffsetDateTime::from_unix_timestamp(self.0.clock().now() / 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        // Not what ends the session: that is decided where it is found.
        Ok(Some(Record { id: *id, data, expiry_date: now.saturating_add(Duration::days(7)) }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.0.sessions().delete(&id.to_string()).await.map(drop).map_err(failed)
    }
}

fn row(record: &Record) -> session_store::Result<SessionRow> {
    let text = |key: &str| record.data.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    Ok(SessionRow {
        data: serde_json::to_string(&record.data).map_err(|error| session_store::Error::Encode(error.to_string()))?,
        admin_id: text(ADMIN_ID),
        address: text(ADDRESS).unwrap_or_default(),
        user_agent: text(USER_AGENT).unwrap_or_default(),
    })
}

fn failed(error: backend::Error) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn address(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.0/8", "::1/128"].map(|cidr| cidr.parse().expect("a CIDR"));
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().expect("an address"), 1)));
        for header in forwarded {
            request.headers_mut().append("x-forwarded-for", header.parse().expect("a header"));
        }
        client_address(request.extensions(), request.headers(), &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        for (peer, forwarded, expected) in [
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
            ("::1", &["[2001:db8::1]:4711"], "2001:db8::1"),
            ("::ffff:10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1, nonsense"], "10.0.0.1"),
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ] {
            assert_eq!(address(peer, forwarded), expected, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, "xdoorcode_flash=1; doorcode_flash=2".parse().expect("a header"));
        assert_eq!(cookie(&headers, "doorcode_flash"), Some("2"));
        assert_eq!(cookie(&headers, "flash"), None);
    }
}
