//! The rules of OAuth and OpenID Connect requests that the server keeps and the quick start explains.

/// The grant of a code that was sent by SMS or email, as Auth0 names it.
pub const PASSWORDLESS_OTP: &str = "http://auth0.com/oauth/grant-type/passwordless/otp";

/// The scopes that there are (OpenID Connect Core 1.0, sections 5.4 and 11).
pub const SCOPES: [&str; 6] = ["openid", "profile", "email", "phone", "address", "offline_access"];

/// The longest value of a parameter of an authorization request, in characters.
pub const MAX_VALUE: usize = 2_048;

/// The longest audience, in characters.
pub const MAX_AUDIENCE: usize = 600;

/// What is wrong with the audience that a request asks for, if something is.
///
/// One that looks like a client id is refused: an access token for it would look like an ID token of that application to a client
/// that does not tell the kinds of tokens apart.
pub fn audience_problem(audience: &str) -> Option<&'static str> {
    if audience.chars().count() > MAX_AUDIENCE || audience.contains(char::is_control) {
        return Some("audience has control characters or is longer than 600 characters.");
    }
    let client_id = audience.len() == 32 && audience.bytes().all(|byte| byte.is_ascii_alphanumeric());
    client_id.then_some("audience must be the identifier of an API, such as a URL, not a client id.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_is_an_api() {
        for (audience, fits) in [
            ("", true),
            ("https://api.acme.example/", true),
            ("urn:api", true),
            ("a\0b", false),
            ("AbcdefghijklmnopqrstuvwxyZ012345", false),
        ] {
            assert_eq!(audience_problem(audience).is_none(), fits, "{audience:?}");
        }
        assert!(audience_problem(&"a".repeat(MAX_AUDIENCE + 1)).is_some());
    }
}
