//! An authorization request, read once at the edge: RFC 6749, RFC 7636 and OpenID Connect as far as Doorcode goes with them.
//!
//! What is wrong with the application or the redirect URI is told on a page; all else goes back to the redirect URI as an error.

mod checks;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use domain::application::Application;
use domain::connection::Method;
use domain::language::check_language;

use super::parameters::Parameters;
use checks::{
    Wrong, answered_in, challenge, check_grant, check_mode, check_prompt, check_shape, connection, fits, is_plain,
    redirect, response_type, scope, text, wrong,
};

/// The longest recipient that a request may suggest: as long as an address can be.
const MAX_HINT: usize = 254;

/// Where a request comes from, which decides what it must say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From a browser, at `/authorize`.
    Browser,
    /// From whoever asked for a sign-in link: its response type is `code` unless it says otherwise, and as it never passed
    /// through a browser, nobody could have taken a challenge out of it.
    Link,
}

/// What the application gets back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseType {
    /// A code, to be exchanged for tokens.
    Code,
    /// Tokens, at once.
    Tokens {
        /// Whether an access token is among them.
        access: bool,
        /// Whether an ID token is among them.
        id: bool,
    },
}

/// How the application gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    Query,
    /// In the fragment of the redirect URI.
    Fragment,
    /// As a form that the browser posts to the redirect URI.
    FormPost,
}

/// Where an answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnAddress {
    /// One of the application's Allowed Callback URLs.
    pub redirect_uri: String,
    /// How.
    pub mode: ResponseMode,
    /// What the application recognises its request by.
    pub state: Option<String>,
}

/// A request that can be answered once its user has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// Where it comes from.
    pub source: Source,
    /// What the application gets.
    pub response_type: ResponseType,
    /// Where.
    pub back: ReturnAddress,
    /// Whether the request named that address.
    pub redirect_given: bool,
    /// The scopes, separated by single spaces; `None` where the request names none.
    pub scope: Option<String>,
    /// What the ID token repeats, or empty.
    pub nonce: String,
    /// The API that access is asked for, or empty.
    pub audience: String,
    /// The S256 challenge of whoever asked.
    pub code_challenge: Option<String>,
    /// Who is probably signing in, or empty.
    pub login_hint: String,
    /// The connection that was asked for.
    pub connection: Option<Method>,
    /// The language that was asked for.
    pub language: Option<String>,
}

/// The name of an error (RFC 6749, section 4.1.2.1; OpenID Connect Core, section 3.1.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// Something is missing, wrong or there twice.
    InvalidRequest,
    /// The application may not ask for this.
    UnauthorizedClient,
    /// This way in is closed.
    AccessDenied,
    /// Nothing of that kind is given out.
    UnsupportedResponseType,
    /// The scopes cannot be read or do not fit.
    InvalidScope,
    /// Nobody is signed in already; a page is needed.
    LoginRequired,
    /// Request objects are not read.
    RequestNotSupported,
    /// Nor are those that lie elsewhere.
    RequestUriNotSupported,
    /// Applications do not register themselves.
    RegistrationNotSupported,
}

/// An error on its way back to the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where.
    pub back: ReturnAddress,
    /// Its name.
    pub error: ErrorCode,
    /// What to do about it: ASCII without quotation marks and backslashes.
    pub description: Cow<'static, str>,
}

/// What is told on a page, because there is nowhere to go back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// There is no application of that id.
    UnknownApplication,
    /// The redirect URI is not an Allowed Callback URL, or there are two.
    RedirectUri,
    /// No redirect URI was named and the application has no Allowed Callback URL.
    NoCallback,
    /// The request is longer than any that makes sense.
    TooLong,
}

/// Why a request is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Tell whoever looks; never redirect.
    Told(Told),
    /// Send the error back.
    Returned(Box<Refusal>),
}

impl ResponseType {
    /// Reads a set of words in any order.
    fn parse(text: &str) -> Option<Self> {
        let mut words: Vec<&str> = text.split_ascii_whitespace().collect();
        words.sort_unstable();
        Some(match *words {
            ["code"] => Self::Code,
            ["token"] => Self::Tokens { access: true, id: false },
            ["id_token"] => Self::Tokens { access: false, id: true },
            ["id_token", "token"] => Self::Tokens { access: true, id: true },
            _ => return None,
        })
    }
}

impl ResponseMode {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "query" => Self::Query,
            "fragment" => Self::Fragment,
            "form_post" => Self::FormPost,
            _ => return None,
        })
    }
}

impl ErrorCode {
    /// The name that the standards give it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::LoginRequired => "login_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
        }
    }
}

impl ReturnAddress {
    /// An error for this address.
    pub fn refuse(&self, error: ErrorCode, description: impl Into<Cow<'static, str>>) -> Fault {
        Fault::Returned(Box::new(Refusal { back: self.clone(), error, description: description.into() }))
    }
}

impl AuthorizationRequest {
    /// Reads a request of this application.
    pub fn read(parameters: &Parameters, application: &Application, source: Source) -> Result<Self, Fault> {
        let (redirect_uri, redirect_given) = redirect(parameters, application).map_err(Fault::Told)?;
        let back = ReturnAddress {
            redirect_uri: redirect_uri.to_owned(),
            mode: answered_in(parameters),
            state: parameters.only("state").filter(|state| is_plain(state)).map(str::to_owned),
        };
        let request = Self {
            source,
            response_type: ResponseType::Code,
            back,
            redirect_given,
            scope: None,
            nonce: text(parameters, "nonce"),
            audience: text(parameters, "audience"),
            code_challenge: None,
            login_hint: parameters
                .only("login_hint")
                .filter(|hint| fits(hint, MAX_HINT))
                .unwrap_or_default()
                .to_owned(),
            connection: None,
            // The first of those that the user prefers (OpenID Connect Core, section 3.1.2.1).
            language: parameters.only("ui_locales").and_then(|tags| check_language(tags.split(' ').next()?).ok()),
        };
        let back = request.back.clone();
        request.check(parameters, application).map_err(|Wrong(error, words)| back.refuse(error, words))
    }

    fn check(mut self, parameters: &Parameters, application: &Application) -> Result<Self, Wrong> {
        check_shape(parameters)?;
        self.response_type = response_type(parameters, self.source)?;
        check_mode(parameters, self.response_type)?;
        check_grant(application, self.response_type)?;
        self.scope = scope(parameters, self.response_type)?;
        if self.gives_id_token() && self.nonce.is_empty() {
            return wrong(ErrorCode::InvalidRequest, "nonce is missing: an ID token that comes from here needs one.");
        }
        if self.source == Source::Browser {
            check_prompt(parameters)?;
        }
        self.connection = connection(parameters)?;
        if self.response_type == ResponseType::Code {
            self.code_challenge = challenge(parameters)?;
            if self.code_challenge.is_none() && self.source == Source::Browser && application.is_public() {
                return wrong(
                    ErrorCode::InvalidRequest,
                    "code_challenge is missing: an application without a client secret needs PKCE (RFC 7636).",
                );
            }
        }
        Ok(self)
    }

    fn gives_id_token(&self) -> bool {
        matches!(self.response_type, ResponseType::Tokens { id: true, .. })
    }
}
