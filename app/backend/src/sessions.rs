//! Sessions of administrators, and the only door to an [`Admin`]: the lookup of a session.

use std::str::FromStr as _;

use domain::admin::{Role, SessionSummary};
use domain::audit::AuditKind;
use serde_json::json;

use crate::random::{self, digest};
use crate::{Actor, Backend, Error, audit};

/// How long a session lives without being used: 12 hours.
pub(crate) const IDLE: i64 = 12 * 3_600_000;
/// How long a session lives in all: 7 days.
pub(crate) const TOTAL: i64 = 7 * 24 * 3_600_000;
/// How long a session that ran out is remembered, so that a draft can be attributed: 24 hours.
pub(crate) const KEPT_AFTER_END: i64 = 24 * 3_600_000;
/// How often the last use is written down.
const TOUCH_EVERY: i64 = 60_000;
/// The most that is kept of what a browser says of itself.
const USER_AGENT: usize = 512;

/// A signed-in administrator, as of this request; only the lookup of a session makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admin {
    id: String,
    email: String,
    role: Role,
    session: String,
    address: String,
}

impl Admin {
    /// The stable id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The email address.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// The role, as it was when the request began.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The public id of the session.
    pub fn session(&self) -> &str {
        &self.session
    }

    /// The network address that the request came from.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The administrator as the audit trail names one.
    pub fn actor(&self) -> Actor {
        Actor::admin(&self.id, &self.email, &self.address)
    }
}

/// A session as the HTTP side stores one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionRow {
    /// What the HTTP side keeps in it, as JSON.
    pub data: String,
    /// Who signed in, if anyone.
    pub admin_id: Option<String>,
    /// The network address that it began from.
    pub address: String,
    /// The browser, as it named itself.
    pub user_agent: String,
}

/// What the id of a session leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A signed-in administrator.
    SignedIn(Admin),
    /// A session that ran out within the last 24 hours.
    Expired {
        /// Whose it was.
        admin_id: String,
    },
    /// Nobody.
    Nobody,
}

/// The sessions. A key, which opens a session, is stored as a hash; the public id only names it.
pub struct Sessions<'a>(pub(crate) &'a Backend);

type Row = (String, String, String, String, Option<i64>, i64, i64);

impl Sessions<'_> {
    /// Stores a new session; `false` when its key is taken.
    pub async fn create(&self, key: &str, row: &SessionRow) -> Result<bool, Error> {
        let now = self.0.now();
        let created = sqlx::query(
            "insert into sessions (key_hash, id, admin_id, data, address, user_agent, created_at, seen_at)
             values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (key_hash) do nothing",
        )
        .bind(digest(key))
        .bind(random::id())
        .bind(row.admin_id.as_deref())
        .bind(row.data.as_str())
        .bind(row.address.as_str())
        .bind(shown(&row.user_agent))
        .bind(now)
        .execute(self.0.database().writer())
        .await?;
        Ok(created.rows_affected() == 1)
    }

    /// Stores what changed in a session. One that was ended meanwhile stays ended.
    pub async fn save(&self, key: &str, row: &SessionRow) -> Result<(), Error> {
        sqlx::query(
            "update sessions set data = $1, admin_id = $2, address = $3, user_agent = $4, seen_at = $5 where key_hash = $6",
        )
        .bind(row.data.as_str())
        .bind(row.admin_id.as_deref())
        .bind(row.address.as_str())
        .bind(shown(&row.user_agent))
        .bind(self.0.now())
        .bind(digest(key))
        .execute(self.0.database().writer())
        .await?;
        Ok(())
    }

    /// The data of a session that has not run out.
    pub async fn load(&self, key: &str) -> Result<Option<String>, Error> {
        let row: Option<(String, i64, i64)> =
            sqlx::query_as("select data, created_at, seen_at from sessions where key_hash = $1")
                .bind(digest(key))
                .fetch_optional(self.0.database().reader())
                .await?;
        let now = self.0.now();
        Ok(row.and_then(|(data, created_at, seen_at)| (now < end(created_at, seen_at)).then_some(data)))
    }

    /// Ends a session.
    pub async fn delete(&self, key: &str) -> Result<(), Error> {
        sqlx::query("delete from sessions where key_hash = $1")
            .bind(digest(key))
            .execute(self.0.database().writer())
            .await?;
        Ok(())
    }

    /// Who uses a session, with the role of this moment; `address` is where the request came from.
    pub async fn find(&self, key: &str, address: &str) -> Result<Found, Error> {
        self.found(key, address, true).await
    }

    /// As [`Sessions::find`], for what a page asks by itself: that is no use, so it keeps no session alive.
    pub async fn find_unused(&self, key: &str, address: &str) -> Result<Found, Error> {
        self.found(key, address, false).await
    }

    async fn found(&self, key: &str, address: &str, used: bool) -> Result<Found, Error> {
        let key_hash = digest(key);
        let row: Option<Row> = sqlx::query_as(
            "select s.id, a.id, a.email, a.role, a.disabled_at, s.created_at, s.seen_at
             from sessions s join admins a on a.id = s.admin_id where s.key_hash = $1",
        )
        .bind(key_hash.as_str())
        .fetch_optional(self.0.database().reader())
        .await?;
        let Some((session, id, email, role, None, created_at, seen_at)) = row else {
            return Ok(Found::Nobody);
        };
        let now = self.0.now();
        let end = end(created_at, seen_at);
        if now >= end + KEPT_AFTER_END {
            return Ok(Found::Nobody);
        }
        if now >= end {
            return Ok(Found::Expired { admin_id: id });
        }
        let Ok(role) = Role::from_str(&role) else {
            return Ok(Found::Nobody);
        };
        if used && now >= seen_at + TOUCH_EVERY {
            self.touch(&key_hash, now).await;
        }
        Ok(Found::SignedIn(Admin { id, email, role, session, address: address.to_owned() }))
    }

    /// The administrator's own sessions, the last used first.
    pub async fn list(&self, admin: &Admin) -> Result<Vec<SessionSummary>, Error> {
        let rows: Vec<(String, i64, i64, String, String)> = sqlx::query_as(
            "select id, created_at, seen_at, address, user_agent from sessions where admin_id = $1 order by seen_at desc, id",
        )
        .bind(admin.id())
        .fetch_all(self.0.database().reader())
        .await?;
        let now = self.0.now();
        let live = rows.into_iter().filter(|(_, created_at, seen_at, ..)| now < end(*created_at, *seen_at));
        Ok(live
            .map(|(id, created_at, seen_at, address, user_agent)| SessionSummary {
                current: id == admin.session(),
                id,
                created_at,
                seen_at,
                address,
                user_agent,
            })
            .collect())
    }

    /// Ends one of the administrator's own sessions; `false` when there is none of that public id.
    pub async fn revoke(&self, admin: &Admin, id: &str) -> Result<bool, Error> {
        let mut tx = self.0.database().begin().await?;
        let deleted = sqlx::query("delete from sessions where id = $1 and admin_id = $2")
            .bind(storable(id))
            .bind(admin.id())
            .execute(&mut *tx)
            .await?;
        if deleted.rows_affected() == 0 {
            return Ok(false);
        }
        let details = json!({ "sessions": 1 });
        audit::record(&mut tx, self.0.now(), &admin.actor(), AuditKind::SessionsEnded, admin.id(), &details).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Ends the session that the administrator asks from.
    pub async fn sign_out(&self, admin: &Admin) -> Result<(), Error> {
        let mut tx = self.0.database().begin().await?;
        let deleted = sqlx::query("delete from sessions where id = $1 and admin_id = $2")
            .bind(admin.session())
            .bind(admin.id())
            .execute(&mut *tx)
            .await?;
        // Of two requests at once one ended it.
        if deleted.rows_affected() > 0 {
            audit::record(&mut tx, self.0.now(), &admin.actor(), AuditKind::SignedOut, admin.id(), &json!({})).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Ends all of the administrator's sessions but the present one.
    pub async fn revoke_others(&self, admin: &Admin) -> Result<(), Error> {
        let mut tx = self.0.database().begin().await?;
        let deleted = sqlx::query("delete from sessions where admin_id = $1 and id <> $2")
            .bind(admin.id())
            .bind(admin.session())
            .execute(&mut *tx)
            .await?;
        if deleted.rows_affected() > 0 {
            let details = json!({ "sessions": deleted.rows_affected() });
            audit::record(&mut tx, self.0.now(), &admin.actor(), AuditKind::SessionsEnded, admin.id(), &details)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn touch(&self, key_hash: &str, now: i64) {
        let touched = sqlx::query("update sessions set seen_at = $1 where key_hash = $2 and seen_at < $1")
            .bind(now)
            .bind(key_hash)
            .execute(self.0.database().casual_writer())
            .await;
        if let Err(error) = touched {
            tracing::warn!(%error, "the last use of a session was not written down");
        }
    }
}

/// When a session runs out, or ran out.
fn end(created_at: i64, seen_at: i64) -> i64 {
    (seen_at + IDLE).min(created_at + TOTAL)
}

/// A user agent as far as it is kept.
fn shown(user_agent: &str) -> String {
    user_agent.chars().filter(|c| !c.is_control()).take(USER_AGENT).collect()
}

/// Text that PostgreSQL takes: one with a NUL is nobody's id.
pub(crate) fn storable(id: &str) -> &str {
    if id.contains('\0') { "" } else { id }
}
