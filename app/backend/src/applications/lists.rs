//! Lists of applications: filtered, paged, and switched on or off all at once.

use std::str::FromStr as _;

use domain::application::{APPLICATIONS_PER_PAGE, ApplicationPage, ApplicationSummary, ApplicationType};
use domain::audit::AuditKind;
use domain::connection::Method;
use serde_json::json;

use super::Applications;
use crate::paging::containing;
use crate::sessions::storable;
use crate::{Admin, Error};

/// The most of a filter that is looked at; no name is longer, even in lower case.
const MAX_FILTER: usize = 1_000;

/// What matches a [`Filter`], given `$1` and `$2`.
const MATCHES: &str = r"(a.name_lower like $1 escape '\' or substr(a.client_id, 1, length($2)) = $2)";

/// A filter as the statements take it.
struct Filter {
    /// A pattern for names in lower case.
    pattern: String,
    /// How a client id may begin.
    prefix: String,
}

impl Filter {
    fn new(typed: &str) -> Self {
        let text: String = typed.trim().chars().filter(|c| *c != '\0').take(MAX_FILTER).collect();
        Self { pattern: containing(&text.to_lowercase()), prefix: text }
    }
}

/// Which application a text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// No application that is registered.
    None,
    /// This one.
    One {
        /// Its client id.
        client_id: String,
        /// Its name.
        name: String,
    },
    /// More than one has this name.
    Several,
}

impl Applications<'_> {
    /// One page of the applications whose name contains the filter or whose id begins with it, by name; a page past the end
    /// is the last one. With a method, each says whether that is switched on for it.
    pub async fn page(&self, filter: &str, page: u32, method: Option<Method>) -> Result<ApplicationPage, Error> {
        let total = self.count(filter).await?;
        let registered: i64 =
            sqlx::query_scalar("select count(*) from applications").fetch_one(self.0.database().reader()).await?;
        let pages = total.div_ceil(APPLICATIONS_PER_PAGE).max(1);
        let page = page.clamp(1, pages);
        let Filter { pattern, prefix } = Filter::new(filter);
        let rows: Vec<(String, String, String, i64)> = sqlx::query_as(&format!(
            "select a.client_id, a.name, a.kind, case when e.client_id is null then 0 else 1 end
             from applications a left join enabled_applications e on e.method = $3 and e.client_id = a.client_id
             where {MATCHES} order by a.name_lower, a.client_id limit $4 offset $5"
        ))
        .bind(pattern)
        .bind(prefix)
        .bind(method.map_or("", Method::as_str))
        .bind(i64::from(APPLICATIONS_PER_PAGE))
        .bind(i64::from((page - 1) * APPLICATIONS_PER_PAGE))
        .fetch_all(self.0.database().reader())
        .await?;
        let applications = rows.into_iter().filter_map(|(client_id, name, kind, enabled)| {
            Some(ApplicationSummary {
                client_id,
                name,
                kind: ApplicationType::from_str(&kind).ok()?,
                enabled: enabled != 0,
            })
        });
        Ok(ApplicationPage { applications: applications.collect(), total, registered: small(registered), page, pages })
    }

    /// How many applications match.
    pub async fn count(&self, filter: &str) -> Result<u32, Error> {
        let Filter { pattern, prefix } = Filter::new(filter);
        let count: i64 = sqlx::query_scalar(&format!("select count(*) from applications a where {MATCHES}"))
            .bind(pattern)
            .bind(prefix)
            .fetch_one(self.0.database().reader())
            .await?;
        Ok(small(count))
    }

    /// Switches a method on or off for all that match, in one transaction, and answers how many changed.
    pub async fn set_all(&self, admin: &Admin, filter: &str, method: Method, on: bool) -> Result<u32, Error> {
        let statement = if on {
            format!(
                "insert into enabled_applications (method, client_id) select $3, a.client_id from applications a
                 where {MATCHES} on conflict do nothing"
            )
        } else {
            format!(
                "delete from enabled_applications where method = $3
                 and client_id in (select a.client_id from applications a where {MATCHES})"
            )
        };
        let Filter { pattern, prefix } = Filter::new(filter);
        let mut tx = self.0.database().begin().await?;
        let changed =
            sqlx::query(&statement).bind(pattern).bind(prefix).bind(method.as_str()).execute(&mut *tx).await?;
        let changed = u32::try_from(changed.rows_affected()).unwrap_or(u32::MAX);
        if changed > 0 {
            let action = if on { AuditKind::ApplicationsEnabled } else { AuditKind::ApplicationsDisabled };
            let details = json!({ "filter": filter, "applications": changed });
            self.record(&mut tx, admin, action, method.as_str(), &details).await?;
        }
        tx.commit().await?;
        Ok(changed)
    }

    /// Ids and names to show in a preview: first those that a method is switched on for, then by name.
    pub async fn sample_names(&self, limit: u32) -> Result<Vec<(String, String)>, Error> {
        let rows = sqlx::query_as(
            "select a.client_id, a.name from applications a
             order by case when a.client_id in (select client_id from enabled_applications) then 0 else 1 end,
             a.name_lower, a.client_id limit $1",
        )
        .bind(i64::from(limit))
        .fetch_all(self.0.database().reader())
        .await?;
        Ok(rows)
    }

    /// The application that a text means: by its client id, or by its name, where how letters are written decides between two.
    pub async fn meant(&self, text: &str) -> Result<Meant, Error> {
        let text = storable(text.trim());
        let rows: Vec<(String, String)> = sqlx::query_as(
            "select client_id, name from applications where client_id = $1 or name_lower = $2
             order by case when client_id = $1 then 0 when name = $1 then 1 else 2 end, client_id limit 2",
        )
        .bind(text)
        .bind(text.to_lowercase())
        .fetch_all(self.0.database().reader())
        .await?;
        let is_exact = |row: &(String, String)| row.0 == text || row.1 == text;
        let mut rows = rows.into_iter();
        Ok(match (rows.next(), rows.next()) {
            (None, _) => Meant::None,
            (Some(first), Some(second)) if first.0 != text && is_exact(&first) == is_exact(&second) => Meant::Several,
            (Some((client_id, name)), _) => Meant::One { client_id, name },
        })
    }

    /// Ids and names of applications that match, by name.
    pub async fn search(&self, query: &str, limit: u32) -> Result<Vec<(String, String)>, Error> {
        let Filter { pattern, prefix } = Filter::new(query);
        let rows = sqlx::query_as(&format!(
            "select a.client_id, a.name from applications a where {MATCHES} order by a.name_lower, a.client_id limit $3"
        ))
        .bind(pattern)
        .bind(prefix)
        .bind(i64::from(limit))
        .fetch_all(self.0.database().reader())
        .await?;
        Ok(rows)
    }
}

fn small(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
