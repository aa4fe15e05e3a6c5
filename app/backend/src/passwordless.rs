//! One-time codes and links: issuing them, and deciding who comes in. Carrying them out is somebody else's work.
//!
//! Only the newest code of a recipient and connection is valid; three wrong answers spend it, one right answer uses it up, and
//! the code and the link of one message are used up together. The database decides races: every answer claims its place by one
//! conditional update, so a hundred answers at once are no more than three guesses or one way in.
//!
//! Hashes are made under the key of the moment: a code that is on its way while the key is rotated has to be asked for again.

mod look;

use std::str::FromStr as _;

use domain::Secret;
use domain::connection::Method;
use domain::otp::{GUESSES, OtpExpiry, OtpLength};
use domain::recipient::Recipient;
use domain::template::Send;
use subtle::ConstantTimeEq as _;

use crate::applications::known;
use crate::{Backend, Error, random};

pub use look::{LinkSeen, LinkState};

/// How long a row is kept after its code ran out, so that a late answer is told so: an hour.
pub(crate) const KEPT: i64 = 3_600_000;

/// What a code is issued for.
#[derive(Clone, Debug)]
pub struct Request<'r> {
    /// The application that asks.
    pub client_id: &'r str,
    /// Who gets it; says by which connection too.
    pub recipient: &'r Recipient,
    /// How long it can be used.
    pub expiry: OtpExpiry,
    /// The revision of the settings that the message is made from.
    pub revision: i64,
    /// What it is for.
    pub purpose: Purpose,
    /// What whoever opens the link needs to go on, as JSON; no secrets.
    pub context: &'r str,
}

/// What goes into the message, and nowhere else; it opens nothing before it is issued.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The code.
    pub code: Secret,
    /// The token of the link, where one was asked for.
    pub link: Option<Secret>,
}

/// What a code is for: one that an administrator tries opens nothing, and one of a user is not an administrator's to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A user signs in.
    SignIn,
    /// An administrator tries the connection.
    Trial,
}

/// What an answer to a code was worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Right: the way in is open, once.
    Accepted(Accepted),
    /// Wrong; so many more answers count.
    Wrong {
        /// How many; after the last one every answer is [`Verdict::Spent`].
        left: u32,
    },
    /// Answered wrongly too often: a new one must be asked for.
    Spent,
    /// Used already.
    Used,
    /// Right or wrong, it came too late.
    Expired,
    /// Nothing was sent to this recipient for this application.
    Nothing,
}

/// Who came in, by which message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The application.
    pub client_id: String,
    /// Who the message was for.
    pub recipient: Recipient,
    /// The revision of the settings that the message was made from.
    pub revision: i64,
    /// What the request said whoever opens the link needs.
    pub context: String,
}

/// What the recipient of a code is sealed for.
const RECIPIENT_PLACE: &str = "codes/recipient";

/// The codes and links of both connections.
pub struct Passwordless<'a>(pub(crate) &'a Backend);

type Row = (String, String, String, String, i64, i64, i64, Option<i64>);
type LinkRow = (String, String, String, i64, i64, Option<i64>, Option<Vec<u8>>);

impl Purpose {
    fn stored(self) -> i16 {
        i16::from(self == Self::Trial)
    }
}

impl Passwordless<'_> {
    /// Makes up a code of so many digits, and a token where a link is sent.
    pub fn draw(length: OtpLength, send: Send) -> Drawn {
        Drawn {
            code: Secret::new(random::digits(length.digits() as usize)),
            link: (send == Send::Link).then(|| Secret::new(random::token())),
        }
    }

    /// Issues what was drawn, in the place of the recipient's last code, and answers until when it can be used, in milliseconds
    /// since the Unix epoch.
    pub async fn issue(&self, request: &Request<'_>, drawn: &Drawn) -> Result<i64, Error> {
        let id = random::id();
        let now = self.0.now();
        let expires_at = now + i64::from(request.expiry.seconds()) * 1_000;
        sqlx::query(
            "insert into codes
                (method, recipient_hash, id, client_id, code_hash, link_hash, context, revision, created_at, expires_at, trial,
                 recipient, wrong_answers)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)
             on conflict (method, recipient_hash) do update set
                id = excluded.id, client_id = excluded.client_id, code_hash = excluded.code_hash,
                link_hash = excluded.link_hash, context = excluded.context, revision = excluded.revision,
                created_at = excluded.created_at, expires_at = excluded.expires_at, trial = excluded.trial,
                recipient = excluded.recipient, wrong_answers = 0, used_at = null",
        )
        .bind(request.recipient.method().as_str())
        .bind(self.recipient_hash(request.recipient))
        .bind(&id)
        .bind(request.client_id)
        .bind(self.code_hash(&id, drawn.code.expose()))
        .bind(drawn.link.as_ref().map(|link| self.link_hash(link.expose())))
        .bind(request.context)
        .bind(request.revision)
        .bind(now)
        .bind(expires_at)
        .bind(request.purpose.stored())
        .bind(self.0.vault().ring().current().seal(RECIPIENT_PLACE, request.recipient.expose())?)
        .execute(self.0.database().writer())
        .await?;
        Ok(expires_at)
    }

    /// Judges an answer to a code.
    pub async fn verify_code(
        &self,
        purpose: Purpose,
        client_id: &str,
        recipient: &Recipient,
        code: &Secret,
    ) -> Result<Verdict, Error> {
        let row: Option<Row> = sqlx::query_as(
            "select id, client_id, code_hash, context, revision, expires_at, cast(wrong_answers as bigint), used_at
             from codes where method = $1 and recipient_hash = $2 and client_id = $3 and trial = $4",
        )
        .bind(recipient.method().as_str())
        .bind(self.recipient_hash(recipient))
        .bind(known(client_id))
        .bind(purpose.stored())
        .fetch_optional(self.0.database().reader())
        .await?;
        let Some((id, client_id, code_hash, context, revision, expires_at, wrong_answers, used_at)) = row else {
            return Ok(Verdict::Nothing);
        };
        if used_at.is_some() {
            return Ok(Verdict::Used);
        }
        if wrong_answers >= i64::from(GUESSES) {
            return Ok(Verdict::Spent);
        }
        if expires_at <= self.0.now() {
            return Ok(Verdict::Expired);
        }
        // Phones and people put spaces into a code; it has none of its own.
        let typed: String = code.expose().chars().filter(|letter| !letter.is_whitespace()).collect();
        let answer = self.code_hash(&id, &typed);
        if !bool::from(answer.as_bytes().ct_eq(code_hash.as_bytes())) {
            return self.wrong(&id).await;
        }
        let used = self.use_up("id", &id).await?;
        let recipient = recipient.clone();
        Ok(if used { Verdict::Accepted(Accepted { client_id, recipient, revision, context }) } else { Verdict::Used })
    }

    /// Judges the token of a link that was opened.
    pub async fn verify_link(&self, purpose: Purpose, link: &Secret) -> Result<Verdict, Error> {
        // A token is as long as its hash, so finding one by its hash gives nothing away that guessing would not.
        let link_hash = self.link_hash(link.expose());
        let row: Option<LinkRow> = sqlx::query_as(
            "select method, client_id, context, revision, expires_at, used_at, recipient from codes
             where link_hash = $1 and trial = $2",
        )
        .bind(&link_hash)
        .bind(purpose.stored())
        .fetch_optional(self.0.database().reader())
        .await?;
        let Some((method, client_id, context, revision, expires_at, used_at, sealed)) = row else {
            return Ok(Verdict::Nothing);
        };
        if used_at.is_some() {
            return Ok(Verdict::Used);
        }
        if expires_at <= self.0.now() {
            return Ok(Verdict::Expired);
        }
        let Some(recipient) = self.unsealed(&method, sealed)? else {
            return Ok(Verdict::Nothing);
        };
        let used = self.use_up("link_hash", &link_hash).await?;
        Ok(if used { Verdict::Accepted(Accepted { client_id, recipient, revision, context }) } else { Verdict::Used })
    }

    /// Counts a wrong answer.
    async fn wrong(&self, id: &str) -> Result<Verdict, Error> {
        let counted: Option<i64> = sqlx::query_scalar(
            "update codes set wrong_answers = wrong_answers + 1
             where id = $1 and used_at is null and wrong_answers < $2 returning cast(wrong_answers as bigint)",
        )
        .bind(id)
        .bind(i64::from(GUESSES))
        .fetch_optional(self.0.database().writer())
        .await?;
        Ok(counted.map_or(Verdict::Spent, |counted| Verdict::Wrong {
            left: GUESSES.saturating_sub(u32::try_from(counted).unwrap_or(GUESSES)),
        }))
    }

    /// Claims the one use of a code and its link; whether this was it.
    async fn use_up(&self, column: &'static str, value: &str) -> Result<bool, Error> {
        let now = self.0.now();
        let used = sqlx::query(&format!(
            "update codes set used_at = $1
             where {column} = $2 and used_at is null and wrong_answers < $3 and expires_at > $1"
        ))
        .bind(now)
        .bind(value)
        .bind(i64::from(GUESSES))
        .execute(self.0.database().writer())
        .await?;
        Ok(used.rows_affected() == 1)
    }

    /// Who a code was sent to; `None` of one that was issued before that was kept.
    fn unsealed(&self, method: &str, sealed: Option<Vec<u8>>) -> Result<Option<Recipient>, Error> {
        let Some(sealed) = sealed else { return Ok(None) };
        let opened = self.0.vault().open_value(RECIPIENT_PLACE, &sealed)?;
        Ok(Method::from_str(method).ok().and_then(|method| Recipient::parse(method, &opened).ok()))
    }

    fn recipient_hash(&self, recipient: &Recipient) -> String {
        self.0.vault().ring().mark("recipient", recipient.expose())
    }

    fn code_hash(&self, id: &str, code: &str) -> String {
        self.0.vault().ring().mark("code", &[id, ":", code].concat())
    }

    fn link_hash(&self, link: &str) -> String {
        self.0.vault().ring().mark("link", link)
    }
}
