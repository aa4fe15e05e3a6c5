//! The fields of a request to the API, as a form or as JSON.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use url::form_urlencoded;

use super::fault::Fault;
use crate::security::bounded;

/// The fields, each once.
#[derive(Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form or a JSON object of strings; `null` stands for a field that is not there. Other fields than the known are left
    /// alone (RFC 6749, section 3.2).
    pub fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Fault> {
        if is_json(headers) {
            return Self::of_json(body);
        }
        let mut fields = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            fields.add(name.into_owned(), value.into_owned())?;
        }
        Ok(fields)
    }

    /// A field; one that is empty is not there.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// A field that has to be there.
    pub fn need(&self, name: &'static str) -> Result<&str, Fault> {
        self.get(name).ok_or_else(|| Fault::bad("invalid_request", format!("Missing required parameter: {name}")))
    }

    fn of_json(body: &[u8]) -> Result<Self, Fault> {
        let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
            return Err(Fault::bad("invalid_request", "The body is not a JSON object."));
        };
        let mut fields = Self::default();
        for (name, value) in object {
            match value {
                Value::Null => {}
                Value::String(text) => fields.add(name, text)?,
                Value::Number(number) => fields.add(name, number.to_string())?,
                _ => {}
            }
        }
        Ok(fields)
    }

    fn add(&mut self, name: String, value: String) -> Result<(), Fault> {
        if self.0.iter().any(|(known, _)| *known == name) {
            return Err(Fault::bad("invalid_request", "A parameter is there more than once."));
        }
        self.0.push((name, value));
        Ok(())
    }
}

/// Lets a request in once its body is here, whole, in time and within its limit.
pub async fn arrive(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let words = match bounded(&parts.headers, body).await {
        Ok(bytes) => return next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(status @ StatusCode::PAYLOAD_TOO_LARGE) => (status, "A request may hold at most 256 KiB."),
        Err(status @ StatusCode::REQUEST_TIMEOUT) => (status, "The body did not arrive in time."),
        Err(status) => (status, "The body did not arrive whole."),
    };
    Fault::new(words.0, "invalid_request", words.1).into_response()
}

/// Whether a body says that it is JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &str, body: &'static str) -> Result<Fields, Fault> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().expect("a header"));
        Fields::read(&headers, body.as_bytes())
    }

    #[test]
    fn forms_and_json_say_the_same() {
        for (kind, body) in [
            ("application/x-www-form-urlencoded", "otp=123456&realm=sms&scope="),
            ("application/json; charset=utf-8", r#"{"otp":123456,"realm":"sms","scope":null,"organization":null}"#),
        ] {
            let fields = read(kind, body).expect("fields");
            assert_eq!(fields.get("otp"), Some("123456"), "{kind}");
            assert_eq!(fields.get("realm"), Some("sms"), "{kind}");
            assert_eq!(fields.get("scope"), None, "{kind}");
        }
    }

    #[test]
    fn a_field_is_there_once_and_json_is_an_object() {
        assert!(read("application/x-www-form-urlencoded", "otp=1&otp=2").is_err());
        for body in ["", "[]", "\"x\"", "{", "{\"a\":}"] {
            assert!(read("application/json", body).is_err(), "{body}");
        }
    }
}
