//! Allowed Web Origins of all applications in a table of their own: a browser asks whether it may call the API before it says for which
//! application.

use serde::Deserialize;
use sqlx::AnyConnection;
use url::Url;

use super::{Applications, known};
use crate::Error;
use crate::database::Database;
use crate::sessions::storable;

impl Applications<'_> {
    /// Whether an origin is one of the Allowed Web Origins of an application; of any, where none is named.
    pub async fn allows_origin(&self, origin: &str, client_id: Option<&str>) -> Result<bool, Error> {
        let reader = self.0.database().reader();
        let allowed: i64 = match client_id {
            Some(client_id) => {
                sqlx::query_scalar("select count(*) from web_origins where origin = $1 and client_id = $2")
                    .bind(storable(origin))
                    .bind(known(client_id))
                    .fetch_one(reader)
                    .await?
            }
            None => {
                sqlx::query_scalar("select count(*) from web_origins where origin = $1")
                    .bind(storable(origin))
                    .fetch_one(reader)
                    .await?
            }
        };
        Ok(allowed > 0)
    }
}

/// Writes the origins of an application in the place of those that it had.
pub(super) async fn write(tx: &mut AnyConnection, client_id: &str, web_origins: &[String]) -> Result<(), Error> {
    sqlx::query("delete from web_origins where client_id = $1").bind(client_id).execute(&mut *tx).await?;
    for origin in web_origins {
        sqlx::query("insert into web_origins (origin, client_id) values ($1, $2) on conflict do nothing")
            .bind(as_browsers_write(origin))
            .bind(client_id)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// An origin as a browser names it: the host in lower case, in ASCII, without the usual port.
fn as_browsers_write(origin: &str) -> String {
    Url::parse(origin).map_or_else(|_| origin.to_owned(), |url| url.origin().ascii_serialization())
}

#[derive(Deserialize)]
struct Stored {
    web_origins: Vec<String>,
}

/// Fills in the origins of applications that were saved before there was a table of them.
pub(crate) async fn fill_in(database: &Database) -> Result<(), Error> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select client_id, settings from applications a where settings like '%\"web_origins\":[\"%'
         and not exists (select 1 from web_origins w where w.client_id = a.client_id)",
    )
    .fetch_all(database.writer())
    .await?;
    for (client_id, settings) in rows {
        let Stored { web_origins } = serde_json::from_str(&settings)?;
        let mut tx = database.begin().await?;
        write(&mut tx, &client_id, &web_origins).await?;
        tx.commit().await?;
    }
    Ok(())
}
