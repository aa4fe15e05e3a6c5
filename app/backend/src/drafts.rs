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

/// The drafts. An administrator may have several of one form: none takes the place of another that it did not begin with.
pub struct Drafts<'a>(pub(crate) &'a Backend);

type Row = (String, String, i64, String, i64);

impl Drafts<'_> {
    /// Keeps a draft and answers its id. It takes the place of the draft that its form began with, `of`, and of no other; what is
    /// kept already is kept once. The form must hold no secrets.
    ///
    /// A draft `of` another version stays: a merge may have given up a text of it for theirs, which then stands nowhere else.
    pub async fn keep(
        &self,
        admin_id: &str,
        method: Method,
        of: Option<&str>,
        base: i64,
        form_json: &str,
    ) -> Result<String, Error> {
        let mut tx = self.0.database().begin().await?;
        if let Some(of) = of {
            delete(&mut tx, admin_id, method, of, Some(base)).await?;
        }
        let same: Option<String> = sqlx::query_scalar(
            "update drafts set kept_at = $1 where admin_id = $2 and method = $3 and base = $4 and form = $5
             and discarded_at is null returning id",
        )
        .bind(self.0.now())
        .bind(admin_id)
        .bind(method.as_str())
        .bind(base)
        .bind(form_json)
        .fetch_optional(&mut *tx)
        .await?;
        let id = match same {
            Some(id) => id,
            None => {
                let id = random::id();
                sqlx::query(
                    "insert into drafts (id, admin_id, method, base, form, kept_at) values ($1, $2, $3, $4, $5, $6)",
                )
                .bind(id.as_str())
                .bind(admin_id)
                .bind(method.as_str())
                .bind(base)
                .bind(form_json)
                .bind(self.0.now())
                .execute(&mut *tx)
                .await?;
                id
            }
        };
        tx.commit().await?;
        Ok(id)
    }

    /// The administrator's own draft with this id.
    pub async fn find(&self, admin_id: &str, id: &str) -> Result<Option<Draft>, Error> {
        let row: Option<Row> = sqlx::query_as(
            "select id, method, base, form, kept_at from drafts
             where id = $1 and admin_id = $2 and kept_at > $3 and discarded_at is null",
        )
        .bind(storable(id))
        .bind(admin_id)
        .bind(self.0.now() - KEPT)
        .fetch_optional(self.0.database().reader())
        .await?;
        Ok(row.and_then(draft))
    }

    /// The administrator's own drafts of this method, the newest first.
    pub async fn of(&self, admin: &Admin, method: Method) -> Result<Vec<Draft>, Error> {
        let rows: Vec<Row> = sqlx::query_as(
            "select id, method, base, form, kept_at from drafts
             where admin_id = $1 and method = $2 and kept_at > $3 and discarded_at is null order by kept_at desc, id limit 30",
        )
        .bind(admin.id())
        .bind(method.as_str())
        .bind(self.0.now() - KEPT)
        .fetch_all(self.0.database().reader())
        .await?;
        Ok(rows.into_iter().filter_map(draft).collect())
    }

    /// Discards the administrator's own draft with this id, or brings it back; whether there is one.
    pub async fn set_discarded(&self, admin: &Admin, method: Method, id: &str, on: bool) -> Result<bool, Error> {
        let now = self.0.now();
        let changed = sqlx::query(
            "update drafts set discarded_at = $1 where id = $2 and admin_id = $3 and method = $4 and kept_at > $5",
        )
        .bind(on.then_some(now))
        .bind(storable(id))
        .bind(admin.id())
        .bind(method.as_str())
        .bind(now - KEPT)
        .execute(self.0.database().writer())
        .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// Deletes the administrator's own draft with this id: what it kept is saved.
    pub async fn saved(&self, admin: &Admin, method: Method, id: &str) -> Result<(), Error> {
        let mut tx = self.0.database().begin().await?;
        delete(&mut tx, admin.id(), method, id, None).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn delete(
    tx: &mut AnyConnection,
    admin_id: &str,
    method: Method,
    id: &str,
    base: Option<i64>,
) -> Result<(), Error> {
    sqlx::query("delete from drafts where id = $1 and admin_id = $2 and method = $3 and base = coalesce($4, base)")
        .bind(storable(id))
        .bind(admin_id)
        .bind(method.as_str())
        .bind(base)
        .execute(tx)
        .await?;
    Ok(())
}

fn draft((id, method, base, form, kept_at): Row) -> Option<Draft> {
    Some(Draft { id, method: Method::from_str(&method).ok()?, base, form, kept_at })
}
