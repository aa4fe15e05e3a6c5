//! The settings of the email connection: as typed, as stored, and the rules between them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::connection::Revision;
use crate::field_errors::{at_most, text_of, unix_lines};
use crate::form::Form;
use crate::otp::{OtpExpiry, OtpLength};
use crate::template::{self, About, Diagnostic, Part, Severity, Syntax};
use crate::{Field, FieldErrors, Problem};

/// One row of the Authentication Parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthParam {
    /// The name in the query of the sign-in link.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The email form as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmailForm {
    /// `From`.
    pub from: String,
    /// `Subject`.
    pub subject: String,
    /// `Body`.
    pub body: String,
    /// `Authentication Parameters`.
    pub auth_params: Vec<AuthParam>,
    /// `OTP Expiry`.
    pub otp_expiry: String,
    /// `OTP Length`.
    pub otp_length: String,
    /// `Disable Sign Ups`.
    pub disable_sign_ups: bool,
    /// `Brute-force protection`.
    pub brute_force_protection: bool,
}

/// The stored settings of the email connection; only [`EmailForm::check`] and the database make them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EmailSettings {
    /// The sender, or empty.
    pub from: String,
    /// The subject, in Liquid.
    pub subject: String,
    /// The HTML, in Liquid.
    pub body: String,
    /// What goes into the query of the sign-in link.
    pub auth_params: Vec<AuthParam>,
    /// How long a code lives.
    pub otp_expiry: OtpExpiry,
    /// How many digits a code has.
    pub otp_length: OtpLength,
    /// Whether only existing users may sign in.
    pub disable_sign_ups: bool,
    /// Whether guessing is slowed down.
    pub brute_force_protection: bool,
}

impl Default for EmailSettings {
    fn default() -> Self {
        Self {
            from: String::new(),
            subject: template::DEFAULT_SUBJECT.to_owned(),
            body: template::DEFAULT_BODY.to_owned(),
            auth_params: vec![AuthParam { name: "scope".to_owned(), value: "openid".to_owned() }],
            otp_expiry: OtpExpiry::default(),
            otp_length: OtpLength::default(),
            disable_sign_ups: false,
            brute_force_protection: true,
        }
    }
}

/// The parameters of a sign-in link that Doorcode sets itself.
pub const RESERVED_PARAMETERS: [&str; 9] = [
    "client_id",
    "response_type",
    "redirect_uri",
    "state",
    "nonce",
    "code",
    "verification_code",
    "connection",
    "email",
];

/// The most rows of Authentication Parameters.
pub const MAX_AUTH_PARAMS: u8 = 20;

impl EmailForm {
    /// The stored settings as the form shows them.
    pub fn from_settings(settings: &EmailSettings) -> Self {
        let settings = settings.clone();
        Self {
            from: settings.from,
            subject: settings.subject,
            body: settings.body,
            auth_params: settings.auth_params,
            otp_expiry: settings.otp_expiry.seconds().to_string(),
            otp_length: settings.otp_length.digits().to_string(),
            disable_sign_ups: settings.disable_sign_ups,
            brute_force_protection: settings.brute_force_protection,
        }
    }

    /// The form as it counts: line ends unified, blank rows at the end left out. Idempotent.
    pub fn normalized(mut self) -> Self {
        self.body = unix_lines(&self.body);
        while self.auth_params.last().is_some_and(is_blank) {
            self.auth_params.pop();
        }
        self
    }

    /// Checks every field.
    pub fn check(&self) -> Result<EmailSettings, FieldErrors> {
        let mut errors = FieldErrors::default();
        let from = self.from.trim();
        if !from.is_empty()
            && let Err(problem) = self.check_from(from)
        {
            errors.push(Field::EmailFrom, problem);
        }
        if let Err(problem) = self.check_subject() {
            errors.push(Field::Subject, problem);
        }
        let body = unix_lines(&self.body);
        if let Err(problem) = text_of(&body, 20_480) {
            errors.push(Field::Body, problem);
        } else if let Some(fault) = self.first_error(&body, Part::Body) {
            errors.push(Field::Body, Problem::Template(Box::new(fault)));
        }
        let auth_params = self.check_auth_params(&mut errors);
        let otp_expiry = errors.note(Field::OtpExpiry, OtpExpiry::parse(&self.otp_expiry));
        let otp_length = errors.note(Field::OtpLength, OtpLength::parse(&self.otp_length));

        errors.into_result(EmailSettings {
            from: from.to_owned(),
            subject: self.subject.trim().to_owned(),
            body,
            auth_params,
            otp_expiry,
            otp_length,
            disable_sign_ups: self.disable_sign_ups,
            brute_force_protection: self.brute_force_protection,
        })
    }

    /// What the check of a template must know; the default stands in for a number that does not pass.
    pub fn about(&self, part: Part) -> About {
        About {
            part,
            syntax: Syntax::Liquid,
            otp_expiry: OtpExpiry::parse(&self.otp_expiry).unwrap_or_default().seconds(),
            otp_length: OtpLength::parse(&self.otp_length).unwrap_or_default().digits(),
        }
    }

    fn check_from(&self, from: &str) -> Result<(), Problem> {
        at_most(from, 1_024)?;
        if from.contains(['\r', '\n']) {
            return Err(Problem::LineBreak);
        }
        let (name, address) = split_from(from);
        if address.contains("{{") || address.contains("{%") || address.contains("@@") {
            return Err(Problem::ParameterInAddress);
        }
        check_address(address)?;
        match self.first_error(name, Part::From) {
            Some(fault) => Err(Problem::Template(Box::new(fault))),
            None => Ok(()),
        }
    }

    fn check_subject(&self) -> Result<(), Problem> {
        text_of(&self.subject, 1_024)?;
        if self.subject.contains(['\r', '\n']) {
            return Err(Problem::LineBreak);
        }
        match self.first_error(&self.subject, Part::Subject) {
            Some(fault) => Err(Problem::Template(Box::new(fault))),
            None => Ok(()),
        }
    }

    fn first_error(&self, source: &str, part: Part) -> Option<Diagnostic> {
        let mut found = template::diagnose(source, self.about(part)).into_iter();
        found.find(|fault| fault.severity == Severity::Error)
    }

    fn row(&self, row: u8) -> Option<&AuthParam> {
        self.auth_params.get(usize::from(row).checked_sub(1)?)
    }

    fn row_mut(&mut self, row: u8) -> &mut AuthParam {
        let index = usize::from(row.max(1)) - 1;
        if self.auth_params.len() <= index {
            self.auth_params.resize(index + 1, AuthParam::default());
        }
        &mut self.auth_params[index]
    }

    fn check_auth_params(&self, errors: &mut FieldErrors) -> Vec<AuthParam> {
        let mut params: Vec<AuthParam> = Vec::new();
        for (row, param) in (1..=u8::MAX).zip(&self.auth_params) {
            if is_blank(param) {
                continue;
            }
            if params.len() >= usize::from(MAX_AUTH_PARAMS) {
                errors.push(Field::AuthParams, Problem::TooManyRows { max: u32::from(MAX_AUTH_PARAMS) });
                break;
            }
            let name = param.name.trim();
            if let Err(problem) = text_of(name, 255) {
                errors.push(Field::AuthParamName(row), problem);
            } else if RESERVED_PARAMETERS.contains(&name) {
                errors.push(Field::AuthParamName(row), Problem::ReservedParameter);
            } else if params.iter().any(|earlier| earlier.name == name) {
                errors.push(Field::AuthParamName(row), Problem::DuplicateParameter);
            }
            if let Err(problem) = at_most(&param.value, 1_024) {
                errors.push(Field::AuthParamValue(row), problem);
            }
            params.push(AuthParam { name: name.to_owned(), value: param.value.clone() });
        }
        params
    }
}

impl Form for EmailForm {
    fn fields(&self) -> Vec<Field> {
        vec![
            Field::EmailFrom,
            Field::Subject,
            Field::Body,
            Field::AuthParams,
            Field::OtpExpiry,
            Field::OtpLength,
            Field::DisableSignUps,
            Field::BruteForceProtection,
        ]
    }

    fn text(&self, field: Field) -> Cow<'_, str> {
        match field {
            Field::EmailFrom => Cow::Borrowed(&self.from),
            Field::Subject => Cow::Borrowed(&self.subject),
            Field::Body => Cow::Borrowed(&self.body),
            Field::AuthParams => Cow::Owned(lines_of(&self.auth_params)),
            Field::AuthParamName(row) => Cow::Borrowed(self.row(row).map_or("", |param| &param.name)),
            Field::AuthParamValue(row) => Cow::Borrowed(self.row(row).map_or("", |param| &param.value)),
            Field::OtpExpiry => Cow::Borrowed(&self.otp_expiry),
            Field::OtpLength => Cow::Borrowed(&self.otp_length),
            _ => Cow::Borrowed(""),
        }
    }

    fn set_text(&mut self, field: Field, text: String) {
        match field {
            Field::EmailFrom => self.from = text,
            Field::Subject => self.subject = text,
            Field::Body => self.body = text,
            Field::AuthParamName(row) => self.row_mut(row).name = text,
            Field::AuthParamValue(row) => self.row_mut(row).value = text,
            Field::OtpExpiry => self.otp_expiry = text,
            Field::OtpLength => self.otp_length = text,
            _ => {}
        }
    }

    fn flag(&self, field: Field) -> bool {
        match field {
            Field::DisableSignUps => self.disable_sign_ups,
            Field::BruteForceProtection => self.brute_force_protection,
            _ => false,
        }
    }

    fn set_flag(&mut self, field: Field, on: bool) {
        match field {
            Field::DisableSignUps => self.disable_sign_ups = on,
            Field::BruteForceProtection => self.brute_force_protection = on,
            _ => {}
        }
    }

    fn take(&mut self, other: &Self, field: Field) {
        if field == Field::AuthParams {
            self.auth_params.clone_from(&other.auth_params);
            return;
        }
        self.set_text(field, other.text(field).into_owned());
        self.set_flag(field, other.flag(field));
    }
}

/// The parameters as people compare them: one a line, blank rows left out.
fn lines_of(params: &[AuthParam]) -> String {
    let mut text = String::new();
    for param in params.iter().filter(|param| !is_blank(param)) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(param.name.trim());
        text.push_str(" = ");
        text.push_str(&param.value);
    }
    text
}

impl EmailSettings {
    /// What still has to be set before a message can go out, besides a provider.
    pub fn missing(&self) -> Vec<Field> {
        if self.from.is_empty() { vec![Field::EmailFrom] } else { Vec::new() }
    }

    /// The fields that differ between two states, in the order of the page.
    pub fn differing(&self, other: &Self) -> Vec<Field> {
        EmailForm::from_settings(self).differing(&EmailForm::from_settings(other))
    }
}

/// The email connection as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailState {
    /// The settings.
    pub settings: EmailSettings,
    /// Who saved them, and when.
    pub revision: Revision,
}

/// Whether a row says nothing.
pub fn is_blank(param: &AuthParam) -> bool {
    param.name.trim().is_empty() && param.value.trim().is_empty()
}

/// A sender taken apart: the display name, which may hold parameters, and the address, which is literal.
pub fn split_from(from: &str) -> (&str, &str) {
    let from = from.trim();
    match from.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => (name.trim(), address.trim()),
        None => ("", from),
    }
}

/// A display name without the quotes that were typed around it: they are not part of it.
pub fn unquoted(name: &str) -> String {
    match name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => name.to_owned(),
    }
}

/// A sender put together: the display name in quotes where it needs them (RFC 5322, section 3.2.3), and the address.
pub fn mailbox(name: &str, address: &str) -> String {
    let name = unquoted(name.trim());
    let plain =
        |letter: char| !letter.is_ascii() || letter.is_ascii_alphanumeric() || " !#$%&'*+-/=?^_`{|}~".contains(letter);
    if name.is_empty() {
        address.to_owned()
    } else if name.chars().all(plain) {
        [&name, " <", address, ">"].concat()
    } else {
        ["\"", &name.replace('\\', "\\\\").replace('"', "\\\""), "\" <", address, ">"].concat()
    }
}

/// Checks the shape of an email address: what browsers accept (the HTML standard's rule), with a dot or `localhost` in the domain
/// left to the mail server.
pub fn check_address(text: &str) -> Result<String, Problem> {
    let address = text.trim();
    let Some((local, domain)) = address.rsplit_once('@') else {
        return Err(if address.is_empty() { Problem::Required } else { Problem::NotAnAddress });
    };
    let local_fits = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte));
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let fits = local_fits && address.len() <= 254 && domain.split('.').all(label_fits);
    if fits { Ok(address.to_owned()) } else { Err(Problem::NotAnAddress) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> EmailForm {
        EmailForm::from_settings(&EmailSettings::default())
    }

    fn problem(form: &EmailForm, field: Field) -> Option<Problem> {
        form.check().err().and_then(|errors| errors.of(field).cloned())
    }

    #[test]
    fn the_defaults_pass_and_come_back_unchanged() {
        assert_eq!(form().check(), Ok(EmailSettings::default()));
    }

    #[test]
    fn the_sender_is_an_address_or_a_name_with_one() {
        for (text, expected) in [
            ("ines@acme.example", None),
            ("{{ application.name }} <no-reply@acme.example>", None),
            ("Acme <{{ tenant }}@acme.example>", Some(Problem::ParameterInAddress)),
            ("Acme", Some(Problem::NotAnAddress)),
            ("Acme <>", Some(Problem::Required)),
            ("a@b@c.example", Some(Problem::NotAnAddress)),
        ] {
            assert_eq!(problem(&EmailForm { from: text.to_owned(), ..form() }, Field::EmailFrom), expected, "{text:?}");
        }
    }

    #[test]
    fn a_display_name_is_quoted_where_it_needs_that() {
        for (name, expected) in [
            ("", "a@acme.example"),
            ("Acme", "Acme <a@acme.example>"),
            ("Café 24", "Café 24 <a@acme.example>"),
            ("Acme, Inc.", "\"Acme, Inc.\" <a@acme.example>"),
            ("\"Acme, Inc.\"", "\"Acme, Inc.\" <a@acme.example>"),
            ("Ann \"Ace\" Lee", "\"Ann \\\"Ace\\\" Lee\" <a@acme.example>"),
            ("a\\b", "\"a\\\\b\" <a@acme.example>"),
        ] {
            let written = mailbox(name, "a@acme.example");
            assert_eq!(written, expected);
            let (name, address) = split_from(&written);
            assert_eq!(mailbox(name, address), expected, "read again");
        }
    }

    #[test]
    fn a_subject_has_one_line() {
        assert_eq!(
            problem(&EmailForm { subject: "a\r\nBcc: b".to_owned(), ..form() }, Field::Subject),
            Some(Problem::LineBreak)
        );
    }

    #[test]
    fn parameters_are_named_once_and_never_reserved() {
        let row = |name: &str, value: &str| AuthParam { name: name.to_owned(), value: value.to_owned() };
        let typed = EmailForm {
            auth_params: vec![row("scope", "openid"), row("", ""), row("scope", "x"), row("state", "y"), row("", "z")],
            ..form()
        };
        assert_eq!(problem(&typed, Field::AuthParamName(3)), Some(Problem::DuplicateParameter));
        assert_eq!(problem(&typed, Field::AuthParamName(4)), Some(Problem::ReservedParameter));
        assert_eq!(problem(&typed, Field::AuthParamName(5)), Some(Problem::Required));
    }

    #[test]
    fn crlf_makes_no_difference() {
        let crlf = EmailForm { body: form().body.replace('\n', "\r\n"), ..form() };
        assert_eq!(crlf.check(), form().check());
        assert_eq!(crlf.normalized(), form());
    }

    #[test]
    fn a_body_carries_code_and_link() {
        assert!(matches!(
            problem(&EmailForm { body: "<p>{{ code }}</p>".to_owned(), ..form() }, Field::Body),
            Some(Problem::Template(_))
        ));
        let long = format!("{{{{ code }}}} {{{{ link }}}}{}", "x".repeat(20_480));
        assert!(matches!(
            problem(&EmailForm { body: long, ..form() }, Field::Body),
            Some(Problem::TooLong { max: 20_480, .. })
        ));
    }
}
