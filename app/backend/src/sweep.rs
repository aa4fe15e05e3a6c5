//! Deleting what has run out.

use crate::sessions::{IDLE, KEPT_AFTER_END, TOTAL};
use crate::{Backend, Error, admins, audit, deliveries, drafts, grants, passwordless, sign_in_requests, wrong_codes};

/// Deletes it all, each table by itself.
pub(crate) async fn sweep(backend: &Backend) -> Result<(), Error> {
    let now = backend.now();
    let writer = backend.database().writer();
    sqlx::query("delete from sessions where seen_at < $1 or created_at < $2")
        .bind(now - IDLE - KEPT_AFTER_END)
        .bind(now - TOTAL - KEPT_AFTER_END)
        .execute(writer)
        .await?;
    for (statement, before) in [
        ("delete from drafts where kept_at <= $1", now - drafts::KEPT),
        ("delete from sign_in_failures where at <= $1", now - admins::WINDOW),
        ("delete from codes where expires_at <= $1", now - passwordless::KEPT),
        ("delete from sign_in_requests where expires_at <= $1", now - sign_in_requests::KEPT),
        ("delete from invites where expires_at <= $1", now),
        ("delete from authorization_codes where expires_at <= $1", now - grants::CODE_KEPT),
        ("delete from refresh_tokens where expires_at <= $1", now),
        ("delete from rate_limits where made_up_at <= $1", now),
        ("delete from wrong_codes where last_at <= $1", now - wrong_codes::BLOCKED),
    ] {
        sqlx::query(statement).bind(before).execute(writer).await?;
    }
    deliveries::sweep(backend).await?;
    audit::retention::sweep(backend).await?;
    backend.signing().take_turns().await
}
