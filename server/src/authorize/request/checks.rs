//! What each parameter of a request must be.

use std::borrow::Cow;

use domain::application::Application;
use domain::connection::Method;
use domain::oauth::{MAX_VALUE, audience_problem};

use super::{ErrorCode, ResponseMode, ResponseType, Source, Told};
use crate::authorize::parameters::Parameters;

/// What is wrong with a request that can be told to its application.
pub struct Wrong(pub ErrorCode, pub Cow<'static, str>);

/// A request that is wrong.
pub fn wrong<T>(error: ErrorCode, description: impl Into<Cow<'static, str>>) -> Result<T, Wrong> {
    Err(Wrong(error, description.into()))
}

/// Where the answer goes, and whether the request says so. It must be an Allowed Callback URL, letter for letter.
pub fn redirect<'a>(parameters: &Parameters, application: &'a Application) -> Result<(&'a str, bool), Told> {
    let callbacks = &application.settings.callbacks;
    if parameters.value("redirect_uri").is_none() {
        return callbacks.first().map(|first| (first.as_str(), false)).ok_or(Told::NoCallback);
    }
    let asked = parameters.only("redirect_uri");
    let allowed = callbacks.iter().find(|callback| Some(callback.as_str()) == asked);
    allowed.map(|callback| (callback.as_str(), true)).ok_or(Told::RedirectUri)
}

/// How an answer to this request is sent, whatever else is wrong with it. Tokens never go into a query.
pub fn answered_in(parameters: &Parameters) -> ResponseMode {
    let tokens = parameters.value("response_type").is_some_and(|types| types.contains("token"));
    match parameters.only("response_mode").and_then(ResponseMode::parse) {
        None if tokens => ResponseMode::Fragment,
        Some(ResponseMode::Query) if tokens => ResponseMode::Fragment,
        None => ResponseMode::Query,
        Some(mode) => mode,
    }
}

/// What holds for parameters of every name.
pub fn check_shape(parameters: &Parameters) -> Result<(), Wrong> {
    if let Some(name) = parameters.repeated() {
        // A name that is a word is safe to repeat.
        let is_word = name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let name = if is_word { name } else { "A parameter" };
        return wrong(ErrorCode::InvalidRequest, format!("{name} was sent more than once."));
    }
    for (name, error) in [
        ("request", ErrorCode::RequestNotSupported),
        ("request_uri", ErrorCode::RequestUriNotSupported),
        ("registration", ErrorCode::RegistrationNotSupported),
    ] {
        if parameters.value(name).is_some() {
            return wrong(error, format!("{name} is not supported."));
        }
    }
    if let Some(words) = audience_problem(parameters.value("audience").unwrap_or_default()) {
        return wrong(ErrorCode::InvalidRequest, words);
    }
    for name in ["state", "nonce"] {
        if parameters.value(name).is_some_and(|value| !is_plain(value)) {
            let words = format!("{name} has control characters or is longer than {MAX_VALUE} characters.");
            return wrong(ErrorCode::InvalidRequest, words);
        }
    }
    Ok(())
}

/// What the application gets.
pub fn response_type(parameters: &Parameters, source: Source) -> Result<ResponseType, Wrong> {
    match parameters.value("response_type") {
        None if source == Source::Link => Ok(ResponseType::Code),
        None => wrong(ErrorCode::InvalidRequest, "response_type is missing."),
        Some(types) => match ResponseType::parse(types) {
            Some(parsed) => Ok(parsed),
            None => wrong(
                ErrorCode::UnsupportedResponseType,
                "response_type must be code, token, id_token, or id_token token.",
            ),
        },
    }
}

/// How the application wants it, where it says so.
pub fn check_mode(parameters: &Parameters, response_type: ResponseType) -> Result<(), Wrong> {
    let Some(asked) = parameters.value("response_mode") else { return Ok(()) };
    match (ResponseMode::parse(asked), response_type) {
        (None, _) => wrong(ErrorCode::InvalidRequest, "response_mode must be query, fragment or form_post."),
        (Some(ResponseMode::Query), ResponseType::Tokens { .. }) => wrong(
            ErrorCode::InvalidRequest,
            "response_mode must be fragment or form_post: tokens do not go into a query.",
        ),
        _ => Ok(()),
    }
}

/// Whether the application may ask for that.
pub fn check_grant(application: &Application, response_type: ResponseType) -> Result<(), Wrong> {
    let grants = application.settings.grant_types;
    match response_type {
        ResponseType::Code if !grants.authorization_code => {
            wrong(ErrorCode::UnauthorizedClient, "The application lacks the grant Authorization Code.")
        }
        ResponseType::Tokens { .. } if !grants.implicit => {
            wrong(ErrorCode::UnauthorizedClient, "The application lacks the grant Implicit.")
        }
        _ => Ok(()),
    }
}

/// The scopes (RFC 6749, section 3.3); an ID token is for requests of OpenID Connect only.
pub fn scope(parameters: &Parameters, response_type: ResponseType) -> Result<Option<String>, Wrong> {
    let Some(asked) = parameters.value("scope") else { return Ok(None) };
    let fits = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if asked.len() > MAX_VALUE || !asked.bytes().all(fits) {
        return wrong(ErrorCode::InvalidScope, "scope must be words of ASCII separated by spaces.");
    }
    let scopes: Vec<&str> = asked.split(' ').filter(|scope| !scope.is_empty()).collect();
    if matches!(response_type, ResponseType::Tokens { id: true, .. }) && !scopes.contains(&"openid") {
        return wrong(ErrorCode::InvalidScope, "scope must contain openid: without it there is no ID token.");
    }
    Ok(Some(scopes.join(" ")))
}

/// Nobody is ever signed in already: each sign-in takes a code of its own.
pub fn check_prompt(parameters: &Parameters) -> Result<(), Wrong> {
    let prompts: Vec<&str> = parameters.value("prompt").unwrap_or_default().split_ascii_whitespace().collect();
    match *prompts {
        ["none"] => wrong(ErrorCode::LoginRequired, "Every sign-in needs its page."),
        _ if prompts.contains(&"none") => {
            wrong(ErrorCode::InvalidRequest, "prompt is none or something else, not both.")
        }
        _ => Ok(()),
    }
}

/// The connection, where one is asked for.
pub fn connection(parameters: &Parameters) -> Result<Option<Method>, Wrong> {
    match parameters.value("connection").map(str::parse) {
        None => Ok(None),
        Some(Ok(method)) => Ok(Some(method)),
        Some(Err(_)) => wrong(ErrorCode::InvalidRequest, "connection must be sms or email."),
    }
}

/// The challenge of PKCE, which only S256 hides.
pub fn challenge(parameters: &Parameters) -> Result<Option<String>, Wrong> {
    let method = parameters.value("code_challenge_method");
    let Some(challenge) = parameters.value("code_challenge") else {
        return match method {
            None => Ok(None),
            Some(_) => wrong(ErrorCode::InvalidRequest, "code_challenge is missing."),
        };
    };
    if method != Some("S256") {
        return wrong(ErrorCode::InvalidRequest, "code_challenge_method must be S256.");
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if !(43..=128).contains(&challenge.len()) || !challenge.bytes().all(fits) {
        return wrong(ErrorCode::InvalidRequest, "code_challenge must be 43 to 128 letters, digits and -._~ only.");
    }
    Ok(Some(challenge.to_owned()))
}

/// The value of a parameter, or nothing.
pub fn text(parameters: &Parameters, name: &str) -> String {
    parameters.only(name).unwrap_or_default().to_owned()
}

/// Whether a value can be kept and sent back.
pub fn is_plain(text: &str) -> bool {
    fits(text, MAX_VALUE)
}

/// Whether a text is no longer than this, without control characters.
pub fn fits(text: &str, longest: usize) -> bool {
    text.chars().count() <= longest && !text.chars().any(char::is_control)
}
