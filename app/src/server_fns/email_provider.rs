//! Who carries emails out: loading, saving and trying the connection.

use domain::mail::{EmailProviderForm, EmailProviderState};
use leptos::prelude::server;

use crate::error::AppError;
use crate::outcome::{Checked, EmailProviderPage, FormOutcome, SaveOutcome};
use crate::wire::Answer;

/// The form `Email provider`: what is stored, or what a plain post typed.
#[server(output = Answer)]
pub async fn load_email_provider() -> Result<EmailProviderPage, AppError> {
    use crate::outcome::{Refusals, Revised, Samples, SettingsPage, TryPage};
    use crate::request;

    request::admin()?;
    let state = request::backend()?.email_provider().load().await?;
    let version = state.revision().version;
    let typed: Option<(EmailProviderForm, i64, Refusals)> = request::take_flash("email-provider").await;
    let (form, base, errors) = match typed {
        Some(typed) => typed,
        None => (EmailProviderForm::from_settings(&state.settings), version, Refusals::default()),
    };
    Ok(EmailProviderPage {
        settings: SettingsPage {
            state,
            form,
            base: version,
            errors,
            conflict: base != version,
            draft_kept_at: None,
            taken_from: None,
            draft: String::new(),
            drafts: Vec::new(),
            merge: None,
            just_saved: request::take_flash::<bool>("email-provider-saved").await.unwrap_or_default(),
            private_hosts: Vec::new(),
            samples: Samples::default(),
            lacks_provider: false,
            trial: TryPage::default(),
            examined: Vec::new(),
        },
        checked: request::take_flash("email-provider-checked").await,
    })
}

/// Saves the provider over the version that the form was loaded with.
#[server(output = Answer)]
pub async fn save_email_provider(
    form: EmailProviderForm,
    base: i64,
) -> Result<SaveOutcome<EmailProviderState>, AppError> {
    use crate::outcome::{Merge, Refusals};
    use crate::request;
    use backend::Saved;
    use domain::admin::Role;

    let admin = request::admin_as(Role::Owner)?;
    let backend = request::backend()?;
    let stored_for = backend.email_provider().stored_for().await?;
    request::see_other("/settings");
    let keep = async |errors: &Refusals| match request::is_plain_post() {
        true => request::flash("email-provider", &(form.clone().without_secrets(), base, errors)).await,
        false => Ok(()),
    };
    match form.check(stored_for.as_deref()) {
        Ok(change) => match backend.email_provider().save(&admin, base, &change).await? {
            Saved::Saved(state) | Saved::Unchanged(state) => {
                if request::is_plain_post() {
                    request::flash("email-provider-saved", &true).await?;
                }
                Ok(SaveOutcome::Saved(state))
            }
            Saved::Conflict(theirs) => {
                keep(&Refusals::default()).await?;
                Ok(SaveOutcome::Conflict { theirs, draft: String::new(), merge: Merge::default() })
            }
        },
        Err(errors) => {
            let errors = Refusals::from(errors);
            keep(&errors).await?;
            Ok(SaveOutcome::Refused { errors, draft: String::new() })
        }
    }
}

/// Connects to the mail server as the form says, upgrades and signs in, and sends nothing.
#[server(output = Answer)]
pub async fn check_email_provider(
    form: EmailProviderForm,
    /// The version that the form was loaded with, which a plain post sends along.
    #[server(default)]
    base: i64,
) -> Result<FormOutcome<Checked>, AppError> {
    use crate::outcome::Refusals;
    use crate::request;
    use domain::admin::Role;
    use domain::mail::{EmailProvider, SmtpSecurity};
    use domain::{Field, FieldErrors, Problem};

    let admin = request::admin_as(Role::Owner)?;
    let backend = request::backend()?;
    let stored_for = backend.email_provider().stored_for().await?;
    request::see_other("/settings");
    let checked = match form.check(stored_for.as_deref()) {
        Ok(change) if change.settings.provider == EmailProvider::Smtp && change.settings.host.is_empty() => {
            Err(FieldErrors::one(Field::SmtpHost, Problem::Required))
        }
        Ok(change) => Ok((backend.email_provider().check(&admin, &change).await?, change.settings)),
        Err(errors) => Err(errors),
    };
    let outcome = match checked {
        Ok((Ok(()), settings)) if settings.provider == EmailProvider::Outbox => FormOutcome::Done(Checked {
            fit: true,
            words: "The outbox needs no connection: messages stay inside Doorcode.".to_owned(),
        }),
        Ok((Ok(()), settings)) => {
            let encrypted = match settings.security {
                SmtpSecurity::None => "without encryption",
                SmtpSecurity::Starttls | SmtpSecurity::Tls => "encrypted",
            };
            let signed_in =
                if settings.signs_in() { format!(", signed in as {}", settings.user_name) } else { String::new() };
            let words = format!("Connected to {}, {encrypted}{signed_in}. Nothing was sent.", settings.destination());
            FormOutcome::Done(Checked { fit: true, words })
        }
        Ok((Err(failure), _)) => FormOutcome::Done(Checked {
            fit: false,
            words: match &failure.provider_code {
                Some(code) => format!("{failure} The server’s code is {code}."),
                None => failure.to_string(),
            },
        }),
        Err(errors) => FormOutcome::Refused(errors.into()),
    };
    if request::is_plain_post() {
        let errors = match &outcome {
            FormOutcome::Refused(errors) => errors.clone(),
            FormOutcome::Done(checked) => {
                request::flash("email-provider-checked", checked).await?;
                Refusals::default()
            }
        };
        request::flash("email-provider", &(form.without_secrets(), base, errors)).await?;
    }
    Ok(outcome)
}
