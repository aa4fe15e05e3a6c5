//! Connecting to hosts that administrators name: which addresses are out of bounds, what is trusted, how long is waited.
//!
//! A host is looked up, every address that comes back is judged, and the connection goes to just those addresses: a name that
//! changes its answer between the look and the connection gains nothing. Hosts on the list of private hosts may be anywhere.

mod addresses;
mod http;
mod obstacle;

use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::Instant;
use url::Host;

pub(crate) use http::{Answer, Route};
pub(crate) use obstacle::{Obstacle, obstacle};

/// How names become addresses: a test's way to answer them.
pub type Names = Arc<dyn Fn(&str) -> Vec<IpAddr> + Send + Sync>;

/// How Doorcode connects to others.
#[derive(Clone)]
pub struct OutboundOptions {
    /// The hosts that plain http and private addresses are allowed for.
    pub private_hosts: Vec<String>,
    /// How names become addresses; without it, as the system says.
    pub names: Option<Names>,
    /// Certificates, as DER, that are trusted besides those of the system.
    pub trusted: Vec<Vec<u8>>,
    /// How long one message may take in all.
    pub patience: Duration,
    /// How long is waited before the first repetition; each next one waits twice as long.
    pub pause: Duration,
}

impl Default for OutboundOptions {
    fn default() -> Self {
        Self {
            private_hosts: Vec::new(),
            names: None,
            trusted: Vec::new(),
            patience: Duration::from_secs(10),
            pause: Duration::from_millis(400),
        }
    }
}

/// The way out; cheap to clone.
#[derive(Clone)]
pub struct Outbound(Arc<Inner>);

struct Inner {
    options: OutboundOptions,
    guard: Guard,
    /// Made when first needed: it reads the system's certificates.
    tools: OnceLock<Tools>,
}

/// What connections are made with.
struct Tools {
    roots: Vec<CertificateDer<'static>>,
    http: http::Clients,
}

/// What decides where a connection may go.
#[derive(Clone)]
struct Guard {
    private_hosts: Arc<[String]>,
    names: Option<Names>,
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbound").field("private_hosts", &self.0.guard.private_hosts).finish_non_exhaustive()
    }
}

impl Outbound {
    /// A way out on which these hosts may be private.
    pub fn new(private_hosts: &[String]) -> Self {
        Self::with(OutboundOptions { private_hosts: private_hosts.to_vec(), ..OutboundOptions::default() })
    }

    /// A way out with all that can be chosen.
    pub fn with(options: OutboundOptions) -> Self {
        let private_hosts = options.private_hosts.iter().map(|host| normalized(host)).collect();
        let guard = Guard { private_hosts, names: options.names.clone() };
        Self(Arc::new(Inner { options, guard, tools: OnceLock::new() }))
    }

    /// Whether a host may be private, and be spoken to without encryption.
    pub(crate) fn is_listed(&self, host: &str) -> bool {
        self.0.guard.is_listed(host)
    }

    /// The addresses of a host, none of which is out of bounds.
    pub(crate) async fn look_up(&self, host: &str) -> Result<Vec<IpAddr>, Obstacle> {
        self.0.guard.look_up(host).await
    }

    /// When a message that is begun now must be done with.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.0.options.patience
    }

    /// Waits for work, but no longer than until then.
    pub(crate) async fn until<T>(deadline: Instant, work: impl Future<Output = T>) -> Result<T, Obstacle> {
        tokio::time::timeout_at(deadline, work).await.map_err(|_| Obstacle::Timeout)
    }

    /// How long is waited before the first repetition.
    pub(crate) fn pause(&self) -> Duration {
        self.0.options.pause
    }

    /// The certificates that are trusted.
    pub(crate) fn roots(&self) -> &[CertificateDer<'static>] {
        &self.tools().roots
    }

    fn tools(&self) -> &Tools {
        self.0.tools.get_or_init(|| {
            let found = rustls_native_certs::load_native_certs();
            if found.certs.is_empty() {
                tracing::warn!("no root certificates found; name a file of them in SSL_CERT_FILE to reach providers");
            }
            let mut roots = found.certs;
            roots.extend(self.0.options.trusted.iter().cloned().map(CertificateDer::from));
            let mut store = RootCertStore::empty();
            roots.retain(|root| store.add(root.clone()).is_ok());
            Tools { http: http::Clients::new(&tls(store), &self.0.guard), roots }
        })
    }
}

impl Guard {
    fn is_listed(&self, host: &str) -> bool {
        let host = normalized(host);
        self.private_hosts.contains(&host)
    }

    async fn look_up(&self, host: &str) -> Result<Vec<IpAddr>, Obstacle> {
        // The parser also reads the decimal, octal and hexadecimal forms of an address, as the system's own would.
        let found = match Host::parse(host).map_err(|_| Obstacle::HostNotFound)? {
            Host::Ipv4(address) => vec![IpAddr::V4(address)],
            Host::Ipv6(address) => vec![IpAddr::V6(address)],
            Host::Domain(name) => match &self.names {
                Some(names) => names(&name),
                None => {
                    let found = tokio::net::lookup_host((name.as_str(), 0)).await;
                    found.map_err(|_| Obstacle::HostNotFound)?.map(|address| address.ip()).collect()
                }
            },
        };
        if found.is_empty() {
            return Err(Obstacle::HostNotFound);
        }
        // A name with a private address among others is refused as a whole: who set it up that way means no good.
        if self.is_listed(host) || found.iter().all(|address| addresses::is_public(*address)) {
            Ok(found)
        } else {
            Err(Obstacle::PrivateAddress)
        }
    }
}

/// A host as it is compared.
fn normalized(host: &str) -> String {
    let host = host.trim().trim_end_matches('.');
    let host = if host.parse::<std::net::Ipv6Addr>().is_ok() { ["[", host, "]"].concat() } else { host.to_owned() };
    Host::parse(&host).map_or_else(|_| host.to_lowercase(), |host| host.to_string())
}

fn tls(roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider knows today's versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
