//! What loading and saving have in common for both methods: drafts, conflicts and the way back of a plain post. Server-only.

use backend::{Admin, Backend, Saved};
use domain::FieldErrors;
use domain::admin::Role;
use domain::connection::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::AppError;
use crate::outcome::{Refusals, Revised, Samples, SaveOutcome, SettingsPage};
use crate::request::{self, configuration, trial};

/// What a plain post that saved leaves for the page it leads to.
const SAVED: &str = "saved";

/// What a plain post that was refused leaves for the page of its draft: a draft holds no secrets, so theirs cannot be checked again.
const REFUSED: &str = "refused";

/// The page of a settings form, before the problems of a draft are looked for.
pub async fn load<F: DeserializeOwned, S: Revised>(
    backend: &Backend,
    admin: &Admin,
    method: Method,
    draft: Option<&str>,
    stored: F,
    state: S,
) -> Result<SettingsPage<F, S>, AppError> {
    let version = state.revision().version;
    let shown = match draft {
        Some(id) => backend.drafts().find(admin, id).await?.filter(|draft| draft.method == method),
        None => None,
    };
    let waiting = match &shown {
        Some(_) => None,
        None => backend.drafts().of(admin, method).await?.map(|draft| (draft.id, draft.kept_at)),
    };
    let read = shown.and_then(|draft| read(&draft.form).map(|form| (form, draft.base, draft.kept_at)));
    let (form, conflict, draft_kept_at) = match read {
        Some((form, base, kept_at)) => (form, base != version, Some(kept_at)),
        None => (stored, false, None),
    };
    let refused = match draft_kept_at {
        Some(_) => {
            request::take_flash::<(String, Refusals)>(REFUSED).await.filter(|(of, _)| draft == Some(of.as_str()))
        }
        None => None,
    };
    let samples = Samples {
        applications: backend.applications().sample_names(20).await?,
        costly_names: match method {
            Method::Sms => backend.applications().costly_names(method, 20).await?,
            Method::Email => Vec::new(),
        },
        installation: backend.installation().load().await?,
    };
    Ok(SettingsPage {
        state,
        form,
        base: version,
        errors: refused.map(|(_, errors)| errors).unwrap_or_default(),
        conflict,
        draft_kept_at,
        taken_from: None,
        draft_waiting: waiting,
        just_saved: request::take_flash::<Method>(SAVED).await == Some(method),
        private_hosts: backend.private_hosts().to_vec(),
        samples,
        lacks_provider: match method {
            Method::Sms => false,
            Method::Email => !backend.email_provider().load().await?.missing().is_empty(),
        },
        trial: trial::shown(method).await,
        examined: configuration::examined(method).await,
    })
}

/// The administrator who may save; for a session that has expired, keeps what was typed first.
pub async fn editor_or_draft<F: Serialize>(method: Method, base: i64, form: &F) -> Result<Admin, AppError> {
    if let Some(admin_id) = request::expired_admin() {
        let draft = request::backend()?.drafts().keep(&admin_id, method, base, &json(form)).await?;
        return Err(request::refuse(AppError::SignedOut { draft: Some(draft) }));
    }
    request::admin_as(Role::Editor)
}

/// Turns what the backend did into an outcome, keeps a draft of what was not stored, and leads a plain post on.
pub async fn outcome<F: Serialize, S>(
    backend: &Backend,
    admin: &Admin,
    method: Method,
    base: i64,
    form: &F,
    saved: Result<Saved<S>, FieldErrors>,
) -> Result<SaveOutcome<S>, AppError> {
    let page = format!("/connections/passwordless/{}", method.as_str());
    match saved {
        Ok(Saved::Saved(state) | Saved::Unchanged(state)) => {
            if request::is_plain_post() {
                request::flash(SAVED, &method).await?;
            }
            request::see_other(&page);
            Ok(SaveOutcome::Saved(state))
        }
        Ok(Saved::Conflict(theirs)) => {
            let draft = backend.drafts().keep(admin.id(), method, base, &json(form)).await?;
            request::see_other(&format!("{page}?draft={draft}"));
            Ok(SaveOutcome::Conflict { theirs, draft })
        }
        Err(errors) => {
            let draft = backend.drafts().keep(admin.id(), method, base, &json(form)).await?;
            let errors = Refusals::from(errors);
            if request::is_plain_post() {
                request::flash(REFUSED, &(&draft, &errors)).await?;
            }
            request::see_other(&format!("{page}?draft={draft}"));
            Ok(SaveOutcome::Refused { errors, draft })
        }
    }
}

/// A form as it is kept.
pub fn json<F: Serialize>(form: &F) -> String {
    // A form of texts and flags always has JSON; an empty draft would only fail to open.
    serde_json::to_string(form).unwrap_or_default()
}

fn read<F: DeserializeOwned>(text: &str) -> Option<F> {
    serde_json::from_str(text).ok()
}
