//! What a template is rendered with, and the table of parameters.

use serde::{Deserialize, Serialize};

use crate::connection::Method;
use crate::installation::Installation;

/// Whether a message carries a code or a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Send {
    /// A one-time code.
    #[default]
    Code,
    /// A magic link.
    Link,
}

/// The values of all parameters; one that is empty counts as undefined.
#[derive(Clone, Default, PartialEq)]
pub struct Values {
    /// The one-time code, `code` and `password`.
    pub code: String,
    /// The magic link, empty in a code message.
    pub link: String,
    /// The recipient's number.
    pub phone_number: String,
    /// The recipient's address, `email` and `user.email`.
    pub email: String,
    /// `application.name`.
    pub application_name: String,
    /// `application.clientID`.
    pub client_id: String,
    /// `application.client_metadata`, keys and values.
    pub client_metadata: Vec<(String, String)>,
    /// The language asked for.
    pub request_language: String,
    /// `change_email` or empty.
    pub operation: String,
    /// Whether a code or a link is sent.
    pub send: Send,
    /// `sms` or `email`.
    pub connection: String,
    /// The installation's short name.
    pub tenant: String,
    /// The installation's name.
    pub friendly_name: String,
    /// Where users find help by email.
    pub support_email: String,
    /// Where users find help on the web.
    pub support_url: String,
}

/// Prints nothing, because codes and recipients must not reach a log.
impl std::fmt::Debug for Values {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Values")
    }
}

impl Values {
    /// Sample values with what an installation says of itself, for a message that carries a code or a link.
    pub fn of_installation(is_email: bool, send: Send, installation: &Installation) -> Self {
        let mut values = Self {
            friendly_name: installation.name.clone(),
            tenant: installation.name.clone(),
            request_language: installation.default_language.clone(),
            send,
            ..Self::sample(is_email)
        };
        if !installation.support_email.is_empty() {
            values.support_email.clone_from(&installation.support_email);
        }
        if !installation.support_url.is_empty() {
            values.support_url.clone_from(&installation.support_url);
        }
        if send == Send::Link {
            "https://example.com/passwordless/verify_redirect?verification_code=123456".clone_into(&mut values.link);
        }
        values
    }

    /// Sample values, as the preview begins with and the checks render with.
    pub fn sample(is_email: bool) -> Self {
        let mut values = Self {
            code: "123456".to_owned(),
            application_name: "Example".to_owned(),
            client_id: "kV7pQ2mXc4Rr9TzB6nJh3WdY8sLf5GaE".to_owned(),
            request_language: "en".to_owned(),
            tenant: "doorcode".to_owned(),
            friendly_name: "Doorcode".to_owned(),
            support_email: "support@example.com".to_owned(),
            support_url: "https://example.com/support".to_owned(),
            ..Self::default()
        };
        if is_email {
            values.connection = "email".to_owned();
            values.email = "jo@example.com".to_owned();
        } else {
            values.connection = "sms".to_owned();
            values.phone_number = "+15555550123".to_owned();
        }
        values
    }

    /// Whether a text is part of some value, so that it is no leftover of the template.
    pub(super) fn contain(&self, text: &str) -> bool {
        [
            &self.application_name,
            &self.phone_number,
            &self.email,
            &self.link,
            &self.request_language,
            &self.tenant,
            &self.friendly_name,
            &self.support_email,
            &self.support_url,
        ]
        .into_iter()
        .chain(self.client_metadata.iter().map(|(_, value)| value))
        .any(|value| value.contains(text))
    }
}

/// One row of the table of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name as written in a template; one ending in `.*` stands for any key.
    pub name: &'static str,
    /// What it stands for.
    pub meaning: &'static str,
}

const fn row(name: &'static str, meaning: &'static str) -> Parameter {
    Parameter { name, meaning }
}

const PASSWORD: Parameter = row("password", "The one-time code");
const CODE: Parameter = row("code", "The one-time code");
const PHONE_NUMBER: Parameter = row("phone_number", "The recipient’s phone number");
const EMAIL: Parameter = row("email", "The recipient’s address");
const USER_EMAIL: Parameter = row("user.email", "The recipient’s address");
const LINK: Parameter = row("link", "The magic link; empty when a code is sent");
const NAME: Parameter = row("application.name", "The application that asks");
const CLIENT_ID: Parameter = row("application.clientID", "Its client ID");
const METADATA: Parameter = row("application.client_metadata.*", "Its metadata, by key");
const LANGUAGE: Parameter = row("request_language", "The language asked for");
const OPERATION: Parameter = row("operation", "change_email when an address is changed");
const SEND: Parameter = row("send", "What is sent: code or link");
const CONNECTION: Parameter = row("connection", "The method: sms or email");
const CONNECTION_NAME: Parameter = row("connection.name", "The method: sms or email");
const TENANT: Parameter = row("tenant", "This installation’s short name");
const FRIENDLY_NAME: Parameter = row("friendly_name", "This installation’s name");
const SUPPORT_EMAIL: Parameter = row("support_email", "Where users find help by email");
const SUPPORT_URL: Parameter = row("support_url", "Where users find help on the web");

#[rustfmt::skip]
static SMS: [Parameter; 15] = [
    PASSWORD, CODE, PHONE_NUMBER, NAME, CLIENT_ID, METADATA, LANGUAGE, OPERATION, SEND, CONNECTION,
    CONNECTION_NAME, TENANT, FRIENDLY_NAME, SUPPORT_EMAIL, SUPPORT_URL,
];

#[rustfmt::skip]
static MAIL: [Parameter; 17] = [
    PASSWORD, CODE, EMAIL, USER_EMAIL, LINK, NAME, CLIENT_ID, METADATA, LANGUAGE, OPERATION, SEND,
    CONNECTION, CONNECTION_NAME, TENANT, FRIENDLY_NAME, SUPPORT_EMAIL, SUPPORT_URL,
];

/// The parameters that a method's templates may use, in the order of the palette.
pub fn parameters(method: Method) -> &'static [Parameter] {
    match method {
        Method::Sms => &SMS,
        Method::Email => &MAIL,
    }
}
