//! Applications: registering, reading, changing and deleting one. Lists have a file of their own, and so has what names cost.

pub(crate) mod costs;
mod lists;
pub(crate) mod origins;

use std::str::FromStr as _;

use domain::application::{Application, ApplicationSettings, ApplicationType, Registration};
use domain::audit::AuditKind;
use domain::connection::Method;
use domain::{Field, Secret};
use serde_json::json;
use sqlx::AnyConnection;
use subtle::ConstantTimeEq as _;

use crate::random::{self, digest};
use crate::{Admin, Backend, Error, audit, stored};

pub use lists::Meant;

/// The applications.
pub struct Applications<'a>(pub(crate) &'a Backend);

type Row = (String, String, String, Option<String>, i64, i64, i64);

impl Applications<'_> {
    /// Registers an application, with no method switched on; the secret, where its type keeps one, is answered only now.
    pub async fn register(
        &self,
        admin: &Admin,
        registration: &Registration,
    ) -> Result<(Application, Option<Secret>), Error> {
        let settings = ApplicationSettings::registered(registration);
        let secret = registration.kind.is_confidential().then(random::client_secret);
        let application = Application {
            client_id: random::client_id(),
            kind: registration.kind,
            settings,
            has_secret: secret.is_some(),
            sms: false,
            email: false,
            created_at: self.0.now(),
        };
        let mut tx = self.0.database().begin().await?;
        sqlx::query(
            "insert into applications (client_id, name, name_lower, kind, settings, secret_hash, created_at, message_cost)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(application.client_id.as_str())
        .bind(application.settings.name.as_str())
        .bind(application.settings.name.to_lowercase())
        .bind(application.kind.as_str())
        .bind(stored::write(&application.settings)?)
        .bind(secret.as_deref().map(digest))
        .bind(application.created_at)
        .bind(costs::of(&application.settings.name))
        .execute(&mut *tx)
        .await?;
        let details = json!({ "name": application.settings.name, "type": application.kind });
        self.record(&mut tx, admin, AuditKind::ApplicationRegistered, &application.client_id, &details).await?;
        tx.commit().await?;
        Ok((application, secret.map(Secret::new)))
    }

    /// One application with all that its page shows.
    pub async fn find(&self, client_id: &str) -> Result<Option<Application>, Error> {
        let row: Option<Row> = sqlx::query_as(
            "select a.name, a.kind, a.settings, a.secret_hash, a.created_at,
             (select count(*) from enabled_applications e where e.client_id = a.client_id and e.method = 'sms'),
             (select count(*) from enabled_applications e where e.client_id = a.client_id and e.method = 'email')
             from applications a where a.client_id = $1",
        )
        .bind(known(client_id))
        .fetch_optional(self.0.database().reader())
        .await?;
        let Some((name, kind, settings, secret_hash, created_at, sms, email)) = row else {
            return Ok(None);
        };
        let kind = read_kind(&kind)?;
        Ok(Some(Application {
            client_id: client_id.to_owned(),
            kind,
            settings: read_settings(&settings, &name, kind)?,
            has_secret: secret_hash.is_some(),
            sms: sms > 0,
            email: email > 0,
            created_at,
        }))
    }

    /// Saves the settings of an application; `false` when there is none of this id.
    pub async fn save(&self, admin: &Admin, client_id: &str, settings: &ApplicationSettings) -> Result<bool, Error> {
        let mut tx = self.0.database().begin().await?;
        let written = stored::write(settings)?;
        let before: Option<String> = sqlx::query_scalar("select settings from applications where client_id = $1")
            .bind(known(client_id))
            .fetch_optional(&mut *tx)
            .await?;
        let Some(before) = before else {
            return Ok(false);
        };
        if before == written {
            return Ok(true);
        }
        // What an older version stored may be no settings of today; then all that is known is that they were saved.
        let fields: Vec<&str> = serde_json::from_str::<ApplicationSettings>(&before)
            .map(|before| before.differing(settings).into_iter().map(Field::key).collect())
            .unwrap_or_default();
        let saved = sqlx::query(
            "update applications set name = $1, name_lower = $2, settings = $3, message_cost = $4 where client_id = $5",
        )
        .bind(settings.name.as_str())
        .bind(settings.name.to_lowercase())
        .bind(written)
        .bind(costs::of(&settings.name))
        .bind(client_id)
        .execute(&mut *tx)
        .await?;
        if saved.rows_affected() == 0 {
            return Ok(false);
        }
        origins::write(&mut tx, client_id, &settings.web_origins).await?;
        let details = json!({ "name": settings.name, "fields": fields, "settings": settings });
        self.record(&mut tx, admin, AuditKind::ApplicationSaved, client_id, &details).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Replaces the client secret and answers the new one; `None` when there is no such application or its type keeps none.
    pub async fn rotate_secret(&self, admin: &Admin, client_id: &str) -> Result<Option<Secret>, Error> {
        let mut tx = self.0.database().begin().await?;
        let found: Option<(String, String)> =
            sqlx::query_as("select kind, name from applications where client_id = $1")
                .bind(known(client_id))
                .fetch_optional(&mut *tx)
                .await?;
        let Some((kind, name)) = found else {
            return Ok(None);
        };
        if !read_kind(&kind)?.is_confidential() {
            return Ok(None);
        }
        let secret = random::client_secret();
        let changed = sqlx::query("update applications set secret_hash = $1 where client_id = $2")
            .bind(digest(&secret))
            .bind(client_id)
            .execute(&mut *tx)
            .await?;
        if changed.rows_affected() == 0 {
            return Ok(None);
        }
        self.record(&mut tx, admin, AuditKind::SecretRotated, client_id, &json!({ "name": name })).await?;
        tx.commit().await?;
        Ok(Some(Secret::new(secret)))
    }

    /// Deletes an application; `false` when there is none of this id.
    pub async fn delete(&self, admin: &Admin, client_id: &str) -> Result<bool, Error> {
        let mut tx = self.0.database().begin().await?;
        for statement in [
            "delete from enabled_applications where client_id = $1",
            "delete from codes where client_id = $1",
            "delete from authorization_codes where client_id = $1",
            "delete from refresh_tokens where client_id = $1",
            "delete from web_origins where client_id = $1",
        ] {
            sqlx::query(statement).bind(known(client_id)).execute(&mut *tx).await?;
        }
        let name: Option<String> = sqlx::query_scalar("delete from applications where client_id = $1 returning name")
            .bind(known(client_id))
            .fetch_optional(&mut *tx)
            .await?;
        let Some(name) = name else {
            return Ok(false);
        };
        self.record(&mut tx, admin, AuditKind::ApplicationDeleted, client_id, &json!({ "name": name })).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Switches a method on or off for an application; `false` when there is none of this id.
    pub async fn set_enabled(&self, admin: &Admin, client_id: &str, method: Method, on: bool) -> Result<bool, Error> {
        let mut tx = self.0.database().begin().await?;
        let name: Option<String> = sqlx::query_scalar("select name from applications where client_id = $1")
            .bind(known(client_id))
            .fetch_optional(&mut *tx)
            .await?;
        let Some(name) = name else {
            return Ok(false);
        };
        let statement = if on {
            "insert into enabled_applications (method, client_id)
             select $1, client_id from applications where client_id = $2 on conflict do nothing"
        } else {
            "delete from enabled_applications where method = $1 and client_id = $2"
        };
        let changed = sqlx::query(statement).bind(method.as_str()).bind(client_id).execute(&mut *tx).await?;
        if changed.rows_affected() > 0 {
            let action = if on { AuditKind::ApplicationEnabled } else { AuditKind::ApplicationDisabled };
            let details = json!({ "method": method, "name": name });
            self.record(&mut tx, admin, action, client_id, &details).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Whether this is the client secret of an application.
    pub async fn secret_fits(&self, client_id: &str, secret: &Secret) -> Result<bool, Error> {
        let stored: Option<Option<String>> =
            sqlx::query_scalar("select secret_hash from applications where client_id = $1")
                .bind(known(client_id))
                .fetch_optional(self.0.database().reader())
                .await?;
        let fits = |hash: String| bool::from(hash.as_bytes().ct_eq(digest(secret.expose()).as_bytes()));
        Ok(stored.flatten().is_some_and(fits))
    }

    async fn record(
        &self,
        tx: &mut AnyConnection,
        admin: &Admin,
        action: AuditKind,
        target: &str,
        details: &serde_json::Value,
    ) -> Result<(), Error> {
        audit::record(tx, self.0.now(), &admin.actor(), action, target, details).await
    }
}

/// A client id as far as there can be one: what has another shape is looked up as nothing.
pub(crate) fn known(client_id: &str) -> &str {
    if client_id.bytes().all(|byte| byte.is_ascii_alphanumeric()) { client_id } else { "" }
}

fn read_kind(text: &str) -> Result<ApplicationType, Error> {
    ApplicationType::from_str(text).map_err(|_| {
        Error::Stored(serde::de::Error::custom("an application has a type that this version does not know"))
    })
}

/// Settings over those that a new application of this type has.
fn read_settings(json: &str, name: &str, kind: ApplicationType) -> Result<ApplicationSettings, Error> {
    let form = domain::application::RegistrationForm { name: name.to_owned(), kind };
    match form.check() {
        Ok(registration) => stored::read_over(&ApplicationSettings::registered(&registration), json),
        // The name was stored under other rules; then the settings stand by themselves.
        Err(_) => Ok(serde_json::from_str(json)?),
    }
}
