//! Loading and saving the email settings.

use domain::email::{EmailForm, EmailState};
use leptos::prelude::server;

use crate::error::AppError;
use crate::outcome::{Checked, EmailPage, SaveOutcome};
use crate::wire::Answer;

/// The email form: what is stored, the draft of that id, or an earlier revision.
#[server(output = Answer)]
pub async fn load_email(draft: Option<String>, revision: Option<i64>) -> Result<EmailPage, AppError> {
    use crate::request::settings_page;
    use domain::connection::Method;

    let admin = crate::request::admin()?;
    let backend = crate::request::backend()?;
    let state = backend.connections().email().await?;
    let stored = EmailForm::from_settings(&state.settings);
    let mut page = settings_page::load(&backend, &admin, Method::Email, draft.as_deref(), stored, state).await?;
    let past = match revision {
        Some(version) if draft.is_none() => backend.connections().email_at(version).await?,
        _ => None,
    };
    if let Some(past) = past {
        page.form = EmailForm::from_settings(&past.settings);
        page.taken_from = Some(past.summary.version);
    }
    if (page.draft_kept_at.is_some() || page.taken_from.is_some()) && page.errors.is_empty() {
        page.errors = page.form.check().err().unwrap_or_default().into();
    }
    Ok(page)
}

/// Saves the email settings over the version that the form was loaded with.
#[server(output = Answer)]
pub async fn save_email(form: EmailForm, base: i64) -> Result<SaveOutcome<EmailState>, AppError> {
    use crate::request::settings_page;
    use domain::connection::Method;

    let form = form.normalized();
    let admin = settings_page::editor_or_draft(Method::Email, base, &form).await?;
    let backend = crate::request::backend()?;
    let saved = match form.check() {
        Ok(settings) => Ok(backend.connections().save_email(&admin, base, &settings).await?),
        Err(errors) => Err(errors),
    };
    settings_page::outcome(&backend, &admin, Method::Email, base, &form, saved).await
}

/// Says, item by item, whether email settings as typed are fit to send with; sends nothing.
#[server(output = Answer)]
pub async fn check_email(form: EmailForm, #[server(default)] base: i64) -> Result<Vec<Checked>, AppError> {
    use crate::request::{channel, configuration, trial};
    use domain::connection::Method;

    let (admin, backend) = trial::editor()?;
    let kept = form.clone();
    let made = channel::email(&backend, form).await?;
    let found = configuration::examine(&backend, &admin, Method::Email, &made).await?;
    let is_stored = made.is_ok_and(|(_, revision)| revision.is_some());
    configuration::lead_back(&backend, &admin, Method::Email, (!is_stored).then_some((base, &kept)), found).await
}
