//! The two connections: what the list says of them, switching them on and off, and what saving their settings shares.

mod email;
mod history;
mod sms;

use std::str::FromStr as _;

use domain::Field;
use domain::audit::AuditKind;
use domain::connection::{Method, MethodSummary, Revision};
use domain::email::EmailSettings;
use domain::mail::EmailProviderState;
use domain::sms::SmsSettings;
use serde_json::json;
use sqlx::AnyConnection;

use crate::applications::known;
use crate::secrets::{GATEWAY_SECRET, SecretRow, TWILIO_TOKEN};
use crate::sign_in::Rules;
use crate::{Admin, Backend, Error, audit, stored};

pub use history::Past;

/// The outcome of a save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved<S> {
    /// Stored as a new revision: the state with it.
    Saved(S),
    /// Nothing differs from what is stored.
    Unchanged(S),
    /// Someone else saved meanwhile and nothing was stored: their state.
    Conflict(S),
}

/// What a save is made on.
#[derive(Clone, Copy)]
struct Ground {
    method: Method,
    /// The version that must be the newest.
    base: i64,
    /// The revision that is brought back, if this is no ordinary save.
    restored: Option<i64>,
}

/// The two connections.
pub struct Connections<'a>(pub(crate) &'a Backend);

/// A connection as the database returns it.
struct ConnectionRow {
    settings: String,
    revision: Revision,
    secrets: Vec<SecretRow>,
}

type JoinedRow =
    (String, i64, i64, String, Option<String>, Option<Vec<u8>>, Option<String>, Option<i64>, Option<String>);
type SummaryRow = (String, i64, String, i64, Option<String>);

impl Connections<'_> {
    /// Both methods as the list shows them, SMS first.
    pub async fn summaries(&self) -> Result<Vec<MethodSummary>, Error> {
        let rows: Vec<SummaryRow> = sqlx::query_as(
            "select c.method, c.enabled, c.settings,
             (select count(*) from enabled_applications e where e.method = c.method), s.name
             from connections c left join secrets s on s.owner = c.method",
        )
        .fetch_all(self.0.database().reader())
        .await?;
        let provider = self.0.email_provider().load().await?;
        let mut summaries = Vec::new();
        for method in Method::ALL {
            let mut of_method = rows.iter().filter(|row| Method::from_str(&row.0) == Ok(method)).peekable();
            let Some((_, enabled, settings, applications, _)) = of_method.peek().copied() else {
                continue;
            };
            let secrets: Vec<&str> = of_method.filter_map(|row| row.4.as_deref()).collect();
            summaries.push(MethodSummary {
                method,
                enabled: *enabled != 0,
                needs_set_up: needs_set_up(method, settings, &secrets, &provider)?,
                applications: u32::try_from(*applications).unwrap_or(u32::MAX),
            });
        }
        Ok(summaries)
    }

    /// The rules of signing in by a method for an application.
    pub(crate) async fn rules(&self, method: Method, client_id: &str) -> Result<Rules, Error> {
        let (enabled, settings, of_application): (i64, String, i64) = sqlx::query_as(
            "select cast(c.enabled as bigint), c.settings,
             (select count(*) from enabled_applications e where e.method = c.method and e.client_id = $2)
             from connections c where c.method = $1",
        )
        .bind(method.as_str())
        .bind(known(client_id))
        .fetch_one(self.0.database().reader())
        .await?;
        let (disable_sign_ups, brute_force_protection) = match method {
            Method::Sms => {
                let settings: SmsSettings = stored::read(&settings)?;
                (settings.disable_sign_ups, settings.brute_force_protection)
            }
            Method::Email => {
                let settings: EmailSettings = stored::read(&settings)?;
                (settings.disable_sign_ups, settings.brute_force_protection)
            }
        };
        Ok(Rules { on: enabled != 0, enabled: of_application > 0, sign_ups: !disable_sign_ups, brute_force_protection })
    }

    /// Switches a method on or off. Doing so twice is harmless, and the version of the settings stays.
    pub async fn set_enabled(&self, admin: &Admin, method: Method, on: bool) -> Result<(), Error> {
        let mut tx = self.0.database().begin().await?;
        let changed = sqlx::query("update connections set enabled = $1 where method = $2 and enabled <> $1")
            .bind(i16::from(on))
            .bind(method.as_str())
            .execute(&mut *tx)
            .await?;
        if changed.rows_affected() > 0 {
            let action = if on { AuditKind::ConnectionEnabled } else { AuditKind::ConnectionDisabled };
            audit::record(&mut tx, self.0.now(), &admin.actor(), action, method.as_str(), &json!({})).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Stores a new revision on top of its base; `false`, with nothing stored, when that is no longer the newest.
    async fn store_revision(
        &self,
        tx: &mut AnyConnection,
        admin: &Admin,
        Ground { method, base, restored }: Ground,
        settings: &str,
        changed: &[Field],
    ) -> Result<bool, Error> {
        let now = self.0.now();
        let version: Option<i64> = sqlx::query_scalar(
            "update connections set version = version + 1, settings = $1, saved_at = $2, saved_by = $3
             where method = $4 and version = $5 returning version",
        )
        .bind(settings)
        .bind(now)
        .bind(admin.email())
        .bind(method.as_str())
        .bind(base)
        .fetch_optional(&mut *tx)
        .await?;
        let Some(version) = version else {
            return Ok(false);
        };
        sqlx::query(
            "insert into revisions (method, version, settings, changed, saved_at, saved_by, admin_id, restored)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(method.as_str())
        .bind(version)
        .bind(settings)
        .bind(serde_json::to_string(changed)?)
        .bind(now)
        .bind(admin.email())
        .bind(admin.id())
        .bind(restored)
        .execute(&mut *tx)
        .await?;
        history::index(tx, method, version, changed).await?;
        let fields: Vec<&str> = changed.iter().map(|field| field.key()).collect();
        let (action, details) = match restored {
            None => (AuditKind::ConnectionSaved, json!({ "version": version, "fields": fields })),
            Some(restored) => {
                (AuditKind::ConnectionRestored, json!({ "version": version, "fields": fields, "restored": restored }))
            }
        };
        audit::record(tx, now, &admin.actor(), action, method.as_str(), &details).await?;
        Ok(true)
    }
}

/// Whether something is missing without which no message can go out.
fn needs_set_up(
    method: Method,
    settings: &str,
    secrets: &[&str],
    provider: &EmailProviderState,
) -> Result<bool, Error> {
    Ok(match method {
        Method::Sms => {
            let settings: SmsSettings = stored::read(settings)?;
            !settings.missing(secrets.contains(&TWILIO_TOKEN), secrets.contains(&GATEWAY_SECRET)).is_empty()
        }
        Method::Email => {
            let settings: EmailSettings = stored::read(settings)?;
            !settings.missing().is_empty() || !provider.missing().is_empty()
        }
    })
}

/// A connection with its secrets, all of one moment.
async fn read(connection: impl sqlx::AnyExecutor<'_>, method: Method) -> Result<ConnectionRow, Error> {
    let rows: Vec<JoinedRow> = sqlx::query_as(
        "select c.settings, c.version, c.saved_at, c.saved_by, s.name, s.value, s.destination, s.set_at, s.set_by
         from connections c left join secrets s on s.owner = c.method where c.method = $1",
    )
    .bind(method.as_str())
    .fetch_all(connection)
    .await?;
    let mut found = None;
    for (settings, version, saved_at, saved_by, name, value, destination, set_at, set_by) in rows {
        let row = found.get_or_insert_with(|| ConnectionRow {
            settings,
            revision: Revision { version, saved_at, saved_by },
            secrets: Vec::new(),
        });
        if let (Some(name), Some(value), Some(destination), Some(set_at), Some(set_by)) =
            (name, value, destination, set_at, set_by)
        {
            row.secrets.push(SecretRow { name, value, destination, set_at, set_by });
        }
    }
    found.ok_or(Error::NotFound)
}
