//! The settings of the SMS connection: as typed, as stored, and the rules between them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::connection::Revision;
use crate::field_errors::{at_most, text_of, unix_lines};
use crate::form::Form;
use crate::otp::{OtpExpiry, OtpLength};
use crate::secret::SecretNote;
use crate::template::{self, About, Part, Severity, Syntax};
use crate::web_url::WebUrl;
use crate::{Field, FieldErrors, Problem, Secret, SecretChange};

/// Who carries a text message out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmsProvider {
    /// Twilio's Programmable Messaging.
    #[default]
    Twilio,
    /// An HTTP service of the administrator's own.
    Gateway,
    /// Messages stay inside Doorcode.
    Outbox,
}

impl SmsProvider {
    /// Every choice, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Twilio, Self::Gateway, Self::Outbox];

    /// The name in forms and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Twilio => "twilio",
            Self::Gateway => "gateway",
            Self::Outbox => "outbox",
        }
    }
}

/// What users see as the sender of a Twilio message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmsSource {
    /// One number or sender name.
    #[default]
    From,
    /// A Twilio messaging service, which picks the number.
    MessagingService,
}

impl SmsSource {
    /// Every choice, in the order of the page.
    pub const ALL: [Self; 2] = [Self::From, Self::MessagingService];

    /// The name in forms and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::MessagingService => "messaging_service",
        }
    }
}

/// How Doorcode proves itself to the custom gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GatewayAuthentication {
    /// Not at all.
    #[default]
    None,
    /// A signed bearer token.
    Bearer,
}

impl GatewayAuthentication {
    /// Every choice, in the order of the page.
    pub const ALL: [Self; 2] = [Self::None, Self::Bearer];

    /// The name in forms and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Bearer => "bearer",
        }
    }
}

/// The SMS form as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmsForm {
    /// `Provider`.
    pub provider: SmsProvider,
    /// `Twilio Account SID`.
    pub twilio_sid: String,
    /// `Twilio Auth Token`; empty keeps what is stored.
    pub twilio_token: Secret,
    /// `Remove stored Twilio Auth Token`.
    pub remove_twilio_token: bool,
    /// `SMS Source`.
    pub source: SmsSource,
    /// `From`.
    pub from: String,
    /// `Twilio Messaging Service SID`.
    pub messaging_service_sid: String,
    /// `Gateway URL`.
    pub gateway_url: String,
    /// `Gateway authentication`.
    pub gateway_authentication: GatewayAuthentication,
    /// `Subject`.
    pub gateway_subject: String,
    /// `Audience`.
    pub gateway_audience: String,
    /// `Gateway secret`; empty keeps what is stored.
    pub gateway_secret: Secret,
    /// `Remove stored Gateway secret`.
    pub remove_gateway_secret: bool,
    /// `Secret is base64url-encoded`.
    pub gateway_secret_base64url: bool,
    /// `Forward request info`.
    pub forward_request_info: bool,
    /// `Syntax`.
    pub syntax: Syntax,
    /// `Message`.
    pub message: String,
    /// `OTP Expiry`.
    pub otp_expiry: String,
    /// `OTP Length`.
    pub otp_length: String,
    /// `Disable Sign Ups`.
    pub disable_sign_ups: bool,
    /// `Brute-force protection`.
    pub brute_force_protection: bool,
}

/// The stored settings of the SMS connection; only [`SmsForm::check`] and the database make them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SmsSettings {
    /// Who carries the messages out.
    pub provider: SmsProvider,
    /// The Twilio account, or empty.
    pub twilio_sid: String,
    /// What users see as the sender.
    pub source: SmsSource,
    /// The sender, or empty.
    pub from: String,
    /// The Twilio messaging service, or empty.
    pub messaging_service_sid: String,
    /// Where the gateway listens, or empty.
    pub gateway_url: String,
    /// How Doorcode proves itself to the gateway.
    pub gateway_authentication: GatewayAuthentication,
    /// `sub` of the gateway's token.
    pub gateway_subject: String,
    /// `aud` of the gateway's token.
    pub gateway_audience: String,
    /// Whether the key of the gateway's token is written in base64url.
    pub gateway_secret_base64url: bool,
    /// Whether the gateway learns the caller's address and user agent.
    pub forward_request_info: bool,
    /// The syntax of the message.
    pub syntax: Syntax,
    /// The text.
    pub message: String,
    /// How long a code lives.
    pub otp_expiry: OtpExpiry,
    /// How many digits a code has.
    pub otp_length: OtpLength,
    /// Whether only existing users may sign in.
    pub disable_sign_ups: bool,
    /// Whether guessing is slowed down.
    pub brute_force_protection: bool,
}

impl Default for SmsSettings {
    fn default() -> Self {
        Self {
            provider: SmsProvider::default(),
            twilio_sid: String::new(),
            source: SmsSource::default(),
            from: String::new(),
            messaging_service_sid: String::new(),
            gateway_url: String::new(),
            gateway_authentication: GatewayAuthentication::default(),
            gateway_subject: String::new(),
            gateway_audience: String::new(),
            gateway_secret_base64url: false,
            forward_request_info: false,
            syntax: Syntax::Markdown,
            message: template::DEFAULT_MESSAGE.to_owned(),
            otp_expiry: OtpExpiry::default(),
            otp_length: OtpLength::default(),
            disable_sign_ups: false,
            brute_force_protection: true,
        }
    }
}

/// What a checked SMS form asks to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsChange {
    /// The settings.
    pub settings: SmsSettings,
    /// What happens to the Twilio Auth Token.
    pub twilio_token: SecretChange,
    /// What happens to the gateway's secret.
    pub gateway_secret: SecretChange,
}

/// Which secrets of the SMS connection are stored, and what each is bound to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmsSecrets {
    /// The account that the stored Twilio Auth Token belongs to.
    pub twilio_token: Option<String>,
    /// The origin that the stored gateway secret belongs to.
    pub gateway_secret: Option<String>,
}

/// What the check needs to know of the installation besides the form itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmsContext<'a> {
    /// The secrets that are stored now.
    pub secrets: SmsSecrets,
    /// The hosts that plain http and private addresses are allowed for; empty in the browser, which cannot know them.
    pub private_hosts: &'a [String],
}

impl SmsForm {
    /// The stored settings as the form shows them.
    pub fn from_settings(settings: &SmsSettings) -> Self {
        let settings = settings.clone();
        Self {
            provider: settings.provider,
            twilio_sid: settings.twilio_sid,
            twilio_token: Secret::default(),
            remove_twilio_token: false,
            source: settings.source,
            from: settings.from,
            messaging_service_sid: settings.messaging_service_sid,
            gateway_url: settings.gateway_url,
            gateway_authentication: settings.gateway_authentication,
            gateway_subject: settings.gateway_subject,
            gateway_audience: settings.gateway_audience,
            gateway_secret: Secret::default(),
            remove_gateway_secret: false,
            gateway_secret_base64url: settings.gateway_secret_base64url,
            forward_request_info: settings.forward_request_info,
            syntax: settings.syntax,
            message: settings.message,
            otp_expiry: settings.otp_expiry.seconds().to_string(),
            otp_length: settings.otp_length.digits().to_string(),
            disable_sign_ups: settings.disable_sign_ups,
            brute_force_protection: settings.brute_force_protection,
        }
    }

    /// The form without what was typed into secret fields: what a draft may hold.
    pub fn without_secrets(mut self) -> Self {
        self.twilio_token = Secret::default();
        self.gateway_secret = Secret::default();
        self
    }

    /// The form as it counts: line ends unified. Idempotent.
    pub fn normalized(mut self) -> Self {
        self.message = unix_lines(&self.message);
        self
    }

    /// What the check of the message must know; the default stands in for a number that does not pass.
    pub fn about(&self) -> About {
        About {
            part: Part::Message,
            syntax: self.syntax,
            otp_expiry: OtpExpiry::parse(&self.otp_expiry).unwrap_or_default().seconds(),
            otp_length: OtpLength::parse(&self.otp_length).unwrap_or_default().digits(),
        }
    }

    /// Checks every field that counts. Fields of a provider that is not chosen keep their value, cut to what can be stored.
    pub fn check(&self, context: &SmsContext<'_>) -> Result<SmsChange, FieldErrors> {
        let mut errors = FieldErrors::default();
        let twilio = self.provider == SmsProvider::Twilio;
        let gateway = self.provider == SmsProvider::Gateway;
        let bearer = gateway && self.gateway_authentication == GatewayAuthentication::Bearer;

        let twilio_token = SecretChange::from_form(&self.twilio_token, self.remove_twilio_token);
        let gateway_secret = SecretChange::from_form(&self.gateway_secret, self.remove_gateway_secret);
        let twilio_sid = self.twilio_sid.trim();
        let gateway_url = self.gateway_url.trim();

        let mut check = |field, counts: bool, text: &str, rule: &dyn Fn(&str) -> Result<(), Problem>| {
            let text = text.trim();
            if counts
                && !text.is_empty()
                && let Err(problem) = rule(text)
            {
                errors.push(field, problem);
            } else if let Err(problem) = at_most(text, KEPT) {
                errors.push(field, problem);
            }
            text.to_owned()
        };
        let twilio_sid_text =
            check(Field::TwilioSid, twilio, twilio_sid, &|text| sid(text, "AC", Problem::NotATwilioSid));
        check(Field::TwilioToken, twilio, self.twilio_token.expose(), &|text| secret_length(text, 32, 2048));
        let from_counts = twilio && self.source == SmsSource::From;
        let from = check(Field::SmsFrom, from_counts, &self.from, &sender);
        let service_counts = twilio && self.source == SmsSource::MessagingService;
        let messaging_service_sid =
            check(Field::MessagingServiceSid, service_counts, &self.messaging_service_sid, &|text| {
                sid(text, "MG", Problem::NotAMessagingServiceSid)
            });
        let gateway_url_text =
            check(Field::GatewayUrl, gateway, gateway_url, &|text| check_gateway_url(text, context.private_hosts));
        let gateway_subject =
            check(Field::GatewaySubject, bearer, &self.gateway_subject, &|text| at_most(text, 255).map(drop));
        let gateway_audience =
            check(Field::GatewayAudience, bearer, &self.gateway_audience, &|text| at_most(text, 255).map(drop));
        check(Field::GatewaySecret, bearer, self.gateway_secret.expose(), &|text| {
            secret_length(text, 1, 2048)?;
            if self.gateway_secret_base64url { base64url(text) } else { Ok(()) }
        });

        if let Some(stored) = &context.secrets.twilio_token
            && twilio_token == SecretChange::Keep
            && !twilio_sid.is_empty()
            && stored != twilio_sid
            && twilio
        {
            errors.push(Field::TwilioToken, Problem::DestinationChanged { destination: stored.clone() });
        }
        if let Some(stored) = &context.secrets.gateway_secret
            && gateway_secret == SecretChange::Keep
            && bearer
            && !gateway_url.is_empty()
            && gateway_destination(gateway_url).as_deref() != Some(stored)
        {
            errors.push(Field::GatewaySecret, Problem::DestinationChanged { destination: stored.clone() });
        }

        let message = unix_lines(&self.message);
        if let Err(problem) = text_of(&message, 5_120) {
            errors.push(Field::Message, problem);
        } else if let Some(fault) =
            template::diagnose(&message, self.about()).into_iter().find(|fault| fault.severity == Severity::Error)
        {
            errors.push(Field::Message, Problem::Template(Box::new(fault)));
        }
        let otp_expiry = errors.note(Field::OtpExpiry, OtpExpiry::parse(&self.otp_expiry));
        let otp_length = errors.note(Field::OtpLength, OtpLength::parse(&self.otp_length));

        errors.into_result(SmsChange {
            settings: SmsSettings {
                provider: self.provider,
                twilio_sid: twilio_sid_text,
                source: self.source,
                from,
                messaging_service_sid,
                gateway_url: gateway_url_text,
                gateway_authentication: self.gateway_authentication,
                gateway_subject,
                gateway_audience,
                gateway_secret_base64url: self.gateway_secret_base64url,
                forward_request_info: self.forward_request_info,
                syntax: self.syntax,
                message,
                otp_expiry,
                otp_length,
                disable_sign_ups: self.disable_sign_ups,
                brute_force_protection: self.brute_force_protection,
            },
            twilio_token,
            gateway_secret,
        })
    }
}

impl Form for SmsForm {
    fn fields(&self) -> Vec<Field> {
        vec![
            Field::Provider,
            Field::TwilioSid,
            Field::TwilioToken,
            Field::SmsSource,
            Field::SmsFrom,
            Field::MessagingServiceSid,
            Field::GatewayUrl,
            Field::GatewayAuthentication,
            Field::GatewaySubject,
            Field::GatewayAudience,
            Field::GatewaySecret,
            Field::GatewaySecretBase64url,
            Field::ForwardRequestInfo,
            Field::Syntax,
            Field::Message,
            Field::OtpExpiry,
            Field::OtpLength,
            Field::DisableSignUps,
            Field::BruteForceProtection,
        ]
    }

    fn text(&self, field: Field) -> Cow<'_, str> {
        Cow::Borrowed(match field {
            Field::Provider => self.provider.as_str(),
            Field::TwilioSid => &self.twilio_sid,
            Field::TwilioToken => self.twilio_token.expose(),
            Field::SmsSource => self.source.as_str(),
            Field::SmsFrom => &self.from,
            Field::MessagingServiceSid => &self.messaging_service_sid,
            Field::GatewayUrl => &self.gateway_url,
            Field::GatewayAuthentication => self.gateway_authentication.as_str(),
            Field::GatewaySubject => &self.gateway_subject,
            Field::GatewayAudience => &self.gateway_audience,
            Field::GatewaySecret => self.gateway_secret.expose(),
            Field::Syntax => self.syntax.as_str(),
            Field::Message => &self.message,
            Field::OtpExpiry => &self.otp_expiry,
            Field::OtpLength => &self.otp_length,
            _ => "",
        })
    }

    fn set_text(&mut self, field: Field, text: String) {
        match field {
            Field::Provider => choose(&mut self.provider, SmsProvider::ALL, |choice| choice.as_str() == text),
            Field::TwilioSid => self.twilio_sid = text,
            Field::TwilioToken => self.twilio_token = Secret::new(text),
            Field::SmsSource => choose(&mut self.source, SmsSource::ALL, |choice| choice.as_str() == text),
            Field::SmsFrom => self.from = text,
            Field::MessagingServiceSid => self.messaging_service_sid = text,
            Field::GatewayUrl => self.gateway_url = text,
            Field::GatewayAuthentication => {
                choose(&mut self.gateway_authentication, GatewayAuthentication::ALL, |choice| choice.as_str() == text);
            }
            Field::GatewaySubject => self.gateway_subject = text,
            Field::GatewayAudience => self.gateway_audience = text,
            Field::GatewaySecret => self.gateway_secret = Secret::new(text),
            Field::Syntax => {
                choose(&mut self.syntax, [Syntax::Markdown, Syntax::Liquid], |choice| choice.as_str() == text)
            }
            Field::Message => self.message = text,
            Field::OtpExpiry => self.otp_expiry = text,
            Field::OtpLength => self.otp_length = text,
            _ => {}
        }
    }

    fn flag(&self, field: Field) -> bool {
        match field {
            Field::TwilioToken => self.remove_twilio_token,
            Field::GatewaySecret => self.remove_gateway_secret,
            Field::GatewaySecretBase64url => self.gateway_secret_base64url,
            Field::ForwardRequestInfo => self.forward_request_info,
            Field::DisableSignUps => self.disable_sign_ups,
            Field::BruteForceProtection => self.brute_force_protection,
            _ => false,
        }
    }

    fn set_flag(&mut self, field: Field, on: bool) {
        match field {
            Field::TwilioToken => self.remove_twilio_token = on,
            Field::GatewaySecret => self.remove_gateway_secret = on,
            Field::GatewaySecretBase64url => self.gateway_secret_base64url = on,
            Field::ForwardRequestInfo => self.forward_request_info = on,
            Field::DisableSignUps => self.disable_sign_ups = on,
            Field::BruteForceProtection => self.brute_force_protection = on,
            _ => {}
        }
    }
}

impl SmsSettings {
    /// What the chosen provider still needs before a message can go out.
    pub fn missing(&self, twilio_token_set: bool, gateway_secret_set: bool) -> Vec<Field> {
        let mut missing = Vec::new();
        let mut need = |field, there: bool| {
            if !there {
                missing.push(field);
            }
        };
        match self.provider {
            SmsProvider::Outbox => {}
            SmsProvider::Twilio => {
                need(Field::TwilioSid, !self.twilio_sid.is_empty());
                need(Field::TwilioToken, twilio_token_set);
                match self.source {
                    SmsSource::From => need(Field::SmsFrom, !self.from.is_empty()),
                    SmsSource::MessagingService => {
                        need(Field::MessagingServiceSid, !self.messaging_service_sid.is_empty());
                    }
                }
            }
            SmsProvider::Gateway => {
                need(Field::GatewayUrl, !self.gateway_url.is_empty());
                if self.gateway_authentication == GatewayAuthentication::Bearer {
                    need(Field::GatewaySecret, gateway_secret_set);
                }
            }
        }
        missing
    }

    /// What the Twilio Auth Token is bound to.
    pub fn twilio_destination(&self) -> &str {
        &self.twilio_sid
    }

    /// The fields that differ between two states, in the order of the page.
    pub fn differing(&self, other: &Self) -> Vec<Field> {
        SmsForm::from_settings(self).differing(&SmsForm::from_settings(other))
    }
}

/// Takes the choice that is wanted, if there is one.
pub(crate) fn choose<T: Copy, const N: usize>(place: &mut T, choices: [T; N], wanted: impl Fn(&T) -> bool) {
    if let Some(choice) = choices.into_iter().find(wanted) {
        *place = choice;
    }
}

/// The SMS connection as stored, with what may be said about its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsState {
    /// The settings.
    pub settings: SmsSettings,
    /// Who saved them, and when.
    pub revision: Revision,
    /// The stored Twilio Auth Token, where there is one.
    pub twilio_token: Option<SecretNote>,
    /// The stored gateway secret, where there is one.
    pub gateway_secret: Option<SecretNote>,
}

impl SmsState {
    /// Which secrets are stored, and what each is bound to.
    pub fn secrets(&self) -> SmsSecrets {
        let destination = |note: &Option<SecretNote>| note.as_ref().map(|note| note.destination.clone());
        SmsSecrets { twilio_token: destination(&self.twilio_token), gateway_secret: destination(&self.gateway_secret) }
    }
}

/// The most that is kept of a field whose own rule is not asked.
pub(crate) const KEPT: u32 = 2_048;

/// What the gateway's secret is bound to: the origin of its URL.
pub fn gateway_destination(url: &str) -> Option<String> {
    WebUrl::parse(url.trim()).map(|url| url.origin())
}

fn sid(text: &str, prefix: &str, problem: Problem) -> Result<(), Problem> {
    let digits = text.strip_prefix(prefix).ok_or_else(|| problem.clone())?;
    if digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) { Ok(()) } else { Err(problem) }
}

/// Checks how many characters a secret has.
pub(crate) fn secret_length(text: &str, min: u32, max: u32) -> Result<(), Problem> {
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if (min..=max).contains(&length) { Ok(()) } else { Err(Problem::SecretLength { min, max }) }
}

/// E.164 (ITU-T: `+`, 7 to 15 digits, the first not 0), a short code or an alphanumeric sender, as Twilio takes them.
fn sender(text: &str) -> Result<(), Problem> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text
        .strip_prefix('+')
        .is_some_and(|rest| (7..=15).contains(&rest.len()) && digits(rest) && !rest.starts_with('0'));
    let short_code = (3..=8).contains(&text.len()) && digits(text);
    let name = (1..=11).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ')
        && text.bytes().any(|byte| byte.is_ascii_alphabetic());
    if number || short_code || name { Ok(()) } else { Err(Problem::NotASmsSender) }
}

fn check_gateway_url(text: &str, private_hosts: &[String]) -> Result<(), Problem> {
    at_most(text, 255)?;
    let url = WebUrl::parse(text).ok_or(Problem::NotAUrl)?;
    let listed = private_hosts.iter().any(|host| host.eq_ignore_ascii_case(url.host));
    if url.is_https() || url.is_http() && listed { Ok(()) } else { Err(Problem::NotHttps) }
}

fn base64url(text: &str) -> Result<(), Problem> {
    let body = text.trim_end_matches('=');
    let shaped = body.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if shaped && !body.is_empty() && body.len() % 4 != 1 { Ok(()) } else { Err(Problem::NotBase64url) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SID: &str = "AC7f0c2b9d41e84a0fb3c6d29e5a1b8c34";

    fn form() -> SmsForm {
        SmsForm::from_settings(&SmsSettings::default())
    }

    fn problem(form: &SmsForm, field: Field) -> Option<Problem> {
        form.check(&SmsContext::default()).err().and_then(|errors| errors.of(field).cloned())
    }

    #[test]
    fn the_defaults_pass_and_come_back_unchanged() {
        let change = form().check(&SmsContext::default()).expect("defaults pass");
        assert_eq!(change.settings, SmsSettings::default());
    }

    #[test]
    fn senders_are_numbers_short_codes_or_names() {
        for (text, passes) in [
            ("+15557122661", true),
            ("+1555712", true),
            ("+05557122661", false),
            ("+155571", false),
            ("+1234567890123456", false),
            ("123", true),
            ("12345678", true),
            ("12", false),
            ("123456789", false),
            ("Acme 24", true),
            ("Acme Wallet", true),
            ("Acme Wallets", false),
            ("Äcme", false),
        ] {
            assert_eq!(
                problem(&SmsForm { from: text.to_owned(), ..form() }, Field::SmsFrom).is_none(),
                passes,
                "{text:?}"
            );
        }
    }

    #[test]
    fn fields_of_another_provider_are_kept_and_not_checked() {
        let typed = SmsForm { provider: SmsProvider::Outbox, twilio_sid: "not a sid".to_owned(), ..form() };
        let change = typed.check(&SmsContext::default()).expect("not checked");
        assert_eq!(change.settings.twilio_sid, "not a sid");
    }

    #[test]
    fn a_wrong_shape_is_refused_and_a_missing_value_is_not() {
        assert_eq!(
            problem(&SmsForm { twilio_sid: "AC12".to_owned(), ..form() }, Field::TwilioSid),
            Some(Problem::NotATwilioSid)
        );
        assert_eq!(problem(&form(), Field::TwilioSid), None);
        assert_eq!(
            SmsSettings::default().missing(false, false),
            [Field::TwilioSid, Field::TwilioToken, Field::SmsFrom]
        );
    }

    #[test]
    fn a_stored_token_does_not_follow_to_another_account() {
        let typed = SmsForm { twilio_sid: SID.replace("7f", "8f"), ..form() };
        let context = SmsContext {
            secrets: SmsSecrets { twilio_token: Some(SID.to_owned()), gateway_secret: None },
            private_hosts: &[],
        };
        let errors = typed.check(&context).expect_err("must be typed again");
        assert_eq!(errors.of(Field::TwilioToken), Some(&Problem::DestinationChanged { destination: SID.to_owned() }));
        let removed = SmsForm { remove_twilio_token: true, ..typed };
        assert!(removed.check(&context).is_ok());
    }

    #[test]
    fn a_gateway_takes_https_or_a_listed_host() {
        let gateway = |url: &str| SmsForm { provider: SmsProvider::Gateway, gateway_url: url.to_owned(), ..form() };
        assert_eq!(problem(&gateway("https://sms.example.com/send"), Field::GatewayUrl), None);
        assert_eq!(problem(&gateway("http://sms.example.com/send"), Field::GatewayUrl), Some(Problem::NotHttps));
        assert_eq!(problem(&gateway("sms.example.com"), Field::GatewayUrl), Some(Problem::NotAUrl));
        let hosts = ["localhost".to_owned()];
        let context = SmsContext { secrets: SmsSecrets::default(), private_hosts: &hosts };
        assert!(gateway("http://localhost:9000/").check(&context).is_ok());
    }

    #[test]
    fn crlf_makes_no_difference() {
        let lf = SmsForm { message: "Code: @@password@@\nfrom @@application.name@@".to_owned(), ..form() };
        let crlf = SmsForm { message: lf.message.replace('\n', "\r\n"), ..form() };
        assert_eq!(lf.check(&SmsContext::default()), crlf.check(&SmsContext::default()));
    }

    #[test]
    fn a_message_must_carry_the_code() {
        assert!(matches!(
            problem(&SmsForm { message: "Hello".to_owned(), ..form() }, Field::Message),
            Some(Problem::Template(_))
        ));
        assert_eq!(problem(&SmsForm { message: String::new(), ..form() }, Field::Message), Some(Problem::Required));
    }
}
