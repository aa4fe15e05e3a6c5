//! Looking at a link without judging it: what its page shows before anybody decides to use it.

use domain::Secret;
use domain::otp::GUESSES;
use domain::recipient::Recipient;

use super::{Passwordless, Purpose};
use crate::Error;

/// A link as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSeen {
    /// The application.
    pub client_id: String,
    /// Who it was sent to, where that can still be read.
    pub recipient: Option<Recipient>,
    /// What the request said whoever opens the link needs.
    pub context: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether it can be used.
    pub state: LinkState,
}

/// Whether a link can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Yes.
    Open,
    /// It was, or its code was, or that was answered wrongly too often.
    Used,
    /// Its time is over.
    Expired,
}

type Row = (String, String, Option<Vec<u8>>, String, i64, i64, i64, Option<i64>);

impl Passwordless<'_> {
    /// What a link is for and whether it can be used; `None` where it is not the newest, or none at all. It spends nothing.
    pub async fn look_at_link(&self, link: &Secret) -> Result<Option<LinkSeen>, Error> {
        let row: Option<Row> = sqlx::query_as(
            "select client_id, method, recipient, context, cast(trial as bigint), cast(wrong_answers as bigint), expires_at, used_at
             from codes where link_hash = $1",
        )
        .bind(self.link_hash(link.expose()))
        .fetch_optional(self.0.database().reader())
        .await?;
        Ok(row.map(|(client_id, method, sealed, context, trial, wrong_answers, expires_at, used_at)| LinkSeen {
            client_id,
            recipient: self.unsealed(&method, sealed).ok().flatten(),
            context,
            purpose: if trial == 0 { Purpose::SignIn } else { Purpose::Trial },
            state: match used_at {
                Some(_) => LinkState::Used,
                None if wrong_answers >= i64::from(GUESSES) => LinkState::Used,
                None if expires_at <= self.0.now() => LinkState::Expired,
                None => LinkState::Open,
            },
        }))
    }
}
