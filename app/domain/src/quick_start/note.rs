//! What to know of a request, and where it is set.

use std::fmt;

use super::ConnectionFacts;
use crate::application::{Application, ApplicationType};
use crate::connection::Method;
use crate::oauth::MAX_VALUE;
use crate::otp::grouped;

/// Where something is set that a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The list of methods.
    Methods,
    /// The settings of a method.
    Settings(Method),
    /// The toggles on the application's page.
    Connections,
    /// `Grant types`.
    GrantTypes,
    /// `Allowed Callback URLs`.
    Callbacks,
    /// `Allowed Web Origins`.
    WebOrigins,
}

/// One thing to know. Its words have code between backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The connection is off.
    Off(Method),
    /// The connection is on, but its messages cannot go out.
    NeedsSetUp(Method),
    /// The connection is not switched on for the application.
    NotEnabled(Method),
    /// Only existing users may sign in.
    SignUpsDisabled(Method),
    /// A grant that the request needs is not allowed; by its label.
    GrantMissing(&'static str),
    /// `offline_access` is asked for, and `Refresh Token` is not allowed.
    NoRefreshToken,
    /// There is no callback URL, so a sample stands for it.
    NoCallback,
    /// Pages may not call the API: no origin is allowed.
    NoWebOrigin,
    /// Pages of these origins may call the API.
    WebOrigins(Vec<String>),
    /// The secret must not reach a browser.
    ServerOnly,

    /// A parameter is there twice.
    Repeated(String),
    /// The request does not say which application asks.
    NoClientId,
    /// The request is another application's.
    OtherClient,
    /// `connection` is missing.
    AnyConnection,
    /// `connection` names none.
    UnknownConnection(String),
    /// `response_type` is missing.
    NoResponseType,
    /// `response_type` is not one that there is.
    UnknownResponseType(String),
    /// `response_mode` is not one that there is.
    UnknownResponseMode(String),
    /// Tokens are asked for in the query of the callback.
    TokensInQuery,
    /// `redirect_uri` is missing.
    FirstCallback,
    /// `redirect_uri` is missing, and there is no other way back.
    NoWayBack,
    /// `redirect_uri` is not in the list.
    OtherCallback(String),
    /// `scope` has something that there is not.
    UnknownScope(String),
    /// `scope` lacks `openid`; whether that is refused.
    NoOpenid(bool),
    /// `device` without `offline_access`.
    DeviceAlone,
    /// `offline_access`, but no code that could be exchanged for a refresh token.
    OfflineWithoutCode,
    /// `audience` is missing.
    NoAudience,
    /// `audience` is there.
    Audience,
    /// `state` is missing.
    NoState,
    /// `nonce` is missing, and an ID token comes without an exchange.
    NoNonce,
    /// No PKCE; whether that is refused.
    NoPkce(bool),
    /// PKCE with another method than S256.
    PlainPkce,
    /// A challenge that is no SHA-256.
    WrongChallenge,
    /// A parameter that is refused.
    NotSupported(&'static str),
    /// A parameter whose value is refused, whatever it means.
    Unfit(&'static str),
    /// An audience that is refused, and why.
    WrongAudience(&'static str),
    /// A sign-in without its page is asked for.
    NoPrompt,
}

impl Note {
    /// Whether something will not work as it stands.
    pub const fn needs_attention(&self) -> bool {
        !matches!(
            self,
            Self::SignUpsDisabled(_)
                | Self::WebOrigins(_)
                | Self::ServerOnly
                | Self::AnyConnection
                | Self::FirstCallback
                | Self::NoOpenid(false)
                | Self::NoAudience
                | Self::Audience
                | Self::NoPkce(false)
        )
    }

    /// Where it is set.
    pub const fn place(&self) -> Option<Place> {
        Some(match self {
            Self::Off(_) => Place::Methods,
            Self::NeedsSetUp(method) | Self::SignUpsDisabled(method) => Place::Settings(*method),
            Self::NotEnabled(_) => Place::Connections,
            Self::GrantMissing(_) | Self::NoRefreshToken => Place::GrantTypes,
            Self::NoCallback | Self::NoWayBack | Self::OtherCallback(_) => Place::Callbacks,
            Self::NoWebOrigin | Self::WebOrigins(_) => Place::WebOrigins,
            _ => return None,
        })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off(method) => write!(f, "{method} is off: nobody can sign in with it."),
            Self::NeedsSetUp(method) => write!(f, "{method} is on, needs set-up: its messages cannot go out yet."),
            Self::NotEnabled(method) => write!(f, "{method} is not switched on for this application."),
            Self::SignUpsDisabled(method) => {
                write!(f, "Only people who are users already can sign in: {method} has sign-ups disabled.")
            }
            Self::GrantMissing(grant) => write!(f, "This application may not use the grant {grant}, which this needs."),
            Self::NoRefreshToken => f.write_str(
                "`offline_access` brings no refresh token: this application may not use the grant Refresh Token.",
            ),
            Self::NoCallback => {
                f.write_str("There is no Allowed Callback URL yet, so a sample stands here. Add yours first.")
            }
            Self::NoWebOrigin => f.write_str(
                "A page in a browser may not send this yet: there is no Allowed Web Origin. Add its origin.",
            ),
            Self::WebOrigins(origins) => {
                f.write_str("A page in a browser may send this from ")?;
                for (index, origin) in origins.iter().take(3).enumerate() {
                    write!(f, "{}`{origin}`", if index == 0 { "" } else { ", " })?;
                }
                match origins.len() {
                    0..=3 => f.write_str(" only."),
                    more => write!(f, " and {} more only.", more - 3),
                }
            }
            Self::ServerOnly => {
                f.write_str("Send this from a server: the client secret must not reach a browser or an app.")
            }
            Self::Repeated(name) => write!(f, "`{name}` is there more than once, which is refused."),
            Self::NoClientId => f.write_str("`client_id` is missing."),
            Self::OtherClient => f.write_str("`client_id` is not this application’s."),
            Self::AnyConnection => f.write_str(
                "Without `connection` people choose between the connections that are on for this application.",
            ),
            Self::UnknownConnection(name) => write!(f, "`{name}` is not a connection: there are `sms` and `email`."),
            Self::NoResponseType => f.write_str("`response_type` is missing: `code` is what most applications use."),
            Self::UnknownResponseType(name) => write!(
                f,
                "`{name}` is not a response type: there are `code`, `token`, `id_token` and `id_token token`."
            ),
            Self::UnknownResponseMode(name) => {
                write!(f, "`{name}` is not a response mode: there are `query`, `fragment` and `form_post`.")
            }
            Self::TokensInQuery => f.write_str(
                "Tokens never go into a query: leave out `response_mode`, or say `fragment` or `form_post`.",
            ),
            Self::FirstCallback => {
                f.write_str("Without `redirect_uri` people are sent to the first Allowed Callback URL.")
            }
            Self::NoWayBack => {
                f.write_str("`redirect_uri` is missing, and there is no Allowed Callback URL to take its place.")
            }
            Self::OtherCallback(uri) => {
                write!(f, "`{uri}` is not one of the Allowed Callback URLs, which are compared to the letter.")
            }
            Self::UnknownScope(name) => write!(
                f,
                "`{name}` is not a valid scope: there are `openid`, `profile`, `email`, `phone`, `address` and \
                 `offline_access`."
            ),
            Self::NoOpenid(false) => f.write_str("Without the scope `openid` there is no ID token."),
            Self::NoOpenid(true) => f.write_str("An ID token needs the scope `openid`; without it this is refused."),
            Self::DeviceAlone => f.write_str("`device` only goes with the scope `offline_access`."),
            Self::OfflineWithoutCode => f.write_str(
                "`offline_access` needs the response type `code`: a refresh token comes of an exchange only.",
            ),
            Self::NoAudience => f.write_str("`audience` is optional: it names the API that the access token is for."),
            Self::Audience => {
                f.write_str("`audience` is optional: without it the access token is for `/userinfo` only.")
            }
            Self::NoState => {
                f.write_str("`state` is missing: with it you know that an answer belongs to a sign-in that you began.")
            }
            Self::NoNonce => f.write_str(
                "`nonce` is missing, which is refused: an ID token that comes without an exchange has to carry it.",
            ),
            Self::NoPkce(true) => {
                f.write_str("`code_challenge` is missing: an application without a secret has to use PKCE with `S256`.")
            }
            Self::NoPkce(false) => f.write_str(
                "`code_challenge` is optional here, since this application has a secret. PKCE is wise all the same.",
            ),
            Self::PlainPkce => f.write_str("`code_challenge_method` has to be `S256`."),
            Self::WrongChallenge => f.write_str(
                "`code_challenge` is no SHA-256 in base64url, which has 43 letters, digits, hyphens and underscores.",
            ),
            Self::NotSupported(name) => write!(f, "`{name}` is not supported, and refused."),
            Self::Unfit(name) => {
                write!(f, "`{name}` has control characters or is longer than {} characters.", grouped(MAX_VALUE as u64))
            }
            Self::WrongAudience(words) => f.write_str(words),
            Self::NoPrompt => f.write_str("`prompt=none` is refused: every sign-in needs its page."),
        }
    }
}

/// What stands in the way of every request, or changes what it does.
pub(super) fn of_connection(facts: &ConnectionFacts, application: &Application, method: Method) -> Vec<Note> {
    let enabled = match method {
        Method::Sms => application.sms,
        Method::Email => application.email,
    };
    [
        (!facts.on, Note::Off(method)),
        (facts.on && facts.needs_set_up, Note::NeedsSetUp(method)),
        (!enabled, Note::NotEnabled(method)),
        (facts.disable_sign_ups, Note::SignUpsDisabled(method)),
    ]
    .into_iter()
    .filter_map(|(holds, note)| holds.then_some(note))
    .collect()
}

/// That a grant is not allowed, by its label.
pub(super) fn of_grant(application: &Application, label: &'static str) -> Vec<Note> {
    let grants = application.settings.grant_types.each();
    let allowed = grants.into_iter().any(|(name, _, on)| name == label && on);
    if allowed { Vec::new() } else { vec![Note::GrantMissing(label)] }
}

/// That no refresh token will come.
pub(super) fn of_offline_access(application: &Application) -> Vec<Note> {
    if application.settings.grant_types.refresh_token { Vec::new() } else { vec![Note::NoRefreshToken] }
}

/// That there is nowhere to come back to.
pub(super) fn of_callback(application: &Application) -> Vec<Note> {
    if application.settings.callbacks.is_empty() { vec![Note::NoCallback] } else { Vec::new() }
}

/// Where JavaScript may run.
pub(super) fn of_script(application: &Application) -> Vec<Note> {
    if !application.is_public() {
        return vec![Note::ServerOnly];
    }
    let origins = &application.settings.web_origins;
    match application.kind {
        ApplicationType::Spa if origins.is_empty() => vec![Note::NoWebOrigin],
        ApplicationType::Spa => vec![Note::WebOrigins(origins.clone())],
        _ => Vec::new(),
    }
}
