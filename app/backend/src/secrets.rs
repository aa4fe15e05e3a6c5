//! Stored secrets: who set which when, bound to what; the values only as ciphertext.

use domain::SecretChange;
use domain::secret::SecretNote;
use sqlx::AnyConnection;

use crate::vault::Vault;
use crate::{Admin, Error};

/// The Twilio Auth Token.
pub(crate) const TWILIO_TOKEN: &str = "twilio_token";
/// The gateway's secret.
pub(crate) const GATEWAY_SECRET: &str = "gateway_secret";

/// The password of the mail server.
pub(crate) const SMTP_PASSWORD: &str = "smtp_password";

/// One stored secret, still sealed.
#[derive(Debug)]
pub(crate) struct SecretRow {
    pub(crate) name: String,
    pub(crate) value: Vec<u8>,
    pub(crate) destination: String,
    pub(crate) set_at: i64,
    pub(crate) set_by: String,
}

/// What a value is sealed for: its table, row and field.
pub(crate) fn place(owner: &str, name: &str) -> String {
    format!("secrets/{owner}/{name}")
}

impl SecretRow {
    /// What may be said about it.
    pub(crate) fn note(&self) -> SecretNote {
        SecretNote {
            set_at: self.set_at,
            set_by: self.set_by.clone(),
            ends_in: None,
            destination: self.destination.clone(),
        }
    }

    /// What may be said about it, with its last four characters where the value is long enough to hide the rest.
    pub(crate) fn note_with_ending(&self, owner: &str, vault: &Vault) -> SecretNote {
        let ends_in = match vault.open_value(&place(owner, &self.name), &self.value) {
            Ok(plain) => {
                let start = plain.char_indices().rev().nth(3).map_or(0, |(start, _)| start);
                (plain.chars().count() >= 16).then(|| plain[start..].to_owned())
            }
            // The page must open all the same, so that the secret can be typed again.
            Err(error) => {
                tracing::error!(owner, name = self.name, %error, "a stored secret cannot be opened");
                None
            }
        };
        SecretNote { ends_in, ..self.note() }
    }
}

/// Carries a change out and answers whether it changed anything.
pub(crate) async fn apply(
    tx: &mut AnyConnection,
    vault: &Vault,
    (owner, name): (&str, &str),
    change: &SecretChange,
    destination: &str,
    (admin, now): (&Admin, i64),
) -> Result<bool, Error> {
    match change {
        SecretChange::Keep => Ok(false),
        SecretChange::Clear => {
            let deleted = sqlx::query("delete from secrets where owner = $1 and name = $2")
                .bind(owner)
                .bind(name)
                .execute(&mut *tx)
                .await?;
            Ok(deleted.rows_affected() > 0)
        }
        SecretChange::Set(secret) => {
            let value = vault.seal_value(tx, &place(owner, name), secret.expose().trim()).await?;
            sqlx::query(
                "insert into secrets (owner, name, value, destination, set_at, set_by) values ($1, $2, $3, $4, $5, $6)
                 on conflict (owner, name) do update set value = excluded.value, destination = excluded.destination,
                 set_at = excluded.set_at, set_by = excluded.set_by",
            )
            .bind(owner)
            .bind(name)
            .bind(value)
            .bind(destination.replace('\0', ""))
            .bind(now)
            .bind(admin.email())
            .execute(&mut *tx)
            .await?;
            Ok(true)
        }
    }
}
