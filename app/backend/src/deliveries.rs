//! Deliveries: what became of every message that was handed to a provider. Codes and whole recipients are not in here.

mod csv;
mod filter;

use std::str::FromStr as _;
use std::time::Duration;

use domain::activity::{ACTIVITY_PER_PAGE, DeliveryPage, DeliverySummary};
use domain::connection::Method;
use domain::recipient::Recipient;
use sqlx::FromRow;

use crate::csv::{CsvPart, ROWS};
use crate::paging::{Conditions, Cursor, older};
use crate::sessions::storable;
use crate::{Backend, Error, marks, random};

/// The most that is kept of what a provider says.
const SAID: usize = 255;
/// How many deliveries are deleted in one statement: others who write must not wait for a million.
const SWEPT_AT_ONCE: i64 = 5_000;
const DAY: i64 = 24 * 3_600_000;

/// A message that was handed to a provider, and what came of it.
#[derive(Clone, Debug)]
pub struct NewDelivery<'d> {
    /// Who was to get it; says by which connection too.
    pub recipient: &'d Recipient,
    /// For which application.
    pub client_id: &'d str,
    /// What that application is called.
    pub application_name: &'d str,
    /// Who was to carry it out.
    pub provider: &'d str,
    /// What came of it.
    pub ending: Ending<'d>,
    /// What the provider calls the message.
    pub provider_id: Option<&'d str>,
    /// How long the provider took.
    pub took: Duration,
    /// The revision of the settings that the message was made from.
    pub revision: i64,
    /// The administrator who tried the connection, if it was none of a user's own requests.
    pub actor: Option<&'d str>,
}

/// What came of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ending<'e> {
    /// In one word, by which deliveries are filtered.
    pub outcome: &'e str,
    /// Why it did not arrive, in one word, or empty.
    pub reason: &'e str,
    /// The provider's own code for that.
    pub provider_code: Option<&'e str>,
}

/// Which deliveries are wanted; an empty filter wants all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Those of one connection.
    pub method: Option<Method>,
    /// Those of one application.
    pub client_id: Option<String>,
    /// Those with one outcome.
    pub outcome: Option<String>,
    /// Those from this moment on, in milliseconds since the Unix epoch.
    pub from: Option<i64>,
    /// Those before this moment.
    pub until: Option<i64>,
    /// Those to exactly this recipient.
    pub recipient: Option<Recipient>,
}

/// The deliveries.
pub struct Deliveries<'a>(pub(crate) &'a Backend);

#[derive(FromRow)]
struct Row {
    id: String,
    at: i64,
    method: String,
    client_id: String,
    application_name: String,
    recipient: String,
    provider: String,
    outcome: String,
    reason: String,
    provider_id: Option<String>,
    provider_code: Option<String>,
    took_ms: i64,
    revision: i64,
    actor: Option<String>,
}

const COLUMNS: &str = "id, at, method, client_id, application_name, recipient, provider, outcome, reason, provider_id, \
                       provider_code, took_ms, revision, actor";

impl Deliveries<'_> {
    /// Records a delivery and answers its id.
    pub async fn record(&self, delivery: &NewDelivery<'_>) -> Result<String, Error> {
        let id = random::ordered_id();
        sqlx::query(
            "insert into deliveries
                (id, at, method, client_id, application_name, recipient, recipient_hash, provider, outcome, reason, provider_id,
                 provider_code, took_ms, revision, actor)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(id.as_str())
        .bind(self.0.now())
        .bind(delivery.recipient.method().as_str())
        .bind(delivery.client_id)
        .bind(delivery.application_name)
        .bind(delivery.recipient.masked())
        .bind(self.recipient_hash(delivery.recipient).await?)
        .bind(delivery.provider)
        .bind(delivery.ending.outcome)
        .bind(delivery.ending.reason)
        .bind(delivery.provider_id.map(said))
        .bind(delivery.ending.provider_code.map(said))
        .bind(i64::try_from(delivery.took.as_millis()).unwrap_or(i64::MAX))
        .bind(delivery.revision)
        .bind(delivery.actor)
        .execute(self.0.database().writer())
        .await?;
        Ok(id)
    }

    /// One delivery.
    pub async fn find(&self, id: &str) -> Result<Option<DeliverySummary>, Error> {
        let row: Option<Row> = sqlx::query_as(&format!("select {COLUMNS} from deliveries where id = $1"))
            .bind(storable(id))
            .fetch_optional(self.0.database().reader())
            .await?;
        Ok(row.and_then(summary))
    }

    /// Writes down what a provider said of a message later; `false` when there is no such delivery.
    pub async fn ended(&self, id: &str, ending: &Ending<'_>) -> Result<bool, Error> {
        let changed = sqlx::query("update deliveries set outcome = $1, reason = $2, provider_code = $3 where id = $4")
            .bind(ending.outcome)
            .bind(ending.reason)
            .bind(ending.provider_code.map(said))
            .bind(id)
            .execute(self.0.database().writer())
            .await?;
        Ok(changed.rows_affected() > 0)
    }

    /// A page of the deliveries that match, newest first, from a place that an earlier page answered as `older`.
    pub async fn page(&self, filter: &DeliveryFilter, from: Option<&str>) -> Result<DeliveryPage, Error> {
        self.part(filter, from, ACTIVITY_PER_PAGE).await
    }

    /// The next thousand of the deliveries that match, as CSV (RFC 4180), from a place that an earlier part answered as `older`.
    pub async fn csv(&self, filter: &DeliveryFilter, from: Option<&str>) -> Result<CsvPart, Error> {
        let DeliveryPage { deliveries, older } = self.part(filter, from, ROWS).await?;
        let mut text = String::new();
        if from.is_none() {
            csv::put_header(&mut text);
        }
        for delivery in &deliveries {
            csv::put(delivery, &mut text);
        }
        Ok(CsvPart { text, older })
    }

    async fn part(&self, filter: &DeliveryFilter, from: Option<&str>, limit: u32) -> Result<DeliveryPage, Error> {
        let mut wanted = Conditions::default();
        let recipient_hash = match &filter.recipient {
            Some(recipient) => Some(self.recipient_hash(recipient).await?),
            None => None,
        };
        // The one that fits the fewest rows comes first and is looked up in its index; a database without statistics might
        // choose the index of an outcome that a million rows have.
        wanted.texts([
            ("recipient_hash", recipient_hash.as_deref()),
            ("client_id", filter.client_id.as_deref()),
            ("outcome", filter.outcome.as_deref()),
            ("method", filter.method.map(Method::as_str)),
        ]);
        if let Some(from) = filter.from {
            wanted.number("at >=", from);
        }
        if let Some(until) = filter.until {
            wanted.number("at <", until);
        }
        if let Some(place) = from.and_then(Cursor::parse) {
            wanted.place("<", place);
        }
        let statement = format!("select {COLUMNS} from deliveries{}", wanted.newest(limit + 1));
        let mut rows: Vec<Row> = wanted.bind(sqlx::query_as(&statement)).fetch_all(self.0.database().reader()).await?;
        let older = older(&mut rows, limit, |row| Cursor::of(row.at, &row.id));
        Ok(DeliveryPage { deliveries: rows.into_iter().filter_map(summary).collect(), older })
    }

    async fn recipient_hash(&self, recipient: &Recipient) -> Result<String, Error> {
        marks::mark(self.0, "delivery recipient", recipient.expose()).await
    }
}

/// Deletes deliveries that were kept long enough.
pub(crate) async fn sweep(backend: &Backend) -> Result<(), Error> {
    let before = backend.now() - i64::from(backend.0.retention_days) * DAY;
    loop {
        let deleted = sqlx::query(
            "delete from deliveries where id in (select id from deliveries where at < $1 order by at limit $2)",
        )
        .bind(before)
        .bind(SWEPT_AT_ONCE)
        .execute(backend.database().writer())
        .await?;
        if deleted.rows_affected() == 0 {
            return Ok(());
        }
    }
}

/// What a provider said, as far as it is kept.
fn said(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(SAID).collect()
}

fn summary(row: Row) -> Option<DeliverySummary> {
    Some(DeliverySummary {
        method: Method::from_str(&row.method).ok()?,
        id: row.id,
        at: row.at,
        client_id: row.client_id,
        application_name: row.application_name,
        recipient: row.recipient,
        provider: row.provider,
        outcome: row.outcome,
        reason: row.reason,
        provider_id: row.provider_id,
        provider_code: row.provider_code,
        took_ms: row.took_ms.try_into().unwrap_or_default(),
        revision: row.revision,
        actor: row.actor,
    })
}
