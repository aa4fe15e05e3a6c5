//! `POST /oauth/token`: a code, an authorization code or a refresh token for tokens (RFC 6749).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::PRAGMA;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use backend::grants::{Grant, GrantRefusal, Redeemed, Redemption};
use backend::limits::{Limit, network_of};
use backend::sign_in::{CodeAnswer, Refusal};
use domain::Secret;
use domain::application::Application;
use domain::connection::Method;
use domain::oauth::{PASSWORDLESS_OTP, audience_problem};
use domain::recipient::Recipient;
use domain::user::User;
use serde::Serialize;

use super::caller::ApiCaller;
use super::client::Claim;
use super::cors::ForApplication;
use super::fault::Fault;
use super::fields::Fields;
use super::limit::limited;
use super::tokens::{self, ACCESS_TOKEN_LIFE, granted_scope, has_scope};
use crate::AppState;
use crate::api::json;

/// The grant of a code that a browser brought back.
pub const AUTHORIZATION_CODE: &str = "authorization_code";
/// The grant of a refresh token.
pub const REFRESH_TOKEN: &str = "refresh_token";

#[derive(Serialize)]
struct Tokens {
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    scope: String,
    expires_in: i64,
    token_type: &'static str,
}

/// A request of an application that has proved itself.
struct Asked<'a> {
    state: &'a AppState,
    caller: &'a ApiCaller,
    application: &'a Application,
    fields: &'a Fields,
    address: &'a str,
}

/// `POST /oauth/token`.
pub async fn token(State(state): State<AppState>, caller: ApiCaller, headers: HeaderMap, body: Bytes) -> Response {
    let request_id = caller.request_id.as_str();
    let turned_away = async |fault| {
        limited(&state, request_id, Limit::Token, &network_of(&caller.address), async { Err(fault) }).await
    };
    let fields = match Fields::read(&headers, &body) {
        Ok(fields) => fields,
        Err(fault) => return turned_away(fault).await,
    };
    let field = |name: &str| fields.get(name);
    let claim = Claim::read(&headers, field("client_id"), field("client_secret"), field("client_assertion"));
    let client = match claim.look_up(&state, request_id).await {
        Ok(client) => client,
        Err(fault) => return turned_away(fault).await,
    };
    let address = caller.end_user(&headers, &client.application, client.proved);
    let answer = async {
        let asked = Asked {
            state: &state,
            caller: &caller,
            application: client.authenticated()?,
            fields: &fields,
            address: &address,
        };
        match fields.need("grant_type")? {
            PASSWORDLESS_OTP => asked.passwordless().await,
            AUTHORIZATION_CODE => asked.authorization_code().await,
            REFRESH_TOKEN => asked.refresh_token().await,
            other => {
                let shown: String = other.chars().take(128).collect();
                Err(Fault::bad("unsupported_grant_type", format!("Unsupported grant type: {shown}")))
            }
        }
    };
    let mut response = limited(&state, request_id, Limit::Token, &network_of(&address), answer).await;
    response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response.extensions_mut().insert(ForApplication(client.application.client_id.clone()));
    response
}

impl Asked<'_> {
    async fn passwordless(&self) -> Result<Response, Fault> {
        let grants = self.application.settings.grant_types;
        if !grants.passwordless_otp {
            return Err(Fault::grant_not_allowed(PASSWORDLESS_OTP));
        }
        let (username, otp) = (self.fields.need("username")?, self.fields.need("otp")?);
        let method = match self.fields.need("realm")? {
            "sms" => Method::Sms,
            "email" => Method::Email,
            _ => return Err(Fault::bad("invalid_request", "Unknown realm non-existent-connection.")),
        };
        let audience = self.audience()?;
        let client_id = self.application.client_id.as_str();
        let Ok(recipient) = Recipient::parse(method, username) else {
            return Err(wrong(method));
        };
        let code = Secret::new(otp);
        let answer = CodeAnswer { client_id, recipient: &recipient, code: &code, address: self.address };
        let judged = self.state.backend.sign_in().by_code(&answer).await.map_err(|error| self.failed(error))?;
        let signed_in = judged.map_err(|refusal| refused(refusal, method))?;
        let grant = Grant {
            client_id: client_id.to_owned(),
            user_id: signed_in.user.id.clone(),
            scope: granted_scope(self.fields.get("scope"), grants.refresh_token),
            audience,
            auth_time: signed_in.auth_time,
        };
        let refresh_token = self.first_refresh_token(&grant, None).await?;
        self.issued(&grant, &signed_in.user, "", refresh_token).await
    }

    async fn authorization_code(&self) -> Result<Response, Fault> {
        if !self.application.settings.grant_types.authorization_code {
            return Err(Fault::grant_not_allowed(AUTHORIZATION_CODE));
        }
        let code = Secret::new(self.fields.need("code")?);
        let redemption = Redemption {
            client_id: &self.application.client_id,
            code: &code,
            redirect_uri: self.fields.get("redirect_uri"),
            code_verifier: self.fields.get("code_verifier"),
        };
        let redeemed = self.state.backend.grants().redeem(&redemption).await.map_err(|error| self.failed(error))?;
        let Redeemed { grant, nonce, family } = redeemed.map_err(|refusal| {
            Fault::invalid_grant(match refusal {
                GrantRefusal::Unknown | GrantRefusal::Reused => "Invalid authorization code",
                GrantRefusal::RedirectUri => {
                    "The redirect URI is wrong. It must be the one of the authorization request."
                }
                GrantRefusal::Verifier => "Failed to verify code verifier",
            })
        })?;
        let user = self.user(&grant).await?;
        let refresh_token = self.first_refresh_token(&grant, Some(&family)).await?;
        self.issued(&grant, &user, &nonce, refresh_token).await
    }

    async fn refresh_token(&self) -> Result<Response, Fault> {
        if !self.application.settings.grant_types.refresh_token {
            return Err(Fault::grant_not_allowed(REFRESH_TOKEN));
        }
        let token = Secret::new(self.fields.need("refresh_token")?);
        let client_id = &self.application.client_id;
        let refreshed = self.state.backend.grants().refresh(client_id, &token).await;
        let (mut grant, next) = refreshed
            .map_err(|error| self.failed(error))?
            .map_err(|_| Fault::invalid_grant("Unknown or invalid refresh token."))?;
        let user = self.user(&grant).await?;
        if let Some(asked) = self.fields.get("scope") {
            // At most what was granted (RFC 6749, section 6).
            let kept = asked.split_ascii_whitespace().filter(|scope| has_scope(&grant.scope, scope));
            grant.scope = kept.collect::<Vec<_>>().join(" ");
        }
        self.issued(&grant, &user, "", Some(next)).await
    }

    /// A refresh token, where the grant allows one.
    async fn first_refresh_token(&self, grant: &Grant, family: Option<&str>) -> Result<Option<Secret>, Fault> {
        if !has_scope(&grant.scope, "offline_access") {
            return Ok(None);
        }
        let issued = self.state.backend.grants().issue_refresh_token(grant, family).await;
        match issued.map_err(|error| self.failed(error))? {
            Some(token) => Ok(Some(token)),
            None => Err(Fault::invalid_grant("Invalid authorization code")),
        }
    }

    async fn issued(
        &self,
        grant: &Grant,
        user: &User,
        nonce: &str,
        refresh_token: Option<Secret>,
    ) -> Result<Response, Fault> {
        let access_token = tokens::access_token(self.state, grant, user).await.map_err(|error| self.failed(error))?;
        let id_token = if has_scope(&grant.scope, "openid") {
            let id_token = tokens::id_token(self.state, grant, user, nonce, None).await;
            Some(id_token.map_err(|error| self.failed(error))?)
        } else {
            None
        };
        let body = Tokens {
            access_token,
            id_token,
            refresh_token: refresh_token.map(|token| token.expose().to_owned()),
            scope: grant.scope.clone(),
            expires_in: ACCESS_TOKEN_LIFE,
            token_type: "Bearer",
        };
        Ok(json(StatusCode::OK, &body))
    }

    /// The user of a grant, who may have been deleted or blocked since.
    async fn user(&self, grant: &Grant) -> Result<User, Fault> {
        match self.state.backend.users().find(&grant.user_id).await.map_err(|error| self.failed(error))? {
            Some(user) if user.blocked_at.is_some() => Err(blocked_user()),
            Some(user) => Ok(user),
            None => Err(Fault::invalid_grant("The user does not exist any more.")),
        }
    }

    fn audience(&self) -> Result<String, Fault> {
        let audience = self.fields.get("audience").unwrap_or_default();
        match audience_problem(audience) {
            Some(words) => Err(Fault::bad("invalid_request", words)),
            None => Ok(audience.to_owned()),
        }
    }

    fn failed(&self, error: backend::Error) -> Fault {
        Fault::broken(&self.caller.request_id, &error)
    }
}

/// Why a code lets nobody in.
fn refused(refusal: Refusal, method: Method) -> Fault {
    match refusal {
        Refusal::Wrong => wrong(method),
        Refusal::TooManyAttempts => {
            Fault::invalid_grant("You've reached the maximum number of attempts. Please try to login again.")
        }
        Refusal::Expired => Fault::invalid_grant("The verification code has expired. Please try to login again."),
        Refusal::BlockedAddress => Fault::too_many_attempts(),
        Refusal::BlockedUser => blocked_user(),
        Refusal::SignUpsDisabled => Fault::invalid_grant("Public signup is disabled"),
        Refusal::Closed => {
            let words = "The connection is disabled, or not enabled for this application.";
            Fault::new(StatusCode::FORBIDDEN, "unauthorized_client", words)
        }
    }
}

fn wrong(method: Method) -> Fault {
    Fault::invalid_grant(match method {
        Method::Sms => "Wrong phone number or verification code.",
        Method::Email => "Wrong email or verification code.",
    })
}

fn blocked_user() -> Fault {
    Fault::new(StatusCode::UNAUTHORIZED, "unauthorized", "user is blocked")
}
