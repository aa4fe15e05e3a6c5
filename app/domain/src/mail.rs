//! Who carries emails out: the form `Email provider`, what is stored of it, and the rules between them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::connection::Revision;
use crate::field_errors::at_most;
use crate::form::Form;
use crate::secret::SecretNote;
use crate::sms::{KEPT, choose, secret_length};
use crate::web_url::WebUrl;
use crate::{Field, FieldErrors, Problem, Secret, SecretChange};

/// Who carries an email out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailProvider {
    /// A mail server.
    #[default]
    Smtp,
    /// Messages stay inside Doorcode.
    Outbox,
}

impl EmailProvider {
    /// Every choice, in the order of the page.
    pub const ALL: [Self; 2] = [Self::Smtp, Self::Outbox];

    /// The name in forms and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Outbox => "outbox",
        }
    }
}

/// How the way to the mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpSecurity {
    /// In clear at first, encrypted before anything is said.
    #[default]
    Starttls,
    /// From the first byte.
    Tls,
    /// Not at all.
    None,
}

impl SmtpSecurity {
    /// Every choice, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Starttls, Self::Tls, Self::None];

    /// The name in forms and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Starttls => "starttls",
            Self::Tls => "tls",
            Self::None => "none",
        }
    }
}

/// The form `Email provider` as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmailProviderForm {
    /// `Provider`.
    pub provider: EmailProvider,
    /// `Host`.
    pub host: String,
    /// `Port`.
    pub port: String,
    /// `Security`.
    pub security: SmtpSecurity,
    /// `User name`.
    pub user_name: String,
    /// `SMTP password`; empty keeps what is stored.
    pub smtp_password: Secret,
    /// `Remove stored SMTP password`.
    pub remove_smtp_password: bool,
}

/// What is stored of the provider; only [`EmailProviderForm::check`] and the database make it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EmailProviderSettings {
    /// Who carries emails out.
    pub provider: EmailProvider,
    /// The mail server, in lower case, an IPv6 address in brackets; empty until there is one.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is encrypted.
    pub security: SmtpSecurity,
    /// As whom Doorcode signs in there; empty where it need not.
    pub user_name: String,
}

impl Default for EmailProviderSettings {
    fn default() -> Self {
        Self {
            provider: EmailProvider::default(),
            host: String::new(),
            port: SUBMISSION,
            security: SmtpSecurity::default(),
            user_name: String::new(),
        }
    }
}

/// The port on which mail servers take messages with STARTTLS (RFC 6409).
const SUBMISSION: u16 = 587;

/// What a checked form asks to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailProviderChange {
    /// The settings.
    pub settings: EmailProviderSettings,
    /// What happens to the password.
    pub smtp_password: SecretChange,
}

/// The provider as stored, with what may be said about its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailProviderState {
    /// The settings.
    pub settings: EmailProviderSettings,
    /// Who saved them, and when.
    pub revision: Revision,
    /// The stored password, where there is one.
    pub smtp_password: Option<SecretNote>,
}

impl EmailProviderState {
    /// What the stored password is bound to.
    pub fn stored_for(&self) -> Option<&str> {
        self.smtp_password.as_ref().map(|note| note.destination.as_str())
    }

    /// What still has to be set before an email can go out.
    pub fn missing(&self) -> Vec<Field> {
        self.settings.missing(self.smtp_password.is_some())
    }
}

impl EmailProviderForm {
    /// The stored settings as the form shows them.
    pub fn from_settings(settings: &EmailProviderSettings) -> Self {
        let settings = settings.clone();
        Self {
            provider: settings.provider,
            host: settings.host,
            port: settings.port.to_string(),
            security: settings.security,
            user_name: settings.user_name,
            smtp_password: Secret::default(),
            remove_smtp_password: false,
        }
    }

    /// The form without what was typed into the secret field.
    pub fn without_secrets(mut self) -> Self {
        self.smtp_password = Secret::default();
        self
    }

    /// Checks every field that counts, given what the stored password is bound to. Without SMTP the fields keep their value, cut to
    /// what can be stored.
    pub fn check(&self, stored_for: Option<&str>) -> Result<EmailProviderChange, FieldErrors> {
        let mut errors = FieldErrors::default();
        let counts = self.provider == EmailProvider::Smtp;
        let smtp_password = SecretChange::from_form(&self.smtp_password, self.remove_smtp_password);

        let host = self.host.trim().to_ascii_lowercase();
        if counts && !host.is_empty() && !is_host(&host) {
            errors.push(Field::SmtpHost, Problem::NotAHost);
        } else if let Err(problem) = at_most(&host, KEPT) {
            errors.push(Field::SmtpHost, problem);
        }
        let port = match self.port.trim().parse() {
            Ok(port) if port > 0 => port,
            _ => {
                if counts {
                    errors.push(Field::SmtpPort, Problem::NotAPort);
                }
                SUBMISSION
            }
        };
        let user_name = self.user_name.trim();
        if user_name.contains(char::is_control) {
            errors.push(Field::SmtpUserName, Problem::LineBreak);
        } else if let Err(problem) = at_most(user_name, 255) {
            errors.push(Field::SmtpUserName, problem);
        }
        let settings = EmailProviderSettings {
            provider: self.provider,
            host,
            port,
            security: self.security,
            user_name: user_name.to_owned(),
        };

        if let SecretChange::Set(password) = &smtp_password
            && let Err(problem) = secret_length(password.expose().trim(), 1, 2_048)
        {
            errors.push(Field::SmtpPassword, problem);
        }
        if let (true, SecretChange::Keep, Some(stored_for)) = (settings.signs_in(), &smtp_password, stored_for)
            && stored_for != settings.destination()
        {
            errors.push(Field::SmtpPassword, Problem::DestinationChanged { destination: stored_for.to_owned() });
        }
        errors.into_result(EmailProviderChange { settings, smtp_password })
    }
}

impl EmailProviderSettings {
    /// What still has to be set before an email can go out.
    pub fn missing(&self, password_set: bool) -> Vec<Field> {
        if self.provider == EmailProvider::Smtp && self.host.is_empty() {
            vec![Field::SmtpHost]
        } else if self.signs_in() && !password_set {
            vec![Field::SmtpPassword]
        } else {
            Vec::new()
        }
    }

    /// Whether Doorcode shows name and password to a mail server.
    pub fn signs_in(&self) -> bool {
        self.provider == EmailProvider::Smtp && !self.host.is_empty() && !self.user_name.is_empty()
    }

    /// What the password is bound to: host and port.
    pub fn destination(&self) -> String {
        [self.host.as_str(), ":", &self.port.to_string()].concat()
    }

    /// The fields that differ between two states, in the order of the page.
    pub fn differing(&self, other: &Self) -> Vec<Field> {
        EmailProviderForm::from_settings(self).differing(&EmailProviderForm::from_settings(other))
    }
}

impl Form for EmailProviderForm {
    fn fields(&self) -> Vec<Field> {
        vec![
            Field::Provider,
            Field::SmtpHost,
            Field::SmtpPort,
            Field::SmtpSecurity,
            Field::SmtpUserName,
            Field::SmtpPassword,
        ]
    }

    fn text(&self, field: Field) -> Cow<'_, str> {
        Cow::Borrowed(match field {
            Field::Provider => self.provider.as_str(),
            Field::SmtpHost => &self.host,
            Field::SmtpPort => &self.port,
            Field::SmtpSecurity => self.security.as_str(),
            Field::SmtpUserName => &self.user_name,
            Field::SmtpPassword => self.smtp_password.expose(),
            _ => "",
        })
    }

    fn set_text(&mut self, field: Field, text: String) {
        match field {
            Field::Provider => choose(&mut self.provider, EmailProvider::ALL, |choice| choice.as_str() == text),
            Field::SmtpHost => self.host = text,
            Field::SmtpPort => self.port = text,
            Field::SmtpSecurity => choose(&mut self.security, SmtpSecurity::ALL, |choice| choice.as_str() == text),
            Field::SmtpUserName => self.user_name = text,
            Field::SmtpPassword => self.smtp_password = Secret::new(text),
            _ => {}
        }
    }

    fn flag(&self, field: Field) -> bool {
        field == Field::SmtpPassword && self.remove_smtp_password
    }

    fn set_flag(&mut self, field: Field, on: bool) {
        if field == Field::SmtpPassword {
            self.remove_smtp_password = on;
        }
    }
}

/// Whether this is a host name or an address, an IPv6 one in brackets, and nothing besides.
fn is_host(text: &str) -> bool {
    text.is_ascii()
        && WebUrl::parse(&["smtp://", text].concat())
            .is_some_and(|url| !url.host.is_empty() && url.port.is_none() && url.rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> EmailProviderForm {
        EmailProviderForm {
            host: "smtp.acme.example".to_owned(),
            user_name: "doorcode".to_owned(),
            ..EmailProviderForm::from_settings(&EmailProviderSettings::default())
        }
    }

    fn problem(form: &EmailProviderForm, stored_for: Option<&str>, field: Field) -> Option<Problem> {
        form.check(stored_for).err().and_then(|errors| errors.of(field).cloned())
    }

    #[test]
    fn the_defaults_pass_and_lack_a_host() {
        let defaults = EmailProviderSettings::default();
        let change = EmailProviderForm::from_settings(&defaults).check(None).expect("passes");
        assert_eq!((&change.settings, change.smtp_password), (&defaults, SecretChange::Keep));
        assert_eq!(defaults.missing(false), [Field::SmtpHost]);
    }

    #[test]
    fn a_password_is_missing_only_where_a_server_asks_for_one() {
        let settings = form().check(None).expect("passes").settings;
        assert_eq!(settings.missing(false), [Field::SmtpPassword]);
        assert_eq!(settings.missing(true), []);
        let open = EmailProviderSettings { user_name: String::new(), ..settings.clone() };
        assert_eq!(open.missing(false), []);
        let outbox = EmailProviderSettings { provider: EmailProvider::Outbox, ..settings };
        assert_eq!(outbox.missing(false), []);
    }

    #[test]
    fn a_host_is_a_name_or_an_address_and_nothing_besides() {
        for (host, passes) in [
            (" SMTP.Acme.example ", true),
            ("localhost", true),
            ("192.0.2.7", true),
            ("[2001:db8::1]", true),
            ("", true),
            ("2001:db8::1", false),
            ("smtp.acme.example:587", false),
            ("smtp://smtp.acme.example", false),
            ("user@smtp.acme.example", false),
            ("smtp.acme.example/x", false),
            ("smtp acme", false),
            ("smtp..acme", false),
            ("smtp.acme.example\r\nRCPT", false),
        ] {
            let typed = EmailProviderForm { host: host.to_owned(), ..form() };
            assert_eq!(problem(&typed, None, Field::SmtpHost).is_none(), passes, "{host:?}");
        }
        let typed = EmailProviderForm { host: " SMTP.Acme.example ".to_owned(), ..form() };
        assert_eq!(typed.check(None).expect("passes").settings.destination(), "smtp.acme.example:587");
    }

    #[test]
    fn a_port_is_a_number_from_1_to_65535() {
        for (port, passes) in
            [("1", true), (" 65535 ", true), ("0", false), ("65536", false), ("", false), ("smtp", false)]
        {
            let typed = EmailProviderForm { port: port.to_owned(), ..form() };
            assert_eq!(problem(&typed, None, Field::SmtpPort).is_none(), passes, "{port:?}");
            let outbox = EmailProviderForm { provider: EmailProvider::Outbox, ..typed };
            assert_eq!(outbox.check(None).err(), None, "{port:?}");
        }
    }

    #[test]
    fn a_stored_password_does_not_follow_to_another_server() {
        let changed = Some(Problem::DestinationChanged { destination: "smtp.acme.example:465".to_owned() });
        let stored_for = Some("smtp.acme.example:465");
        assert_eq!(problem(&form(), stored_for, Field::SmtpPassword), changed);
        for typed in [
            EmailProviderForm { port: "465".to_owned(), ..form() },
            EmailProviderForm { smtp_password: Secret::new("new"), ..form() },
            EmailProviderForm { remove_smtp_password: true, ..form() },
            EmailProviderForm { provider: EmailProvider::Outbox, ..form() },
            EmailProviderForm { user_name: String::new(), ..form() },
        ] {
            assert_eq!(typed.check(stored_for).err(), None, "{typed:?}");
        }
    }

    #[test]
    fn fields_are_read_and_written_by_name() {
        let mut typed = EmailProviderForm::default();
        for (field, text) in [
            (Field::Provider, "outbox"),
            (Field::SmtpHost, "a.example"),
            (Field::SmtpPort, "25"),
            (Field::SmtpSecurity, "none"),
            (Field::SmtpUserName, "ana"),
            (Field::SmtpPassword, "s3cret"),
        ] {
            typed.set_text(field, text.to_owned());
            assert_eq!(typed.text(field), text);
        }
        typed.set_flag(Field::SmtpPassword, true);
        assert!(typed.flag(Field::SmtpPassword) && typed.without_secrets().smtp_password.is_empty());
    }
}
