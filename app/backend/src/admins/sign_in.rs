//! Signing in, and changing one's own password: everything that looks at a password in use.

use domain::Secret;
use domain::admin::{AdminEmail, NewPassword};
use domain::audit::AuditKind;
use serde_json::json;

use super::{Admins, end_sessions, throttle};
use crate::{Actor, Admin, Error, audit};

/// The outcome of an attempt to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// The password is right.
    Accepted {
        /// The id of the administrator.
        admin_id: String,
        /// The address of the administrator.
        email: String,
    },
    /// Address or password is wrong, or the account cannot sign in.
    Refused,
    /// Too many failures; nothing was looked at.
    Throttled {
        /// Seconds until an attempt counts again.
        retry_after: u64,
    },
}

impl Admins<'_> {
    /// Checks an address and a password, in the same time whatever is wrong with them.
    pub async fn sign_in(&self, email: &str, password: &Secret, address: &str) -> Result<SignIn, Error> {
        let attempt = match throttle::begin(self.0, email, address).await? {
            Ok(attempt) => attempt,
            Err(retry_after) => return Ok(SignIn::Throttled { retry_after }),
        };
        tokio::time::sleep(attempt.delay).await;

        let account = self.account(email).await?;
        let hash = account.as_ref().and_then(|account| account.usable_hash.clone());
        let right = self.0.passwords().verify(password, hash).await?;

        let now = self.0.now();
        let mut tx = self.0.database().begin().await?;
        if let (true, Some(account)) = (right, &account) {
            // The account may have been disabled while the password was looked at.
            let signed_in = sqlx::query(
                "update admins set last_sign_in = $1 where id = $2 and disabled_at is null and password_hash = $3",
            )
            .bind(now)
            .bind(account.id.as_str())
            .bind(account.usable_hash.as_deref())
            .execute(&mut *tx)
            .await?;
            if signed_in.rows_affected() == 1 {
                attempt.succeed(&mut tx).await?;
                let actor = Actor::admin(&account.id, &account.email, address);
                audit::record(&mut tx, now, &actor, AuditKind::SignedIn, &account.id, &json!({})).await?;
                tx.commit().await?;
                return Ok(SignIn::Accepted { admin_id: account.id.clone(), email: account.email.clone() });
            }
        }
        // What was typed as the address is not written down unless it is one: it may be a password.
        let (target, details) = match &account {
            Some(account) => (account.id.as_str(), json!({ "email": account.email })),
            None => ("", json!({})),
        };
        audit::record(&mut tx, now, &Actor::nobody(address), AuditKind::SignInRefused, target, &details).await?;
        tx.commit().await?;
        Ok(SignIn::Refused)
    }

    /// Changes the administrator's own password and ends the other sessions; `false` when the present one is wrong.
    ///
    /// A wrong one counts like a failure to sign in; past the limit the answer is [`Error::Throttled`].
    pub async fn change_password(&self, admin: &Admin, current: &Secret, new: NewPassword) -> Result<bool, Error> {
        let attempt = match throttle::begin(self.0, admin.email(), admin.address()).await? {
            Ok(attempt) => attempt,
            Err(retry_after) => return Err(Error::Throttled { retry_after }),
        };
        tokio::time::sleep(attempt.delay).await;
        let hash = self.account(admin.email()).await?.and_then(|account| account.usable_hash);
        if !self.0.passwords().verify(current, hash.clone()).await? {
            let mut tx = self.0.database().begin().await?;
            audit::record(&mut tx, self.0.now(), &admin.actor(), AuditKind::PasswordRefused, admin.id(), &json!({}))
                .await?;
            tx.commit().await?;
            return Ok(false);
        }
        let new_hash = self.0.passwords().hash(new.secret()).await?;
        let mut tx = self.0.database().begin().await?;
        let changed = sqlx::query("update admins set password_hash = $1 where id = $2 and password_hash = $3")
            .bind(new_hash)
            .bind(admin.id())
            .bind(hash)
            .execute(&mut *tx)
            .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        attempt.succeed(&mut tx).await?;
        end_sessions(&mut tx, admin.id(), Some(admin.session())).await?;
        audit::record(&mut tx, self.0.now(), &admin.actor(), AuditKind::PasswordChanged, admin.id(), &json!({}))
            .await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn account(&self, email: &str) -> Result<Option<Account>, Error> {
        let Ok(email) = AdminEmail::parse(email) else {
            return Ok(None);
        };
        let row: Option<(String, String, Option<String>, Option<i64>)> =
            sqlx::query_as("select id, email, password_hash, disabled_at from admins where email = $1")
                .bind(email.as_str())
                .fetch_optional(self.0.database().reader())
                .await?;
        Ok(row.map(|(id, email, hash, disabled_at)| Account {
            id,
            email,
            usable_hash: hash.filter(|_| disabled_at.is_none()),
        }))
    }
}

/// An account as signing in sees it.
struct Account {
    id: String,
    email: String,
    /// The hash, unless the account is disabled or has no password yet.
    usable_hash: Option<String>,
}
