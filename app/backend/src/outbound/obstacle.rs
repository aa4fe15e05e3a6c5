//! What stands between Doorcode and an answer.

use std::error::Error;
use std::{fmt, io};

use domain::delivery::Reason;

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// The name has no address.
    HostNotFound,
    /// An address is out of bounds.
    PrivateAddress,
    /// Nothing listens there.
    Refused,
    /// Nothing gets through.
    CannotConnect,
    /// The connection broke off.
    Lost,
    /// The certificate is not to be trusted.
    Certificate,
    /// The encryption could not be agreed on.
    Encryption,
    /// It took too long.
    Timeout,
}

impl Obstacle {
    /// What is said about it.
    pub(crate) const fn reason(self) -> Reason {
        match self {
            Self::HostNotFound => Reason::HostNotFound,
            Self::PrivateAddress => Reason::PrivateAddress,
            Self::Refused | Self::CannotConnect => Reason::CannotConnect,
            Self::Lost => Reason::ConnectionLost,
            Self::Certificate => Reason::Certificate,
            Self::Encryption => Reason::Encryption,
            Self::Timeout => Reason::Timeout,
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason().word())
    }
}

impl Error for Obstacle {}

/// The obstacle that an error of a library tells of, somewhere among its causes.
pub(crate) fn obstacle(error: &(dyn Error + 'static)) -> Option<Obstacle> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let found = match error.downcast_ref::<io::Error>() {
            Some(error) => of_io(error),
            None => error.downcast_ref().copied().or_else(|| error.downcast_ref().map(of_tls)),
        };
        if found.is_some() {
            return found;
        }
        cause = error.source();
    }
    None
}

fn of_io(error: &io::Error) -> Option<Obstacle> {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some(Obstacle::Refused),
        io::ErrorKind::TimedOut => Some(Obstacle::Timeout),
        // What an input error wraps is not among its sources.
        _ => error.get_ref().and_then(|wrapped| obstacle(wrapped)),
    }
}

fn of_tls(error: &rustls::Error) -> Obstacle {
    match error {
        rustls::Error::InvalidCertificate(cause) => {
            tracing::warn!(%cause, "a server's certificate is not trusted");
            Obstacle::Certificate
        }
        rustls::Error::NoCertificatesPresented | rustls::Error::UnsupportedNameType => Obstacle::Certificate,
        _ => Obstacle::Encryption,
    }
}
