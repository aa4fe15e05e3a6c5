//! Makes the pages of the view *History*: what two versions of a connection have to say of each other, in words. Server-only.

mod making;

use std::future::Future;

use backend::{Admin, Backend, Error, Past, Saved};
use domain::connection::{Method, Revision};
use domain::email::{EmailForm, EmailSettings};
use domain::history::SHIPPED;
use domain::renditions::Renders;
use domain::sms::{SmsContext, SmsForm, SmsSecrets, SmsSettings};
use domain::template::{Send as SendAs, Values};
use domain::{Field, FieldErrors, Form};

use crate::error::AppError;
use crate::history::{RestoreOutcome, RevisionPage};
use crate::outcome::{Refusal, Refusals};
use crate::request;
use making::Found;
pub use making::{aged, ago};

/// The id of the field that says which revision one is compared with.
const WITH: &str = "with";

/// What a plain post that restored leaves for the list that it leads to.
pub const RESTORED: &str = "restored";

/// What a plain post that came too late leaves for the page of the revision.
const OVERTAKEN: &str = "overtaken";

/// Settings that have a history.
pub trait Historic: Renders + Clone + PartialEq + Send + Sync + 'static {
    /// The form that they are typed in.
    type Form: Form;
    /// Which connection they are of.
    const METHOD: Method;
    /// The fields that hold templates.
    const TEMPLATES: &'static [Field];

    /// The settings as the form shows them.
    fn form(&self) -> Self::Form;

    /// The settings of a version.
    fn at(backend: &Backend, version: i64) -> impl Future<Output = Result<Option<Past<Self>>, Error>> + Send;

    /// What the rules of today ask of the installation.
    type Context: Send + 'static;

    /// What the rules ask of the installation, at this moment.
    fn context(backend: &Backend) -> impl Future<Output = Result<Self::Context, Error>> + Send;

    /// The settings as the rules of today let them pass, or what they have against them.
    fn checked(&self, context: &Self::Context) -> Result<Self, FieldErrors>;

    /// Saves the settings of an earlier version over `base`.
    fn restore(
        self,
        backend: &Backend,
        admin: &Admin,
        version: i64,
        base: i64,
    ) -> impl Future<Output = Result<RestoreOutcome, Error>> + Send;
}

impl Historic for SmsSettings {
    type Form = SmsForm;
    type Context = (SmsSecrets, Vec<String>);
    const METHOD: Method = Method::Sms;
    const TEMPLATES: &'static [Field] = &[Field::Message];

    fn form(&self) -> SmsForm {
        SmsForm::from_settings(self)
    }

    async fn at(backend: &Backend, version: i64) -> Result<Option<Past<Self>>, Error> {
        backend.connections().sms_at(version).await
    }

    async fn context(backend: &Backend) -> Result<Self::Context, Error> {
        Ok((backend.connections().sms_secrets().await?, backend.private_hosts().to_vec()))
    }

    fn checked(&self, (secrets, private_hosts): &Self::Context) -> Result<Self, FieldErrors> {
        let context = SmsContext { secrets: secrets.clone(), private_hosts };
        self.form().check(&context).map(|change| change.settings)
    }

    async fn restore(self, backend: &Backend, admin: &Admin, version: i64, base: i64) -> Result<RestoreOutcome, Error> {
        let saved = backend.connections().restore_sms(admin, base, version, &self).await?;
        Ok(outcome(saved, |state| state.revision))
    }
}

impl Historic for EmailSettings {
    type Form = EmailForm;
    type Context = ();
    const METHOD: Method = Method::Email;
    const TEMPLATES: &'static [Field] = &[Field::Subject, Field::Body];

    fn form(&self) -> EmailForm {
        EmailForm::from_settings(self)
    }

    async fn at(backend: &Backend, version: i64) -> Result<Option<Past<Self>>, Error> {
        backend.connections().email_at(version).await
    }

    async fn context(_backend: &Backend) -> Result<(), Error> {
        Ok(())
    }

    fn checked(&self, _context: &()) -> Result<Self, FieldErrors> {
        self.form().check()
    }

    async fn restore(self, backend: &Backend, admin: &Admin, version: i64, base: i64) -> Result<RestoreOutcome, Error> {
        let saved = backend.connections().restore_email(admin, base, version, &self).await?;
        Ok(outcome(saved, |state| state.revision))
    }
}

fn outcome<S>(saved: Saved<S>, revision: impl Fn(S) -> Revision) -> RestoreOutcome {
    match saved {
        Saved::Saved(state) => RestoreOutcome::Restored(revision(state)),
        Saved::Unchanged(_) => RestoreOutcome::Same,
        Saved::Conflict(state) => RestoreOutcome::Overtaken(revision(state)),
    }
}

/// Brings a version back, or says why not; leads a plain post on.
pub async fn restore<S: Historic>(
    backend: &Backend,
    admin: &Admin,
    version: i64,
    base: i64,
) -> Result<RestoreOutcome, AppError> {
    let list = format!("/connections/passwordless/{}/history", S::METHOD.as_str());
    let question = format!("{list}/{version}?restore=ask");
    let past = (version > SHIPPED).then(|| S::at(backend, version));
    let past = match past {
        Some(past) => past.await?,
        None => None,
    };
    let Some(past) = past else { return Err(request::refuse(AppError::NotFound)) };
    let context = S::context(backend).await?;
    let outcome = match request::aside(move || past.settings.checked(&context)).await? {
        Ok(settings) => settings.restore(backend, admin, version, base).await?,
        Err(errors) => RestoreOutcome::Refused(errors.into()),
    };
    if request::is_plain_post() {
        match &outcome {
            RestoreOutcome::Restored(revision) => {
                request::flash(RESTORED, &(S::METHOD, version, revision.version)).await?;
            }
            RestoreOutcome::Overtaken(_) => request::flash(OVERTAKEN, &(S::METHOD, version)).await?,
            // The page of the revision finds these by itself.
            RestoreOutcome::Refused(_) | RestoreOutcome::Same => {}
        }
    }
    request::see_other(if matches!(outcome, RestoreOutcome::Restored(_)) { &list } else { &question });
    Ok(outcome)
}

/// Which version one is compared with: the one that was asked for, else the present, and for the present the one before.
fn wanted(with: &str, version: i64, present: i64) -> Result<i64, Refusals> {
    match with.trim() {
        "" if version == present => Ok(version - 1),
        "" => Ok(present),
        text => match text.parse::<i64>() {
            Ok(number) if (SHIPPED..=present).contains(&number) => Ok(number),
            _ => Err(Refusals(vec![Refusal {
                id: WITH.to_owned(),
                label: "Compare with revision".to_owned(),
                words: format!("Enter the number of a revision, from {SHIPPED} to {present}."),
            }])),
        },
    }
}

/// The page of one revision, compared with another.
pub async fn page<S: Historic>(backend: &Backend, version: i64, with: &str) -> Result<RevisionPage, AppError> {
    let newest = backend.connections().present(S::METHOD).await?;
    if !(SHIPPED + 1..=newest).contains(&version) {
        return Err(request::refuse(AppError::NotFound));
    }
    let (number, errors) = match wanted(with, version, newest) {
        Ok(number) => (number, Refusals::default()),
        Err(errors) => (newest, errors),
    };
    let at = async |version| S::at(backend, version).await?.ok_or_else(|| request::refuse(AppError::NotFound));
    let (shown, with, present): (Past<S>, Past<S>, Past<S>) =
        (at(version).await?, at(number).await?, at(newest).await?);
    let context = S::context(backend).await?;
    let overtaken = request::take_flash::<(Method, i64)>(OVERTAKEN).await == Some((S::METHOD, version));
    let installation = backend.installation().load().await?;
    // An email is rendered as code and as link; a text message brings no links.
    let is_email = S::METHOD == Method::Email;
    let send = if is_email { SendAs::Link } else { SendAs::Code };
    let values = Values::of_installation(is_email, send, &installation);
    let (one, other) = (version.min(number), version.max(number));
    let secrets = backend.connections().secrets_changed(S::METHOD, one, other).await?;
    let now = backend.now();
    let found = Found { shown, with, present, secrets, values, context, errors, overtaken, now };
    request::aside(move || making::page(found)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_compared_with_the_present_and_the_present_with_the_one_before() {
        assert_eq!(wanted("", 3, 7), Ok(7));
        assert_eq!(wanted("", 7, 7), Ok(6));
        assert_eq!(wanted(" 0 ", 7, 7), Ok(0));
        for text in ["8", "-1", "one", "99999999999999999999"] {
            assert!(wanted(text, 3, 7).is_err(), "{text}");
        }
    }
}
