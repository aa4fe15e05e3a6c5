//! Loading and saving the SMS settings.

use domain::merge::MergeForm;
use domain::sms::{SmsForm, SmsState};
use leptos::prelude::server;

use crate::error::AppError;
use crate::outcome::{Checked, Meeting, SaveOutcome, SmsPage};
use crate::wire::Answer;

/// The SMS form: what is stored, the draft of that id, or an earlier revision.
#[server(output = Answer)]
pub async fn load_sms(draft: Option<String>, revision: Option<i64>) -> Result<SmsPage, AppError> {
    use crate::request::{self, settings_page};

    let admin = request::admin()?;
    let backend = request::backend()?;
    let state = backend.connections().sms().await?;
    settings_page::load(&backend, &admin, (draft, revision), state).await
}

/// Saves the SMS settings over the version that the form was loaded with.
#[server(output = Answer)]
pub async fn save_sms(
    form: SmsForm,
    base: i64,
    /// The draft that the page shows or has kept, or empty.
    #[server(default)]
    draft: String,
    /// What was chosen where someone else had saved; hydrated, the form has it in it already.
    #[server(default)]
    merge: Option<MergeForm>,
) -> Result<SaveOutcome<SmsState>, AppError> {
    use crate::request::settings_page;
    use domain::sms::SmsContext;

    let attempt = settings_page::attempt(form.normalized(), base, draft, merge).await?;
    if let Some(refused) = attempt.refused().await? {
        return Ok(refused);
    }
    let connections = attempt.backend.connections();
    let context =
        SmsContext { secrets: connections.sms_secrets().await?, private_hosts: attempt.backend.private_hosts() };
    let saved = match attempt.form.check(&context) {
        Ok(change) => Ok(connections.save_sms(&attempt.admin, base, &change).await?),
        Err(errors) => Err(errors),
    };
    attempt.outcome(saved).await
}

/// What someone else saved since the SMS form was loaded, beside what it holds now.
#[server(output = Answer)]
pub async fn meet_sms(form: SmsForm, base: i64) -> Result<Meeting<SmsState>, AppError> {
    use crate::request::{self, settings_page};

    let admin = request::admin()?;
    let backend = request::backend()?;
    let state = backend.connections().sms().await?;
    settings_page::meet(&backend, &admin, &form.normalized(), base, state).await
}

/// Says, item by item, whether SMS settings as typed are fit to send with; sends nothing.
#[server(output = Answer)]
pub async fn check_sms(
    form: SmsForm,
    #[server(default)] base: i64,
    #[server(default)] draft: String,
    #[server(default)] merge: Option<MergeForm>,
) -> Result<Vec<Checked>, AppError> {
    use crate::request::{channel, configuration, settings_page};
    use domain::connection::Method;

    let attempt = settings_page::attempt(form.normalized(), base, draft, merge).await?;
    let made = channel::sms(&attempt.backend, attempt.form.clone()).await?;
    let found = configuration::examine(&attempt.backend, &attempt.admin, Method::Sms, &made).await?;
    let is_stored = made.is_ok_and(|(_, revision)| revision.is_some());
    configuration::lead_back(&attempt, is_stored, found).await
}
