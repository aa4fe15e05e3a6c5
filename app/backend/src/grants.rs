//! What a sign-in is exchanged for: authorization codes (RFC 6749, section 4.1; RFC 7636) and refresh tokens that rotate
//! (RFC 9700, section 4.14).
//!
//! All that comes of one sign-in is a family. A code or refresh token that turns up a second time has been copied, so its whole family
//! ends. Claims are made by one conditional update: of a hundred that redeem the same code, one gets something.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Secret;
use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, FromRow};
use subtle::ConstantTimeEq as _;

use crate::applications::known;
use crate::random::{self, digest};
use crate::{Backend, Error};

/// How long an authorization code can be redeemed: a minute.
const CODE_LIFE: i64 = 60_000;
/// How long a used code is known, so that a second use is noticed: an hour.
pub(crate) const CODE_KEPT: i64 = 3_600_000;
/// How long a sign-in can be refreshed in all: 30 days.
const REFRESH_TOTAL: i64 = 30 * 24 * 3_600_000;
/// How long a refresh token that nobody uses is valid: 15 days.
const REFRESH_IDLE: i64 = 15 * 24 * 3_600_000;

/// Who signed in, for which application, and what that allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The application.
    pub client_id: String,
    /// The user.
    pub user_id: String,
    /// The scopes, separated by spaces.
    pub scope: String,
    /// The API that access is asked for, or empty.
    pub audience: String,
    /// When the user signed in, in milliseconds since the Unix epoch.
    pub auth_time: i64,
}

/// Where an authorization code is sent, and who may redeem it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBinding {
    /// Where it is sent.
    pub redirect_uri: String,
    /// Whether the request named that address; then redeeming must too (RFC 6749, section 4.1.3).
    pub redirect_given: bool,
    /// The S256 challenge of whoever asked (RFC 7636).
    pub code_challenge: Option<String>,
    /// What the ID token repeats, or empty.
    pub nonce: String,
}

/// An attempt to redeem an authorization code.
#[derive(Clone, Copy, Debug)]
pub struct Redemption<'r> {
    /// The application, authenticated.
    pub client_id: &'r str,
    /// The code.
    pub code: &'r Secret,
    /// The address that it was sent to, as the application says.
    pub redirect_uri: Option<&'r str>,
    /// What the challenge was made of.
    pub code_verifier: Option<&'r str>,
}

/// What a code was redeemed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redeemed {
    /// Who signed in.
    pub grant: Grant,
    /// What the ID token repeats, or empty.
    pub nonce: String,
    /// What a refresh token of this sign-in belongs to.
    pub family: String,
}

/// Why a code or refresh token is worth nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantRefusal {
    /// It was never issued to this application, was revoked, or has run out.
    Unknown,
    /// It was used already; everything else of its sign-in has ended now.
    Reused,
    /// The redirect URI is not the one that the code was sent to.
    RedirectUri,
    /// The code verifier is missing or wrong, or there was no challenge.
    Verifier,
}

/// Codes and refresh tokens.
pub struct Grants<'a>(pub(crate) &'a Backend);

#[derive(FromRow)]
struct CodeRow {
    family: String,
    user_id: String,
    scope: String,
    audience: String,
    nonce: String,
    auth_time: i64,
    redirect_uri: String,
    redirect_given: i64,
    code_challenge: Option<String>,
    expires_at: i64,
    used_at: Option<i64>,
}

#[derive(FromRow)]
struct RefreshRow {
    family: String,
    user_id: String,
    scope: String,
    audience: String,
    auth_time: i64,
    ends_at: i64,
    expires_at: i64,
    used_at: Option<i64>,
}

impl Grants<'_> {
    /// Issues an authorization code.
    pub async fn issue_code(&self, grant: &Grant, binding: &CodeBinding) -> Result<Secret, Error> {
        let code = Secret::new(random::token());
        sqlx::query(
            "insert into authorization_codes
                (code_hash, family, client_id, user_id, scope, audience, nonce, auth_time, redirect_uri, redirect_given,
                 code_challenge, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(digest(code.expose()))
        .bind(random::id())
        .bind(grant.client_id.as_str())
        .bind(grant.user_id.as_str())
        .bind(grant.scope.as_str())
        .bind(grant.audience.as_str())
        .bind(binding.nonce.as_str())
        .bind(grant.auth_time)
        .bind(binding.redirect_uri.as_str())
        .bind(i16::from(binding.redirect_given))
        .bind(binding.code_challenge.as_deref())
        .bind(self.0.now() + CODE_LIFE)
        .execute(self.0.database().writer())
        .await?;
        Ok(code)
    }

    /// Redeems an authorization code, once.
    pub async fn redeem(&self, redemption: &Redemption<'_>) -> Result<Result<Redeemed, GrantRefusal>, Error> {
        let now = self.0.now();
        let code_hash = digest(redemption.code.expose());
        let row: Option<CodeRow> = sqlx::query_as(
            "select family, user_id, scope, audience, nonce, auth_time, redirect_uri,
                cast(redirect_given as bigint) as redirect_given, code_challenge, expires_at, used_at
             from authorization_codes where code_hash = $1 and client_id = $2",
        )
        .bind(&code_hash)
        .bind(known(redemption.client_id))
        .fetch_optional(self.0.database().writer())
        .await?;
        let Some(row) = row else { return Ok(Err(GrantRefusal::Unknown)) };
        if row.used_at.is_some() {
            return self.reused(&row.family).await.map(Err);
        }
        if row.expires_at <= now {
            return Ok(Err(GrantRefusal::Unknown));
        }
        let redirect_fits = match redemption.redirect_uri {
            Some(redirect_uri) => redirect_uri == row.redirect_uri,
            None => row.redirect_given == 0,
        };
        if !redirect_fits {
            return Ok(Err(GrantRefusal::RedirectUri));
        }
        if !verifies(row.code_challenge.as_deref(), redemption.code_verifier) {
            return Ok(Err(GrantRefusal::Verifier));
        }
        let used = sqlx::query("update authorization_codes set used_at = $1 where code_hash = $2 and used_at is null")
            .bind(now)
            .bind(&code_hash)
            .execute(self.0.database().writer())
            .await?;
        if used.rows_affected() == 0 {
            return self.reused(&row.family).await.map(Err);
        }
        Ok(Ok(Redeemed {
            grant: Grant {
                client_id: redemption.client_id.to_owned(),
                user_id: row.user_id,
                scope: row.scope,
                audience: row.audience,
                auth_time: row.auth_time,
            },
            nonce: row.nonce,
            family: row.family,
        }))
    }

    /// Issues the first refresh token of a sign-in. `family` says of which, where a code began it; `None` where that has ended meanwhile.
    pub async fn issue_refresh_token(&self, grant: &Grant, family: Option<&str>) -> Result<Option<Secret>, Error> {
        let now = self.0.now();
        let mut tx = self.0.database().begin().await?;
        if let Some(family) = family {
            // Locks the code's row: a second use of it comes before, and is seen here, or after, and ends this token too.
            let going_on =
                sqlx::query("update authorization_codes set family = family where family = $1 and expires_at > 0")
                    .bind(family)
                    .execute(&mut *tx)
                    .await?;
            if going_on.rows_affected() == 0 {
                return Ok(None);
            }
        }
        let family = family.map_or_else(random::id, str::to_owned);
        let token = insert(&mut tx, now, grant, &family, now + REFRESH_TOTAL).await?;
        tx.commit().await?;
        Ok(Some(token))
    }

    /// Exchanges a refresh token for the next one, and answers what it stands for.
    pub async fn refresh(
        &self,
        client_id: &str,
        token: &Secret,
    ) -> Result<Result<(Grant, Secret), GrantRefusal>, Error> {
        let now = self.0.now();
        let token_hash = digest(token.expose());
        let row: Option<RefreshRow> = sqlx::query_as(
            "select family, user_id, scope, audience, auth_time, ends_at, expires_at, used_at
             from refresh_tokens where token_hash = $1 and client_id = $2",
        )
        .bind(&token_hash)
        .bind(known(client_id))
        .fetch_optional(self.0.database().writer())
        .await?;
        let Some(row) = row else { return Ok(Err(GrantRefusal::Unknown)) };
        if row.used_at.is_some() {
            return self.reused(&row.family).await.map(Err);
        }
        if row.expires_at <= now {
            return Ok(Err(GrantRefusal::Unknown));
        }
        let grant = Grant {
            client_id: client_id.to_owned(),
            user_id: row.user_id,
            scope: row.scope,
            audience: row.audience,
            auth_time: row.auth_time,
        };
        let mut tx = self.0.database().begin().await?;
        let used = sqlx::query("update refresh_tokens set used_at = $1 where token_hash = $2 and used_at is null")
            .bind(now)
            .bind(&token_hash)
            .execute(&mut *tx)
            .await?;
        if used.rows_affected() == 0 {
            drop(tx);
            return self.reused(&row.family).await.map(Err);
        }
        let next = insert(&mut tx, now, &grant, &row.family, row.ends_at).await?;
        tx.commit().await?;
        Ok(Ok((grant, next)))
    }

    /// Ends the sign-in that a refresh token of this application belongs to; one that nobody knows is no error (RFC 7009, section
    /// 2.2).
    pub async fn revoke(&self, client_id: &str, token: &Secret) -> Result<(), Error> {
        let mut tx = self.0.database().begin().await?;
        let family: Option<String> =
            sqlx::query_scalar("select family from refresh_tokens where token_hash = $1 and client_id = $2")
                .bind(digest(token.expose()))
                .bind(known(client_id))
                .fetch_optional(&mut *tx)
                .await?;
        if let Some(family) = family {
            end_family(&mut tx, &family).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn reused(&self, family: &str) -> Result<GrantRefusal, Error> {
        tracing::warn!("an authorization code or refresh token was used a second time; its sign-in has ended");
        let mut tx = self.0.database().begin().await?;
        sqlx::query("update authorization_codes set expires_at = 0 where family = $1")
            .bind(family)
            .execute(&mut *tx)
            .await?;
        end_family(&mut tx, family).await?;
        tx.commit().await?;
        Ok(GrantRefusal::Reused)
    }
}

/// Deletes every refresh token of a sign-in. One that is being exchanged at this moment has a successor that the statement which
/// waited for it does not see, but the next statement does.
async fn end_family(tx: &mut AnyConnection, family: &str) -> Result<(), Error> {
    loop {
        let deleted =
            sqlx::query("delete from refresh_tokens where family = $1").bind(family).execute(&mut *tx).await?;
        if deleted.rows_affected() == 0 {
            return Ok(());
        }
    }
}

/// Ends whatever a user holds.
pub(crate) async fn end_of_user(tx: &mut AnyConnection, user_id: &str) -> Result<(), Error> {
    for statement in
        ["delete from refresh_tokens where user_id = $1", "delete from authorization_codes where user_id = $1"]
    {
        sqlx::query(statement).bind(user_id).execute(&mut *tx).await?;
    }
    Ok(())
}

async fn insert(tx: &mut AnyConnection, now: i64, grant: &Grant, family: &str, ends_at: i64) -> Result<Secret, Error> {
    let token = Secret::new(random::token());
    sqlx::query(
        "insert into refresh_tokens
            (token_hash, family, client_id, user_id, scope, audience, auth_time, ends_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(digest(token.expose()))
    .bind(family)
    .bind(grant.client_id.as_str())
    .bind(grant.user_id.as_str())
    .bind(grant.scope.as_str())
    .bind(grant.audience.as_str())
    .bind(grant.auth_time)
    .bind(ends_at)
    .bind(ends_at.min(now + REFRESH_IDLE))
    .execute(tx)
    .await?;
    Ok(token)
}

/// Whether a verifier is what the challenge was made of (RFC 7636, section 4.6). One without a challenge is a downgrade: somebody
/// took the challenge out of the request.
fn verifies(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let made = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            bool::from(made.as_bytes().ct_eq(challenge.as_bytes()))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_makes_its_challenge() {
        // The example of RFC 7636, appendix B.
        let challenge = Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        let verifier = Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert!(verifies(challenge, verifier));
        assert!(verifies(None, None));
        for (challenge, verifier) in
            [(challenge, None), (None, verifier), (challenge, Some("x")), (challenge, challenge)]
        {
            assert!(!verifies(challenge, verifier), "{challenge:?} {verifier:?}");
        }
    }
}
