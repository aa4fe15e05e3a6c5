//! What the names of applications cost in an SMS, kept beside them so that the dearest are found without reading all.

use domain::connection::Method;
use domain::segments;

use super::Applications;
use crate::Error;
use crate::database::Database;

/// How many names are worked out in one go; others may write between two of them.
const CHUNK: usize = 500;

/// The dearest names in the order of the index, so that a scan of it ends after the first few.
const COSTLY: &str = "select distinct a.message_cost, a.name from applications a
    where exists (select 1 from enabled_applications e where e.method = $1 and e.client_id = a.client_id)
    order by a.message_cost desc, a.name limit $2";

impl Applications<'_> {
    /// The names that cost most in an SMS, each once, of the applications that a method is switched on for.
    pub async fn costly_names(&self, method: Method, limit: u32) -> Result<Vec<String>, Error> {
        let rows: Vec<(i64, String)> = sqlx::query_as(COSTLY)
            .bind(method.as_str())
            .bind(i64::from(limit))
            .fetch_all(self.0.database().reader())
            .await?;
        Ok(rows.into_iter().map(|(_, name)| name).collect())
    }
}

/// What is stored as the cost of a name.
pub(super) fn of(name: &str) -> i64 {
    segments::cost(name).into()
}

/// Works out the costs that are not known yet: those of applications from before there were any.
pub(crate) async fn fill_in(database: &Database) -> Result<(), Error> {
    loop {
        let rows: Vec<(String, String)> =
            sqlx::query_as("select client_id, name from applications where message_cost = -1 limit $1")
                .bind(CHUNK as i64)
                .fetch_all(database.reader())
                .await?;
        if rows.is_empty() {
            return Ok(());
        }
        // Found by its key, and left to the next round if it was renamed since it was read.
        let statement = format!(
            "update applications set message_cost = known.column3 from (values {}) known
             where applications.client_id = known.column1 and applications.name = known.column2",
            places(rows.len())
        );
        let mut update = sqlx::query(&statement);
        for (client_id, name) in rows {
            let cost = of(&name);
            update = update.bind(client_id).bind(name).bind(cost);
        }
        // Alone, because two instances that start together would wait for each other's rows.
        let mut tx = database.begin_alone("applications").await?;
        let updated = update.execute(&mut *tx).await?;
        tx.commit().await?;
        if updated.rows_affected() == 0 {
            // They all changed meanwhile; what is left is no reason to go round without an end.
            return Ok(());
        }
    }
}

/// `($1, $2, $3), ($4, $5, $6)` and so on.
fn places(rows: usize) -> String {
    let row = |row: usize| format!("(${}, ${}, ${})", row * 3 + 1, row * 3 + 2, row * 3 + 3);
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::location::Location;

    #[tokio::test]
    async fn the_dearest_names_are_read_off_an_index() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::write(dir.path().join("doorcode.db"), "").expect("written");
        let location = Location::of(None, dir.path()).expect("a file");
        let database = Database::connect(location, Duration::from_secs(5)).await.expect("connects");
        database.migrate().await.expect("migrates");
        let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(&format!("explain query plan {COSTLY}"))
            .bind("sms")
            .bind(20_i64)
            .fetch_all(database.reader())
            .await
            .expect("a plan");
        let plan: String = steps.into_iter().map(|(.., step)| step + "\n").collect();
        assert!(plan.contains("USING COVERING INDEX applications_by_message_cost"), "{plan}");
        assert!(!plan.contains("ORDER BY"), "{plan}");
        database.close().await;
    }
}
