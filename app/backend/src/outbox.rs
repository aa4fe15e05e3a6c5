//! The outbox: messages that stay inside Doorcode, as they would have been received. The newest 1,000 are kept.

use std::str::FromStr as _;
use std::time::Duration;

use domain::Secret;
use domain::activity::{ACTIVITY_PER_PAGE, OutboxMessage, OutboxPage, OutboxSummary};
use domain::connection::Method;
use domain::mail::EmailProvider;
use domain::recipient::Recipient;
use domain::sms::SmsProvider;
use sqlx::FromRow;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::paging::{Conditions, Cursor, older};
use crate::sessions::storable;
use crate::{Backend, Error, random};

/// How many messages are kept.
const KEPT: i64 = 1_000;
/// How often somebody who waits looks by himself: another instance keeps messages without a word.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A message that is kept instead of being sent.
pub struct NewMessage<'m> {
    /// Who would have got it; says by which connection too.
    pub recipient: &'m Recipient,
    /// For which application.
    pub client_id: &'m str,
    /// What that application is called.
    pub application_name: &'m str,
    /// The sender, or empty.
    pub from: &'m str,
    /// The subject of an email.
    pub subject: Option<&'m str>,
    /// The text of an SMS, the plain text of an email.
    pub text: &'m str,
    /// The HTML of an email.
    pub html: Option<&'m str>,
    /// The code in it.
    pub code: &'m Secret,
    /// The sign-in link in it, where one was asked for.
    pub link: Option<&'m Secret>,
}

/// After what a message is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// A moment, in milliseconds since the Unix epoch; a message of that moment counts.
    Moment(i64),
    /// A message, by its id.
    Message(String),
}

impl After {
    /// Reads a time (RFC 3339, or milliseconds since the Unix epoch) or the id of a message.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) {
            let ms = moment.unix_timestamp_nanos().div_euclid(1_000_000);
            return i64::try_from(ms).ok().map(Self::Moment);
        }
        // An id has 30 characters, a time in milliseconds 13.
        if let (1..=16, Ok(ms)) = (text.len(), text.parse()) {
            return Some(Self::Moment(ms));
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (text.len() == 30 && text.bytes().all(fits)).then(|| Self::Message(text.to_owned()))
    }
}

/// The messages in the outbox.
pub struct Outbox<'a>(pub(crate) &'a Backend);

#[derive(FromRow)]
struct Row {
    id: String,
    at: i64,
    method: String,
    client_id: String,
    application_name: String,
    recipient: String,
    sender: String,
    subject: Option<String>,
    body: String,
    html: Option<String>,
    code: String,
    link: Option<String>,
}

const COLUMNS: &str = "id, at, method, client_id, application_name, recipient, sender, subject, body, html, code, link";

type SummaryRow = (String, i64, String, String, String, String);

impl Outbox<'_> {
    /// Keeps a message, in the place of the oldest one where there are too many, and answers its id.
    pub async fn keep(&self, message: &NewMessage<'_>) -> Result<String, Error> {
        let id = random::ordered_id();
        let text = |text: &str| text.replace('\0', "");
        let mut tx = self.0.database().begin().await?;
        sqlx::query(
            "insert into outbox
                (id, at, method, client_id, application_name, recipient, sender, subject, body, html, code, link)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(id.as_str())
        .bind(self.0.now())
        .bind(message.recipient.method().as_str())
        .bind(message.client_id)
        .bind(message.application_name)
        .bind(message.recipient.expose())
        .bind(text(message.from))
        .bind(message.subject.map(text))
        .bind(text(message.text))
        .bind(message.html.map(text))
        .bind(message.code.expose())
        .bind(message.link.map(Secret::expose))
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "delete from outbox where (at, id) < (select at, id from outbox order by at desc, id desc limit 1 offset $1)",
        )
        .bind(KEPT - 1)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        self.0.0.kept.notify_waiters();
        Ok(id)
    }

    /// A page of the messages, newest first, from a place that an earlier page answered as `older`; with a recipient, only theirs.
    pub async fn page(&self, to: Option<&Recipient>, from: Option<&str>) -> Result<OutboxPage, Error> {
        let mut wanted = Conditions::default();
        if let Some(to) = to {
            wanted.texts([("recipient", Some(to.expose())), ("method", Some(to.method().as_str()))]);
        }
        if let Some(place) = from.and_then(Cursor::parse) {
            wanted.place("<", place);
        }
        let statement = format!(
            "select id, at, method, application_name, recipient, coalesce(subject, body) from outbox{}",
            wanted.newest(ACTIVITY_PER_PAGE + 1)
        );
        let mut rows: Vec<SummaryRow> =
            wanted.bind(sqlx::query_as(&statement)).fetch_all(self.0.database().reader()).await?;
        let older = older(&mut rows, ACTIVITY_PER_PAGE, |row| Cursor::of(row.1, &row.0));
        let messages = rows.into_iter().filter_map(|(id, at, method, application_name, recipient, title)| {
            let method = Method::from_str(&method).ok()?;
            Some(OutboxSummary { id, at, method, application_name, recipient, title })
        });
        Ok(OutboxPage { messages: messages.collect(), older })
    }

    /// One message.
    pub async fn find(&self, id: &str) -> Result<Option<OutboxMessage>, Error> {
        let row: Option<Row> = sqlx::query_as(&format!("select {COLUMNS} from outbox where id = $1"))
            .bind(storable(id))
            .fetch_optional(self.0.database().reader())
            .await?;
        Ok(row.and_then(message))
    }

    /// The newest message to a recipient, once there is one; `None` when there was none in all that time.
    ///
    /// Of several the newest is answered, because only its code is valid.
    pub async fn wait(
        &self,
        to: &Recipient,
        after: Option<&After>,
        patience: Duration,
    ) -> Result<Option<OutboxMessage>, Error> {
        let waiting = async {
            loop {
                // Listens before it looks, or a message in between would go unheard.
                let mut kept = std::pin::pin!(self.0.0.kept.notified());
                kept.as_mut().enable();
                if let Some(found) = self.newest(to, after).await? {
                    return Ok(found);
                }
                let _ = tokio::time::timeout(LOOK_EVERY, kept).await;
            }
        };
        match tokio::time::timeout(patience, waiting).await {
            Ok(found) => found.map(Some),
            // Whoever would not wait at all has it looked for too.
            Err(_) => self.newest(to, after).await,
        }
    }

    /// Whether a connection keeps its messages here.
    pub async fn in_use(&self) -> Result<bool, Error> {
        let email = self.0.email_provider().load().await?.settings.provider == EmailProvider::Outbox;
        Ok(email || self.0.connections().sms().await?.settings.provider == SmsProvider::Outbox)
    }

    async fn newest(&self, to: &Recipient, after: Option<&After>) -> Result<Option<OutboxMessage>, Error> {
        let mut wanted = Conditions::default();
        wanted.texts([("recipient", Some(to.expose())), ("method", Some(to.method().as_str()))]);
        match after {
            None => {}
            Some(After::Moment(moment)) => wanted.number("at >=", *moment),
            Some(After::Message(id)) => {
                let at: Option<i64> = sqlx::query_scalar("select at from outbox where id = $1")
                    .bind(storable(id))
                    .fetch_optional(self.0.database().reader())
                    .await?;
                // A message that is no longer kept is older than all that are.
                if let Some(place) = at.and_then(|at| Cursor::parse(&Cursor::of(at, id))) {
                    wanted.place(">", place);
                }
            }
        }
        let statement = format!("select {COLUMNS} from outbox{}", wanted.newest(1));
        let row: Option<Row> =
            wanted.bind(sqlx::query_as(&statement)).fetch_optional(self.0.database().reader()).await?;
        Ok(row.and_then(message))
    }
}

fn message(row: Row) -> Option<OutboxMessage> {
    Some(OutboxMessage {
        method: Method::from_str(&row.method).ok()?,
        id: row.id,
        at: row.at,
        client_id: row.client_id,
        application_name: row.application_name,
        recipient: row.recipient,
        from: row.sender,
        subject: row.subject,
        text: row.body,
        html: row.html,
        code: Secret::new(row.code),
        link: row.link.map(Secret::new),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_takes_a_time_or_a_message() {
        let id = random::ordered_id();
        for (text, wanted) in [
            ("2027-01-15T08:00:00.250Z", Some(After::Moment(1_800_000_000_250))),
            ("2027-01-15T09:00:00+01:00", Some(After::Moment(1_800_000_000_000))),
            (" 1800000000000", Some(After::Moment(1_800_000_000_000))),
            (id.as_str(), Some(After::Message(id.clone()))),
            ("", None),
            ("yesterday", None),
            ("99999999999999999999", None),
            ("2027-01-15", None),
        ] {
            assert_eq!(After::parse(text), wanted, "{text:?}");
        }
    }
}
