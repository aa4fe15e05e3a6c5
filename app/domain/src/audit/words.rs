//! What an entry says beside who and what, in words.

use std::str::FromStr as _;

use serde::Deserialize;

use super::AuditKind;
use crate::admin::Role;
use crate::application::{ApplicationForm, ApplicationType};
use crate::connection::Method;
use crate::email::EmailForm;
use crate::installation::InstallationForm;
use crate::mail::EmailProviderForm;
use crate::otp::grouped;
use crate::sms::SmsForm;
use crate::{Field, Form};

/// What else is stored with an entry. Each action fills in its own part of it; what this version does not know is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AuditDetails {
    /// The revision that came of it.
    pub version: i64,
    /// The revision that was restored.
    pub restored: Option<i64>,
    /// The fields that changed, by their keys.
    pub fields: Vec<String>,
    /// The address of an administrator.
    pub email: String,
    /// The role of an administrator.
    pub role: String,
    /// The role before.
    pub from: String,
    /// The role since.
    pub to: String,
    /// How many sessions.
    pub sessions: u64,
    /// A recipient, masked.
    pub recipient: String,
    /// The name of an application or a token at that time.
    pub name: String,
    /// The type of an application.
    #[serde(rename = "type")]
    pub kind: String,
    /// A connection.
    pub method: String,
    /// What was typed to say which applications.
    pub filter: String,
    /// How many applications.
    pub applications: u64,
    /// The mail server and its port.
    pub destination: String,
    /// What a token allows.
    pub scopes: Vec<String>,
    /// How many secrets.
    pub values: u64,
    /// Whether a key signs at once.
    pub at_once: bool,
    /// For how many days entries are kept.
    pub days: u64,
}

impl AuditDetails {
    /// What else there is to say of an entry: texts, each with the revision that it names, if any; together one line.
    pub fn words(&self, kind: AuditKind, target: &str) -> Vec<(String, Option<i64>)> {
        let fields = || self.fields.iter().map(|key| label(key)).collect::<Vec<_>>().join(", ");
        let text = match kind {
            AuditKind::ConnectionSaved | AuditKind::ConnectionRestored => return self.revision(&fields()),
            AuditKind::SignInRefused if target.is_empty() => "No administrator has that address".to_owned(),
            AuditKind::SessionsEnded => counted(self.sessions, "session", "sessions"),
            AuditKind::AdminCreated | AuditKind::AdminInvited => before("As ", &role(&self.role)),
            AuditKind::RoleChanged => ["From ", &role(&self.from), " to ", &role(&self.to)].concat(),
            AuditKind::ConnectionTried if self.name.is_empty() => before("To ", &self.recipient),
            AuditKind::ConnectionTried => ["To ", &self.recipient, ", for ", &self.name].concat(),
            AuditKind::ApplicationsEnabled | AuditKind::ApplicationsDisabled => {
                let count = counted(self.applications, "application", "applications");
                let filter = self.filter.trim();
                if filter.is_empty() { count } else { [&count, " found by “", filter, "”"].concat() }
            }
            AuditKind::ApplicationEnabled | AuditKind::ApplicationDisabled => {
                before("For ", Method::from_str(&self.method).map_or(self.method.as_str(), |method| method.label()))
            }
            AuditKind::ApplicationRegistered => {
                ApplicationType::from_str(&self.kind).map_or(self.kind.as_str(), |kind| kind.label()).to_owned()
            }
            AuditKind::ApplicationSaved | AuditKind::EmailProviderSaved | AuditKind::InstallationSaved => fields(),
            AuditKind::EmailProviderChecked => self.destination.clone(),
            AuditKind::ApiTokenCreated => self.scopes.join(", "),
            AuditKind::KeyRotated => [&counted(self.values, "secret", "secrets"), " encrypted again"].concat(),
            AuditKind::SigningKeyMade if self.at_once => "It signs at once; earlier tokens are invalid".to_owned(),
            AuditKind::AuditTrimmed => ["Older than ", &counted(self.days, "day", "days")].concat(),
            _ => String::new(),
        };
        if text.is_empty() { Vec::new() } else { vec![(text, None)] }
    }

    fn revision(&self, fields: &str) -> Vec<(String, Option<i64>)> {
        let named = |word: &str, version: i64| ([word, &version.to_string()].concat(), Some(version));
        let mut words = vec![named("Revision ", self.version)];
        if let Some(restored) = self.restored {
            words.extend([(" brings back ".to_owned(), None), named("revision ", restored)]);
        }
        if !fields.is_empty() {
            words.push((before(": ", fields), None));
        }
        words
    }
}

/// The label of a field that any of the recorded forms has; an unknown key as it stands.
fn label(key: &str) -> String {
    let forms = [
        SmsForm::default().fields(),
        EmailForm::default().fields(),
        EmailProviderForm::default().fields(),
        ApplicationForm::default().fields(),
        InstallationForm::default().fields(),
    ];
    let field = forms.into_iter().flatten().find(|field| field.key() == key);
    field.map_or_else(|| key.to_owned(), Field::label)
}

fn role(stored: &str) -> String {
    Role::from_str(stored).map_or(stored, |role| role.label()).to_lowercase()
}

fn before(word: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { [word, text].concat() }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 { ["1 ", one].concat() } else { [&grouped(count), " ", many].concat() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: AuditKind, target: &str, details: &str) -> String {
        let details: AuditDetails = serde_json::from_str(details).expect(details);
        details.words(kind, target).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn details_read_as_sentences() {
        for (kind, details, words) in [
            (AuditKind::ConnectionSaved, r#"{"version":12,"fields":["message","from"]}"#, "Revision 12: Message, From"),
            (
                AuditKind::ConnectionRestored,
                r#"{"version":14,"restored":12,"fields":["otp_length"]}"#,
                "Revision 14 brings back revision 12: OTP Length",
            ),
            (
                AuditKind::RoleChanged,
                r#"{"email":"a@b.example","from":"viewer","to":"editor"}"#,
                "From viewer to editor",
            ),
            (AuditKind::AdminInvited, r#"{"email":"a@b.example","role":"owner"}"#, "As owner"),
            (AuditKind::SessionsEnded, r#"{"sessions":1}"#, "1 session"),
            (AuditKind::ConnectionTried, r#"{"recipient":"+1••0123","client_id":"x"}"#, "To +1••0123"),
            (AuditKind::ConnectionTried, r#"{"recipient":"+1••0123","name":"Acme"}"#, "To +1••0123, for Acme"),
            (
                AuditKind::ApplicationsEnabled,
                r#"{"filter":" shop ","applications":1200}"#,
                "1,200 applications found by “shop”",
            ),
            (AuditKind::ApplicationEnabled, r#"{"method":"sms","name":"Acme"}"#, "For SMS"),
            (AuditKind::ApplicationRegistered, r#"{"name":"Acme","type":"spa"}"#, "Single Page"),
            (AuditKind::ApplicationSaved, r#"{"settings":{"name":"Acme"}}"#, ""),
            (AuditKind::ApplicationSaved, r#"{"fields":["callbacks","new_one"]}"#, "Allowed Callback URLs, new_one"),
            (
                AuditKind::EmailProviderSaved,
                r#"{"version":2,"fields":["host","smtp_password"]}"#,
                "Host, SMTP password",
            ),
            (AuditKind::KeyRotated, r#"{"values":3}"#, "3 secrets encrypted again"),
            (AuditKind::AuditTrimmed, r#"{"days":365}"#, "Older than 365 days"),
            (AuditKind::SignedIn, "{}", ""),
        ] {
            assert_eq!(said(kind, "x", details), words, "{details}");
        }
        assert_eq!(said(AuditKind::SignInRefused, "", "{}"), "No administrator has that address");
        assert_eq!(said(AuditKind::SignInRefused, "x", "{}"), "");
    }

    #[test]
    fn revisions_are_named_where_they_are_linked() {
        let details = AuditDetails { version: 14, restored: Some(12), ..AuditDetails::default() };
        let linked: Vec<Option<i64>> =
            details.words(AuditKind::ConnectionRestored, "sms").into_iter().map(|(_, version)| version).collect();
        assert_eq!(linked, [Some(14), None, Some(12)]);
    }

    #[test]
    fn every_field_that_is_recorded_has_a_label() {
        for field in SmsForm::default().fields().into_iter().chain(EmailForm::default().fields()) {
            assert_ne!(label(field.key()), field.key(), "{field:?}");
        }
    }
}
