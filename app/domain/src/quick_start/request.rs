//! What to know of a request to `/authorize`, read from its text.

use super::note::{self, Note};
use super::url::pairs;
use crate::application::Application;
use crate::oauth::{MAX_VALUE, SCOPES, audience_problem};

/// What to know of a request, from its whole URL or its query; of an application's own request where one is named.
pub fn notes(request: &str, application: Option<&Application>) -> Vec<Note> {
    let pairs = pairs(request);
    // An empty value is the same as none (RFC 6749, section 3.1).
    let value = |wanted: &str| {
        pairs.iter().find(|(name, value)| name == wanted && !value.is_empty()).map(|(_, value)| value.as_str())
    };
    let mut notes = Vec::new();
    let mut note = |holds: bool, what: Note| {
        if holds {
            notes.push(what);
        }
    };

    for (index, (name, _)) in pairs.iter().enumerate() {
        let count = |pairs: &[(String, String)]| pairs.iter().filter(|(other, _)| other == name).count();
        note(count(&pairs) > 1 && count(&pairs[..index]) == 0, Note::Repeated(name.clone()));
    }
    for name in ["request", "request_uri", "registration"] {
        note(value(name).is_some(), Note::NotSupported(name));
    }
    for name in ["state", "nonce", "scope"] {
        note(value(name).is_some_and(is_unfit), Note::Unfit(name));
    }
    if let Some(words) = value("audience").and_then(audience_problem) {
        note(true, Note::WrongAudience(words));
    }
    note(value("prompt").unwrap_or_default().split_whitespace().any(|prompt| prompt == "none"), Note::NoPrompt);
    match value("client_id") {
        None => note(true, Note::NoClientId),
        Some(id) => note(application.is_some_and(|application| application.client_id != id), Note::OtherClient),
    }
    match value("connection") {
        None => note(true, Note::AnyConnection),
        Some("sms" | "email") => {}
        Some(other) => note(true, Note::UnknownConnection(other.to_owned())),
    }

    let response = value("response_type").map(Response::read);
    match response {
        None => note(true, Note::NoResponseType),
        Some(None) => note(true, Note::UnknownResponseType(value("response_type").unwrap_or_default().to_owned())),
        Some(Some(_)) => {}
    }
    let response = response.flatten();
    let tokens = response.is_some_and(|response| !response.code);
    match value("response_mode") {
        None | Some("fragment" | "form_post") => {}
        Some("query") => note(tokens, Note::TokensInQuery),
        Some(other) => note(true, Note::UnknownResponseMode(other.to_owned())),
    }
    if let Some(application) = application {
        let callbacks = &application.settings.callbacks;
        match value("redirect_uri") {
            None if callbacks.is_empty() => note(true, Note::NoWayBack),
            None => note(true, Note::FirstCallback),
            Some(uri) => {
                note(!callbacks.iter().any(|callback| callback == uri), Note::OtherCallback(uri.to_owned()));
            }
        }
        let grants = application.settings.grant_types;
        let code = response.is_some_and(|response| response.code);
        note(code && !grants.authorization_code, Note::GrantMissing("Authorization Code"));
        note(tokens && !grants.implicit, Note::GrantMissing("Implicit"));
    } else {
        note(value("redirect_uri").is_none(), Note::FirstCallback);
    }

    let scopes: Vec<&str> = value("scope").unwrap_or_default().split_whitespace().collect();
    let offline = scopes.contains(&"offline_access");
    for scope in scopes.iter().filter(|scope| !SCOPES.contains(scope)) {
        note(true, Note::UnknownScope((*scope).to_owned()));
    }
    let id_token = response.is_some_and(|response| response.id_token);
    note(!scopes.contains(&"openid"), Note::NoOpenid(id_token));
    note(value("device").is_some() && !offline, Note::DeviceAlone);
    note(offline && tokens, Note::OfflineWithoutCode);
    if let Some(application) = application.filter(|_| offline && !tokens) {
        for missing in note::of_offline_access(application) {
            note(true, missing);
        }
    }
    note(value("state").is_none(), Note::NoState);
    note(id_token && value("nonce").is_none(), Note::NoNonce);

    match (value("code_challenge"), value("code_challenge_method")) {
        (None, None) if response.is_some_and(|response| response.code) => {
            if let Some(application) = application {
                note(true, Note::NoPkce(application.is_public()));
            }
        }
        (None, None) | (Some(_), Some("S256")) => {}
        _ => note(true, Note::PlainPkce),
    }
    note(value("code_challenge").is_some_and(|challenge| !is_sha256(challenge)), Note::WrongChallenge);
    note(true, if value("audience").is_some() { Note::Audience } else { Note::NoAudience });
    // What stands in the way comes first.
    notes.sort_by_key(|note| !note.needs_attention());
    notes
}

/// What a sign-in answers with.
#[derive(Clone, Copy)]
struct Response {
    code: bool,
    id_token: bool,
}

impl Response {
    fn read(text: &str) -> Option<Self> {
        let mut parts: Vec<&str> = text.split_ascii_whitespace().collect();
        parts.sort_unstable();
        match parts.as_slice() {
            ["code"] => Some(Self { code: true, id_token: false }),
            ["token"] => Some(Self { code: false, id_token: false }),
            ["id_token"] | ["id_token", "token"] => Some(Self { code: false, id_token: true }),
            _ => None,
        }
    }
}

fn is_unfit(text: &str) -> bool {
    text.chars().count() > MAX_VALUE || text.chars().any(char::is_control)
}

/// Whether a text can be a SHA-256 in base64url.
fn is_sha256(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}
