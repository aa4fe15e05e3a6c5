//! Reading the trail: newest first, a part at a time, with what its objects are called now.

use domain::activity::ACTIVITY_PER_PAGE;
use domain::audit::{AuditDetails, AuditKind, AuditObject};
use domain::connection::Method;
use sqlx::FromRow;

use super::{Actor, Audit, AuditFilter};
use crate::Error;
use crate::paging::{Conditions, Cursor, older};

/// The most people that a filter offers.
const PEOPLE: u32 = 500;
/// How far the rows of a value are counted, in its index alone; of two that are more frequent the first is taken.
const FEW: u32 = 100_000;

/// One line of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
    /// Who, and from where.
    pub actor: Actor,
    /// What, such as `connection.saved`.
    pub action: String,
    /// To what: a method, a client id, the id of an administrator; or empty.
    pub target: String,
    /// What the target is called now, or was called last; a user's number or address is masked.
    pub object: String,
    /// Whether the target is still there.
    pub exists: bool,
    /// What else there is to say, as a JSON object.
    pub details: String,
}

impl AuditEntry {
    /// The action, unless another version of Doorcode recorded it.
    pub fn kind(&self) -> Option<AuditKind> {
        AuditKind::of(&self.action)
    }

    /// What was done, in one phrase.
    pub fn what(&self) -> &str {
        match self.kind() {
            Some(kind) => kind.label(),
            None => &self.action,
        }
    }

    /// What else there is to say, in words: texts, each with the revision that it names, if any.
    pub fn words(&self) -> Vec<(String, Option<i64>)> {
        self.kind().map(|kind| read(&self.details).words(kind, &self.target)).unwrap_or_default()
    }
}

/// A part of the trail, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    /// The lines.
    pub entries: Vec<AuditEntry>,
    /// Where older ones begin, if there are any.
    pub older: Option<String>,
}

#[derive(FromRow)]
struct Row {
    id: String,
    at: i64,
    actor_id: Option<String>,
    actor_name: String,
    address: String,
    action: String,
    target: String,
    details: String,
    admin: Option<String>,
    application: Option<String>,
    token: Option<String>,
    users: i64,
}

impl Audit<'_> {
    /// The newest lines, newest first.
    pub async fn latest(&self, limit: u32) -> Result<Vec<AuditEntry>, Error> {
        Ok(self.part(&AuditFilter::default(), None, limit).await?.entries)
    }

    /// A page of the lines that match, newest first, from a place that an earlier page answered as `older`.
    pub async fn page(&self, filter: &AuditFilter, from: Option<&str>) -> Result<AuditPage, Error> {
        self.part(filter, from, ACTIVITY_PER_PAGE).await
    }

    /// The names of everybody who is in the trail, in order; those who did not sign in have an empty one.
    ///
    /// Each name is looked up from the one before, so this takes as long as there are people, however much they did.
    pub async fn people(&self) -> Result<Vec<String>, Error> {
        let rows: Vec<(String,)> = sqlx::query_as(&format!(
            "with recursive people (name) as (
                select min(actor_name) from audit
                union all
                select (select min(a.actor_name) from audit a where a.actor_name > people.name)
                from people where people.name is not null
             )
             select name from people where name is not null limit {PEOPLE}"
        ))
        .fetch_all(self.0.database().reader())
        .await?;
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }

    pub(super) async fn part(&self, filter: &AuditFilter, from: Option<&str>, limit: u32) -> Result<AuditPage, Error> {
        let mut wanted = Conditions::default();
        // The one that fits the fewest rows comes first and is looked up in its index.
        wanted.texts(
            self.rarest_first([
                ("target", filter.target.as_deref()),
                ("actor_name", filter.person.as_deref()),
                ("action", filter.action.as_deref()),
            ])
            .await?,
        );
        if let Some(from) = filter.from {
            wanted.number("at >=", from);
        }
        if let Some(until) = filter.until {
            wanted.number("at <", until);
        }
        if let Some(place) = from.and_then(Cursor::parse) {
            wanted.place("<", place);
        }
        // The lines first, then for each by its key what its object is called: no plan can turn that round.
        let statement = format!(
            "select l.id, l.at, l.actor_id, l.actor_name, l.address, l.action, l.target, l.details,
             (select email from admins where admins.id = l.target) as admin,
             (select name from applications where client_id = l.target) as application,
             (select name from api_tokens where api_tokens.id = l.target) as token,
             (select count(*) from users
              where l.action like 'user.%' and users.id = substr(l.target, case when length(l.target) > 24 then length(l.target) - 23 else 1 end)
             ) as users
             from (select id, at, actor_id, actor_name, address, action, target, details from audit{}) l
             order by l.at desc, l.id desc",
            wanted.newest(limit + 1)
        );
        let mut rows: Vec<Row> = wanted.bind(sqlx::query_as(&statement)).fetch_all(self.0.database().reader()).await?;
        let older = older(&mut rows, limit, |row| Cursor::of(row.at, &row.id));
        Ok(AuditPage { entries: rows.into_iter().map(entry).collect(), older })
    }

    /// Puts the columns in the order of how few rows have their value: who is rare may have done what is frequent, and the other way
    /// round.
    async fn rarest_first<'v>(
        &self,
        columns: [(&'static str, Option<&'v str>); 3],
    ) -> Result<[(&'static str, Option<&'v str>); 3], Error> {
        let mut counted = columns.map(|column| (i64::MAX, column));
        if columns.iter().filter(|(_, value)| value.is_some()).count() > 1 {
            for (count, (column, value)) in &mut counted {
                let Some(value) = value else { continue };
                let statement =
                    format!("select count(*) from (select id from audit where {column} = $1 limit {FEW}) as few");
                *count = sqlx::query_scalar(&statement).bind(*value).fetch_one(self.0.database().reader()).await?;
            }
        }
        counted.sort_by_key(|(count, _)| *count);
        Ok(counted.map(|(_, column)| column))
    }
}

fn read(details: &str) -> AuditDetails {
    serde_json::from_str(details).unwrap_or_default()
}

fn entry(row: Row) -> AuditEntry {
    let details = read(&row.details);
    let (now, then, exists) = match AuditKind::of(&row.action).map(AuditKind::object) {
        Some(AuditObject::Administrator) => (row.admin, details.email, true),
        Some(AuditObject::Connection) => {
            (row.target.parse().ok().map(|method: Method| method.label().to_owned()), String::new(), true)
        }
        Some(AuditObject::Application) => {
            let exists = row.application.is_some();
            (row.application, details.name, exists)
        }
        Some(AuditObject::User) => (None, details.recipient, row.users > 0),
        Some(AuditObject::ApiToken) => (row.token, details.name, true),
        Some(AuditObject::Only(name)) => (Some(name.to_owned()), String::new(), true),
        Some(AuditObject::SigningKey) | None => (None, String::new(), false),
    };
    let object = now.or(Some(then)).filter(|name| !name.is_empty()).unwrap_or_else(|| row.target.clone());
    AuditEntry {
        at: row.at,
        actor: Actor { id: row.actor_id, name: row.actor_name, address: row.address },
        action: row.action,
        target: row.target,
        object,
        exists,
        details: row.details,
    }
}
