//! What server functions answer: a refusal of what was typed is an outcome, not an error.

use domain::activity::FilterProblem;
use domain::connection::{Method, Revision};
use domain::difference::Difference;
use domain::email::{EmailForm, EmailState};
use domain::mail::{EmailProviderForm, EmailProviderState};
use domain::quick_start::InstallationFacts;
use domain::sms::{SmsForm, SmsState};
use domain::trial::TryForm;
use domain::user::{NewUserForm, UserPage};
use domain::{Field, FieldError, FieldErrors, admin, api_token, application, installation};
use serde::{Deserialize, Serialize};

/// A refused field as the browser shows it: the words are the server's, so the browser carries no list of problems to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The id of the control.
    pub id: String,
    /// The label of the field.
    pub label: String,
    /// What to do about it.
    pub words: String,
}

/// All refused fields of a form, in the order of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Refusals(pub Vec<Refusal>);

impl Refusals {
    /// The words at a field.
    pub fn of(&self, field: Field) -> Option<String> {
        self.at(&field.id())
    }

    /// The words at a control, by its id.
    pub fn at(&self, id: &str) -> Option<String> {
        self.0.iter().find(|refusal| refusal.id == id).map(|refusal| refusal.words.clone())
    }

    /// Whether nothing was refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<FieldErrors> for Refusals {
    fn from(errors: FieldErrors) -> Self {
        let refusal = |error: &FieldError| Refusal {
            id: error.field.id(),
            label: error.field.label(),
            words: error.problem.to_string(),
        };
        Self(errors.iter().map(refusal).collect())
    }
}

impl From<Vec<FilterProblem>> for Refusals {
    fn from(problems: Vec<FilterProblem>) -> Self {
        let refusal = |problem: FilterProblem| Refusal {
            id: problem.key().to_owned(),
            label: problem.label().to_owned(),
            words: problem.to_string(),
        };
        Self(problems.into_iter().map(refusal).collect())
    }
}

/// What became of a save of settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SaveOutcome<S> {
    /// Stored; the state as it is now.
    Saved(S),
    /// Fields were refused; nothing was stored but a draft.
    Refused {
        /// Which fields, and why.
        errors: Refusals,
        /// The draft that keeps what was typed.
        draft: String,
    },
    /// Someone else saved meanwhile; nothing was stored but a draft.
    Conflict {
        /// The state that is stored.
        theirs: S,
        /// The draft that keeps what was typed.
        draft: String,
        /// What both sides changed.
        merge: Merge,
    },
}

/// What someone else saved while a form was open, and how it goes together with what the form holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting<S> {
    /// The state that is stored.
    pub theirs: S,
    /// What both sides changed.
    pub merge: Merge,
}

/// What differs between what was typed and what is stored: as much as the form has to know, and the words for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// The version that both sides began with.
    pub base: i64,
    /// The fields that differ, in the order of the page.
    pub fields: Vec<MergeField>,
    /// A [`MergeWords`] as it travels: only the view that shows it reads it.
    pub words: String,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeField {
    /// Its key.
    pub key: String,
    /// Its label.
    pub label: String,
    /// `yours` or `theirs`; empty where somebody has to choose.
    pub choice: String,
}

/// What is said of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeWords {
    /// Who saved: the beginning of a sentence that ends with the time.
    pub who: String,
    /// When.
    pub saved_at: i64,
    /// A sentence about the saves between, or empty.
    pub between: String,
    /// What only they changed, or empty.
    pub theirs_alone: String,
    /// What only you changed, or empty.
    pub yours_alone: String,
    /// What both changed, or empty.
    pub both: String,
    /// Each field.
    pub fields: Vec<Told>,
}

/// What is said of a field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Whether there is something to choose.
    pub to_choose: bool,
    /// Your value in words.
    pub yours: String,
    /// Theirs.
    pub theirs: String,
    /// Whether these are too long to stand beside a radio.
    pub long: bool,
    /// What the difference is between, or empty where there is none.
    pub compared: String,
    /// The difference of a template.
    pub difference: Difference,
    /// The mark of what the page shows in the field, for a post without JavaScript.
    pub shown: String,
}

/// The newest revision of a method, as a page that shows an older one says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newest {
    /// Its version.
    pub version: i64,
    /// Who saved it, and when, as a sentence.
    pub words: String,
}

/// A draft that the page does not show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftNote {
    /// Its id.
    pub id: String,
    /// When it was kept.
    pub kept_at: i64,
    /// Which fields it changes, in words.
    pub fields: String,
    /// Whether it has just been discarded, and can be brought back.
    pub discarded: bool,
}

/// What became of a form that has no versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FormOutcome<T> {
    /// Done.
    Done(T),
    /// Fields were refused.
    Refused(Refusals),
}

/// What the frame around every page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Console {
    /// The signed-in administrator's address.
    pub email: String,
    /// The signed-in administrator's role.
    pub role: admin::Role,
    /// The name of the installation.
    pub installation_name: String,
}

/// Everything that a settings form starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsPage<F, S> {
    /// What is stored.
    pub state: S,
    /// What the form shows: the stored settings, or a draft.
    pub form: F,
    /// The version that a save will say it was loaded with.
    pub base: i64,
    /// Problems of the draft.
    pub errors: Refusals,
    /// Whether someone else saved since the draft was begun.
    pub conflict: bool,
    /// When the draft shown was kept; `None` when the form shows what is stored.
    pub draft_kept_at: Option<i64>,
    /// The earlier revision that the form shows, to be saved again.
    pub taken_from: Option<i64>,
    /// The draft that is shown, by its id; empty when the form shows what is stored.
    pub draft: String,
    /// The drafts that are not shown.
    pub drafts: Vec<DraftNote>,
    /// What someone else saved since the draft was begun, and the form as it was typed.
    pub merge: Option<(Merge, F)>,
    /// Whether the page is shown because a plain post has just saved.
    pub just_saved: bool,
    /// Hosts that plain http is allowed for.
    pub private_hosts: Vec<String>,
    /// What the preview shows as the application and the installation.
    pub samples: Samples,
    /// Whether nobody carries the messages out yet, where another form says who does.
    pub lacks_provider: bool,
    /// What a plain post of the view Try came to.
    pub trial: TryPage,
    /// What a plain post that looked at the configuration found.
    pub examined: Vec<Checked>,
}

/// The SMS form's page.
pub type SmsPage = SettingsPage<SmsForm, SmsState>;

/// The email form's page.
pub type EmailPage = SettingsPage<EmailForm, EmailState>;

/// The form `Email provider`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailProviderPage {
    /// The form, and what is stored.
    pub settings: SettingsPage<EmailProviderForm, EmailProviderState>,
    /// What a plain post that checked the connection found.
    pub checked: Option<Checked>,
}

/// What the view *Try* shows: what was typed, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TryPage {
    /// What was typed.
    pub form: TryForm,
    /// Problems of it.
    pub errors: Refusals,
    /// The message that was sent.
    pub tried: Option<Tried>,
    /// What the code that was entered is worth.
    pub verified: Option<Checked>,
}

/// A test message, and what came of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// The id of its delivery.
    pub delivery: String,
    /// Who got it.
    pub recipient: String,
    /// For which application.
    pub client_id: String,
    /// What came of it.
    pub report: Report,
    /// The sender of an email.
    pub from: String,
    /// The subject of an email.
    pub subject: String,
    /// The text of an SMS, the plain text of an email; empty where nothing was sent.
    pub text: String,
    /// The HTML of an email.
    pub html: String,
    /// The sign-in link in it, where one was asked for.
    pub link: String,
}

/// Prints nothing of the message: it carries the code.
impl std::fmt::Debug for Tried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tried").field("report", &self.report).finish_non_exhaustive()
    }
}

/// What came of a test message, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// In one or two words, such as `Accepted`.
    pub outcome: String,
    /// Whether it went out.
    pub fit: bool,
    /// In a sentence.
    pub words: String,
    /// What else is known, each with its name.
    pub facts: Vec<(String, String)>,
    /// Whether the provider may have more to say soon.
    pub open: bool,
    /// Whether its code may have reached somebody.
    pub code_went_out: bool,
}

impl Report {
    /// Takes what was heard later; what was known stays known.
    pub fn hears(&mut self, news: Self) {
        let known = std::mem::take(&mut self.facts);
        *self = news;
        self.facts.splice(0..0, known);
    }
}

/// One thing that was looked at, such as the connection to a mail server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Whether it is fit.
    pub fit: bool,
    /// What was found, and what to do about it.
    pub words: String,
}

/// Stored settings that carry their revision.
pub trait Revised {
    /// Who saved them, and when.
    fn revision(&self) -> &Revision;
}

impl Revised for SmsState {
    fn revision(&self) -> &Revision {
        &self.revision
    }
}

impl Revised for EmailState {
    fn revision(&self) -> &Revision {
        &self.revision
    }
}

impl Revised for EmailProviderState {
    fn revision(&self) -> &Revision {
        &self.revision
    }
}

/// Real names for the preview's sample values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Samples {
    /// Applications: client id and name, those that use the method first.
    pub applications: Vec<(String, String)>,
    /// The names that make a text message longest, of the applications that use it; none for email.
    pub costly_names: Vec<String>,
    /// The installation.
    pub installation: installation::Installation,
}

/// One application's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationDetails {
    /// The application as stored.
    pub application: application::Application,
    /// What its quick start has to know besides.
    pub installation: InstallationFacts,
    /// What the form shows: the stored settings, or what was refused.
    pub form: application::ApplicationForm,
    /// Problems of what was refused.
    pub errors: Refusals,
    /// The client secret, once: right after registering or rotating.
    pub secret: Option<String>,
    /// Whether the page is shown because a plain post has just saved.
    pub just_saved: bool,
}

/// A new application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Its public id.
    pub client_id: String,
    /// Its client secret, once.
    pub secret: Option<String>,
}

/// The registration form's page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationPage {
    /// What the form shows.
    pub form: application::RegistrationForm,
    /// Problems of what was refused.
    pub errors: Refusals,
}

/// The page of settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstallationPage {
    /// What the form shows.
    pub form: installation::InstallationForm,
    /// Problems of what was refused.
    pub errors: Refusals,
    /// Whether the page is shown because a plain post has just saved.
    pub just_saved: bool,
}

/// The list of administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminsPage {
    /// Everyone, by address.
    pub admins: Vec<admin::AdminSummary>,
    /// Problems of an invitation that was refused, and what was typed.
    pub refused: Option<(InviteForm, Refusals)>,
    /// An invitation that was just made, once.
    pub invited: Option<Invited>,
    /// Why a change to an administrator was refused.
    pub failed: Option<String>,
}

/// The invitation form as typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InviteForm {
    /// `Email`.
    pub email: String,
    /// `Role`.
    pub role: admin::Role,
}

/// An invitation to hand over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// Whom it is for.
    pub email: String,
    /// The link that opens it, for 24 hours, once.
    pub link: String,
}

/// The page of one's own account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    /// The address.
    pub email: String,
    /// The role.
    pub role: admin::Role,
    /// Every session of this administrator.
    pub sessions: Vec<admin::SessionSummary>,
    /// The look that was chosen.
    pub appearance: admin::Appearance,
    /// Problems of a change of password that was refused.
    pub errors: Refusals,
    /// Whether the password has just been changed.
    pub password_changed: bool,
}

/// A part of the list of users.
#[derive(Clone, PartialEq, Eq)]
pub struct ListedUsers {
    /// The users.
    pub page: UserPage,
    /// From how many network addresses each of them cannot sign in after too many wrong codes.
    pub sign_in_blocks: Vec<u32>,
}

/// The form `Create user`.
#[derive(Clone, PartialEq, Eq)]
pub struct NewUserPage {
    /// What was typed.
    pub form: NewUserForm,
    /// Problems of what was refused.
    pub errors: Refusals,
    /// The number or address of a user who has just been created.
    pub made: Option<String>,
    /// The connections by which nobody new comes in otherwise.
    pub closed: Vec<Method>,
}

/// The section of API tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiTokensPage {
    /// Every token.
    pub tokens: Vec<api_token::ApiTokenSummary>,
    /// Problems of a new token that was refused, and what was typed.
    pub refused: Option<(api_token::ApiTokenForm, Refusals)>,
    /// A token that was just made, once.
    pub made: Option<MadeToken>,
}

/// A new API token.
#[derive(Clone, PartialEq, Eq)]
pub struct MadeToken {
    /// What it is for.
    pub name: String,
    /// The token, once.
    pub token: String,
}
