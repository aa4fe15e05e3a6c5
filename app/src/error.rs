//! All that a server function may tell a browser when it fails; refusals of what was typed are no failures but outcomes.

use std::fmt;
use std::sync::Arc;

use leptos::prelude::{FromServerFnError, ServerFnErrorErr, use_context};
use serde::{Deserialize, Serialize};

use crate::wire::WireEncoding;

/// Why a server function did not do its work. Holds no cause and no secret: anyone can forge one in a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// Nobody is signed in, or the session has ended.
    SignedOut {
        /// The draft that keeps what was typed, when there was something to keep and somebody to keep it for.
        draft: Option<String>,
    },
    /// The role does not allow it.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// Too many tries.
    TooMany {
        /// Seconds until the next one counts.
        retry_after: u64,
    },
    /// The request is not one that the console sends.
    BadRequest,
    /// The database is locked by another write.
    Busy {
        /// What the log calls this request.
        reference: String,
    },
    /// Something broke; the log says what.
    Internal {
        /// What the log calls this request.
        reference: String,
    },
    /// The server did not answer.
    Unreachable,
}

impl AppError {
    /// The status of the answer.
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignedOut { .. } => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::TooMany { .. } => 429,
            Self::BadRequest => 400,
            Self::Busy { .. } | Self::Internal { .. } | Self::Unreachable => 500,
        }
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignedOut { .. } => f.write_str("Your session has ended. Sign in again to go on."),
            Self::Forbidden => f.write_str("Your role does not allow this. Ask an owner to change it."),
            Self::NotFound => f.write_str("This does not exist, or no longer."),
            Self::TooMany { retry_after } => write!(f, "Too many tries. Try again in {retry_after} seconds."),
            Self::BadRequest => {
                f.write_str("The server did not understand this page. Reload it: Doorcode may have been upgraded.")
            }
            Self::Busy { reference } => {
                f.write_str("Not saved: the database is busy with another change. Try again.")?;
                said(f, reference)
            }
            Self::Internal { reference } => {
                f.write_str("Something went wrong on the server; its log says what.")?;
                said(f, reference)
            }
            Self::Unreachable => f.write_str("The server cannot be reached. Check your connection and try again."),
        }
    }
}

fn said(f: &mut fmt::Formatter<'_>, reference: &str) -> fmt::Result {
    if reference.is_empty() { Ok(()) } else { write!(f, " Request {reference}.") }
}

impl std::error::Error for AppError {}

/// Sets the status of the answer that is being made; the server provides one in the context of each request.
#[derive(Clone)]
pub struct StatusSetter(pub Arc<dyn Fn(u16) + Send + Sync>);

impl FromServerFnError for AppError {
    type Encoder = WireEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            _ => Self::BadRequest,
        };
        if let Some(setter) = use_context::<StatusSetter>() {
            (setter.0)(error.status());
        }
        error
    }
}
