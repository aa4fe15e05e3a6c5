//! A settings form while it is edited: what was typed, what is stored, and what a save answered. It lives above a method's views.

use domain::connection::Revision;
use domain::email::{EmailForm, EmailState};
use domain::mail::{EmailProviderForm, EmailProviderState};
use domain::sms::{SmsContext, SmsForm, SmsState};
use domain::template::Send as SendAs;
use domain::wire::Wire;
use domain::{Field, FieldErrors, Form};
use leptos::prelude::*;

use crate::error::AppError;
use crate::outcome::{
    Checked, DraftNote, Meeting, Refusals, Revised, Samples, SaveOutcome, SettingsPage, Tried, TryPage,
};

pub mod merging;

use merging::Merging;

/// A form whose settings are stored with a version.
pub trait SettingsForm: Form + Wire + Send + Sync + 'static {
    /// What is stored.
    type State: Revised + Clone + PartialEq + Wire + Send + Sync + 'static;

    /// The stored settings as the form shows them.
    fn of(state: &Self::State) -> Self;

    /// The problems that a save would be refused for.
    fn problems(&self, state: &Self::State, private_hosts: &[String]) -> FieldErrors;

    /// The form without what was typed into secret fields.
    fn forget_secrets(self) -> Self;
}

impl SettingsForm for SmsForm {
    type State = SmsState;

    fn of(state: &SmsState) -> Self {
        Self::from_settings(&state.settings)
    }

    fn problems(&self, state: &SmsState, private_hosts: &[String]) -> FieldErrors {
        self.check(&SmsContext { secrets: state.secrets(), private_hosts }).err().unwrap_or_default()
    }

    fn forget_secrets(self) -> Self {
        self.without_secrets()
    }
}

impl SettingsForm for EmailForm {
    type State = EmailState;

    fn of(state: &EmailState) -> Self {
        Self::from_settings(&state.settings)
    }

    fn problems(&self, _state: &EmailState, _private_hosts: &[String]) -> FieldErrors {
        self.check().err().unwrap_or_default()
    }

    fn forget_secrets(self) -> Self {
        self
    }
}

impl SettingsForm for EmailProviderForm {
    type State = EmailProviderState;

    fn of(state: &EmailProviderState) -> Self {
        Self::from_settings(&state.settings)
    }

    fn problems(&self, state: &EmailProviderState, _private_hosts: &[String]) -> FieldErrors {
        self.check(state.stored_for()).err().unwrap_or_default()
    }

    fn forget_secrets(self) -> Self {
        self.without_secrets()
    }
}

/// What stands near `Save`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaveNote {
    /// Stored, by whom and when.
    Saved(Revision),
    /// Not stored, and why.
    Failed(AppError),
}

/// A look at the configuration.
#[derive(Clone, Debug, Default)]
pub struct Examined {
    /// What was found.
    pub found: Vec<Checked>,
    /// Whether it is under way.
    pub busy: bool,
    /// Why it could not be done.
    pub failure: Option<String>,
}

/// The view *Try* while it is used; it lives above the views as the form does.
#[derive(Clone, Copy)]
pub struct TryState {
    /// Who gets the message.
    pub recipient: RwSignal<String>,
    /// For which application.
    pub application: RwSignal<String>,
    /// In which language.
    pub language: RwSignal<String>,
    /// `code` or `link`.
    pub send: RwSignal<String>,
    /// The code that arrived.
    pub code: RwSignal<String>,
    /// What was refused.
    pub errors: RwSignal<Refusals>,
    /// The message that was sent.
    pub tried: RwSignal<Option<Tried>>,
    /// What the code is worth.
    pub verified: RwSignal<Option<Checked>>,
}

impl TryState {
    fn new(page: TryPage, samples: &Samples) -> Self {
        let TryPage { form, errors, tried, verified } = page;
        let begun = !form.recipient.is_empty() || !errors.is_empty();
        let (application, language) = if begun {
            (form.application, form.language)
        } else {
            let first = samples.applications.first().map(|(_, name)| name.clone());
            (first.unwrap_or_default(), samples.installation.default_language.clone())
        };
        Self {
            recipient: RwSignal::new(form.recipient),
            application: RwSignal::new(application),
            language: RwSignal::new(language),
            send: RwSignal::new(if form.send == SendAs::Link { "link" } else { "code" }.to_owned()),
            code: RwSignal::new(String::new()),
            errors: RwSignal::new(errors),
            tried: RwSignal::new(tried),
            verified: RwSignal::new(verified),
        }
    }
}

/// What is asked to be merged with a newer version.
pub struct ToMeet<F> {
    /// Your side.
    pub yours: F,
    /// The version that it began with.
    pub base: i64,
    /// What the form showed.
    shown: F,
    /// The version that it was on top of.
    on: i64,
}

/// One settings form, edited. Copies share their signals.
pub struct FormState<F: SettingsForm> {
    /// What the form shows.
    pub form: RwSignal<F>,
    /// What is stored, as the form would show it.
    pub stored: RwSignal<F>,
    /// What is stored.
    pub state: RwSignal<F::State>,
    /// The version that a save says it was loaded with.
    pub base: RwSignal<i64>,
    /// What the last save was refused for.
    pub summary: RwSignal<Refusals>,
    /// Whether someone else saved meanwhile.
    pub conflict: RwSignal<bool>,
    /// What stands near `Save`.
    pub note: RwSignal<Option<SaveNote>>,
    /// When the draft shown was kept.
    pub draft_kept_at: RwSignal<Option<i64>>,
    /// The earlier revision that the form began with.
    pub taken_from: RwSignal<Option<i64>>,
    /// The draft that keeps what the form shows, or empty.
    pub draft: RwSignal<String>,
    /// The drafts that are not shown.
    pub drafts: RwSignal<Vec<DraftNote>>,
    /// What the form held of a draft that was discarded here, with the draft's id and the version below it.
    aside: StoredValue<Option<(String, i64, F)>>,
    /// What is to be merged with what someone else saved.
    pub merging: Merging<F>,
    /// Real names for the preview.
    pub samples: RwSignal<Samples>,
    /// Whether nobody carries the messages out yet, where another form says who does.
    pub lacks_provider: bool,
    /// The view *Try*.
    pub trial: TryState,
    /// What a look at the configuration found.
    pub examined: RwSignal<Examined>,
    /// The problems of what the form shows now.
    problems: Memo<FieldErrors>,
    /// The fields that were left once; all of them after a refusal.
    left: RwSignal<Vec<Field>>,
    /// The fields that differ from what is stored.
    pub changed: Memo<Vec<Field>>,
}

impl<F: SettingsForm> Clone for FormState<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: SettingsForm> Copy for FormState<F> {}

impl<F: SettingsForm> FormState<F> {
    /// The form as its page was loaded.
    pub fn new(page: SettingsPage<F, F::State>) -> Self {
        let form = RwSignal::new(page.form);
        let stored = RwSignal::new(F::of(&page.state));
        let note = page.just_saved.then(|| SaveNote::Saved(page.state.revision().clone()));
        let state = RwSignal::new(page.state);
        let all = form.with_untracked(Form::fields);
        let left = RwSignal::new(if page.errors.is_empty() { Vec::new() } else { all });
        let trial = TryState::new(page.trial, &page.samples);
        let private_hosts = StoredValue::new(page.private_hosts);
        let merging = Merging::new(page.merge, form, stored);
        let problems = Memo::new(move |_| {
            if left.with(Vec::is_empty) {
                return FieldErrors::default();
            }
            form.with(|form| state.with(|state| private_hosts.with_value(|hosts| form.problems(state, hosts))))
        });
        Self {
            form,
            stored,
            state,
            base: RwSignal::new(page.base),
            summary: RwSignal::new(page.errors),
            conflict: RwSignal::new(page.conflict),
            note: RwSignal::new(note),
            draft_kept_at: RwSignal::new(page.draft_kept_at),
            taken_from: RwSignal::new(page.taken_from),
            draft: RwSignal::new(page.draft),
            drafts: RwSignal::new(page.drafts),
            aside: StoredValue::new(None),
            merging,
            samples: RwSignal::new(page.samples),
            lacks_provider: page.lacks_provider,
            trial,
            examined: RwSignal::new(Examined { found: page.examined, ..Examined::default() }),
            problems,
            left,
            changed: Memo::new(move |_| form.with(|form| stored.with(|stored| form.differing(stored)))),
        }
    }

    /// Whether the form shows something that is not stored.
    pub fn is_dirty(self) -> bool {
        self.changed.with(|changed| !changed.is_empty())
    }

    /// The text of a field.
    pub fn text(self, field: Field) -> Signal<String> {
        Signal::derive(move || self.form.with(|form| form.text(field).into_owned()))
    }

    /// Takes what was typed into a field.
    pub fn set_text(self, field: Field) -> Callback<String> {
        Callback::new(move |text| self.form.update(|form| form.set_text(field, text)))
    }

    /// Whether a switch is on.
    pub fn flag(self, field: Field) -> Signal<bool> {
        Signal::derive(move || self.form.with(|form| form.flag(field)))
    }

    /// Takes what a switch was set to.
    pub fn set_flag(self, field: Field) -> Callback<bool> {
        Callback::new(move |on| self.form.update(|form| form.set_flag(field, on)))
    }

    /// The problem of a field that has been left once, in words.
    pub fn problem(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            if !self.left.with(|left| left.contains(&field) || is_row(field) && left.contains(&Field::AuthParams)) {
                return None;
            }
            let problem = self.problems.with(|problems| problems.of(field).map(ToString::to_string));
            // What the server says of an empty field stands until something is typed: a draft holds no secrets to check, and a check
            // of the connection needs more than a save.
            match problem {
                None if self.form.with(|form| form.text(field).is_empty()) => {
                    self.summary.with(|summary| summary.of(field))
                }
                problem => problem,
            }
        })
    }

    /// Notes that a field was left.
    pub fn leave(self, field: Field) -> Callback<()> {
        Callback::new(move |()| {
            if !self.left.with_untracked(|left| left.contains(&field)) {
                self.left.update(|left| left.push(field));
            }
        })
    }

    /// Shows what is stored again.
    pub fn discard(self) {
        self.form.set(self.stored.get_untracked());
        self.left.set(Vec::new());
        self.note.set(None);
        self.settled();
    }

    /// Shows what is stored again. If the form shows a draft, that one is told of as discarded, and what the form held of it can be
    /// taken back, but for secrets.
    pub fn set_aside(self) {
        let ToMeet { yours, base, .. } = self.to_meet();
        let (id, kept_at) = (self.draft.get_untracked(), self.draft_kept_at.get_untracked());
        self.discard();
        if let Some(kept_at) = kept_at {
            self.aside.set_value(Some((id.clone(), base, yours.forget_secrets())));
            let note = DraftNote { id, kept_at, fields: String::new(), discarded: true };
            self.drafts.update(|drafts| drafts.insert(0, note));
        }
    }

    /// Takes back what was set aside, unless something else was typed since; whether it did, and whether it has to be merged with
    /// what is stored.
    pub fn take_back(self, draft: &DraftNote) -> Option<bool> {
        if untrack(move || self.is_dirty()) {
            return None;
        }
        let (_, base, form) = self.aside.try_update_value(|aside| aside.take_if(|(id, ..)| *id == draft.id))??;
        self.form.set(form);
        self.draft.set(draft.id.clone());
        self.draft_kept_at.set(Some(draft.kept_at));
        let older = base != self.base.get_untracked();
        self.base.set(base);
        Some(older)
    }

    /// Nothing is refused, merged or kept apart any more.
    fn settled(self) {
        self.summary.set(Refusals::default());
        self.conflict.set(false);
        self.merging.end();
        self.draft_kept_at.set(None);
        self.taken_from.set(None);
        self.draft.set(String::new());
    }

    /// What a save sends: the form, the version that it is made on, and the draft that it replaces.
    pub fn sent(self) -> (F, i64, String) {
        (self.form.get_untracked(), self.base.get_untracked(), self.draft.get_untracked())
    }

    /// What is merged with a newer version: your side alone, on top of the version that it began with, or else what a save sends.
    pub fn to_meet(self) -> ToMeet<F> {
        let (shown, on) = (self.form.get_untracked(), self.base.get_untracked());
        // What was taken from an older version of theirs is asked again.
        let (base, yours) = self.merging.yours_alone().unwrap_or_else(|| (on, shown.clone()));
        ToMeet { yours, base, shown, on }
    }

    /// Whether throwing the form away would lose something that somebody typed.
    pub fn holds_text(self) -> bool {
        untrack(move || self.is_dirty()) || self.merging.hides_yours()
    }

    /// Refuses a save while both sides of a field stand unchosen; whether it did.
    pub fn refused_unanswered(self) -> bool {
        let unanswered = self.merging.unanswered();
        let refused = !unanswered.is_empty();
        if refused {
            self.note.set(None);
            self.summary.set(unanswered);
        }
        refused
    }

    /// Shows what the form was refused for.
    pub fn refused(self, errors: Refusals) {
        self.left.set(self.form.with_untracked(Form::fields));
        self.note.set(None);
        self.summary.set(errors);
    }

    /// Takes what a save of `sent` answered. What was typed since then stays.
    pub fn answered(self, sent: &F, answer: Result<SaveOutcome<F::State>, AppError>) {
        match answer {
            Ok(SaveOutcome::Saved(state)) => {
                let stored = F::of(&state);
                self.form.update(|form| {
                    for field in form.fields() {
                        if same(form, sent, field) {
                            form.take(&stored, field);
                        }
                    }
                });
                self.base.set(state.revision().version);
                self.note.set(Some(SaveNote::Saved(state.revision().clone())));
                self.stored.set(stored);
                self.state.set(state);
                self.left.set(Vec::new());
                self.settled();
            }
            Ok(SaveOutcome::Refused { errors, draft }) => {
                self.kept_as(draft);
                self.refused(errors);
            }
            Ok(SaveOutcome::Conflict { theirs, draft, merge }) => {
                self.kept_as(draft);
                self.conflict.set(true);
                self.meets(sent, Meeting { theirs, merge });
            }
            Err(error) => {
                if let AppError::SignedOut { draft: Some(draft) } = &error {
                    self.kept_as(draft.clone());
                }
                self.note.set(Some(SaveNote::Failed(error)));
            }
        }
    }

    /// What the form holds is kept as another draft than the one that the page began with.
    fn kept_as(self, draft: String) {
        self.draft.set(draft);
        self.draft_kept_at.set(None);
    }

    /// Takes what someone else saved under the form that was `sent`: what they alone changed is taken over, the rest stays as it is
    /// until somebody chooses.
    pub fn meets(self, sent: &F, meeting: Meeting<F::State>) {
        let Meeting { theirs, merge } = meeting;
        let stored = F::of(&theirs);
        self.base.set(theirs.revision().version);
        self.stored.set(stored);
        self.state.set(theirs);
        self.note.set(None);
        self.summary.set(Refusals::default());
        self.merging.begin(sent, merge);
    }

    /// Takes what someone else saved, before anything was sent to be stored. A form that holds nothing of one's own takes all of it,
    /// which is answered in words. What was typed since it was `asked` stays.
    pub fn met(self, asked: &ToMeet<F>, answer: Result<Meeting<F::State>, AppError>) -> String {
        if self.base.get_untracked() != asked.on {
            return String::new();
        }
        let meeting = match answer {
            Ok(meeting) => meeting,
            Err(error) => {
                self.note.set(Some(SaveNote::Failed(error)));
                return String::new();
            }
        };
        self.form.update(|form| {
            for field in form.fields() {
                if same(form, &asked.shown, field) {
                    form.take(&asked.yours, field);
                }
            }
        });
        let clean = self.changed.with_untracked(Vec::is_empty);
        let labels: Vec<String> = meeting.merge.fields.iter().map(|field| field.label.clone()).collect();
        let saved_by = meeting.theirs.revision().saved_by.clone();
        self.meets(&asked.yours, meeting);
        if clean {
            self.merging.end();
        }
        match (labels.is_empty(), clean) {
            (true, _) => "Nothing differs from what you see here.".to_owned(),
            (false, true) => ["The form shows what ", &saved_by, " saved. Changed: ", &labels.join(", "), "."].concat(),
            (false, false) => String::new(),
        }
    }
}

/// Whether a field holds the same in both.
fn same<F: Form>(form: &F, other: &F, field: Field) -> bool {
    form.text(field) == other.text(field) && form.flag(field) == other.flag(field)
}

fn is_row(field: Field) -> bool {
    matches!(field, Field::AuthParamName(_) | Field::AuthParamValue(_))
}
