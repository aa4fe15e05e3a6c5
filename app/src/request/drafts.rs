//! Drafts as pages see them: what is kept of a form that could not be saved, and which drafts wait. Server-only.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use backend::{Admin, Backend, Draft};
use domain::connection::Method;
use domain::merge::Side;
use serde::{Deserialize, Serialize};

use super::merging::MethodForm;
use crate::error::AppError;
use crate::outcome::DraftNote;
use crate::request;

/// What a plain post that discarded a draft leaves for the page it leads to.
const DISCARDED: &str = "discarded-draft";
/// How many changed fields a draft is named by.
const NAMED: usize = 4;

/// What was typed, without secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed<F> {
    /// The version that it was typed on top of.
    #[serde(skip)]
    pub base: i64,
    /// The version that the page showed as stored when the sides were chosen.
    pub seen: i64,
    /// The form.
    pub form: F,
    /// Which side was chosen for a field.
    pub choices: BTreeMap<String, Side>,
    /// The drafts before it that stayed, because they are on top of older versions. They go when it is saved.
    #[serde(default)]
    pub after: Vec<String>,
}

impl<F: MethodForm> Typed<F> {
    /// A form between whose sides nothing was chosen.
    pub fn new(base: i64, form: F) -> Self {
        Self { base, seen: base, form, choices: BTreeMap::new(), after: Vec::new() }
    }

    /// Keeps it in the place of the draft that it began with, if there is one; answers the id.
    pub async fn keep(mut self, backend: &Backend, admin_id: &str, of: &str) -> Result<String, AppError> {
        let of = Some(of).filter(|of| !of.is_empty());
        if let Some(of) = of
            && let Some(before) = backend.drafts().find(admin_id, of).await?
        {
            self.after = Self::read(&before).map(|before| before.after).unwrap_or_default();
            if before.base != self.base {
                self.after.push(before.id);
            }
        }
        Ok(backend.drafts().keep(admin_id, F::METHOD, of, self.base, &json(&self)).await?)
    }

    fn read(draft: &Draft) -> Option<Self> {
        let typed: Option<Self> = serde_json::from_str(&draft.form).ok();
        // Before sides could be chosen a draft was the form alone.
        let typed = typed.or_else(|| serde_json::from_str(&draft.form).ok().map(|form| Self::new(draft.base, form)));
        typed.map(|typed| Self { base: draft.base, ..typed })
    }
}

/// The administrator's own draft with this id.
pub async fn find<F: MethodForm>(
    backend: &Backend,
    admin: &Admin,
    id: &str,
) -> Result<Option<(Draft, Typed<F>)>, AppError> {
    let draft = backend.drafts().find(admin.id(), id).await?.filter(|draft| draft.method == F::METHOD);
    Ok(draft.and_then(|draft| Typed::read(&draft).map(|typed| (draft, typed))))
}

/// The administrator's drafts that are not shown, and the one that was discarded just now.
pub async fn others<F: MethodForm>(
    backend: &Backend,
    admin: &Admin,
    shown: Option<&str>,
) -> Result<Vec<DraftNote>, AppError> {
    let mut notes = Vec::new();
    if let Some((method, note)) = request::take_flash::<(Method, DraftNote)>(DISCARDED).await
        && method == F::METHOD
    {
        notes.push(note);
    }
    let mut versions: BTreeMap<i64, F> = BTreeMap::new();
    for draft in backend.drafts().of(admin, F::METHOD).await? {
        if shown != Some(draft.id.as_str())
            && let Some(typed) = Typed::<F>::read(&draft)
        {
            let common = match versions.entry(typed.base) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => unknown.insert(F::at(backend, typed.base).await?.unwrap_or_default()),
            };
            notes.push(DraftNote {
                id: draft.id,
                kept_at: draft.kept_at,
                fields: named(&typed.form, common),
                discarded: false,
            });
        }
    }
    Ok(notes)
}

/// The fields that a draft changes.
fn named<F: MethodForm>(form: &F, common: &F) -> String {
    let changed = form.differing(common);
    let mut labels: Vec<String> = changed.iter().take(NAMED).map(|field| field.label()).collect();
    if changed.len() > NAMED {
        labels.push(format!("{} more", changed.len() - NAMED));
    }
    match labels.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Forgets the draft of what was saved, and those before it.
pub async fn saved<F: MethodForm>(backend: &Backend, admin: &Admin, draft: &str) {
    if draft.is_empty() {
        return;
    }
    let forget = async {
        let before = backend.drafts().find(admin.id(), draft).await?.and_then(|draft| Typed::<F>::read(&draft));
        for id in before.into_iter().flat_map(|before| before.after).chain([draft.to_owned()]) {
            backend.drafts().saved(admin, F::METHOD, &id).await?;
        }
        Ok::<_, backend::Error>(())
    };
    // The save has been made: a draft too many must not make a failure of it.
    if let Err(error) = forget.await {
        tracing::warn!(%error, "the draft of what was saved is still there");
    }
}

/// Discards a draft, and lets the page that a plain post leads to bring it back.
pub async fn discard(method: Method, id: String) -> Result<(), AppError> {
    let admin = request::admin()?;
    let backend = request::backend()?;
    let kept_at = backend.drafts().find(admin.id(), &id).await?.map(|draft| draft.kept_at);
    let discarded = backend.drafts().set_discarded(&admin, method, &id, true).await?;
    if let (true, Some(kept_at), true) = (discarded, kept_at, request::is_plain_post()) {
        let note = DraftNote { id, kept_at, fields: String::new(), discarded: true };
        request::flash(DISCARDED, &(method, note)).await?;
    }
    request::see_other(&["/connections/passwordless/", method.as_str()].concat());
    Ok(())
}

/// Brings a discarded draft back.
pub async fn bring_back(method: Method, id: &str) -> Result<(), AppError> {
    let admin = request::admin()?;
    if !request::backend()?.drafts().set_discarded(&admin, method, id, false).await? {
        return Err(request::refuse(AppError::NotFound));
    }
    request::see_other(&["/connections/passwordless/", method.as_str(), "?draft=", id].concat());
    Ok(())
}

/// A value as it is kept.
pub fn json<T: Serialize>(value: &T) -> String {
    // A form of texts and flags always has JSON; an empty draft would only fail to open.
    serde_json::to_string(value).unwrap_or_default()
}
