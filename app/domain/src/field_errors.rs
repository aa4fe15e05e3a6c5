//! Which field of a form was refused, and why: closed lists, so that only Doorcode's own words reach a page.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::template::{Diagnostic, Span};

/// A field of one of the console's forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Field {
    /// SMS and email provider: who carries the message out.
    Provider,
    /// SMS: the Twilio account.
    TwilioSid,
    /// SMS: the secret of the Twilio account.
    TwilioToken,
    /// SMS: number or messaging service.
    SmsSource,
    /// SMS: the sender.
    SmsFrom,
    /// SMS: the Twilio messaging service.
    MessagingServiceSid,
    /// SMS: where the custom gateway listens.
    GatewayUrl,
    /// SMS: how Doorcode proves itself to the gateway.
    GatewayAuthentication,
    /// SMS: `sub` of the gateway's token.
    GatewaySubject,
    /// SMS: `aud` of the gateway's token.
    GatewayAudience,
    /// SMS: the key of the gateway's token.
    GatewaySecret,
    /// SMS: whether that key is written in base64url.
    GatewaySecretBase64url,
    /// SMS: whether the gateway learns who asked.
    ForwardRequestInfo,
    /// SMS: the syntax of the message.
    Syntax,
    /// SMS: the text.
    Message,
    /// Email: the sender.
    EmailFrom,
    /// Email: the subject.
    Subject,
    /// Email: the HTML.
    Body,
    /// Email: the group of parameters of the sign-in link.
    AuthParams,
    /// Email: the name of one parameter, counted from 1.
    AuthParamName(u8),
    /// Email: the value of one parameter, counted from 1.
    AuthParamValue(u8),
    /// How long a code lives.
    OtpExpiry,
    /// How many digits a code has.
    OtpLength,
    /// Whether only existing users may sign in.
    DisableSignUps,
    /// Whether guessing is slowed down.
    BruteForceProtection,
    /// Application or API token: its name.
    Name,
    /// Application: its type.
    ApplicationType,
    /// Application: where its users may be sent back to.
    Callbacks,
    /// Application: which origins may call the API from a browser.
    WebOrigins,
    /// Application: the grants it may use.
    GrantTypes,
    /// Application: how it proves itself at the token endpoint.
    TokenEndpointAuthentication,
    /// Application: whether its word on the caller's address counts.
    TrustIpHeader,
    /// Application: the name typed to confirm that it is deleted.
    ConfirmName,
    /// Email provider: the mail server.
    SmtpHost,
    /// Email provider: its port.
    SmtpPort,
    /// Email provider: how the way there is encrypted.
    SmtpSecurity,
    /// Email provider: as whom Doorcode signs in.
    SmtpUserName,
    /// Email provider: with which password.
    SmtpPassword,
    /// Try: who gets the test message.
    TryRecipient,
    /// Try: for which application.
    TryApplication,
    /// Try: in which language.
    TryLanguage,
    /// Try: the code that arrived.
    TryCode,
    /// User: by which connection.
    UserMethod,
    /// User: the number or address.
    UserRecipient,
    /// Administrator: the address.
    AdminEmail,
    /// Administrator: the role.
    AdminRole,
    /// Administrator: the password.
    Password,
    /// Account: the password in use.
    CurrentPassword,
    /// Account: the password to come.
    NewPassword,
    /// Set-up: the one-time token that the server printed.
    SetupToken,
    /// API token: what it allows.
    ApiScopes,
    /// Installation: its name.
    InstallationName,
    /// Installation: where its users find help by email.
    SupportEmail,
    /// Installation: where its users find help on the web.
    SupportUrl,
    /// Installation: the language of a request that names none.
    DefaultLanguage,
}

impl Field {
    /// The name of the field in a form post; within a server function's form it is `form[key]`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::TwilioSid => "twilio_sid",
            Self::TwilioToken => "twilio_token",
            Self::SmsSource => "source",
            Self::SmsFrom | Self::EmailFrom => "from",
            Self::MessagingServiceSid => "messaging_service_sid",
            Self::GatewayUrl => "gateway_url",
            Self::GatewayAuthentication => "gateway_authentication",
            Self::GatewaySubject => "gateway_subject",
            Self::GatewayAudience => "gateway_audience",
            Self::GatewaySecret => "gateway_secret",
            Self::GatewaySecretBase64url => "gateway_secret_base64url",
            Self::ForwardRequestInfo => "forward_request_info",
            Self::Syntax => "syntax",
            Self::Message => "message",
            Self::Subject => "subject",
            Self::Body => "body",
            Self::AuthParams | Self::AuthParamName(_) | Self::AuthParamValue(_) => "auth_params",
            Self::OtpExpiry => "otp_expiry",
            Self::OtpLength => "otp_length",
            Self::DisableSignUps => "disable_sign_ups",
            Self::BruteForceProtection => "brute_force_protection",
            Self::Name => "name",
            Self::ApplicationType => "kind",
            Self::Callbacks => "callbacks",
            Self::WebOrigins => "web_origins",
            Self::GrantTypes => "grant_types",
            Self::TokenEndpointAuthentication => "token_endpoint_authentication",
            Self::TrustIpHeader => "trust_ip_header",
            Self::ConfirmName => "confirm_name",
            Self::SmtpHost => "host",
            Self::SmtpPort => "port",
            Self::SmtpSecurity => "security",
            Self::SmtpUserName => "user_name",
            Self::SmtpPassword => "smtp_password",
            Self::UserMethod => "method",
            Self::TryRecipient | Self::UserRecipient => "recipient",
            Self::TryApplication => "application",
            Self::TryLanguage => "language",
            Self::TryCode => "code",
            Self::AdminEmail => "email",
            Self::AdminRole => "role",
            Self::Password => "password",
            Self::CurrentPassword => "current_password",
            Self::NewPassword => "new_password",
            Self::SetupToken => "token",
            Self::ApiScopes => "scopes",
            Self::InstallationName => "installation_name",
            Self::SupportEmail => "support_email",
            Self::SupportUrl => "support_url",
            Self::DefaultLanguage => "default_language",
        }
    }

    /// Whether it holds a secret, of which nobody reads what is stored.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::TwilioToken | Self::GatewaySecret | Self::SmtpPassword)
    }

    /// The label that people read.
    pub fn label(self) -> String {
        let label = match self {
            Self::Provider => "Provider",
            Self::TwilioSid => "Twilio Account SID",
            Self::TwilioToken => "Twilio Auth Token",
            Self::SmsSource => "SMS Source",
            Self::SmsFrom | Self::EmailFrom => "From",
            Self::MessagingServiceSid => "Twilio Messaging Service SID",
            Self::GatewayUrl => "Gateway URL",
            Self::GatewayAuthentication => "Gateway authentication",
            Self::GatewaySubject => "Subject",
            Self::GatewayAudience => "Audience",
            Self::GatewaySecret => "Gateway secret",
            Self::GatewaySecretBase64url => "Secret is base64url-encoded",
            Self::ForwardRequestInfo => "Forward request info",
            Self::Syntax => "Syntax",
            Self::Message => "Message",
            Self::Subject => "Subject",
            Self::Body => "Body",
            Self::AuthParams => "Authentication Parameters",
            Self::AuthParamName(row) => return format!("Name {row}"),
            Self::AuthParamValue(row) => return format!("Value {row}"),
            Self::OtpExpiry => "OTP Expiry",
            Self::OtpLength => "OTP Length",
            Self::DisableSignUps => "Disable Sign Ups",
            Self::BruteForceProtection => "Brute-force protection",
            Self::Name => "Name",
            Self::ApplicationType => "Type",
            Self::Callbacks => "Allowed Callback URLs",
            Self::WebOrigins => "Allowed Web Origins",
            Self::GrantTypes => "Grant types",
            Self::TokenEndpointAuthentication => "Token endpoint authentication",
            Self::TrustIpHeader => "Trust token endpoint IP header",
            Self::ConfirmName => "Type the name to confirm",
            Self::SmtpHost => "Host",
            Self::SmtpPort => "Port",
            Self::SmtpSecurity => "Security",
            Self::SmtpUserName => "User name",
            Self::SmtpPassword => "SMTP password",
            Self::TryRecipient => "Recipient",
            Self::TryApplication => "Application",
            Self::TryLanguage => "Language",
            Self::TryCode => "Code",
            Self::UserMethod => "Connection",
            Self::UserRecipient => "Phone number or email address",
            Self::AdminEmail => "Email",
            Self::AdminRole => "Role",
            Self::Password => "Password",
            Self::CurrentPassword => "Current password",
            Self::NewPassword => "New password",
            Self::SetupToken => "Setup token",
            Self::ApiScopes => "Scopes",
            Self::InstallationName => "Installation name",
            Self::SupportEmail => "Support email",
            Self::SupportUrl => "Support URL",
            Self::DefaultLanguage => "Default language",
        };
        label.to_owned()
    }

    /// The id of the field's control on its page, which an error summary links to.
    pub fn id(self) -> String {
        match self {
            Self::AuthParamName(row) => format!("auth-param-name-{row}"),
            Self::AuthParamValue(row) => format!("auth-param-value-{row}"),
            other => other.key().replace('_', "-"),
        }
    }
}

/// Why a field was refused; `Display` says what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// Nothing was typed.
    Required,
    /// More than `max` characters.
    TooLong {
        /// The limit.
        max: u32,
        /// What was typed.
        actual: u32,
    },
    /// Fewer than `min` characters.
    TooShort {
        /// The limit.
        min: u32,
    },
    /// A secret whose length is out of range.
    SecretLength {
        /// Fewest characters.
        min: u32,
        /// Most characters.
        max: u32,
    },
    /// Not digits.
    NotANumber {
        /// What is counted.
        unit: String,
    },
    /// A number outside its range.
    OutOfRange {
        /// Smallest.
        min: u32,
        /// Largest.
        max: u32,
        /// What is counted.
        unit: String,
    },
    /// Not a Twilio account's SID.
    NotATwilioSid,
    /// Not a Twilio messaging service's SID.
    NotAMessagingServiceSid,
    /// Neither number, short code nor sender name.
    NotASmsSender,
    /// No phone number in E.164.
    NotAPhoneNumber,
    /// Not a URL at all.
    NotAUrl,
    /// Not an https URL.
    NotHttps,
    /// Neither a host name nor an address.
    NotAHost,
    /// Not the number of a port.
    NotAPort,
    /// Not base64url.
    NotBase64url,
    /// The stored secret belongs to another destination.
    DestinationChanged {
        /// What the stored secret is bound to.
        destination: String,
    },
    /// Not an email address.
    NotAnAddress,
    /// A parameter inside the address.
    ParameterInAddress,
    /// A line break where one line is wanted.
    LineBreak,
    /// A template that does not work.
    Template(Box<Diagnostic>),
    /// A parameter that Doorcode sets itself.
    ReservedParameter,
    /// A parameter named twice.
    DuplicateParameter,
    /// More rows than Doorcode takes.
    TooManyRows {
        /// The limit.
        max: u32,
    },
    /// Not a callback URL.
    NotACallback {
        /// The line, counted from 1.
        line: u32,
    },
    /// Not an origin.
    NotAnOrigin {
        /// The line, counted from 1.
        line: u32,
    },
    /// A token endpoint authentication that does not go with the type.
    NeedsNoSecret,
    /// The name typed is not the name of the application.
    NameDiffers,
    /// A token that would allow nothing.
    NoScope,
    /// Not a language tag.
    NotALanguage,
    /// Not a one-time code.
    NotACode,
    /// No application of that name or client id.
    NoSuchApplication,
    /// More than one application of that name.
    SeveralApplications,
    /// An administrator with this address exists.
    AddressTaken,
    /// The password typed is not the one in use.
    WrongPassword,
    /// The set-up token is not the one that the server printed.
    WrongSetupToken,
    /// The last owner cannot be lowered, disabled or removed.
    LastOwner,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required => f.write_str("Enter a value."),
            Self::TooLong { max, actual } => write!(f, "Use at most {max} characters; this has {actual}."),
            Self::TooShort { min } => write!(f, "Use at least {min} characters."),
            Self::SecretLength { min, max } => write!(f, "Enter {min} to {max} characters."),
            Self::NotANumber { unit } => write!(f, "Enter a whole number of {unit}."),
            Self::OutOfRange { min, max, unit } => write!(f, "Enter {min} to {max} {unit}."),
            Self::NotATwilioSid => f.write_str("Enter an Account SID: AC, then 32 of the digits 0–9 and a–f."),
            Self::NotAMessagingServiceSid => {
                f.write_str("Enter a Messaging Service SID: MG, then 32 of the digits 0–9 and a–f.")
            }
            Self::NotASmsSender => f.write_str(
                "Enter a number such as +15557122661, a short code of 3–8 digits, or a name of up to 11 letters, digits and spaces.",
            ),
            Self::NotAUrl => f.write_str("Enter a full URL, such as https://example.com/path."),
            Self::NotHttps => f.write_str("Enter a URL that begins with https://."),
            Self::NotAHost => f.write_str("Enter a host, such as smtp.example.com, without port."),
            Self::NotAPort => f.write_str("Enter a port from 1 to 65535, such as 587."),
            Self::NotBase64url => {
                f.write_str("Enter base64url (A–Z, a–z, 0–9, - and _), or clear “Secret is base64url-encoded”.")
            }
            Self::DestinationChanged { destination } if destination.is_empty() => {
                f.write_str("Enter the secret again: the stored one was saved before it had a destination.")
            }
            Self::DestinationChanged { destination } => {
                write!(f, "Enter the secret again: the stored one belongs to {destination}.")
            }
            Self::NotAPhoneNumber => {
                f.write_str("Enter a phone number with its country code, such as +15555550123.")
            }
            Self::NotAnAddress => f.write_str("Enter an email address, such as name@example.com."),
            Self::ParameterInAddress => {
                f.write_str("Write the address out: parameters may only stand in the display name.")
            }
            Self::LineBreak => f.write_str("Write this on one line."),
            Self::Template(diagnostic) => {
                if diagnostic.span != Span::default() {
                    write!(f, "Line {}, column {}: ", diagnostic.line, diagnostic.column)?;
                }
                write!(f, "{}", diagnostic.fault)
            }
            Self::ReservedParameter => f.write_str("Choose another name: Doorcode sets this parameter itself."),
            Self::DuplicateParameter => f.write_str("Choose another name: this one is used above."),
            Self::TooManyRows { max } => write!(f, "Use at most {max} parameters."),
            Self::NotACallback { line } => write!(
                f,
                "Line {line}: enter a full URL without wildcard or fragment: https, http on this machine, or an app’s own scheme with a dot in it."
            ),
            Self::NotAnOrigin { line } => write!(
                f,
                "Line {line}: enter an origin such as https://app.example.com, without path: https, or http on this machine."
            ),
            Self::NeedsNoSecret => f.write_str("Choose None: an application of this type cannot keep a secret."),
            Self::NameDiffers => f.write_str("Type the application’s name exactly as it stands above."),
            Self::NoScope => f.write_str("Choose what the token allows."),
            Self::NotALanguage => f.write_str("Enter a language tag, such as en or fr-CA."),
            Self::NotACode => f.write_str("Enter the digits of the code."),
            Self::NoSuchApplication => f.write_str("Enter the name or client ID of an application that is registered."),
            Self::SeveralApplications => f.write_str("Several applications have this name; enter the client ID of one."),
            Self::AddressTaken => f.write_str("Use another address: an administrator with this one exists."),
            Self::WrongPassword => f.write_str("Enter the password that you sign in with now."),
            Self::WrongSetupToken => {
                f.write_str("Enter the token from the Set up line that the server printed when it started.")
            }
            Self::LastOwner => f.write_str("Make someone else an owner first: this is the last one."),
        }
    }
}

/// One refused field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Which field.
    pub field: Field,
    /// Why.
    pub problem: Problem,
}

/// All refused fields of a form, in the order of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Errors with a single entry.
    pub fn one(field: Field, problem: Problem) -> Self {
        Self(vec![FieldError { field, problem }])
    }

    /// Adds a problem.
    pub fn push(&mut self, field: Field, problem: Problem) {
        self.0.push(FieldError { field, problem });
    }

    /// The value of a check, or its default with the problem noted.
    pub fn note<T: Default>(&mut self, field: Field, result: Result<T, Problem>) -> T {
        result.unwrap_or_else(|problem| {
            self.push(field, problem);
            T::default()
        })
    }

    /// The first problem of a field.
    pub fn of(&self, field: Field) -> Option<&Problem> {
        self.0.iter().find(|error| error.field == field).map(|error| &error.problem)
    }

    /// Every refused field, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldError> {
        self.0.iter()
    }

    /// Whether nothing was refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok` when nothing was refused.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

/// Turns CRLF and lone CR into LF: a browser posts a textarea with CRLF, and the difference is nobody's intention.
pub fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Checks that a text has between 1 and `max` characters.
pub fn text_of(text: &str, max: u32) -> Result<String, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::Required);
    }
    at_most(text, max)
}

/// Checks that a text, which may be empty, has at most `max` characters.
pub fn at_most(text: &str, max: u32) -> Result<String, Problem> {
    let actual = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    if actual > max { Err(Problem::TooLong { max, actual }) } else { Ok(text.to_owned()) }
}
