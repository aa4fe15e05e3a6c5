//! Requests over HTTP: no redirects, no proxy, no more of an answer than is needed.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, RequestBuilder, Response, Url, redirect, retry};
use rustls::ClientConfig;

use super::{Guard, Obstacle, Outbound, obstacle};

/// The most that is read of an answer.
const ANSWER: usize = 64 * 1_024;

/// Who named the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// An administrator: private addresses are out of bounds.
    Guarded,
    /// Whoever runs the server, or Doorcode itself.
    Direct,
}

/// An answer.
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// After what time a repetition is welcome, where the answer says so.
    pub(crate) retry_after: Option<Duration>,
    response: Response,
}

/// One client for each route; each keeps its connections for the next message.
pub(super) struct Clients {
    guarded: Client,
    direct: Client,
}

impl Clients {
    pub(super) fn new(tls: &ClientConfig, guard: &Guard) -> Self {
        let client = || {
            Client::builder()
                .user_agent(concat!("Doorcode/", env!("CARGO_PKG_VERSION")))
                .tls_backend_preconfigured(tls.clone())
                .redirect(redirect::Policy::none())
                .retry(retry::never())
                .referer(false)
                .no_proxy()
        };
        let built = "a client of parts that are made already";
        Self {
            guarded: client().dns_resolver(guard.clone()).build().expect(built),
            direct: client().build().expect(built),
        }
    }
}

/// The guarded client connects to the addresses that were judged, and to no others.
impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = guard.look_up(name.as_str()).await?;
            let addresses: Addrs = Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

impl Outbound {
    /// Sends a request that `build` makes and answers as soon as the status is there.
    pub(crate) async fn exchange(
        &self,
        route: Route,
        url: &Url,
        build: impl FnOnce(&Client) -> RequestBuilder,
    ) -> Result<Answer, Obstacle> {
        let clients = &self.tools().http;
        let client = match route {
            Route::Direct => &clients.direct,
            Route::Guarded => {
                // A client asks its resolver about names only.
                if let Some(host) = url.host_str()
                    && url.domain().is_none()
                {
                    self.look_up(host).await?;
                }
                &clients.guarded
            }
        };
        let response = build(client).send().await.map_err(|error| {
            let fallback = if error.is_connect() { Obstacle::CannotConnect } else { Obstacle::Lost };
            obstacle(&error).unwrap_or(fallback)
        })?;
        let header = response.headers().get(reqwest::header::RETRY_AFTER);
        let seconds = header.and_then(|value| value.to_str().ok()).and_then(|text| text.trim().parse().ok());
        Ok(Answer { status: response.status().as_u16(), retry_after: seconds.map(Duration::from_secs), response })
    }
}

impl Answer {
    /// The body, up to what a provider's answer may need.
    pub(crate) async fn body(mut self) -> Result<Vec<u8>, Obstacle> {
        let mut body = Vec::new();
        while body.len() < ANSWER {
            match self.response.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return Err(obstacle(&error).unwrap_or(Obstacle::Lost)),
            }
        }
        Ok(body)
    }
}
