//! Who carries emails out: the mail server with its password, or the outbox.

use domain::audit::AuditKind;
use domain::connection::Revision;
use domain::mail::{EmailProviderChange, EmailProviderSettings, EmailProviderState};
use domain::{Field, Secret, SecretChange};
use serde_json::json;

use crate::delivery::{Failure, Mail};
use crate::secrets::{self, SMTP_PASSWORD, SecretRow};
use crate::{Admin, Backend, Error, Saved, audit, stored};

/// Whose the password is among the secrets.
const OWNER: &str = "email_provider";

/// The stored provider of emails.
pub struct EmailProviderStore<'a>(pub(crate) &'a Backend);

/// The provider as the database returns it.
struct ProviderRow {
    settings: String,
    revision: Revision,
    password: Option<SecretRow>,
}

type JoinedRow = (String, i64, i64, String, Option<Vec<u8>>, Option<String>, Option<i64>, Option<String>);

impl EmailProviderStore<'_> {
    /// The provider as stored.
    pub async fn load(&self) -> Result<EmailProviderState, Error> {
        state(&read(self.0.database().reader()).await?)
    }

    /// Saves the provider on top of version `base`: settings, password and audit trail together or not at all.
    pub async fn save(
        &self,
        admin: &Admin,
        base: i64,
        change: &EmailProviderChange,
    ) -> Result<Saved<EmailProviderState>, Error> {
        let mut tx = self.0.database().begin().await?;
        let row = read(&mut *tx).await?;
        let before: EmailProviderSettings = stored::read(&row.settings)?;
        let mut changed = before.differing(&change.settings);
        // Only a set secret can be removed, and a typed one counts as new even if it is the old one.
        if match change.smtp_password {
            SecretChange::Keep => false,
            SecretChange::Set(_) => true,
            SecretChange::Clear => row.password.is_some(),
        } {
            changed.push(Field::SmtpPassword);
        }
        if changed.is_empty() {
            return Ok(Saved::Unchanged(state(&row)?));
        }
        let now = self.0.now();
        let version: Option<i64> = sqlx::query_scalar(
            "update email_provider set version = version + 1, settings = $1, saved_at = $2, saved_by = $3
             where id = 1 and version = $4 returning version",
        )
        .bind(stored::write(&change.settings)?)
        .bind(now)
        .bind(admin.email())
        .bind(base)
        .fetch_optional(&mut *tx)
        .await?;
        let Some(version) = version else {
            tx.rollback().await?;
            return Ok(Saved::Conflict(self.load().await?));
        };
        let destination = change.settings.destination();
        let place = (OWNER, SMTP_PASSWORD);
        secrets::apply(&mut tx, self.0.vault(), place, &change.smtp_password, &destination, (admin, now)).await?;
        let fields: Vec<&str> = changed.iter().map(|field| field.key()).collect();
        let details = json!({ "version": version, "fields": fields });
        audit::record(&mut tx, now, &admin.actor(), AuditKind::EmailProviderSaved, "", &details).await?;
        let saved = read(&mut *tx).await?;
        tx.commit().await?;
        Ok(Saved::Saved(state(&saved)?))
    }

    /// The settings with the password to sign in with; none where no name is given, and none that was typed for another server.
    pub async fn credentials(&self) -> Result<(EmailProviderSettings, Option<Secret>), Error> {
        let row = read(self.0.database().reader()).await?;
        let settings: EmailProviderSettings = stored::read(&row.settings)?;
        let password = self.password(&row, &settings)?;
        Ok((settings, password))
    }

    /// What the stored password is bound to, if there is one.
    pub async fn stored_for(&self) -> Result<Option<String>, Error> {
        Ok(read(self.0.database().reader()).await?.password.map(|password| password.destination))
    }

    /// Connects to the mail server of settings that may be typed only, upgrades and signs in, and sends nothing; what it ran into.
    /// Without a typed password the stored one is used, where it is for that server.
    pub async fn check(&self, admin: &Admin, change: &EmailProviderChange) -> Result<Result<(), Failure>, Error> {
        let password = match &change.smtp_password {
            SecretChange::Set(password) => Some(password.clone()),
            SecretChange::Keep => self.password_for(&change.settings).await?,
            SecretChange::Clear => None,
        };
        // Before the password is shown to anybody: whoever asks may be gone before there is an answer.
        let details = json!({ "destination": change.settings.destination() });
        let mut tx = self.0.database().begin().await?;
        audit::record(&mut tx, self.0.now(), &admin.actor(), AuditKind::EmailProviderChecked, "", &details).await?;
        tx.commit().await?;
        let checked = match self.0.providers().mail(self.0, &change.settings, password.as_ref()) {
            Ok(Mail::Smtp(smtp)) => smtp.check().await,
            Ok(Mail::Outbox(_)) => Ok(()),
            Err(reason) => Err(Failure::failed(reason)),
        };
        Ok(checked)
    }

    /// The stored password for settings that are only typed yet, by the same rule.
    pub async fn password_for(&self, settings: &EmailProviderSettings) -> Result<Option<Secret>, Error> {
        self.password(&read(self.0.database().reader()).await?, settings)
    }

    fn password(&self, row: &ProviderRow, settings: &EmailProviderSettings) -> Result<Option<Secret>, Error> {
        let bound = |password: &&SecretRow| settings.signs_in() && password.destination == settings.destination();
        let Some(password) = row.password.as_ref().filter(bound) else {
            return Ok(None);
        };
        let plain = self.0.vault().open_value(&secrets::place(OWNER, SMTP_PASSWORD), &password.value)?;
        Ok(Some(Secret::new(plain)))
    }
}

/// The provider with its password, all of one moment.
async fn read(connection: impl sqlx::AnyExecutor<'_>) -> Result<ProviderRow, Error> {
    let row: JoinedRow = sqlx::query_as(
        "select p.settings, p.version, p.saved_at, p.saved_by, s.value, s.destination, s.set_at, s.set_by
         from email_provider p left join secrets s on s.owner = $1 and s.name = $2 where p.id = 1",
    )
    .bind(OWNER)
    .bind(SMTP_PASSWORD)
    .fetch_one(connection)
    .await?;
    let (settings, version, saved_at, saved_by, value, destination, set_at, set_by) = row;
    let password = match (value, destination, set_at, set_by) {
        (Some(value), Some(destination), Some(set_at), Some(set_by)) => {
            Some(SecretRow { name: SMTP_PASSWORD.to_owned(), value, destination, set_at, set_by })
        }
        _ => None,
    };
    Ok(ProviderRow { settings, revision: Revision { version, saved_at, saved_by }, password })
}

fn state(row: &ProviderRow) -> Result<EmailProviderState, Error> {
    Ok(EmailProviderState {
        settings: stored::read(&row.settings)?,
        revision: row.revision.clone(),
        smtp_password: row.password.as_ref().map(SecretRow::note),
    })
}
