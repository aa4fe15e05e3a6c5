//! What loading and saving have in common for both methods: conflicts, and the way back of a plain post. Server-only.

use std::collections::BTreeMap;

use backend::{Admin, Backend, Saved};
use domain::FieldErrors;
use domain::admin::Role;
use domain::connection::Method;
use domain::merge::{MergeForm, Side, mark, resolve};

use super::drafts::{self, Typed};
use super::merging::{self, MethodForm};
use crate::error::AppError;
use crate::outcome::{Meeting, Merge, Refusal, Refusals, Revised, Samples, SaveOutcome, SettingsPage};
use crate::request::{self, configuration, trial};

/// What a plain post that saved leaves for the page it leads to.
const SAVED: &str = "saved";

/// What a plain post that was refused leaves for the page of its draft: a draft holds no secrets, so theirs cannot be checked again.
const REFUSED: &str = "refused";

/// The page of a settings form: what is stored, the draft of that id, or an earlier revision.
pub async fn load<F: MethodForm>(
    backend: &Backend,
    admin: &Admin,
    (draft, revision): (Option<String>, Option<i64>),
    state: F::State,
) -> Result<SettingsPage<F, F::State>, AppError> {
    let version = state.revision().version;
    let shown = match &draft {
        Some(id) => drafts::find::<F>(backend, admin, id).await?,
        None => None,
    };
    let drafts = drafts::others::<F>(backend, admin, shown.as_ref().map(|(draft, _)| draft.id.as_str())).await?;
    let mut page = SettingsPage {
        form: F::of(&state),
        state,
        base: version,
        errors: Refusals::default(),
        conflict: false,
        draft_kept_at: None,
        taken_from: None,
        draft: String::new(),
        drafts,
        merge: None,
        just_saved: request::take_flash::<Method>(SAVED).await == Some(F::METHOD),
        private_hosts: backend.private_hosts().to_vec(),
        samples: Samples {
            applications: backend.applications().sample_names(20).await?,
            costly_names: match F::METHOD {
                Method::Sms => backend.applications().costly_names(F::METHOD, 20).await?,
                Method::Email => Vec::new(),
            },
            installation: backend.installation().load().await?,
        },
        lacks_provider: match F::METHOD {
            Method::Sms => false,
            Method::Email => !backend.email_provider().load().await?.missing().is_empty(),
        },
        trial: trial::shown(F::METHOD).await,
        examined: configuration::examined(F::METHOD).await,
    };
    let Some((draft, typed)) = shown else {
        let past = match revision {
            Some(version) if draft.is_none() => F::at(backend, version).await?,
            _ => None,
        };
        if let Some(past) = past {
            page.errors = past.faults(backend, &page.state).await?.into();
            page.form = past;
            page.taken_from = revision;
        }
        return Ok(page);
    };
    let refused = request::take_flash::<(String, Refusals)>(REFUSED).await.filter(|(of, _)| *of == draft.id);
    page.form = typed.form.clone();
    if draft.base != version {
        let chosen = still_chosen(backend, &typed, &page.state).await?;
        let (form, merge) = merging::meet(backend, admin, draft.base, &typed.form, &page.state, &chosen).await?;
        page.form = form;
        page.conflict = !merge.fields.is_empty();
        page.merge = page.conflict.then_some((merge, typed.form));
    }
    page.errors = match refused {
        Some((_, errors)) => errors,
        // What nobody has chosen yet is not to be found fault with.
        None if page.conflict => Refusals::default(),
        None => page.form.faults(backend, &page.state).await?.into(),
    };
    page.draft = draft.id;
    page.draft_kept_at = Some(draft.kept_at);
    Ok(page)
}

/// What was chosen between sides that are still the same.
async fn still_chosen<F: MethodForm>(
    backend: &Backend,
    typed: &Typed<F>,
    state: &F::State,
) -> Result<BTreeMap<String, Side>, AppError> {
    let mut choices = typed.choices.clone();
    if !choices.is_empty() && typed.seen != state.revision().version {
        let (seen, theirs) = (F::at(backend, typed.seen).await?.unwrap_or_default(), F::of(state));
        for field in theirs.fields() {
            if mark(&seen, field) != mark(&theirs, field) {
                choices.remove(field.key());
            }
        }
        // Of a secret no version says anything, only that it changed.
        let version = state.revision().version;
        for secret in backend.connections().secrets_changed(F::METHOD, typed.seen, version).await? {
            choices.remove(secret.key());
        }
    }
    Ok(choices)
}

/// A form that somebody posts, on its way to be saved.
pub struct Attempt<F> {
    /// Who posts it.
    pub admin: Admin,
    /// The backend.
    pub backend: Backend,
    /// The settings that are meant, with what was chosen in them.
    pub form: F,
    /// The version that the page showed as stored.
    pub base: i64,
    /// The draft that the page began with, or empty.
    draft: String,
    /// What a draft keeps.
    typed: Typed<F>,
    /// What nobody has chosen.
    unanswered: Refusals,
}

/// Reads what was posted, for an administrator who may save; for a session that has expired, keeps what was typed first.
pub async fn attempt<F: MethodForm>(
    form: F,
    base: i64,
    draft: String,
    asked: Option<MergeForm>,
) -> Result<Attempt<F>, AppError> {
    let expired = request::expired_admin();
    let admin = if expired.is_none() { Some(request::admin_as(Role::Editor)?) } else { None };
    let backend = request::backend()?;
    let asked = asked.filter(|asked| !asked.shown.is_empty());
    let (form, typed, unanswered) = match asked {
        None => (form.clone(), Typed::new(base, form.forget_secrets()), Refusals::default()),
        Some(asked) => {
            let known = |key: &String| form.fields().iter().any(|field| field.key() == key);
            if !asked.choices.keys().chain(asked.shown.keys()).all(known) {
                return Err(request::refuse(AppError::BadRequest));
            }
            let common = F::at(&backend, asked.base).await?;
            let theirs = F::at(&backend, base).await?.ok_or_else(|| request::refuse(AppError::BadRequest))?;
            let resolved = resolve(common.as_ref(), &form, &theirs, &asked);
            let unanswered = resolved.unanswered.into_iter().map(|field| Refusal {
                id: ["merge-", field.key()].concat(),
                label: field.label(),
                words: "Choose Yours or Theirs.".to_owned(),
            });
            let unanswered = Refusals(unanswered.collect());
            let yours = resolved.yours.forget_secrets();
            let typed = Typed { seen: base, choices: resolved.choices, ..Typed::new(asked.base, yours) };
            (resolved.form, typed, unanswered)
        }
    };
    match (admin, expired) {
        (Some(admin), _) => Ok(Attempt { admin, backend, form, base, draft, typed, unanswered }),
        (None, admin_id) => {
            let id = typed.keep(&backend, &admin_id.unwrap_or_default(), &draft).await?;
            Err(request::refuse(AppError::SignedOut { draft: Some(id) }))
        }
    }
}

impl<F: MethodForm> Attempt<F> {
    /// Keeps what was typed as a draft, in the place of the one that the page began with.
    pub async fn keep(&self) -> Result<String, AppError> {
        self.typed.clone().keep(&self.backend, self.admin.id(), &self.draft).await
    }

    /// What is refused before anything is checked: a field that both changed and nobody has chosen.
    pub async fn refused(&self) -> Result<Option<SaveOutcome<F::State>>, AppError> {
        if self.unanswered.is_empty() { Ok(None) } else { Ok(Some(self.refuse(self.unanswered.clone()).await?)) }
    }

    async fn refuse(&self, errors: Refusals) -> Result<SaveOutcome<F::State>, AppError> {
        let draft = self.keep().await?;
        if request::is_plain_post() {
            request::flash(REFUSED, &(&draft, &errors)).await?;
        }
        lead_to::<F>(&draft);
        Ok(SaveOutcome::Refused { errors, draft })
    }

    /// Turns what the backend did into an outcome, keeps a draft of what was not stored, and leads a plain post on.
    pub async fn outcome(self, saved: Result<Saved<F::State>, FieldErrors>) -> Result<SaveOutcome<F::State>, AppError> {
        match saved {
            Ok(Saved::Saved(state) | Saved::Unchanged(state)) => {
                drafts::saved::<F>(&self.backend, &self.admin, &self.draft).await;
                if request::is_plain_post() {
                    request::flash(SAVED, &F::METHOD).await?;
                }
                lead_to::<F>("");
                Ok(SaveOutcome::Saved(state))
            }
            Ok(Saved::Conflict(theirs)) => {
                // What was merged up to now is one side of what is to be merged next.
                let typed = Typed::new(self.base, self.form.clone().forget_secrets());
                let draft = typed.keep(&self.backend, self.admin.id(), &self.draft).await?;
                lead_to::<F>(&draft);
                let merge = self.meet(&theirs).await?;
                Ok(SaveOutcome::Conflict { theirs, draft, merge })
            }
            Err(errors) => self.refuse(errors.into()).await,
        }
    }

    async fn meet(&self, theirs: &F::State) -> Result<Merge, AppError> {
        Ok(merging::meet(&self.backend, &self.admin, self.base, &self.form, theirs, &BTreeMap::new()).await?.1)
    }
}

/// What someone else saved since a form was loaded, and how it goes together with what the form holds. Stores nothing.
pub async fn meet<F: MethodForm>(
    backend: &Backend,
    admin: &Admin,
    form: &F,
    base: i64,
    theirs: F::State,
) -> Result<Meeting<F::State>, AppError> {
    let (_, merge) = merging::meet(backend, admin, base, form, &theirs, &BTreeMap::new()).await?;
    Ok(Meeting { theirs, merge })
}

/// Leads a plain post to the form, with a draft or without.
fn lead_to<F: MethodForm>(draft: &str) {
    let query = if draft.is_empty() { String::new() } else { ["?draft=", draft].concat() };
    request::see_other(&["/connections/passwordless/", F::METHOD.as_str(), &query].concat());
}
