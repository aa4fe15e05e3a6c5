//! The SMS connection.

use domain::connection::Method;
use domain::sms::{SmsChange, SmsProvider, SmsSecrets, SmsSettings, SmsState, gateway_destination};
use domain::{Field, Secret, SecretChange};

use super::{ConnectionRow, Connections, Ground, Saved, read};
use crate::delivery::SmsCredentials;
use crate::secrets::{self, GATEWAY_SECRET, SecretRow, TWILIO_TOKEN};
use crate::vault::Vault;
use crate::{Admin, Error, stored};

impl Connections<'_> {
    /// The SMS connection as stored.
    pub async fn sms(&self) -> Result<SmsState, Error> {
        state(read(self.0.database().reader(), Method::Sms).await?, self.0.vault())
    }

    /// Which SMS secrets are stored, and what each is bound to.
    pub async fn sms_secrets(&self) -> Result<SmsSecrets, Error> {
        let row = read(self.0.database().reader(), Method::Sms).await?;
        let destination = |name| row.secret(name).map(|secret| secret.destination.clone());
        Ok(SmsSecrets { twilio_token: destination(TWILIO_TOKEN), gateway_secret: destination(GATEWAY_SECRET) })
    }

    /// The stored secrets that settings need, saved ones or such as are only typed yet; none that was typed for another account or
    /// gateway.
    pub async fn sms_credentials(&self, settings: &SmsSettings) -> Result<SmsCredentials, Error> {
        let row = read(self.0.database().reader(), Method::Sms).await?;
        let open = |name: &str, destination: &str| {
            let secret = row.secret(name).filter(|secret| secret.destination == destination);
            let place = secrets::place(Method::Sms.as_str(), name);
            secret.map(|secret| self.0.vault().open_value(&place, &secret.value)).transpose()
        };
        // A secret that is of no use here must not fail a message because it cannot be opened.
        Ok(match settings.provider {
            SmsProvider::Twilio => {
                let token = open(TWILIO_TOKEN, settings.twilio_destination())?;
                SmsCredentials { twilio_token: token.map(Secret::new), gateway_secret: None }
            }
            SmsProvider::Gateway => {
                let secret = open(GATEWAY_SECRET, &gateway_destination(&settings.gateway_url).unwrap_or_default())?;
                SmsCredentials { twilio_token: None, gateway_secret: secret.map(Secret::new) }
            }
            SmsProvider::Outbox => SmsCredentials::default(),
        })
    }

    /// Saves the SMS connection on top of version `base`: settings, secrets, revision and audit trail together or not at all.
    pub async fn save_sms(&self, admin: &Admin, base: i64, change: &SmsChange) -> Result<Saved<SmsState>, Error> {
        self.store_sms(admin, Ground { method: Method::Sms, base, restored: None }, change).await
    }

    /// Saves the settings of an earlier version again, checked by the rules of today; secrets stay as they are.
    pub async fn restore_sms(
        &self,
        admin: &Admin,
        base: i64,
        version: i64,
        settings: &SmsSettings,
    ) -> Result<Saved<SmsState>, Error> {
        let change = SmsChange {
            settings: settings.clone(),
            twilio_token: SecretChange::Keep,
            gateway_secret: SecretChange::Keep,
        };
        self.store_sms(admin, Ground { method: Method::Sms, base, restored: Some(version) }, &change).await
    }

    async fn store_sms(&self, admin: &Admin, ground: Ground, change: &SmsChange) -> Result<Saved<SmsState>, Error> {
        let mut tx = self.0.database().begin().await?;
        let row = read(&mut *tx, Method::Sms).await?;
        let before: SmsSettings = stored::read(&row.settings)?;
        let settings = &change.settings;

        let mut changed = before.differing(settings);
        // Only a set secret can be removed, and a typed one counts as new even if it is the old one.
        let touches = |change: &SecretChange, name| match change {
            SecretChange::Keep => false,
            SecretChange::Set(_) => true,
            SecretChange::Clear => row.secret(name).is_some(),
        };
        if touches(&change.twilio_token, TWILIO_TOKEN) {
            changed.push(Field::TwilioToken);
        }
        if touches(&change.gateway_secret, GATEWAY_SECRET) {
            changed.push(Field::GatewaySecret);
        }

        if changed.is_empty() {
            tx.rollback().await?;
            return Ok(Saved::Unchanged(state(row, self.0.vault())?));
        }
        if !self.store_revision(&mut tx, admin, ground, &stored::write(settings)?, &changed).await? {
            tx.rollback().await?;
            return Ok(Saved::Conflict(self.sms().await?));
        }
        let gateway = gateway_destination(&settings.gateway_url).unwrap_or_default();
        for (name, change, destination) in [
            (TWILIO_TOKEN, &change.twilio_token, settings.twilio_destination()),
            (GATEWAY_SECRET, &change.gateway_secret, gateway.as_str()),
        ] {
            let who_and_when = (admin, self.0.now());
            secrets::apply(&mut tx, self.0.vault(), (Method::Sms.as_str(), name), change, destination, who_and_when)
                .await?;
        }
        let saved = read(&mut *tx, Method::Sms).await?;
        tx.commit().await?;
        Ok(Saved::Saved(state(saved, self.0.vault())?))
    }
}

impl ConnectionRow {
    fn secret(&self, name: &str) -> Option<&SecretRow> {
        self.secrets.iter().find(|secret| secret.name == name)
    }
}

fn state(row: ConnectionRow, vault: &Vault) -> Result<SmsState, Error> {
    Ok(SmsState {
        settings: stored::read(&row.settings)?,
        twilio_token: row.secret(TWILIO_TOKEN).map(|secret| secret.note_with_ending(Method::Sms.as_str(), vault)),
        gateway_secret: row.secret(GATEWAY_SECRET).map(SecretRow::note),
        revision: row.revision,
    })
}
