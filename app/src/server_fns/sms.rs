//! Loading and saving the SMS settings.

use domain::sms::{SmsForm, SmsState};
use leptos::prelude::server;

use crate::error::AppError;
use crate::outcome::{Checked, SaveOutcome, SmsPage};
use crate::wire::Answer;

/// The SMS form: what is stored, the draft of that id, or an earlier revision.
#[server(output = Answer)]
pub async fn load_sms(draft: Option<String>, revision: Option<i64>) -> Result<SmsPage, AppError> {
    use crate::request::settings_page;
    use domain::connection::Method;
    use domain::sms::SmsContext;

    let admin = crate::request::admin()?;
    let backend = crate::request::backend()?;
    let state = backend.connections().sms().await?;
    let stored = SmsForm::from_settings(&state.settings);
    let context = SmsContext { secrets: state.secrets(), private_hosts: backend.private_hosts() };
    let mut page = settings_page::load(&backend, &admin, Method::Sms, draft.as_deref(), stored, state.clone()).await?;
    let past = match revision {
        Some(version) if draft.is_none() => backend.connections().sms_at(version).await?,
        _ => None,
    };
    if let Some(past) = past {
        page.form = SmsForm::from_settings(&past.settings);
        page.taken_from = Some(past.summary.version);
    }
    if (page.draft_kept_at.is_some() || page.taken_from.is_some()) && page.errors.is_empty() {
        page.errors = page.form.check(&context).err().unwrap_or_default().into();
    }
    Ok(page)
}

/// Saves the SMS settings over the version that the form was loaded with.
#[server(output = Answer)]
pub async fn save_sms(form: SmsForm, base: i64) -> Result<SaveOutcome<SmsState>, AppError> {
    use crate::request::settings_page;
    use domain::connection::Method;
    use domain::sms::SmsContext;

    let form = form.normalized();
    let admin = settings_page::editor_or_draft(Method::Sms, base, &form.clone().without_secrets()).await?;
    let backend = crate::request::backend()?;
    let context =
        SmsContext { secrets: backend.connections().sms_secrets().await?, private_hosts: backend.private_hosts() };
    let saved = match form.check(&context) {
        Ok(change) => Ok(backend.connections().save_sms(&admin, base, &change).await?),
        Err(errors) => Err(errors),
    };
    settings_page::outcome(&backend, &admin, Method::Sms, base, &form.without_secrets(), saved).await
}

/// Says, item by item, whether SMS settings as typed are fit to send with; sends nothing.
#[server(output = Answer)]
pub async fn check_sms(form: SmsForm, #[server(default)] base: i64) -> Result<Vec<Checked>, AppError> {
    use crate::request::{channel, configuration, trial};
    use domain::connection::Method;

    let (admin, backend) = trial::editor()?;
    let kept = form.clone().without_secrets();
    let made = channel::sms(&backend, form).await?;
    let found = configuration::examine(&backend, &admin, Method::Sms, &made).await?;
    let is_stored = made.is_ok_and(|(_, revision)| revision.is_some());
    configuration::lead_back(&backend, &admin, Method::Sms, (!is_stored).then_some((base, &kept)), found).await
}
