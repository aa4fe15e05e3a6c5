//! Users: who came in by a number or address, whom an administrator let in, and who is kept out. The list has a file of its own.

mod list;

use std::str::FromStr as _;

use domain::audit::AuditKind;
use domain::connection::Method;
use domain::recipient::Recipient;
use domain::user::{User, user_id};
use serde_json::json;
use sqlx::{AnyConnection, FromRow};

use crate::{Admin, Backend, Error, audit, grants, random};

pub use list::UserFilter;

/// The people who sign in.
pub struct Users<'a>(pub(crate) &'a Backend);

/// What becomes of somebody who proved to hold a number or address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// This user signs in, perhaps for the first time.
    Here(User),
    /// An administrator keeps this user out.
    Blocked,
    /// Nobody has this number or address, and nobody new may come.
    SignUpsDisabled,
}

/// What became of a user to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created {
    /// There is one now.
    Made(User),
    /// There was one already, who stays as before.
    Exists(User),
}

#[derive(FromRow)]
struct Row {
    id: String,
    method: String,
    recipient: String,
    created_at: i64,
    last_sign_in: Option<i64>,
    sign_ins: i64,
    blocked_at: Option<i64>,
    created_by: Option<String>,
}

const COLUMNS: &str = "id, method, recipient, created_at, last_sign_in, sign_ins, blocked_at, created_by";

impl Users<'_> {
    /// The user with an id of 24 hex digits.
    pub async fn find(&self, id: &str) -> Result<Option<User>, Error> {
        let row: Option<Row> = sqlx::query_as(&format!("select {COLUMNS} from users where id = $1"))
            .bind(known(id))
            .fetch_optional(self.0.database().reader())
            .await?;
        row.map(user).transpose()
    }

    /// The user with a number or address.
    pub async fn by_recipient(&self, recipient: &Recipient) -> Result<Option<User>, Error> {
        let row: Option<Row> =
            sqlx::query_as(&format!("select {COLUMNS} from users where recipient = $1 and method = $2"))
                .bind(recipient.expose())
                .bind(recipient.method().as_str())
                .fetch_optional(self.0.database().reader())
                .await?;
        row.map(user).transpose()
    }

    /// Lets in whoever proved to hold a number or address: a new user, where `sign_ups` says that anybody may come.
    ///
    /// One statement decides, so of many first sign-ins at once all get the same user, and a block that is committed counts.
    pub async fn arrive(
        &self,
        tx: &mut AnyConnection,
        recipient: &Recipient,
        sign_ups: bool,
    ) -> Result<Arrival, Error> {
        // Every value must be in the statement: so the new id, which nobody has, is in both.
        let statement = if sign_ups {
            "insert into users (id, method, recipient, created_at, last_sign_in, sign_ins) values ($4, $1, $2, $3, $3, 1)
             on conflict (recipient, method) do update set
                last_sign_in = excluded.last_sign_in, sign_ins = users.sign_ins + 1
             where users.blocked_at is null"
        } else {
            "update users set last_sign_in = $3, sign_ins = sign_ins + 1
             where method = $1 and recipient = $2 and blocked_at is null and id <> $4"
        };
        let arrived: Option<Row> = sqlx::query_as(&format!("{statement} returning {COLUMNS}"))
            .bind(recipient.method().as_str())
            .bind(recipient.expose())
            .bind(self.0.now())
            .bind(random::user_id())
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(row) = arrived {
            return Ok(Arrival::Here(user(row)?));
        }
        let there: i64 = sqlx::query_scalar("select count(*) from users where recipient = $1 and method = $2")
            .bind(recipient.expose())
            .bind(recipient.method().as_str())
            .fetch_one(tx)
            .await?;
        // Who was kept out by the first statement and is gone by now was kept out all the same.
        Ok(if sign_ups || there > 0 { Arrival::Blocked } else { Arrival::SignUpsDisabled })
    }

    /// Lets somebody in who has not signed in yet, also while sign-ups are disabled.
    pub async fn create(&self, admin: &Admin, recipient: &Recipient) -> Result<Created, Error> {
        let id = random::user_id();
        let mut tx = self.0.database().begin().await?;
        // Changes nothing of a user who exists, but answers which one it is.
        let row: Row = sqlx::query_as(&format!(
            "insert into users (id, method, recipient, created_at, sign_ins, created_by) values ($1, $2, $3, $4, 0, $5)
             on conflict (recipient, method) do update set sign_ins = users.sign_ins
             returning {COLUMNS}"
        ))
        .bind(&id)
        .bind(recipient.method().as_str())
        .bind(recipient.expose())
        .bind(self.0.now())
        .bind(admin.email())
        .fetch_one(&mut *tx)
        .await?;
        let user = user(row)?;
        if user.id != id {
            return Ok(Created::Exists(user));
        }
        self.record(&mut tx, admin, AuditKind::UserCreated, &user).await?;
        tx.commit().await?;
        Ok(Created::Made(user))
    }

    /// Keeps a user out, or lets one in again; `false` when there is none of this id.
    pub async fn set_blocked(&self, admin: &Admin, id: &str, blocked: bool) -> Result<bool, Error> {
        let mut tx = self.0.database().begin().await?;
        let row: Option<Row> = sqlx::query_as(&format!(
            "update users set blocked_at = $1 where id = $2 and (blocked_at is null) = ($1 is not null) returning {COLUMNS}"
        ))
        .bind(blocked.then(|| self.0.now()))
        .bind(known(id))
        .fetch_optional(&mut *tx)
        .await?;
        let Some(row) = row else {
            let there: i64 = sqlx::query_scalar("select count(*) from users where id = $1")
                .bind(known(id))
                .fetch_one(&mut *tx)
                .await?;
            return Ok(there > 0);
        };
        let action = if blocked { AuditKind::UserBlocked } else { AuditKind::UserUnblocked };
        if blocked {
            grants::end_of_user(&mut tx, id).await?;
        }
        self.record(&mut tx, admin, action, &user(row)?).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Deletes a user; `false` when there is none of this id. Whoever holds the number or address may sign up again, as another user.
    pub async fn delete(&self, admin: &Admin, id: &str) -> Result<bool, Error> {
        let mut tx = self.0.database().begin().await?;
        let row: Option<Row> = sqlx::query_as(&format!("delete from users where id = $1 returning {COLUMNS}"))
            .bind(known(id))
            .fetch_optional(&mut *tx)
            .await?;
        let Some(row) = row else {
            return Ok(false);
        };
        grants::end_of_user(&mut tx, id).await?;
        self.record(&mut tx, admin, AuditKind::UserDeleted, &user(row)?).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn record(&self, tx: &mut AnyConnection, admin: &Admin, action: AuditKind, user: &User) -> Result<(), Error> {
        let details = json!({ "recipient": user.recipient.masked() });
        audit::record(tx, self.0.now(), &admin.actor(), action, &user.subject(), &details).await
    }
}

/// An id as far as there can be one: what has another shape is looked up as nothing.
fn known(id: &str) -> &str {
    user_id(id).filter(|found| *found == id).unwrap_or_default()
}

fn user(row: Row) -> Result<User, Error> {
    let method = Method::from_str(&row.method).map_err(|error| Error::Stored(serde::de::Error::custom(error)))?;
    Ok(User {
        recipient: Recipient::stored(method, &row.recipient),
        id: row.id,
        created_at: row.created_at,
        last_sign_in: row.last_sign_in,
        sign_ins: row.sign_ins,
        blocked_at: row.blocked_at,
        created_by: row.created_by,
    })
}
