//! How the answers of server functions travel: as [`domain::wire`] writes them.

use domain::wire::{self, Wire};
use domain::{wire_enums, wire_structs};
use leptos::server_fn::codec::Post;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};

use crate::entry::{EntryFlash, EntryProblem};
use crate::error::AppError;
use crate::history::{Aged, Compared, Held, ListedRevisions, RestoreOutcome, RevisionPage, Was};
use crate::outcome::{
    AccountPage, AdminsPage, ApiTokensPage, ApplicationDetails, Checked, Console, DraftNote, EmailProviderPage,
    FormOutcome, InstallationPage, InviteForm, Invited, ListedUsers, MadeToken, Meeting, Merge, MergeField, MergeWords,
    NewUserPage, Newest, Refusal, Refusals, Registered, RegistrationPage, Report, Samples, SaveOutcome, SettingsPage,
    Told, Tried, TryPage,
};

/// The encoding of every answer: `#[server(output = Answer)]`.
pub type Answer = Post<WireEncoding>;

/// Writes and reads what a server function answers.
pub struct WireEncoding;

/// An answer that this build of the console does not read.
#[derive(Debug, thiserror::Error)]
#[error("an answer of another version")]
pub struct OtherVersion;

impl ContentType for WireEncoding {
    const CONTENT_TYPE: &'static str = "text/plain; charset=utf-8";
}

impl FormatType for WireEncoding {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Wire> Encodes<T> for WireEncoding {
    type Error = OtherVersion;

    fn encode(value: &T) -> Result<Bytes, OtherVersion> {
        Ok(wire::write(value).into())
    }
}

impl<T: Wire> Decodes<T> for WireEncoding {
    type Error = OtherVersion;

    fn decode(bytes: Bytes) -> Result<T, OtherVersion> {
        std::str::from_utf8(&bytes).ok().and_then(wire::read).ok_or(OtherVersion)
    }
}

impl Wire for Refusals {
    fn put(&self, wire: &mut String) {
        self.0.put(wire);
    }

    fn take(reader: &mut wire::Reader<'_>) -> Self {
        Self(Wire::take(reader))
    }
}

wire_structs! {
    Refusal { id, label, words }
    Console { email, role, installation_name }
    SettingsPage<F, S> {
        state, form, base, errors, conflict, draft_kept_at, taken_from, draft, drafts, merge, just_saved, private_hosts, samples, lacks_provider, trial, examined,
    }
    Meeting<S> { theirs, merge }
    Merge { base, fields, words }
    MergeField { key, label, choice }
    MergeWords { who, saved_at, between, theirs_alone, yours_alone, both, fields }
    Told { to_choose, yours, theirs, long, compared, difference, shown }
    Newest { version, words }
    DraftNote { id, kept_at, fields, discarded }
    Samples { applications, costly_names, installation }
    ApplicationDetails { application, installation, form, errors, secret, just_saved }
    Registered { client_id, secret }
    RegistrationPage { form, errors }
    EmailProviderPage { settings, checked }
    Checked { fit, words }
    TryPage { form, errors, tried, verified }
    Tried { delivery, recipient, client_id, report, from, subject, text, html, link }
    Report { outcome, fit, words, facts, open, code_went_out }
    InstallationPage { form, errors, just_saved }
    AdminsPage { admins, refused, invited, failed }
    InviteForm { email, role }
    Invited { email, link }
    AccountPage { email, role, sessions, appearance, errors, password_changed }
    ListedUsers { page, sign_in_blocks }
    NewUserPage { form, errors, made, closed }
    ApiTokensPage { tokens, refused, made }
    MadeToken { name, token }
    Aged { summary, ago }
    ListedRevisions { revisions, older, present, people, fields, just_restored }
    Was { label, was, is }
    Compared { settings, templates, secrets, rendered, looks, alike, left_out }
    Held { label, value, long }
    RevisionPage { method, shown, present, with, compared, fields, renditions, not_shown, posted, restores, problems, errors, overtaken }
    EntryFlash { email, problem }
}

wire_enums! {
    SaveOutcome<S> { Saved(state), Refused { errors, draft }, Conflict { theirs, draft, merge } }
    FormOutcome<T> { Done(value), Refused(errors) }
    RestoreOutcome { Restored(revision), Refused(errors), Same, Overtaken(revision) }
    EntryProblem { WrongPassword, Throttled { retry_after }, Fields(errors), Gone }
    AppError {
        BadRequest, SignedOut { draft }, Forbidden, NotFound, TooMany { retry_after }, Busy { reference }, Internal { reference },
        Unreachable,
    }
}
