//! What the pages before sign-in show after a refusal: set-up, sign-in and invitations post to plain routes of the server.

use serde::{Deserialize, Serialize};

use crate::outcome::Refusals;

/// What happened to the last post of set-up, sign-in or an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryFlash {
    /// The address that was typed; passwords are never kept.
    pub email: String,
    /// Why it was refused.
    pub problem: EntryProblem,
}

/// Why a post before sign-in was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EntryProblem {
    /// The address or the password is wrong; nobody learns which.
    WrongPassword,
    /// Too many tries.
    Throttled {
        /// Seconds until the next one counts.
        retry_after: u64,
    },
    /// Fields with problems.
    Fields(Refusals),
    /// The invitation was used, replaced or has expired.
    Gone,
}
