//! Sign-ins on the hosted page, between asking for a code and answering it: what the application asked for, and who gets the code.
//!
//! Each has a token, which is in its address, and belongs to one browser, which holds a key in a cookie: an address that is passed on
//! is worth nothing elsewhere.

use domain::Secret;
use domain::connection::Method;
use domain::recipient::Recipient;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use crate::random::{self, digest};
use crate::{Backend, Error};

/// How long there is to answer the code: a day, as long as a code can be valid.
const LIFE: i64 = 24 * 3_600_000;

/// How long a row is kept after that, so that whoever comes late is told so: an hour.
pub(crate) const KEPT: i64 = 3_600_000;

/// What a sign-in is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInRequest {
    /// The query of the application's request.
    pub query: String,
    /// Who gets the code.
    pub recipient: Recipient,
    /// The language of the messages; `None` for the installation's own.
    pub language: Option<String>,
}

/// What a browser holds of a sign-in that was begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Goes into the address.
    pub token: Secret,
    /// Goes into the cookie.
    pub browser: Secret,
}

/// How a sign-in stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The code can be answered.
    Open,
    /// The code was answered.
    Ended,
    /// It took too long.
    Expired,
    /// Another browser began it.
    Elsewhere,
}

/// The sign-ins on the hosted page.
pub struct SignInRequests<'a>(pub(crate) &'a Backend);

#[derive(Serialize, Deserialize)]
struct Sealed {
    query: String,
    method: Method,
    recipient: String,
    language: Option<String>,
}

type Row = (String, Vec<u8>, i64, Option<i64>);

impl SignInRequests<'_> {
    /// Begins a sign-in in a browser, which may hold a key already.
    pub async fn begin(&self, browser: Option<&Secret>, request: &SignInRequest) -> Result<Begun, Error> {
        let begun = Begun {
            token: Secret::new(random::token()),
            browser: browser.cloned().unwrap_or_else(|| Secret::new(random::token())),
        };
        let (now, token_hash) = (self.0.now(), digest(begun.token.expose()));
        let sealed = serde_json::to_string(&Sealed {
            query: request.query.clone(),
            method: request.recipient.method(),
            recipient: request.recipient.expose().to_owned(),
            language: request.language.clone(),
        })?;
        let sealed = self.0.vault().ring().current().seal(&place(&token_hash), &sealed)?;
        sqlx::query(
            "insert into sign_in_requests (token_hash, browser_hash, request, created_at, expires_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(&token_hash)
        .bind(digest(begun.browser.expose()))
        .bind(sealed)
        .bind(now)
        .bind(now + LIFE)
        .execute(self.0.database().writer())
        .await?;
        Ok(begun)
    }

    /// The sign-in of a token and how it stands for the browser that asks; `None` where there is none, or none that can be read.
    pub async fn find(
        &self,
        token: &Secret,
        browser: Option<&Secret>,
    ) -> Result<Option<(SignInRequest, Standing)>, Error> {
        let token_hash = digest(token.expose());
        let row: Option<Row> = sqlx::query_as(
            "select browser_hash, request, expires_at, ended_at from sign_in_requests where token_hash = $1",
        )
        .bind(&token_hash)
        .fetch_optional(self.0.database().reader())
        .await?;
        let Some((browser_hash, sealed, expires_at, ended_at)) = row else { return Ok(None) };
        // One that was sealed with a key that is gone by now has to be begun again.
        let Ok(text) = self.0.vault().open_value(&place(&token_hash), &sealed) else { return Ok(None) };
        let Sealed { query, method, recipient, language } = serde_json::from_str(&text)?;
        let Ok(recipient) = Recipient::parse(method, &recipient) else { return Ok(None) };
        let is_ours = browser
            .is_some_and(|browser| bool::from(digest(browser.expose()).as_bytes().ct_eq(browser_hash.as_bytes())));
        let standing = match ended_at {
            _ if !is_ours => Standing::Elsewhere,
            Some(_) => Standing::Ended,
            None if expires_at <= self.0.now() => Standing::Expired,
            None => Standing::Open,
        };
        Ok(Some((SignInRequest { query, recipient, language }, standing)))
    }

    /// Ends a sign-in: its code was answered.
    pub async fn end(&self, token: &Secret) -> Result<(), Error> {
        sqlx::query("update sign_in_requests set ended_at = $1 where token_hash = $2 and ended_at is null")
            .bind(self.0.now())
            .bind(digest(token.expose()))
            .execute(self.0.database().writer())
            .await?;
        Ok(())
    }
}

fn place(token_hash: &str) -> String {
    ["sign_in_requests/", token_hash, "/request"].concat()
}
