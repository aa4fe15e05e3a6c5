//! What a page has to know when two people changed the same settings: made here, in words. Server-only.

use std::collections::BTreeMap;
use std::future::Future;

use backend::{Admin, Backend};
use domain::connection::Method;
use domain::difference::{Difference, difference_within};
use domain::email::{EmailForm, EmailState};
use domain::form::in_words;
use domain::merge::{Merged, Origin, Side, mark, merge};
use domain::sms::{SmsForm, SmsState};
use domain::{Field, FieldErrors, wire};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::AppError;
use crate::form_state::SettingsForm;
use crate::outcome::{Merge, MergeField, MergeWords, Revised, Told};
use crate::request;

/// A text of more characters than this is not shown beside its radio.
const SHORT: usize = 200;

/// The form of a connection, whose earlier versions can be read.
pub trait MethodForm: SettingsForm + Serialize + DeserializeOwned {
    /// Its method.
    const METHOD: Method;

    /// The form as a version shows it; `None` where there never was one.
    fn at(backend: &Backend, version: i64) -> impl Future<Output = Result<Option<Self>, AppError>> + Send;

    /// Whether a secret is stored.
    fn is_set(state: &Self::State, field: Field) -> bool;

    /// Why the form cannot be saved, as far as that can be said of a draft.
    fn faults(
        &self,
        backend: &Backend,
        state: &Self::State,
    ) -> impl Future<Output = Result<FieldErrors, AppError>> + Send {
        let (form, state, hosts) = (self.clone(), state.clone(), backend.private_hosts().to_vec());
        request::aside(move || form.problems(&state, &hosts))
    }
}

impl MethodForm for SmsForm {
    const METHOD: Method = Method::Sms;

    async fn at(backend: &Backend, version: i64) -> Result<Option<Self>, AppError> {
        Ok(backend.connections().sms_at(version).await?.map(|past| Self::from_settings(&past.settings)))
    }

    fn is_set(state: &SmsState, field: Field) -> bool {
        match field {
            Field::TwilioToken => state.twilio_token.is_some(),
            _ => state.gateway_secret.is_some(),
        }
    }
}

impl MethodForm for EmailForm {
    const METHOD: Method = Method::Email;

    async fn at(backend: &Backend, version: i64) -> Result<Option<Self>, AppError> {
        Ok(backend.connections().email_at(version).await?.map(|past| Self::from_settings(&past.settings)))
    }

    fn is_set(_state: &EmailState, _field: Field) -> bool {
        false
    }
}

/// What you typed on top of version `base`, and what is stored by now: the form that both make, and what is to be said and chosen.
pub async fn meet<F: MethodForm>(
    backend: &Backend,
    admin: &Admin,
    base: i64,
    yours: &F,
    state: &F::State,
    chosen: &BTreeMap<String, Side>,
) -> Result<(F, Merge), AppError> {
    let revision = state.revision();
    let theirs = F::of(state);
    let common = F::at(backend, base).await?;
    let their_secrets = backend.connections().secrets_changed(F::METHOD, base, revision.version).await?;
    let Merged { fields, form } = merge(common.as_ref(), yours, &theirs, &their_secrets);
    let savers = backend.connections().savers(F::METHOD, base, revision.version).await?;
    let told_of_each = {
        let (fields, yours, theirs, state) = (fields.clone(), yours.clone(), theirs.clone(), state.clone());
        // What the browser is told of a field must say nothing of a secret that was typed.
        let page = form.clone().forget_secrets();
        let told = move || {
            let mut work = 0;
            let told =
                |(field, origin): (Field, Origin)| shown(field, origin, (&yours, &theirs, &page), &state, &mut work);
            fields.into_iter().map(told).collect::<Vec<_>>()
        };
        request::aside(told).await?
    };
    let words = MergeWords {
        who: who(admin, &revision.saved_by),
        saved_at: revision.saved_at,
        between: between(revision.version.saturating_sub(base), &savers),
        theirs_alone: told(&fields, Origin::TheirsAlone, |field| value::<F>(&theirs, field, Some(state))),
        yours_alone: told(&fields, Origin::YoursAlone, |field| value::<F>(yours, field, None)),
        both: told(&fields, Origin::Both, |_| String::new()),
        fields: told_of_each,
    };
    let fields = fields.into_iter().map(|(field, origin)| MergeField {
        key: field.key().to_owned(),
        label: field.label(),
        choice: chosen.get(field.key()).copied().or(origin.side()).map_or("", Side::as_str).to_owned(),
    });
    Ok((form, Merge { base, fields: fields.collect(), words: wire::write(&words) }))
}

fn who(admin: &Admin, saved_by: &str) -> String {
    if saved_by == admin.email() {
        "You saved these settings yourself, in another window, on ".to_owned()
    } else {
        format!("{saved_by} saved these settings on ")
    }
}

/// What is said of the saves that lie between, if there is more than one.
fn between(saves: i64, savers: &[String]) -> String {
    match (saves, savers.split_last()) {
        (2.., Some((last, []))) => format!("It was the last of {saves} saves meanwhile, all by {last}. "),
        (2.., Some((last, others))) => {
            format!("It was the last of {saves} saves meanwhile, by {} and {last}. ", others.join(", "))
        }
        _ => String::new(),
    }
}

/// The fields of one origin in a sentence's worth of words, such as `OTP Length (8), Message`.
fn told(fields: &[(Field, Origin)], of: Origin, value: impl Fn(Field) -> String) -> String {
    let fields = fields.iter().filter(|(_, origin)| *origin == of).map(|(field, _)| {
        let value = if is_template(*field) { String::new() } else { value(*field) };
        if value.is_empty() { field.label() } else { format!("{} ({value})", field.label()) }
    });
    fields.collect::<Vec<_>>().join(", ")
}

/// A value in words; of a stored secret, given the state, whether there is one now.
fn value<F: MethodForm>(form: &F, field: Field, stored: Option<&F::State>) -> String {
    match stored {
        Some(state) if field.is_secret() => if F::is_set(state, field) { "A new value" } else { "Removed" }.to_owned(),
        _ => in_words(form, field),
    }
}

fn is_template(field: Field) -> bool {
    matches!(field, Field::Message | Field::Subject | Field::Body | Field::AuthParams)
}

fn shown<F: MethodForm>(
    field: Field,
    origin: Origin,
    (yours, theirs, page): (&F, &F, &F),
    state: &F::State,
    work: &mut usize,
) -> Told {
    let stored = (origin != Origin::YoursAlone).then_some(state);
    let (yours_in_words, theirs_in_words) = (value::<F>(yours, field, None), value::<F>(theirs, field, stored));
    let mut difference = |before: &F, after: &F| difference_within(&before.text(field), &after.text(field), work);
    let (compared, difference) = if !is_template(field) {
        ("", Difference::default())
    } else {
        match origin {
            Origin::TheirsAlone => ("What they changed", difference(yours, theirs)),
            Origin::YoursAlone => ("What you changed", difference(theirs, yours)),
            Origin::Both => ("From theirs to yours", difference(theirs, yours)),
        }
    };
    let long = [&yours_in_words, &theirs_in_words].iter().any(|text| text.chars().count() > SHORT);
    Told {
        // Of a secret that they alone changed, the one before is gone: there is nothing to choose.
        to_choose: !(field.is_secret() && origin == Origin::TheirsAlone),
        yours: yours_in_words,
        theirs: theirs_in_words,
        long,
        compared: compared.to_owned(),
        difference,
        shown: mark(page, field),
    }
}
