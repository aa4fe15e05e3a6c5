//! What is in a token: an access token (RFC 9068) and an ID token (OpenID Connect Core 1.0, section 2).

use backend::Error;
use backend::grants::Grant;
use backend::signing::TokenKind;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::connection::Method;
use domain::oauth::SCOPES;
use domain::user::User;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::AppState;

/// How long an access token is valid, in seconds: a day.
pub const ACCESS_TOKEN_LIFE: i64 = 86_400;
/// How long an ID token is valid, in seconds: ten hours.
pub const ID_TOKEN_LIFE: i64 = 36_000;

/// What is granted to whoever names no scope.
const DEFAULT_SCOPE: &str = "openid profile email phone";

/// The claims of an access token that are read again.
#[derive(Debug, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Who issued it.
    pub iss: String,
    /// The user.
    pub sub: String,
    /// Whom it is for.
    pub aud: Vec<String>,
    /// When it was issued, in seconds since the Unix epoch.
    pub iat: i64,
    /// When it expires.
    pub exp: i64,
    /// The application that got it.
    pub azp: String,
    /// The same, as RFC 9068 calls it.
    pub client_id: String,
    /// What it allows.
    pub scope: String,
    /// Its own name.
    pub jti: String,
}

/// The issuer of every token: the public URL, with a slash at its end.
pub fn issuer(state: &AppState) -> String {
    [state.settings.public_url.origin(), "/"].concat()
}

/// The audience of an access token for `/userinfo`.
pub fn userinfo_audience(state: &AppState) -> String {
    [state.settings.public_url.origin(), "/userinfo"].concat()
}

/// The scopes that a request gets: those that it names and that exist; `offline_access` only where refreshing is allowed.
pub fn granted_scope(asked: Option<&str>, refreshing: bool) -> String {
    let asked = asked.unwrap_or(DEFAULT_SCOPE);
    let mut granted: Vec<&str> = Vec::new();
    for scope in asked.split_ascii_whitespace() {
        let fits = SCOPES.contains(&scope) && (scope != "offline_access" || refreshing);
        if fits && !granted.contains(&scope) {
            granted.push(scope);
        }
    }
    granted.join(" ")
}

/// Whether a scope is among those granted.
pub fn has_scope(scope: &str, wanted: &str) -> bool {
    scope.split(' ').any(|scope| scope == wanted)
}

/// An access token.
pub async fn access_token(state: &AppState, grant: &Grant, user: &User) -> Result<String, Error> {
    let now = state.backend.clock().now() / 1_000;
    let mut aud = Vec::new();
    if !grant.audience.is_empty() {
        aud.push(grant.audience.clone());
    }
    let userinfo = userinfo_audience(state);
    if (aud.is_empty() || has_scope(&grant.scope, "openid")) && !aud.contains(&userinfo) {
        aud.push(userinfo);
    }
    let claims = AccessClaims {
        iss: issuer(state),
        sub: user.subject(),
        aud,
        iat: now,
        exp: now + ACCESS_TOKEN_LIFE,
        azp: grant.client_id.clone(),
        client_id: grant.client_id.clone(),
        scope: grant.scope.clone(),
        jti: format!("{:032x}", rand::random::<u128>()),
    };
    state.backend.signing().sign(TokenKind::Access, &claims).await
}

/// An ID token. `nonce` is what the request said, or empty; `access_token` is the one that goes with it where both come by the
/// browser.
pub async fn id_token(
    state: &AppState,
    grant: &Grant,
    user: &User,
    nonce: &str,
    access_token: Option<&str>,
) -> Result<String, Error> {
    let now = state.backend.clock().now() / 1_000;
    let mut claims = profile(user, &grant.scope);
    for (name, value) in [
        ("iss", json!(issuer(state))),
        ("aud", json!(grant.client_id)),
        ("iat", json!(now)),
        ("exp", json!(now + ID_TOKEN_LIFE)),
        ("auth_time", json!(grant.auth_time / 1_000)),
    ] {
        claims.insert(name.to_owned(), value);
    }
    if !nonce.is_empty() {
        claims.insert("nonce".to_owned(), json!(nonce));
    }
    if let Some(access_token) = access_token {
        // The left half of the hash (OpenID Connect Core 1.0, section 3.2.2.9).
        let [half @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
            <[u8; 32]>::from(Sha256::digest(access_token.as_bytes()));
        claims.insert("at_hash".to_owned(), json!(URL_SAFE_NO_PAD.encode(half)));
    }
    state.backend.signing().sign(TokenKind::Id, &claims).await
}

/// What the scopes say of a user (OpenID Connect Core 1.0, section 5.4); `phone_verified` is Auth0's name.
pub fn profile(user: &User, scope: &str) -> Map<String, Value> {
    let address = user.recipient.expose();
    let mut claims = Map::new();
    let mut add = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    add("sub", json!(user.subject()));
    let method = user.recipient.method();
    if has_scope(scope, "profile") {
        let nickname = address.split('@').next().unwrap_or_default();
        add("name", json!(address));
        add("nickname", json!(nickname));
    }
    if method == Method::Email && has_scope(scope, "email") {
        add("email", json!(address));
        add("email_verified", json!(true));
    }
    if method == Method::Sms && has_scope(scope, "phone") {
        add("phone_number", json!(address));
        add("phone_number_verified", json!(true));
        add("phone_verified", json!(true));
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scopes_that_exist_are_granted() {
        for (asked, refreshing, granted) in [
            (Some("openid favorite_color offline_access"), true, "openid offline_access"),
            (Some("openid  openid offline_access"), false, "openid"),
            (Some("read:things"), true, ""),
            (None, true, DEFAULT_SCOPE),
        ] {
            assert_eq!(granted_scope(asked, refreshing), granted, "{asked:?}");
        }
    }
}
