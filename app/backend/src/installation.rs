//! What is set once for the whole installation.

use domain::Field;
use domain::audit::AuditKind;
use domain::installation::Installation;
use serde_json::json;

use crate::{Admin, Backend, Error, audit, stored};

/// The stored installation.
pub struct InstallationStore<'a>(pub(crate) &'a Backend);

impl InstallationStore<'_> {
    /// The installation as stored, or its defaults.
    pub async fn load(&self) -> Result<Installation, Error> {
        let settings: String = sqlx::query_scalar("select settings from installation where id = 1")
            .fetch_one(self.0.database().reader())
            .await?;
        stored::read(&settings)
    }

    /// Stores it; saving what is stored already leaves no trace.
    pub async fn save(&self, admin: &Admin, installation: &Installation) -> Result<(), Error> {
        let mut tx = self.0.database().begin().await?;
        let before: String =
            sqlx::query_scalar("select settings from installation where id = 1").fetch_one(&mut *tx).await?;
        let settings = stored::write(installation)?;
        let changed = sqlx::query("update installation set settings = $1 where id = 1 and settings <> $1")
            .bind(settings)
            .execute(&mut *tx)
            .await?;
        if changed.rows_affected() > 0 {
            let fields = stored::read::<Installation>(&before)?.differing(installation);
            let fields: Vec<&str> = fields.into_iter().map(Field::key).collect();
            let details = json!({ "fields": fields, "installation": installation });
            audit::record(&mut tx, self.0.now(), &admin.actor(), AuditKind::InstallationSaved, "", &details).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
