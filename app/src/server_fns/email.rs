//! Loading and saving the email settings.

use domain::email::{EmailForm, EmailState};
use domain::merge::MergeForm;
use leptos::prelude::server;

use crate::error::AppError;
use crate::outcome::{Checked, EmailPage, Meeting, SaveOutcome};
use crate::wire::Answer;

/// The email form: what is stored, the draft of that id, or an earlier revision.
#[server(output = Answer)]
pub async fn load_email(draft: Option<String>, revision: Option<i64>) -> Result<EmailPage, AppError> {
    use crate::request::{self, settings_page};

    let admin = request::admin()?;
    let backend = request::backend()?;
    let state = backend.connections().email().await?;
    settings_page::load(&backend, &admin, (draft, revision), state).await
}

/// Saves the email settings over the version that the form was loaded with.
#[server(output = Answer)]
pub async fn save_email(
    form: EmailForm,
    base: i64,
    /// The draft that the page shows or has kept, or empty.
    #[server(default)]
    draft: String,
    /// What was chosen where someone else had saved; hydrated, the form has it in it already.
    #[server(default)]
    merge: Option<MergeForm>,
) -> Result<SaveOutcome<EmailState>, AppError> {
    use crate::request::settings_page;

    let attempt = settings_page::attempt(form.normalized(), base, draft, merge).await?;
    if let Some(refused) = attempt.refused().await? {
        return Ok(refused);
    }
    let saved = match attempt.form.check() {
        Ok(settings) => Ok(attempt.backend.connections().save_email(&attempt.admin, base, &settings).await?),
        Err(errors) => Err(errors),
    };
    attempt.outcome(saved).await
}

/// What someone else saved since the email form was loaded, beside what it holds now.
#[server(output = Answer)]
pub async fn meet_email(form: EmailForm, base: i64) -> Result<Meeting<EmailState>, AppError> {
    use crate::request::{self, settings_page};

    let admin = request::admin()?;
    let backend = request::backend()?;
    let state = backend.connections().email().await?;
    settings_page::meet(&backend, &admin, &form.normalized(), base, state).await
}

/// Says, item by item, whether email settings as typed are fit to send with; sends nothing.
#[server(output = Answer)]
pub async fn check_email(
    form: EmailForm,
    #[server(default)] base: i64,
    #[server(default)] draft: String,
    #[server(default)] merge: Option<MergeForm>,
) -> Result<Vec<Checked>, AppError> {
    use crate::request::{channel, configuration, settings_page};
    use domain::connection::Method;

    let attempt = settings_page::attempt(form.normalized(), base, draft, merge).await?;
    let made = channel::email(&attempt.backend, attempt.form.clone()).await?;
    let found = configuration::examine(&attempt.backend, &attempt.admin, Method::Email, &made).await?;
    let is_stored = made.is_ok_and(|(_, revision)| revision.is_some());
    configuration::lead_back(&attempt, is_stored, found).await
}
