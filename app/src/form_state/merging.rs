//! Two sides of one form: which of them each field shows, and what somebody chose.

use domain::merge::Side;
use domain::{Field, Form};
use leptos::prelude::*;

use super::{SettingsForm, same};
use crate::outcome::{Merge, Refusal, Refusals};

/// What a field shows in the form: `yours`, `theirs` or nothing chosen; and whether it was edited since.
pub type Shown = (String, bool);

/// A form that is merged with what someone else saved. Copies share their signals.
pub struct Merging<F: SettingsForm> {
    /// What differs, while something is to be merged.
    pub merge: RwSignal<Option<Merge>>,
    /// Each field of the merge, as the form shows it.
    pub shown: Memo<Vec<Shown>>,
    /// What was chosen.
    choices: RwSignal<Vec<String>>,
    /// The form as you typed it.
    yours: RwSignal<F>,
    form: RwSignal<F>,
    stored: RwSignal<F>,
}

impl<F: SettingsForm> Clone for Merging<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: SettingsForm> Copy for Merging<F> {}

impl<F: SettingsForm> Merging<F> {
    /// Begins with what the page was loaded with.
    pub(super) fn new(page: Option<(Merge, F)>, form: RwSignal<F>, stored: RwSignal<F>) -> Self {
        let (merge, yours) = page.map_or((None, F::default()), |(merge, yours)| (Some(merge), yours));
        let choices = RwSignal::new(merge.as_ref().map(chosen).unwrap_or_default());
        let (merge, yours) = (RwSignal::new(merge), RwSignal::new(yours));
        let alive = RwSignal::new(false);
        let shown = Memo::new(move |_| {
            let fields = merge.with(|merge| merge.as_ref().map(fields_of::<F>).unwrap_or_default());
            let shown = fields.into_iter().zip(choices.get()).map(|(field, choice)| {
                let side = if is_theirs(&choice) { stored } else { yours };
                let edited = alive.get() && form.with(|form| side.with(|side| !same(form, side, field)));
                (if edited { Side::Yours.as_str().to_owned() } else { choice }, edited)
            });
            shown.collect()
        });
        let merging = Self { merge, shown, choices, yours, form, stored };
        // A page that the server rendered shows no choice in its fields, so that a post without JavaScript still has both sides.
        Effect::new(move |ran: Option<()>| {
            if ran.is_none() {
                merging.take_yours();
                merging.take_theirs(|_, _| true);
                alive.set(true);
            }
        });
        merging
    }

    /// Begins to merge what was `sent`. What was typed since then stays.
    pub(super) fn begin(self, sent: &F, merge: Merge) {
        self.yours.set(sent.clone());
        self.choices.set(chosen(&merge));
        self.merge.set(Some(merge).filter(|merge| !merge.fields.is_empty()));
        self.take_theirs(|form, field| same(form, sent, field));
    }

    /// Nothing is to be merged any more. What was typed may hold secrets, so it goes too.
    pub fn end(self) {
        self.merge.set(None);
        self.yours.set(F::default());
    }

    /// Your side alone and the version that it began with, while the form alone would not say it: something is to be chosen, or a
    /// text of yours stands behind theirs.
    pub fn yours_alone(self) -> Option<(i64, F)> {
        let base = self.merge.try_with_untracked(|merge| merge.as_ref().map(|merge| merge.base)).flatten()?;
        let shown = self.shown.try_get_untracked()?;
        if shown.iter().all(|(side, _)| side == Side::Yours.as_str()) {
            return None;
        }
        let fields = self.merge.with_untracked(|merge| merge.as_ref().map(fields_of::<F>).unwrap_or_default());
        let mut form = self.form.try_get_untracked()?;
        self.yours.with_untracked(|yours| {
            for (field, _) in fields.into_iter().zip(shown).filter(|(_, (side, _))| is_theirs(side)) {
                form.take(yours, field);
            }
        });
        Some((base, form))
    }

    /// Whether a text of yours stands behind theirs, and is nowhere to be seen.
    pub fn hides_yours(self) -> bool {
        self.merge.with_untracked(|merge| {
            let asked = merge.iter().flat_map(|merge| &merge.fields).map(|field| field.choice.is_empty());
            asked.zip(self.shown.get_untracked()).any(|(asked, (side, _))| asked && is_theirs(&side))
        })
    }

    /// Shows the side that is chosen for a field, by its place in the list.
    pub fn choose(self, index: usize, side: &str) {
        let field = self
            .merge
            .with_untracked(|merge| merge.as_ref().and_then(|merge| fields_of::<F>(merge).get(index).copied()));
        let before = self.shown.with_untracked(|shown| shown.get(index).map(|(side, _)| side.clone()));
        let (Some(field), Some(before)) = (field, before) else { return };
        if before == side {
            return;
        }
        // What was edited meanwhile is what is yours.
        if !is_theirs(&before) {
            self.form.with_untracked(|form| self.yours.update(|yours| yours.take(form, field)));
        }
        self.choices.update(|choices| choices[index] = side.to_owned());
        let from = if is_theirs(side) { self.stored } else { self.yours };
        from.with_untracked(|from| self.form.update(|form| form.take(from, field)));
    }

    /// Chooses one side for all fields.
    pub fn choose_all(self, side: &str) {
        for index in 0..self.choices.with_untracked(Vec::len) {
            self.choose(index, side);
        }
    }

    /// The fields that nobody has chosen, as refusals.
    pub(super) fn unanswered(self) -> Refusals {
        let shown = self.shown.get_untracked();
        let refusals = self.merge.with_untracked(|merge| {
            let fields = merge.iter().flat_map(|merge| &merge.fields).zip(shown);
            let unanswered = fields.filter(|(_, (side, _))| side.is_empty()).map(|(field, _)| Refusal {
                id: ["merge-", &field.key].concat(),
                label: field.label.clone(),
                words: "Choose Yours or Theirs.".to_owned(),
            });
            unanswered.collect()
        });
        Refusals(refusals)
    }

    /// Where yours was chosen although they alone changed a field, the page was loaded with theirs in it.
    fn take_yours(self) {
        let fields = self.merge.with_untracked(|merge| merge.as_ref().map(fields_of::<F>).unwrap_or_default());
        let chosen = fields.into_iter().zip(self.choices.get_untracked());
        let yours: Vec<Field> =
            chosen.filter(|(_, choice)| choice == Side::Yours.as_str()).map(|(field, _)| field).collect();
        for field in yours {
            let shows_theirs =
                self.form.with_untracked(|form| self.stored.with_untracked(|stored| same(form, stored, field)));
            if shows_theirs {
                self.yours.with_untracked(|yours| self.form.update(|form| form.take(yours, field)));
            }
        }
    }

    fn take_theirs(self, of: impl Fn(&F, Field) -> bool) {
        let fields = self.merge.with_untracked(|merge| merge.as_ref().map(fields_of::<F>).unwrap_or_default());
        let choices = self.choices.get_untracked();
        let theirs: Vec<Field> =
            fields.into_iter().zip(choices).filter(|(_, choice)| is_theirs(choice)).map(|(field, _)| field).collect();
        if theirs.is_empty() {
            return;
        }
        self.stored.with_untracked(|stored| {
            self.form.update(|form| {
                for field in theirs {
                    if of(form, field) {
                        form.take(stored, field);
                    }
                }
            });
        });
    }
}

fn is_theirs(choice: &str) -> bool {
    choice == Side::Theirs.as_str()
}

fn chosen(merge: &Merge) -> Vec<String> {
    merge.fields.iter().map(|field| field.choice.clone()).collect()
}

/// The fields of a merge. The server names only those that the form has.
fn fields_of<F: Form>(merge: &Merge) -> Vec<Field> {
    let all = F::default().fields();
    let named = |key: &String| all.iter().find(|field| field.key() == key).copied();
    merge.fields.iter().filter_map(|field| named(&field.key)).collect()
}
