//! The revisions of a connection. Nothing here changes or deletes one: settings are restored by saving them again.

use domain::Field;
use domain::connection::{Method, Revision};
use domain::email::EmailSettings;
use domain::history::{self, HistoryFilterForm, HistoryPage, REVISIONS_PER_PAGE, RevisionSummary, SHIPPED};
use domain::sms::SmsSettings;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::AnyConnection;

use super::Connections;
use crate::sessions::storable;
use crate::{Error, stored};

/// Settings as they once were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past<S> {
    /// The settings; of secrets a revision holds nothing.
    pub settings: S,
    /// Who saved them, when, and what that changed.
    pub summary: RevisionSummary,
}

type SummaryRow = (i64, String, i64, String, Option<i64>);
type PastRow = (String, String, i64, String, Option<i64>);

const SECRETS: [Field; 2] = [Field::TwilioToken, Field::GatewaySecret];

impl Connections<'_> {
    /// A part of the history, newest first: of all revisions or of those that somebody wants, below a version or from the newest. A
    /// field that the connection lacks excludes nothing.
    pub async fn history(
        &self,
        method: Method,
        filter: &HistoryFilterForm,
        below: Option<i64>,
    ) -> Result<HistoryPage, Error> {
        let field = history::field(method, &filter.field);
        // What nobody asked for is left out, so that the database sees by what it can go. A filter by field goes by the index of that.
        let mut sql = String::from(if field.is_some() {
            "select r.version, r.changed, r.saved_at, r.saved_by, r.restored from revision_fields f
             join revisions r on r.method = f.method and r.version = f.version
             where f.method = $1 and f.version < $2 and f.field = $3"
        } else {
            "select r.version, r.changed, r.saved_at, r.saved_by, r.restored from revisions r where r.method = $1 and r.version < $2"
        });
        let by = Some(storable(filter.by.trim())).filter(|by| !by.is_empty());
        if by.is_some() {
            sql.push_str(if field.is_some() { " and r.saved_by = $4" } else { " and r.saved_by = $3" });
        }
        let order = if field.is_some() { "f" } else { "r" };
        sql.push_str(&format!(" order by {order}.version desc limit {}", REVISIONS_PER_PAGE + 1));
        let mut query = sqlx::query_as(&sql).bind(method.as_str()).bind(below.unwrap_or(i64::MAX));
        if let Some(field) = field {
            query = query.bind(field.key());
        }
        if let Some(by) = by {
            query = query.bind(by);
        }
        let mut rows: Vec<SummaryRow> = query.fetch_all(self.0.database().reader()).await?;
        let more = rows.len() > REVISIONS_PER_PAGE as usize;
        rows.truncate(REVISIONS_PER_PAGE as usize);
        Ok(HistoryPage {
            older: rows.last().filter(|_| more).map(|row| row.0),
            revisions: rows.into_iter().map(summary).collect::<Result<_, _>>()?,
            present: self.present(method).await?,
            people: self.people(method).await?,
        })
    }

    /// Who saved the settings that count now, and when; with the revision that this brought back, if it was restored.
    pub async fn newest(&self, method: Method) -> Result<(Revision, Option<i64>), Error> {
        let (version, saved_at, saved_by, restored) = sqlx::query_as(
            "select c.version, c.saved_at, c.saved_by, r.restored from connections c
             left join revisions r on r.method = c.method and r.version = c.version where c.method = $1",
        )
        .bind(method.as_str())
        .fetch_one(self.0.database().reader())
        .await?;
        Ok((Revision { version, saved_at, saved_by }, restored))
    }

    /// Who saved after a version, until another one, each once, the latest first.
    pub async fn savers(&self, method: Method, after: i64, until: i64) -> Result<Vec<String>, Error> {
        let names = sqlx::query_scalar(
            "select saved_by from revisions where method = $1 and version > $2 and version <= $3
             group by saved_by order by max(version) desc",
        );
        Ok(names.bind(method.as_str()).bind(after).bind(until).fetch_all(self.0.database().reader()).await?)
    }

    /// The version of the settings that count now.
    pub async fn present(&self, method: Method) -> Result<i64, Error> {
        let version = sqlx::query_scalar("select version from connections where method = $1");
        Ok(version.bind(method.as_str()).fetch_one(self.0.database().reader()).await?)
    }

    /// The SMS settings of a version; those that Doorcode ships for the version before the first save.
    pub async fn sms_at(&self, version: i64) -> Result<Option<Past<SmsSettings>>, Error> {
        self.at(Method::Sms, version).await
    }

    /// The email settings of a version; those that Doorcode ships for the version before the first save.
    pub async fn email_at(&self, version: i64) -> Result<Option<Past<EmailSettings>>, Error> {
        self.at(Method::Email, version).await
    }

    /// The secrets that were set or removed after one version, up to another.
    pub async fn secrets_changed(&self, method: Method, after: i64, until: i64) -> Result<Vec<Field>, Error> {
        let keys: Vec<String> = sqlx::query_scalar(
            "select distinct field from revision_fields
             where method = $1 and field in ($2, $3) and version > $4 and version <= $5",
        )
        .bind(method.as_str())
        .bind(SECRETS[0].key())
        .bind(SECRETS[1].key())
        .bind(after)
        .bind(until)
        .fetch_all(self.0.database().reader())
        .await?;
        Ok(SECRETS.into_iter().filter(|field| keys.iter().any(|key| key == field.key())).collect())
    }

    async fn at<S>(&self, method: Method, version: i64) -> Result<Option<Past<S>>, Error>
    where
        S: Default + Serialize + DeserializeOwned,
    {
        if version == SHIPPED {
            return Ok(Some(Past { settings: stored::read("{}")?, summary: RevisionSummary::default() }));
        }
        let row: Option<PastRow> = sqlx::query_as(
            "select settings, changed, saved_at, saved_by, restored from revisions where method = $1 and version = $2",
        )
        .bind(method.as_str())
        .bind(version)
        .fetch_optional(self.0.database().reader())
        .await?;
        let Some((settings, changed, saved_at, saved_by, restored)) = row else {
            return Ok(None);
        };
        let summary = summary((version, changed, saved_at, saved_by, restored))?;
        Ok(Some(Past { settings: stored::read(&settings)?, summary }))
    }

    /// Everyone who ever saved: from each name to the next one in the index, however many revisions lie between.
    async fn people(&self, method: Method) -> Result<Vec<String>, Error> {
        let people = sqlx::query_scalar(
            "with recursive people (name) as (
                 select min(saved_by) from revisions where method = $1
                 union all
                 select (select min(r.saved_by) from revisions r where r.method = $1 and r.saved_by > p.name)
                 from people p where p.name is not null
             )
             select name from people where name is not null",
        );
        Ok(people.bind(method.as_str()).fetch_all(self.0.database().reader()).await?)
    }
}

/// Notes which fields a new revision changed.
pub(super) async fn index(
    tx: &mut AnyConnection,
    method: Method,
    version: i64,
    changed: &[Field],
) -> Result<(), Error> {
    for field in changed {
        sqlx::query("insert into revision_fields (method, field, version) values ($1, $2, $3)")
            .bind(method.as_str())
            .bind(field.key())
            .bind(version)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

fn summary((version, changed, saved_at, saved_by, restored): SummaryRow) -> Result<RevisionSummary, Error> {
    let changed: Vec<Field> = serde_json::from_str(&changed)?;
    let fields = changed.into_iter().map(Field::label).collect();
    Ok(RevisionSummary { version, saved_at, saved_by, fields, restored })
}
