//! Drafts: what an administrator typed and could not save yet, without secrets.

use std::str::FromStr as _;

use domain::connection::Method;
use sqlx::AnyConnection;

use crate::sessions::storable;
use crate::{Admin, Backend, Error, random};

/// How long a draft is kept: 24 hours.
pub(crate) const KEPT: i64 = 24 * 3_600_000;

/// A form that could not be saved yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The id.
    pub id: String,
    /// Whose form it is.
    pub method: Method,
    /// The version that the form was loaded with.
    pub base: i64,
    /// The form as JSON.
    pub form: String,
    /// When it was kept, in milliseconds since the Unix epoch.
    pub kept_at: i64,
}

/// The drafts, at most one per administrator and method.
pub struct Drafts<'a>(pub(crate) &'a Backend);

type Row = (String, String, i64, String, i64);

impl Drafts<'_> {
    /// Keeps a draft in the place of an earlier one and answers its id. The form must hold no secrets.
    pub async fn keep(&self, admin_id: &str, method: Method, base: i64, form_json: &str) -> Result<String, Error> {
        let id = random::id();
        sqlx::query(
            "insert into drafts (id, admin_id, method, base, form, kept_at) values ($1, $2, $3, $4, $5, $6)
             on conflict (admin_id, method) do update set id = excluded.id, base = excluded.base, form = excluded.form,
             kept_at = excluded.kept_at",
        )
        .bind(id.as_str())
        .bind(admin_id)
        .bind(method.as_str())
        .bind(base)
        .bind(form_json)
        .bind(self.0.now())
        .execute(self.0.database().writer())
        .await?;
        Ok(id)
    }

    /// The administrator's own draft with this id.
    pub async fn find(&self, admin: &Admin, id: &str) -> Result<Option<Draft>, Error> {
        let row: Option<Row> = sqlx::query_as(
            "select id, method, base, form, kept_at from drafts where id = $1 and admin_id = $2 and kept_at > $3",
        )
        .bind(storable(id))
        .bind(admin.id())
        .bind(self.0.now() - KEPT)
        .fetch_optional(self.0.database().reader())
        .await?;
        Ok(row.and_then(draft))
    }

    /// The administrator's own draft of this method.
    pub async fn of(&self, admin: &Admin, method: Method) -> Result<Option<Draft>, Error> {
        let row: Option<Row> = sqlx::query_as(
            "select id, method, base, form, kept_at from drafts where admin_id = $1 and method = $2 and kept_at > $3",
        )
        .bind(admin.id())
        .bind(method.as_str())
        .bind(self.0.now() - KEPT)
        .fetch_optional(self.0.database().reader())
        .await?;
        Ok(row.and_then(draft))
    }

    /// Discards the administrator's own draft of this method.
    pub async fn discard(&self, admin: &Admin, method: Method) -> Result<(), Error> {
        let mut tx = self.0.database().begin().await?;
        discard(&mut tx, admin, method).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Discards a draft inside the transaction that saves what it was for.
pub(crate) async fn discard(tx: &mut AnyConnection, admin: &Admin, method: Method) -> Result<(), Error> {
    sqlx::query("delete from drafts where admin_id = $1 and method = $2")
        .bind(admin.id())
        .bind(method.as_str())
        .execute(tx)
        .await?;
    Ok(())
}

fn draft((id, method, base, form, kept_at): Row) -> Option<Draft> {
    Some(Draft { id, method: Method::from_str(&method).ok()?, base, form, kept_at })
}
