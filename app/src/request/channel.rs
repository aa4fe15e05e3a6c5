//! The channel that a settings form makes, saved or not: for *Try* and for a look at the configuration. Server-only.

use backend::Backend;
use backend::delivery::SmsCredentials;
use backend::messages::Channel;
use domain::connection::{Method, Revision};
use domain::email::EmailForm;
use domain::sms::{SmsContext, SmsForm};
use domain::wire::{self, Wire};
use domain::{FieldErrors, Secret, SecretChange};

use crate::error::AppError;
use crate::request;

/// A channel, and the revision that its settings are; `None` where they are only typed.
pub type Made = (Channel, Option<i64>);

/// What a message is made from: the form as it is shown, or what is stored.
pub async fn channel(
    backend: &Backend,
    method: Method,
    settings: Option<&str>,
) -> Result<Result<Made, FieldErrors>, AppError> {
    match method {
        Method::Sms => match read(settings)? {
            Some(form) => sms(backend, form).await,
            None => sms(backend, SmsForm::from_settings(&backend.connections().sms().await?.settings)).await,
        },
        Method::Email => match read(settings)? {
            Some(form) => email(backend, form).await,
            None => email(backend, EmailForm::from_settings(&backend.connections().email().await?.settings)).await,
        },
    }
}

/// The channel of an SMS form, with the secrets that were typed or those stored for the same destination, and the revision.
pub async fn sms(backend: &Backend, form: SmsForm) -> Result<Result<Made, FieldErrors>, AppError> {
    let state = backend.connections().sms().await?;
    let context = SmsContext { secrets: state.secrets(), private_hosts: backend.private_hosts() };
    let change = match form.normalized().check(&context) {
        Ok(change) => change,
        Err(errors) => return Ok(Err(errors)),
    };
    let stored = backend.connections().sms_credentials(&change.settings).await?;
    let secrets = SmsCredentials {
        twilio_token: applied(change.twilio_token, stored.twilio_token),
        gateway_secret: applied(change.gateway_secret, stored.gateway_secret),
    };
    let revision = revision(change.settings == state.settings, &state.revision);
    Ok(Ok((Channel::Sms(change.settings, secrets), revision)))
}

/// The channel of an email form, with the stored provider, and the revision.
pub async fn email(backend: &Backend, form: EmailForm) -> Result<Result<Made, FieldErrors>, AppError> {
    let state = backend.connections().email().await?;
    let settings = match form.normalized().check() {
        Ok(settings) => settings,
        Err(errors) => return Ok(Err(errors)),
    };
    let (provider, password) = backend.email_provider().credentials().await?;
    let revision = revision(settings == state.settings, &state.revision);
    Ok(Ok((Channel::Email(settings, provider, password), revision)))
}

/// The revision of settings that are those stored.
fn revision(stored: bool, revision: &Revision) -> Option<i64> {
    stored.then_some(revision.version)
}

fn read<F: Wire>(settings: Option<&str>) -> Result<Option<F>, AppError> {
    match settings {
        None | Some("") => Ok(None),
        Some(text) => wire::read(text).map(Some).ok_or_else(|| request::refuse(AppError::BadRequest)),
    }
}

fn applied(change: SecretChange, stored: Option<Secret>) -> Option<Secret> {
    match change {
        SecretChange::Keep => stored,
        SecretChange::Set(typed) => Some(typed),
        SecretChange::Clear => None,
    }
}
