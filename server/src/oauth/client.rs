//! Which application asks, and whether it proves itself (RFC 6749, section 2.3).

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Secret;
use domain::application::Application;
use url::form_urlencoded;

use super::fault::Fault;
use crate::AppState;

/// What a request says of the application that asks.
#[derive(Debug, Default)]
pub struct Claim {
    client_id: Option<String>,
    secret: Option<Secret>,
    assertion: bool,
    /// Whether it came with HTTP Basic.
    by_header: bool,
    /// Both ways at once, or a header that cannot be read.
    muddled: bool,
}

/// An application, and how it stands.
#[derive(Debug)]
pub struct Client {
    /// The application.
    pub application: Application,
    /// Whether it has shown its client secret.
    pub proved: bool,
    by_header: bool,
    refusal: Option<&'static str>,
}

impl Claim {
    /// Reads the claim of a request: HTTP Basic, or fields of the body.
    pub fn read(
        headers: &HeaderMap,
        client_id: Option<&str>,
        client_secret: Option<&str>,
        client_assertion: Option<&str>,
    ) -> Self {
        let in_body = Self {
            client_id: client_id.map(str::to_owned),
            secret: client_secret.filter(|secret| !secret.is_empty()).map(Secret::new),
            assertion: client_assertion.is_some(),
            by_header: false,
            muddled: false,
        };
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some(credentials) = header.and_then(|value| {
            let (scheme, credentials) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("basic").then_some(credentials.trim())
        }) else {
            return in_body;
        };
        match basic(credentials) {
            Some((id, secret)) => {
                let other_id = in_body.client_id.is_some_and(|client_id| client_id != id);
                let muddled = other_id || in_body.secret.is_some();
                let (client_id, secret) = (Some(id), Some(secret).filter(|secret| !secret.is_empty()));
                Self { client_id, secret, assertion: in_body.assertion, by_header: true, muddled }
            }
            None => Self { muddled: true, by_header: true, ..in_body },
        }
    }

    /// Looks the application up and compares its secret.
    pub async fn look_up(self, state: &AppState, request_id: &str) -> Result<Client, Fault> {
        let Some(client_id) = self.client_id.filter(|_| !self.muddled) else {
            let words = if self.muddled {
                "Send the client id and secret either in the header “Authorization: Basic” or in the body."
            } else {
                "client_id is missing."
            };
            return Err(Fault::invalid_client(words, self.by_header));
        };
        let failed = |error: backend::Error| Fault::broken(request_id, &error);
        let Some(application) = state.backend.applications().find(&client_id).await.map_err(failed)? else {
            return Err(Fault::invalid_client("There is no application with this client_id.", self.by_header));
        };
        let fits = match &self.secret {
            Some(secret) => Some(state.backend.applications().secret_fits(&client_id, secret).await.map_err(failed)?),
            None => None,
        };
        let refusal = if self.assertion {
            Some("Client assertions are not supported. Authenticate with the client secret.")
        } else {
            match fits {
                Some(true) => None,
                Some(false) => Some("The client secret is wrong."),
                None if application.is_public() => None,
                None => Some("This application has to authenticate with its client secret."),
            }
        };
        let proved = fits == Some(true) && refusal.is_none();
        Ok(Client { application, proved, by_header: self.by_header, refusal })
    }
}

impl Client {
    /// The application, if it stands.
    pub fn authenticated(&self) -> Result<&Application, Fault> {
        match self.refusal {
            Some(words) => Err(Fault::invalid_client(words, self.by_header)),
            None => Ok(&self.application),
        }
    }
}

/// User name and password of HTTP Basic, each form-encoded (RFC 6749, section 2.3.1).
fn basic(credentials: &str) -> Option<(String, Secret)> {
    let decoded = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let unescaped = |text: &str| {
        // What would part a form is text here.
        let one = text.replace('&', "%26").replace('=', "%3D");
        form_urlencoded::parse(one.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
    };
    Some((unescaped(id), Secret::new(unescaped(secret))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_is_read_form_encoded() {
        let (id, secret) = basic(&STANDARD.encode("abc:s%2Bx%3A y")).expect("credentials");
        assert_eq!((id.as_str(), secret.expose()), ("abc", "s+x: y"));
        let (_, secret) = basic(&STANDARD.encode("abc:a&b=c")).expect("credentials");
        assert_eq!(secret.expose(), "a&b=c");
        assert!(basic("%%%").is_none());
        assert!(basic(&STANDARD.encode("abc")).is_none());
    }
}
