//! Administrators: creating and listing them, roles, disabling. Signing in and invitations have files of their own.

mod invites;
mod sign_in;
mod throttle;

use std::str::FromStr as _;

use domain::admin::{AdminEmail, AdminState, AdminSummary, NewPassword, Role};
use domain::audit::AuditKind;
use serde_json::json;
use sqlx::AnyConnection;

use crate::database::Tx;
use crate::sessions::storable;
use crate::{Actor, Admin, Backend, Error, audit, random};

pub use invites::Invite;
pub use sign_in::SignIn;
pub(crate) use throttle::WINDOW;

/// Another administrator has this address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an administrator with this address exists")]
pub struct AddressTaken;

/// The last owner has to stay one, and able to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is the last owner")]
pub struct LastOwner;

/// The administrators.
pub struct Admins<'a>(pub(crate) &'a Backend);

type Row = (String, String, String, Option<i64>, Option<i64>, i64);

const COLUMNS: &str = "id, email, role, disabled_at, last_sign_in, case when password_hash is null then 0 else 1 end";

impl Admins<'_> {
    /// Creates the first administrator, an owner, and answers the id; `None` when there is an administrator already.
    pub async fn create_first(
        &self,
        email: AdminEmail,
        password: NewPassword,
        actor: &Actor,
    ) -> Result<Option<String>, Error> {
        let hash = self.0.passwords().hash(password.secret()).await?;
        let mut tx = self.0.database().begin().await?;
        // Of two that arrive at once, one finds this row taken.
        let taken = sqlx::query("update installation set set_up_at = $1 where id = 1 and set_up_at is null")
            .bind(self.0.now())
            .execute(&mut *tx)
            .await?;
        if taken.rows_affected() == 0 {
            return Ok(None);
        }
        let Ok(id) = self.insert(&mut tx, &email, Role::Owner, Some(hash)).await? else {
            return Ok(None);
        };
        // Set-up ends signed in.
        sqlx::query("update admins set last_sign_in = created_at where id = $1")
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        let details = json!({ "email": email, "role": Role::Owner });
        audit::record(&mut tx, self.0.now(), actor, AuditKind::AdminCreated, &id, &details).await?;
        tx.commit().await?;
        Ok(Some(id))
    }

    /// Creates an administrator with a password, and answers the id.
    pub async fn create(
        &self,
        email: AdminEmail,
        role: Role,
        password: NewPassword,
        actor: &Actor,
    ) -> Result<Result<String, AddressTaken>, Error> {
        let hash = self.0.passwords().hash(password.secret()).await?;
        let mut tx = self.0.database().begin().await?;
        let Ok(id) = self.insert(&mut tx, &email, role, Some(hash)).await? else {
            return Ok(Err(AddressTaken));
        };
        let details = json!({ "email": email, "role": role });
        audit::record(&mut tx, self.0.now(), actor, AuditKind::AdminCreated, &id, &details).await?;
        tx.commit().await?;
        Ok(Ok(id))
    }

    /// Every administrator, by address.
    pub async fn list(&self) -> Result<Vec<AdminSummary>, Error> {
        let rows: Vec<Row> = sqlx::query_as(&format!("select {COLUMNS} from admins order by email"))
            .fetch_all(self.0.database().reader())
            .await?;
        Ok(rows.into_iter().filter_map(summary).collect())
    }

    /// The administrator with this address.
    pub async fn find_by_email(&self, email: &AdminEmail) -> Result<Option<AdminSummary>, Error> {
        let row: Option<Row> = sqlx::query_as(&format!("select {COLUMNS} from admins where email = $1"))
            .bind(email.as_str())
            .fetch_optional(self.0.database().reader())
            .await?;
        Ok(row.and_then(summary))
    }

    /// Changes a role; it counts from the administrator's next request.
    pub async fn set_role(&self, admin: &Admin, id: &str, role: Role) -> Result<Result<(), LastOwner>, Error> {
        let mut tx = self.0.database().begin_alone("admins").await?;
        let Some(found) = find(&mut tx, id).await? else {
            return Err(Error::NotFound);
        };
        if found.role == role {
            return Ok(Ok(()));
        }
        if is_last_owner(&mut tx, &found).await? {
            return Ok(Err(LastOwner));
        }
        sqlx::query("update admins set role = $1 where id = $2").bind(role.as_str()).bind(id).execute(&mut *tx).await?;
        let details = json!({ "email": found.email, "from": found.role, "to": role });
        audit::record(&mut tx, self.0.now(), &admin.actor(), AuditKind::RoleChanged, id, &details).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Keeps an administrator from signing in and ends the sessions; `false` when nothing changed.
    pub async fn disable(&self, actor: &Actor, id: &str) -> Result<Result<bool, LastOwner>, Error> {
        let mut tx = self.0.database().begin_alone("admins").await?;
        let found = match find(&mut tx, id).await? {
            Some(found) if found.state != AdminState::Disabled => found,
            _ => return Ok(Ok(false)),
        };
        if is_last_owner(&mut tx, &found).await? {
            return Ok(Err(LastOwner));
        }
        sqlx::query("update admins set disabled_at = $1 where id = $2")
            .bind(self.0.now())
            .bind(id)
            .execute(&mut *tx)
            .await?;
        end_sessions(&mut tx, id, None).await?;
        sqlx::query("delete from invites where admin_id = $1").bind(id).execute(&mut *tx).await?;
        self.record_about(tx, actor, AuditKind::AdminDisabled, &found).await?;
        Ok(Ok(true))
    }

    /// Lets an administrator sign in again; `false` when nothing changed.
    pub async fn enable(&self, actor: &Actor, id: &str) -> Result<Result<bool, LastOwner>, Error> {
        let mut tx = self.0.database().begin_alone("admins").await?;
        let found = match find(&mut tx, id).await? {
            Some(found) if found.state == AdminState::Disabled => found,
            _ => return Ok(Ok(false)),
        };
        sqlx::query("update admins set disabled_at = null where id = $1").bind(id).execute(&mut *tx).await?;
        self.record_about(tx, actor, AuditKind::AdminEnabled, &found).await?;
        Ok(Ok(true))
    }

    /// Adds an administrator; whether the address is free is for the database to say.
    async fn insert(
        &self,
        tx: &mut AnyConnection,
        email: &AdminEmail,
        role: Role,
        hash: Option<String>,
    ) -> Result<Result<String, AddressTaken>, Error> {
        let id = random::id();
        let inserted = sqlx::query(
            "insert into admins (id, email, role, password_hash, created_at) values ($1, $2, $3, $4, $5)
             on conflict (email) do nothing",
        )
        .bind(id.as_str())
        .bind(email.as_str())
        .bind(role.as_str())
        .bind(hash)
        .bind(self.0.now())
        .execute(&mut *tx)
        .await?;
        if inserted.rows_affected() == 0 {
            return Ok(Err(AddressTaken));
        }
        sqlx::query("update installation set set_up_at = coalesce(set_up_at, $1) where id = 1")
            .bind(self.0.now())
            .execute(&mut *tx)
            .await?;
        Ok(Ok(id))
    }

    async fn record_about(
        &self,
        mut tx: Tx,
        actor: &Actor,
        action: AuditKind,
        about: &AdminSummary,
    ) -> Result<(), Error> {
        let details = json!({ "email": about.email });
        audit::record(&mut tx, self.0.now(), actor, action, &about.id, &details).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The administrator with this id, inside a transaction.
async fn find(tx: &mut AnyConnection, id: &str) -> Result<Option<AdminSummary>, Error> {
    let row: Option<Row> = sqlx::query_as(&format!("select {COLUMNS} from admins where id = $1"))
        .bind(storable(id))
        .fetch_optional(tx)
        .await?;
    Ok(row.and_then(summary))
}

/// Ends the sessions of an administrator, except one by its public id.
async fn end_sessions(tx: &mut AnyConnection, admin_id: &str, except: Option<&str>) -> Result<(), Error> {
    sqlx::query("delete from sessions where admin_id = $1 and id <> $2")
        .bind(admin_id)
        .bind(except.unwrap_or_default())
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether nobody could act as an owner without this one; the transaction must be alone in writing to `admins`.
async fn is_last_owner(tx: &mut AnyConnection, found: &AdminSummary) -> Result<bool, Error> {
    if found.role != Role::Owner || found.state != AdminState::Active {
        return Ok(false);
    }
    let others: i64 = sqlx::query_scalar(
        "select count(*) from admins where role = 'owner' and disabled_at is null and password_hash is not null and id <> $1",
    )
    .bind(found.id.as_str())
    .fetch_one(tx)
    .await?;
    Ok(others == 0)
}

fn summary((id, email, role, disabled_at, last_sign_in, has_password): Row) -> Option<AdminSummary> {
    let state = match (disabled_at, has_password) {
        (Some(_), _) => AdminState::Disabled,
        (None, 0) => AdminState::Invited,
        (None, _) => AdminState::Active,
    };
    Some(AdminSummary { id, email, role: Role::from_str(&role).ok()?, state, last_sign_in })
}
