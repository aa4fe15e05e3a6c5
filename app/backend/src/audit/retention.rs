//! Deleting what was kept long enough, where somebody set for how long: the one thing that makes the trail shorter.

use domain::audit::AuditKind;
use serde_json::json;

use super::record;
use crate::{Actor, Backend, Error};

/// How many lines are deleted in one statement: others who write must not wait for a million.
const SWEPT_AT_ONCE: i64 = 5_000;
const DAY: i64 = 24 * 3_600_000;

/// Deletes the lines of whole days (UTC) that were kept long enough, and writes down that it did, once, together with the first of them.
///
/// By whole days, because else a line about deleting would be due at each hour.
pub(crate) async fn sweep(backend: &Backend) -> Result<(), Error> {
    let Some(days) = backend.0.audit_retention_days else {
        return Ok(());
    };
    let kept_from = backend.now() - i64::from(days) * DAY;
    let before = kept_from - kept_from.rem_euclid(DAY);
    let mut written_down = false;
    loop {
        let mut tx = backend.database().begin().await?;
        let deleted =
            sqlx::query("delete from audit where id in (select id from audit where at < $1 order by at limit $2)")
                .bind(before)
                .bind(SWEPT_AT_ONCE)
                .execute(&mut *tx)
                .await?;
        if deleted.rows_affected() == 0 {
            return Ok(());
        }
        if !written_down {
            let details = json!({ "days": days });
            record(&mut tx, backend.now(), &Actor::schedule(), AuditKind::AuditTrimmed, "", &details).await?;
            written_down = true;
        }
        tx.commit().await?;
    }
}
