//! API tokens: made, shown once, kept as hashes, and revoked.

use domain::Secret;
use domain::api_token::{ApiScope, ApiTokenSummary, NewApiToken};
use domain::audit::AuditKind;
use serde_json::json;

use crate::random::{self, digest};
use crate::sessions::storable;
use crate::{Admin, Backend, Error, audit};

/// What every token begins with, so that people and scanners of sources recognise one.
const PREFIX: &str = "dck_";
/// How often the last use is written down.
const TOUCH_EVERY: i64 = 60_000;

/// A token that was shown and counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// The id.
    pub id: String,
    /// What it is for.
    pub name: String,
    scopes: Vec<ApiScope>,
}

impl ApiToken {
    /// Whether it allows this.
    pub fn allows(&self, scope: ApiScope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// The API tokens.
pub struct ApiTokens<'a>(pub(crate) &'a Backend);

type Row = (String, String, String, String, i64, Option<i64>, Option<i64>);

impl ApiTokens<'_> {
    /// Makes a token; it is answered only now.
    pub async fn create(&self, admin: &Admin, new: &NewApiToken) -> Result<(ApiTokenSummary, Secret), Error> {
        let token = [PREFIX, &random::token()].concat();
        let made = ApiTokenSummary {
            id: random::id(),
            name: new.name.clone(),
            scopes: new.scopes.clone(),
            created_by: admin.email().to_owned(),
            created_at: self.0.now(),
            last_used_at: None,
            revoked_at: None,
        };
        let mut tx = self.0.database().begin().await?;
        sqlx::query(
            "insert into api_tokens (id, name, token_hash, scopes, created_by, created_at) values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(made.id.as_str())
        .bind(made.name.as_str())
        .bind(digest(&token))
        .bind(write(&made.scopes))
        .bind(made.created_by.as_str())
        .bind(made.created_at)
        .execute(&mut *tx)
        .await?;
        let details = json!({ "name": made.name, "scopes": made.scopes });
        audit::record(&mut tx, made.created_at, &admin.actor(), AuditKind::ApiTokenCreated, &made.id, &details).await?;
        tx.commit().await?;
        Ok((made, Secret::new(token)))
    }

    /// Every token, those that count first, the newest first.
    pub async fn list(&self) -> Result<Vec<ApiTokenSummary>, Error> {
        let rows: Vec<Row> = sqlx::query_as(
            "select id, name, scopes, created_by, created_at, last_used_at, revoked_at from api_tokens
             order by case when revoked_at is null then 0 else 1 end, created_at desc, id",
        )
        .fetch_all(self.0.database().reader())
        .await?;
        let summary = |(id, name, scopes, created_by, created_at, last_used_at, revoked_at): Row| ApiTokenSummary {
            id,
            name,
            scopes: read(&scopes),
            created_by,
            created_at,
            last_used_at,
            revoked_at,
        };
        Ok(rows.into_iter().map(summary).collect())
    }

    /// Lets a token count no more, from the next request on; `false` when there is none of this id that counts.
    pub async fn revoke(&self, admin: &Admin, id: &str) -> Result<bool, Error> {
        let now = self.0.now();
        let mut tx = self.0.database().begin().await?;
        let name: Option<String> = sqlx::query_scalar(
            "update api_tokens set revoked_at = $1 where id = $2 and revoked_at is null returning name",
        )
        .bind(now)
        .bind(storable(id))
        .fetch_optional(&mut *tx)
        .await?;
        let Some(name) = name else {
            return Ok(false);
        };
        audit::record(&mut tx, now, &admin.actor(), AuditKind::ApiTokenRevoked, id, &json!({ "name": name })).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The token that a program shows, if it is one that counts.
    pub async fn authenticate(&self, token: &Secret) -> Result<Option<ApiToken>, Error> {
        // Found by its hash, which gives nothing away about tokens that nobody can guess.
        let row: Option<(String, String, String, Option<i64>)> = sqlx::query_as(
            // A token is worth what its maker is: it ends with the account, and with the role of an owner.
            "select t.id, t.name, t.scopes, t.last_used_at from api_tokens t join admins a on a.email = t.created_by
             where t.token_hash = $1 and t.revoked_at is null and a.role = 'owner' and a.disabled_at is null",
        )
        .bind(digest(token.expose()))
        .fetch_optional(self.0.database().reader())
        .await?;
        let Some((id, name, scopes, last_used_at)) = row else {
            return Ok(None);
        };
        let now = self.0.now();
        if last_used_at.is_none_or(|used| now >= used + TOUCH_EVERY) {
            self.touch(&id, now).await;
        }
        Ok(Some(ApiToken { id, name, scopes: read(&scopes) }))
    }

    async fn touch(&self, id: &str, now: i64) {
        let touched = sqlx::query(
            "update api_tokens set last_used_at = $1 where id = $2 and (last_used_at is null or last_used_at < $1)",
        )
        .bind(now)
        .bind(id)
        .execute(self.0.database().casual_writer())
        .await;
        if let Err(error) = touched {
            tracing::warn!(%error, "the last use of an API token was not written down");
        }
    }
}

fn write(scopes: &[ApiScope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

/// The scopes that this version knows.
fn read(scopes: &str) -> Vec<ApiScope> {
    scopes.split(' ').filter_map(|scope| scope.parse().ok()).collect()
}
