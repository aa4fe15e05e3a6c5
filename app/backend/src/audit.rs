//! The audit trail: who did what, when and from where. Lines are added inside the transaction that they are about; nothing changes
//! one, and only [`retention`] deletes any.

mod csv;
mod filter;
mod list;
pub(crate) mod retention;

use domain::audit::AuditKind;
use serde_json::Value;
use sqlx::AnyConnection;

use crate::{Backend, Error, random};

pub use filter::AuditFilter;
pub use list::{AuditEntry, AuditPage};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The id of the administrator, where there is one.
    pub id: Option<String>,
    /// The address of the administrator, or what acts instead.
    pub name: String,
    /// The network address that the request came from, or empty.
    pub address: String,
}

impl Actor {
    /// Someone with a shell on the server.
    pub fn command_line() -> Self {
        Self { id: None, name: "command line".to_owned(), address: String::new() }
    }

    /// Doorcode itself, because it was time.
    pub(crate) fn schedule() -> Self {
        Self { id: None, name: "schedule".to_owned(), address: String::new() }
    }

    /// Whoever holds the set-up token.
    pub fn set_up(address: &str) -> Self {
        Self { id: None, name: "set-up".to_owned(), address: address.to_owned() }
    }

    /// Someone who did not sign in.
    pub(crate) fn nobody(address: &str) -> Self {
        Self { id: None, name: String::new(), address: address.to_owned() }
    }

    /// An administrator.
    pub(crate) fn admin(id: &str, email: &str, address: &str) -> Self {
        Self { id: Some(id.to_owned()), name: email.to_owned(), address: address.to_owned() }
    }
}

/// The audit trail.
pub struct Audit<'a>(pub(crate) &'a Backend);

/// Adds a line.
pub(crate) async fn record(
    tx: &mut AnyConnection,
    now: i64,
    actor: &Actor,
    action: AuditKind,
    target: &str,
    details: &Value,
) -> Result<(), Error> {
    sqlx::query(
        "insert into audit (id, at, actor_id, actor_name, address, action, target, details)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(random::ordered_id())
    .bind(now)
    .bind(actor.id.as_deref())
    .bind(actor.name.as_str())
    .bind(actor.address.as_str())
    .bind(action.as_str())
    .bind(target)
    .bind(details.to_string())
    .execute(tx)
    .await?;
    Ok(())
}
