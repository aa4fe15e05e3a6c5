//! Two people changed the same settings: which side changed what since the version that both began with, and what a choice between
//! the sides comes to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Field, Form};

/// One of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// What the person who saves has typed.
    Yours,
    /// What is stored.
    Theirs,
}

impl Side {
    /// The name in a form post.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yours => "yours",
            Self::Theirs => "theirs",
        }
    }
}

/// Who changed a field that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// You alone.
    YoursAlone,
    /// They alone.
    TheirsAlone,
    /// Both, to different values: nobody but you can say which is meant.
    Both,
}

impl Origin {
    /// The side that is taken unless somebody chooses.
    pub const fn side(self) -> Option<Side> {
        match self {
            Self::YoursAlone => Some(Side::Yours),
            Self::TheirsAlone => Some(Side::Theirs),
            Self::Both => None,
        }
    }
}

/// What two sides make together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged<F> {
    /// The fields that differ between the sides, in the order of the page. What both changed to the same value is no difference.
    pub fields: Vec<(Field, Origin)>,
    /// The form: what only one side changed is taken from it; what both changed is yours until somebody chooses.
    pub form: F,
}

/// Merges what you typed with what is stored. `base` is what both began with; where that is unknown, every difference is to be
/// chosen. Of secrets nobody can read what is stored, so `their_secrets` says which of them the other side changed.
pub fn merge<F: Form>(base: Option<&F>, yours: &F, theirs: &F, their_secrets: &[Field]) -> Merged<F> {
    let mut merged = Merged { fields: Vec::new(), form: yours.clone() };
    for field in yours.fields() {
        let differs = |from: &F, to: &F| from.text(field) != to.text(field) || from.flag(field) != to.flag(field);
        let (by_you, by_them) = if field.is_secret() {
            (!yours.text(field).is_empty() || yours.flag(field), their_secrets.contains(&field))
        } else if !differs(yours, theirs) {
            continue;
        } else {
            (base.is_none_or(|base| differs(base, yours)), base.is_none_or(|base| differs(base, theirs)))
        };
        let origin = match (by_you, by_them) {
            (false, false) => continue,
            (true, false) => Origin::YoursAlone,
            (false, true) => Origin::TheirsAlone,
            (true, true) => Origin::Both,
        };
        if origin == Origin::TheirsAlone {
            merged.form.take(theirs, field);
        }
        merged.fields.push((field, origin));
    }
    merged
}

/// What a page without JavaScript posts beside its form while two sides are merged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MergeForm {
    /// The version that both sides began with.
    pub base: i64,
    /// The side chosen for a field, by the field's key.
    pub choices: BTreeMap<String, Side>,
    /// The mark of what the page showed in a field, by the field's key.
    pub shown: BTreeMap<String, String>,
}

/// What a posted merge comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved<F> {
    /// The settings that are meant.
    pub form: F,
    /// Your side alone, on top of the version that both began with: what a draft keeps.
    pub yours: F,
    /// What was chosen, for that draft.
    pub choices: BTreeMap<String, Side>,
    /// The fields that both changed and nobody has chosen.
    pub unanswered: Vec<Field>,
}

/// Applies what was chosen to the form that was posted. `theirs` is what the page showed as stored. A field that was edited on that
/// page counts as yours, whatever was chosen.
pub fn resolve<F: Form>(base: Option<&F>, posted: &F, theirs: &F, asked: &MergeForm) -> Resolved<F> {
    let mut resolved =
        Resolved { form: posted.clone(), yours: posted.clone(), choices: BTreeMap::new(), unanswered: Vec::new() };
    for field in posted.fields() {
        let key = field.key();
        let Some(shown) = asked.shown.get(key) else { continue };
        let edited = mark(posted, field) != *shown;
        let chosen = asked.choices.get(key).copied();
        // Only what they alone changed was shown as theirs.
        let was_theirs = !field.is_secret() && mark(theirs, field) == *shown;
        if was_theirs && !edited {
            if let Some(base) = base {
                resolved.yours.take(base, field);
            }
            if chosen == Some(Side::Yours) {
                resolved.form.take(&resolved.yours, field);
            }
        } else if !edited && chosen == Some(Side::Theirs) {
            resolved.form.take(theirs, field);
        } else if !edited
            && chosen.is_none()
            && (field.is_secret() || base.is_none_or(|base| mark(base, field) != mark(theirs, field)))
        {
            // Of a secret no version says anything: where a page offers a choice, both changed it or its radio says which.
            resolved.unanswered.push(field);
        }
        let side = if edited { Some(Side::Yours) } else { chosen };
        resolved.choices.extend(side.map(|side| (key.to_owned(), side)));
    }
    resolved
}

/// A short mark of what a field holds: enough to see whether somebody edited it.
pub fn mark<F: Form>(form: &F, field: Field) -> String {
    // FNV-1a of 64 bits: the same on every instance and in every build.
    let mut mark: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in form.text(field).bytes().chain([u8::from(form.flag(field))]) {
        mark = (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{mark:x}")
}

#[cfg(test)]
mod tests;
