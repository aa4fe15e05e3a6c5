//! Invitations: a link, valid for 24 hours and once, with which an administrator chooses a password.

use domain::admin::{AdminEmail, AdminState, NewPassword, Role};
use domain::audit::AuditKind;
use serde_json::json;
use sqlx::AnyConnection;

use super::{AddressTaken, Admins, end_sessions, find};
use crate::random::{self, digest};
use crate::sessions::storable;
use crate::{Actor, Error, audit};

/// How long an invitation can be taken up: 24 hours.
const VALID: i64 = 24 * 3_600_000;

/// A new invitation.
#[derive(Clone, PartialEq, Eq)]
pub struct Invite {
    /// What its link ends in; it is shown once and stored only as a hash.
    pub token: String,
}

impl std::fmt::Debug for Invite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Invite(…)")
    }
}

impl Admins<'_> {
    /// Adds an administrator who has yet to choose a password.
    pub async fn invite(
        &self,
        actor: &Actor,
        email: AdminEmail,
        role: Role,
    ) -> Result<Result<Invite, AddressTaken>, Error> {
        let mut tx = self.0.database().begin().await?;
        let Ok(id) = self.insert(&mut tx, &email, role, None).await? else {
            return Ok(Err(AddressTaken));
        };
        let invite = self.issue(&mut tx, &id).await?;
        let details = json!({ "email": email, "role": role });
        audit::record(&mut tx, self.0.now(), actor, AuditKind::AdminInvited, &id, &details).await?;
        tx.commit().await?;
        Ok(Ok(invite))
    }

    /// Takes an administrator's password away, ends the sessions, and invites to choose a new one; also renews an
    /// invitation that ran out. `None` when there is no such administrator, or a disabled one.
    pub async fn reset(&self, actor: &Actor, id_or_email: &str) -> Result<Option<Invite>, Error> {
        let id = match AdminEmail::parse(id_or_email) {
            Ok(email) => self.find_by_email(&email).await?.map(|admin| admin.id),
            Err(_) => Some(id_or_email.to_owned()),
        };
        let mut tx = self.0.database().begin_alone("admins").await?;
        let found = match find(&mut tx, id.as_deref().unwrap_or_default()).await? {
            Some(found) if found.state != AdminState::Disabled => found,
            _ => return Ok(None),
        };
        sqlx::query("update admins set password_hash = null where id = $1")
            .bind(found.id.as_str())
            .execute(&mut *tx)
            .await?;
        end_sessions(&mut tx, &found.id, None).await?;
        let invite = self.issue(&mut tx, &found.id).await?;
        self.record_about(tx, actor, AuditKind::AdminReset, &found).await?;
        Ok(Some(invite))
    }

    /// The address that an invitation is for; `None` when it ran out, was taken up, or never was.
    pub async fn invitation(&self, token: &str) -> Result<Option<String>, Error> {
        let email = sqlx::query_scalar(
            "select a.email from invites i join admins a on a.id = i.admin_id
             where i.token_hash = $1 and i.expires_at > $2 and a.disabled_at is null",
        )
        .bind(digest(storable(token)))
        .bind(self.0.now())
        .fetch_optional(self.0.database().reader())
        .await?;
        Ok(email)
    }

    /// Takes an invitation up, once, and answers the id and the address of the administrator.
    pub async fn accept(
        &self,
        token: &str,
        password: NewPassword,
        address: &str,
    ) -> Result<Option<(String, String)>, Error> {
        if self.invitation(token).await?.is_none() {
            return Ok(None);
        }
        let hash = self.0.passwords().hash(password.secret()).await?;
        let now = self.0.now();
        let mut tx = self.0.database().begin().await?;
        let admin_id: Option<String> =
            sqlx::query_scalar("delete from invites where token_hash = $1 and expires_at > $2 returning admin_id")
                .bind(digest(token))
                .bind(now)
                .fetch_optional(&mut *tx)
                .await?;
        let Some(admin_id) = admin_id else {
            return Ok(None);
        };
        let email: Option<String> = sqlx::query_scalar(
            "update admins set password_hash = $1, last_sign_in = $3 where id = $2 and disabled_at is null returning email",
        )
        .bind(hash)
        .bind(admin_id.as_str())
        .bind(now)
        .fetch_optional(&mut *tx)
        .await?;
        let Some(email) = email else {
            return Ok(None);
        };
        end_sessions(&mut tx, &admin_id, None).await?;
        let actor = Actor::admin(&admin_id, &email, address);
        audit::record(&mut tx, now, &actor, AuditKind::PasswordChosen, &admin_id, &json!({})).await?;
        tx.commit().await?;
        Ok(Some((admin_id, email)))
    }

    /// Issues an invitation in the place of an earlier one.
    async fn issue(&self, tx: &mut AnyConnection, admin_id: &str) -> Result<Invite, Error> {
        let token = random::token();
        sqlx::query(
            "insert into invites (token_hash, admin_id, expires_at) values ($1, $2, $3)
             on conflict (admin_id) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at",
        )
        .bind(digest(&token))
        .bind(admin_id)
        .bind(self.0.now() + VALID)
        .execute(tx)
        .await?;
        Ok(Invite { token })
    }
}
