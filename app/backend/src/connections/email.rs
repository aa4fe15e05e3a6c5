//! The email connection.

use domain::connection::Method;
use domain::email::{EmailSettings, EmailState};

use super::{ConnectionRow, Connections, Ground, Saved, read};
use crate::{Admin, Error, stored};

impl Connections<'_> {
    /// The email connection as stored.
    pub async fn email(&self) -> Result<EmailState, Error> {
        state(read(self.0.database().reader(), Method::Email).await?)
    }

    /// Saves the email connection on top of version `base`: settings, revision and audit trail together or not at all.
    pub async fn save_email(
        &self,
        admin: &Admin,
        base: i64,
        settings: &EmailSettings,
    ) -> Result<Saved<EmailState>, Error> {
        self.store_email(admin, Ground { method: Method::Email, base, restored: None }, settings).await
    }

    /// Saves the settings of an earlier version again, checked by the rules of today.
    pub async fn restore_email(
        &self,
        admin: &Admin,
        base: i64,
        version: i64,
        settings: &EmailSettings,
    ) -> Result<Saved<EmailState>, Error> {
        self.store_email(admin, Ground { method: Method::Email, base, restored: Some(version) }, settings).await
    }

    async fn store_email(
        &self,
        admin: &Admin,
        ground: Ground,
        settings: &EmailSettings,
    ) -> Result<Saved<EmailState>, Error> {
        let mut tx = self.0.database().begin().await?;
        let row = read(&mut *tx, Method::Email).await?;
        let before: EmailSettings = stored::read(&row.settings)?;
        let changed = before.differing(settings);
        if changed.is_empty() {
            tx.rollback().await?;
            return Ok(Saved::Unchanged(state(row)?));
        }
        if !self.store_revision(&mut tx, admin, ground, &stored::write(settings)?, &changed).await? {
            tx.rollback().await?;
            return Ok(Saved::Conflict(self.email().await?));
        }
        let saved = read(&mut *tx, Method::Email).await?;
        tx.commit().await?;
        Ok(Saved::Saved(state(saved)?))
    }
}

fn state(row: ConnectionRow) -> Result<EmailState, Error> {
    Ok(EmailState { settings: stored::read(&row.settings)?, revision: row.revision })
}
