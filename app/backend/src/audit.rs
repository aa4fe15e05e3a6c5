//! The audit trail: who did what, when and from where. Lines are added inside the transaction that they are about, and nothing
//! here changes or deletes one.

use serde_json::Value;
use sqlx::AnyConnection;

use crate::{Backend, Error, random};

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

/// One line of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
    /// Who, and from where.
    pub actor: Actor,
    /// What, such as `connection.saved`.
    pub action: String,
    /// To what: a method, a client id, the id of an administrator; or empty.
    pub target: String,
    /// What else there is to say, as a JSON object.
    pub details: String,
}

/// The audit trail.
pub struct Audit<'a>(pub(crate) &'a Backend);

type Row = (i64, Option<String>, String, String, String, String, String);

impl Audit<'_> {
    /// The newest lines, newest first.
    pub async fn latest(&self, limit: u32) -> Result<Vec<AuditEntry>, Error> {
        let rows: Vec<Row> = sqlx::query_as(
            "select at, actor_id, actor_name, address, action, target, details from audit order by at desc, id desc limit $1",
        )
        .bind(i64::from(limit))
        .fetch_all(self.0.database().reader())
        .await?;
        let entry = |(at, id, name, address, action, target, details): Row| AuditEntry {
            at,
            actor: Actor { id, name, address },
            action,
            target,
            details,
        };
        Ok(rows.into_iter().map(entry).collect())
    }
}

/// Adds a line.
pub(crate) async fn record(
    tx: &mut AnyConnection,
    now: i64,
    actor: &Actor,
    action: &str,
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
    .bind(action)
    .bind(target)
    .bind(details.to_string())
    .execute(tx)
    .await?;
    Ok(())
}
