//! Applications: software that signs its users in through Doorcode.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::field_errors::{text_of, unix_lines};
use crate::form::Form;
use crate::web_url::WebUrl;
use crate::{Field, FieldErrors, Problem};

/// What kind of software an application is; the names in the public API are Auth0's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    /// Runs on a server and can keep a secret.
    #[default]
    RegularWeb,
    /// Runs in a browser and cannot.
    Spa,
    /// Runs on a user's device and cannot.
    Native,
    /// Acts for itself, without users.
    NonInteractive,
}

impl ApplicationType {
    /// Every type, in the order of the page.
    pub const ALL: [Self; 4] = [Self::RegularWeb, Self::Spa, Self::Native, Self::NonInteractive];

    /// The name in forms, the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RegularWeb => "regular_web",
            Self::Spa => "spa",
            Self::Native => "native",
            Self::NonInteractive => "non_interactive",
        }
    }

    /// The name that people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::RegularWeb => "Regular Web",
            Self::Spa => "Single Page",
            Self::Native => "Native",
            Self::NonInteractive => "Machine to Machine",
        }
    }

    /// What the type means, in one line.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::RegularWeb => "Runs on a server and keeps a client secret",
            Self::Spa => "Runs in the browser, without a secret",
            Self::Native => "Runs on a phone or desktop, without a secret",
            Self::NonInteractive => "A service that acts for itself",
        }
    }

    /// Whether it can keep a client secret.
    pub const fn is_confidential(self) -> bool {
        matches!(self, Self::RegularWeb | Self::NonInteractive)
    }

    /// The grants that a new application of this type has.
    pub fn default_grants(self) -> Grants {
        let users = self != Self::NonInteractive;
        Grants {
            passwordless_otp: users,
            authorization_code: users,
            implicit: false,
            refresh_token: users,
            client_credentials: self == Self::NonInteractive,
        }
    }

    /// How a new application of this type proves itself.
    pub const fn default_authentication(self) -> TokenEndpointAuthentication {
        if self.is_confidential() { TokenEndpointAuthentication::Post } else { TokenEndpointAuthentication::None }
    }
}

impl std::str::FromStr for ApplicationType {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(Problem::Required)
    }
}

/// How an application proves itself at the token endpoint (RFC 6749, section 2.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenEndpointAuthentication {
    /// It has no secret.
    None,
    /// The secret goes into the body.
    #[default]
    Post,
    /// The secret goes into the `Authorization` header.
    Basic,
}

impl TokenEndpointAuthentication {
    /// Every choice, in the order of the page.
    pub const ALL: [Self; 3] = [Self::None, Self::Post, Self::Basic];

    /// The name in forms and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Post => "post",
            Self::Basic => "basic",
        }
    }

    /// The name that people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Post => "Post",
            Self::Basic => "Basic",
        }
    }
}

impl std::str::FromStr for TokenEndpointAuthentication {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text).ok_or(Problem::Required)
    }
}

/// Which grants an application may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Grants {
    /// `http://auth0.com/oauth/grant-type/passwordless/otp`.
    pub passwordless_otp: bool,
    /// `authorization_code`.
    pub authorization_code: bool,
    /// `implicit`.
    pub implicit: bool,
    /// `refresh_token`.
    pub refresh_token: bool,
    /// `client_credentials`.
    pub client_credentials: bool,
}

impl Grants {
    /// Every grant with its label, its name in a form and whether it is allowed.
    pub const fn each(self) -> [(&'static str, &'static str, bool); 5] {
        [
            ("Passwordless OTP", "passwordless_otp", self.passwordless_otp),
            ("Authorization Code", "authorization_code", self.authorization_code),
            ("Implicit", "implicit", self.implicit),
            ("Refresh Token", "refresh_token", self.refresh_token),
            ("Client Credentials", "client_credentials", self.client_credentials),
        ]
    }

    /// Allows or withdraws a grant by its name in a form.
    pub fn set(&mut self, name: &str, on: bool) {
        match name {
            "passwordless_otp" => self.passwordless_otp = on,
            "authorization_code" => self.authorization_code = on,
            "implicit" => self.implicit = on,
            "refresh_token" => self.refresh_token = on,
            "client_credentials" => self.client_credentials = on,
            _ => {}
        }
    }

    fn names(self) -> Vec<&'static str> {
        self.each().into_iter().filter(|(_, _, on)| *on).map(|(label, _, _)| label).collect()
    }
}

/// The form `Register application` as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegistrationForm {
    /// `Name`.
    pub name: String,
    /// `Type`.
    pub kind: ApplicationType,
}

/// A checked registration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Registration {
    /// The name.
    pub name: String,
    /// The type.
    pub kind: ApplicationType,
}

impl RegistrationForm {
    /// Checks every field.
    pub fn check(&self) -> Result<Registration, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.note(Field::Name, check_name(&self.name));
        errors.into_result(Registration { name, kind: self.kind })
    }
}

/// The form of one application as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApplicationForm {
    /// `Name`.
    pub name: String,
    /// `Allowed Callback URLs`, one a line.
    pub callbacks: String,
    /// `Allowed Web Origins`, one a line.
    pub web_origins: String,
    /// `Grant types`.
    pub grant_types: Grants,
    /// `Token endpoint authentication`.
    pub token_endpoint_authentication: TokenEndpointAuthentication,
    /// `Trust token endpoint IP header`.
    pub trust_ip_header: bool,
}

/// The stored settings of one application; only [`ApplicationForm::check`] and the database make them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ApplicationSettings {
    /// The name.
    pub name: String,
    /// Where its users may be sent back to; compared exactly.
    pub callbacks: Vec<String>,
    /// Which origins may call the API from a browser; compared exactly.
    pub web_origins: Vec<String>,
    /// Which grants it may use.
    pub grant_types: Grants,
    /// How it proves itself.
    pub token_endpoint_authentication: TokenEndpointAuthentication,
    /// Whether its word on the caller's address counts.
    pub trust_ip_header: bool,
}

impl ApplicationSettings {
    /// The fields that differ between two states, in the order of the page.
    pub fn differing(&self, other: &Self) -> Vec<Field> {
        ApplicationForm::from_settings(self).differing(&ApplicationForm::from_settings(other))
    }

    /// The settings of a new application.
    pub fn registered(registration: &Registration) -> Self {
        Self {
            name: registration.name.clone(),
            callbacks: Vec::new(),
            web_origins: Vec::new(),
            grant_types: registration.kind.default_grants(),
            token_endpoint_authentication: registration.kind.default_authentication(),
            trust_ip_header: false,
        }
    }
}

impl ApplicationForm {
    /// The stored settings as the form shows them.
    pub fn from_settings(settings: &ApplicationSettings) -> Self {
        Self {
            name: settings.name.clone(),
            callbacks: settings.callbacks.join("\n"),
            web_origins: settings.web_origins.join("\n"),
            grant_types: settings.grant_types,
            token_endpoint_authentication: settings.token_endpoint_authentication,
            trust_ip_header: settings.trust_ip_header,
        }
    }

    /// Checks every field for an application of this type.
    pub fn check(&self, kind: ApplicationType) -> Result<ApplicationSettings, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.note(Field::Name, check_name(&self.name));
        let callbacks =
            errors.note(Field::Callbacks, lines(&self.callbacks, is_callback, |line| Problem::NotACallback { line }));
        let web_origins =
            errors.note(Field::WebOrigins, lines(&self.web_origins, is_origin, |line| Problem::NotAnOrigin { line }));
        let authentication = self.token_endpoint_authentication;
        if !kind.is_confidential() && authentication != TokenEndpointAuthentication::None {
            errors.push(Field::TokenEndpointAuthentication, Problem::NeedsNoSecret);
        }
        errors.into_result(ApplicationSettings {
            name,
            callbacks,
            web_origins,
            grant_types: self.grant_types,
            token_endpoint_authentication: authentication,
            trust_ip_header: self.trust_ip_header,
        })
    }
}

/// An application as lists show one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationSummary {
    /// The public id.
    pub client_id: String,
    /// The name.
    pub name: String,
    /// The type.
    pub kind: ApplicationType,
    /// Whether the method of the list is switched on for it; `false` in lists that ask for no method.
    pub enabled: bool,
}

/// One page of a list of applications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationPage {
    /// The applications, by name.
    pub applications: Vec<ApplicationSummary>,
    /// How many match in all.
    pub total: u32,
    /// How many exist, whatever the filter.
    pub registered: u32,
    /// This page, counted from 1.
    pub page: u32,
    /// The last page.
    pub pages: u32,
}

/// How many applications a page shows.
pub const APPLICATIONS_PER_PAGE: u32 = 25;

/// One application with all that its page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// The public id.
    pub client_id: String,
    /// The type, which never changes.
    pub kind: ApplicationType,
    /// The settings.
    pub settings: ApplicationSettings,
    /// Whether it has a client secret.
    pub has_secret: bool,
    /// Whether SMS is switched on for it.
    pub sms: bool,
    /// Whether email is switched on for it.
    pub email: bool,
    /// When it was registered, in milliseconds since the Unix epoch.
    pub created_at: i64,
}

impl Application {
    /// Whether it proves itself by nothing: it keeps no secret, or is set to need none.
    pub fn is_public(&self) -> bool {
        !self.has_secret || self.settings.token_endpoint_authentication == TokenEndpointAuthentication::None
    }
}

impl Form for ApplicationForm {
    fn fields(&self) -> Vec<Field> {
        vec![
            Field::Name,
            Field::Callbacks,
            Field::WebOrigins,
            Field::GrantTypes,
            Field::TokenEndpointAuthentication,
            Field::TrustIpHeader,
        ]
    }

    fn text(&self, field: Field) -> Cow<'_, str> {
        match field {
            Field::Name => Cow::Borrowed(&self.name),
            Field::Callbacks => Cow::Borrowed(&self.callbacks),
            Field::WebOrigins => Cow::Borrowed(&self.web_origins),
            Field::GrantTypes => Cow::Owned(self.grant_types.names().join(", ")),
            Field::TokenEndpointAuthentication => Cow::Borrowed(self.token_endpoint_authentication.as_str()),
            _ => Cow::Borrowed(""),
        }
    }

    fn set_text(&mut self, field: Field, text: String) {
        match field {
            Field::Name => self.name = text,
            Field::Callbacks => self.callbacks = text,
            Field::WebOrigins => self.web_origins = text,
            Field::TokenEndpointAuthentication => {
                self.token_endpoint_authentication = text.parse().unwrap_or(self.token_endpoint_authentication);
            }
            _ => {}
        }
    }

    fn flag(&self, field: Field) -> bool {
        field == Field::TrustIpHeader && self.trust_ip_header
    }

    fn set_flag(&mut self, field: Field, on: bool) {
        if field == Field::TrustIpHeader {
            self.trust_ip_header = on;
        }
    }
}

fn check_name(text: &str) -> Result<String, Problem> {
    let name = text.trim();
    if name.contains(|c: char| c.is_control()) {
        return Err(Problem::LineBreak);
    }
    text_of(name, 255)
}

fn lines(text: &str, fits: impl Fn(&str) -> bool, problem: impl Fn(u32) -> Problem) -> Result<Vec<String>, Problem> {
    let mut found: Vec<String> = Vec::new();
    for (number, line) in (1..).zip(unix_lines(text).lines()) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if line.chars().count() > 1_024 || !fits(line) {
            return Err(problem(number));
        }
        if !found.iter().any(|earlier| earlier == line) {
            found.push(line.to_owned());
        }
    }
    Ok(found)
}

/// Whether users may be sent back there (RFC 6749, section 3.1.2; RFC 8252, section 7).
fn is_callback(text: &str) -> bool {
    if text.contains(['#', '*']) {
        return false;
    }
    WebUrl::parse(text).is_some_and(|url| {
        if url.is_https() {
            true
        } else if url.is_http() {
            url.is_loopback()
        } else {
            url.scheme.contains('.')
        }
    })
}

fn is_origin(text: &str) -> bool {
    !text.contains('*')
        && WebUrl::parse(text)
            .is_some_and(|url| url.rest.is_empty() && (url.is_https() || url.is_http() && url.is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callbacks_are_https_loopback_or_a_private_scheme() {
        for (text, passes) in [
            ("https://app.example.com/callback?x=1", true),
            ("http://localhost:3000/callback", true),
            ("http://127.0.0.1/cb", true),
            ("com.example.app:/callback", true),
            ("com.example.app://callback", true),
            ("http://app.example.com/", false),
            ("https://*.example.com/", false),
            ("https://app.example.com/#x", false),
            ("javascript:alert(1)", false),
            ("myapp://callback", false),
            ("/callback", false),
        ] {
            assert_eq!(is_callback(text), passes, "{text:?}");
        }
    }

    #[test]
    fn origins_have_no_path() {
        for (text, passes) in [
            ("https://app.example.com", true),
            ("http://localhost:3000", true),
            ("https://app.example.com/", false),
            ("http://app.example.com", false),
            ("null", false),
        ] {
            assert_eq!(is_origin(text), passes, "{text:?}");
        }
    }

    #[test]
    fn the_line_of_a_wrong_url_is_named() {
        let form = ApplicationForm {
            name: "Acme".to_owned(),
            callbacks: "https://a.example/\r\n\r\nnope".to_owned(),
            ..ApplicationForm::default()
        };
        let errors = form.check(ApplicationType::RegularWeb).expect_err("line 3 is wrong");
        assert_eq!(errors.of(Field::Callbacks), Some(&Problem::NotACallback { line: 3 }));
    }

    #[test]
    fn an_application_without_a_secret_cannot_prove_itself_with_one() {
        let form = ApplicationForm { name: "Acme".to_owned(), ..ApplicationForm::default() };
        let errors = form.check(ApplicationType::Spa).expect_err("Post needs a secret");
        assert_eq!(errors.of(Field::TokenEndpointAuthentication), Some(&Problem::NeedsNoSecret));
    }
}
