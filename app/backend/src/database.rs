//! The only place that knows which database it is: opening, migrating, transactions, locks.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Any, AnyPool, Connection as _, Executor as _, Transaction};

use crate::location::Location;
use crate::{Error, OpenError};

/// Every migration, in order.
static MIGRATIONS: Migrator = sqlx::migrate!();

/// How long a write that nobody asked for waits for a lock.
const CASUAL_PATIENCE: Duration = Duration::from_millis(100);

/// A transaction that may write.
pub(crate) type Tx = Transaction<'static, Any>;

/// An open database.
///
/// SQLite has one writer at a time, so all writes of a process share one connection, which is fairer than its own lock.
pub(crate) struct Database {
    location: Location,
    readers: AnyPool,
    writer: AnyPool,
    casual: AnyPool,
}

impl Database {
    /// Connects, without migrating; a write waits at most `patience` for a lock.
    pub(crate) async fn connect(location: Location, patience: Duration) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let url = location.url();
        let connected = async {
            let (readers, writer) = match &location {
                Location::Sqlite(_) => {
                    let writer = pool(1, patience, sqlite_setup(patience, false)).connect(&url).await?;
                    (pool(4, patience, sqlite_setup(patience, true)).connect_lazy(&url)?, writer)
                }
                Location::Postgres(_) => {
                    let pool = pool(8, patience, postgres_setup(patience)).connect(&url).await?;
                    (pool.clone(), pool)
                }
            };
            let casual_setup = match &location {
                Location::Sqlite(_) => sqlite_setup(CASUAL_PATIENCE, false),
                Location::Postgres(_) => postgres_setup(CASUAL_PATIENCE),
            };
            let casual = pool(1, patience.min(Duration::from_secs(2)), casual_setup).connect_lazy(&url)?;
            Ok((readers, writer, casual))
        };
        match connected.await {
            Ok((readers, writer, casual)) => Ok(Self { location, readers, writer, casual }),
            Err(error) => Err(cannot_open(&location, error)),
        }
    }

    /// Brings the schema up to date.
    pub(crate) async fn migrate(&self) -> Result<(), OpenError> {
        match MIGRATIONS.run(&self.writer).await {
            Ok(()) => Ok(()),
            Err(MigrateError::VersionMissing(found)) => {
                Err(OpenError::NewerDatabase { found, known: newest_migration() })
            }
            Err(MigrateError::Execute(error)) => Err(cannot_open(&self.location, error)),
            Err(error) => Err(OpenError::Migration(error)),
        }
    }

    /// The newest migration that was applied.
    pub(crate) async fn schema(&self) -> Result<i64, Error> {
        let newest: Option<i64> =
            sqlx::query_scalar("select max(version) from _sqlx_migrations").fetch_one(&self.readers).await?;
        Ok(newest.unwrap_or_default())
    }

    /// For queries that change nothing.
    pub(crate) fn reader(&self) -> &AnyPool {
        &self.readers
    }

    /// For a single statement that writes.
    pub(crate) fn writer(&self) -> &AnyPool {
        &self.writer
    }

    /// For a write that may fail without harm and must not keep a request waiting.
    pub(crate) fn casual_writer(&self) -> &AnyPool {
        &self.casual
    }

    /// Begins a transaction that writes.
    pub(crate) async fn begin(&self) -> Result<Tx, Error> {
        let writer = self.writer.clone();
        // A deferred transaction that reads first cannot become a writer once somebody else has written.
        let immediate = matches!(self.location, Location::Sqlite(_));
        // In a task of its own: of a caller who goes away in between, sqlx may forget that the transaction has begun, and the
        // connection would begin no other.
        let begun = tokio::spawn(async move {
            if immediate { writer.begin_with("BEGIN IMMEDIATE").await } else { writer.begin().await }
        });
        Ok(begun.await??)
    }

    /// Begins a transaction that is alone in writing to `table`, for rules that span rows.
    pub(crate) async fn begin_alone(&self, table: &'static str) -> Result<Tx, Error> {
        let mut tx = self.begin().await?;
        if let Location::Postgres(_) = self.location {
            tx.execute(format!("lock table {table} in share row exclusive mode").as_str()).await?;
        }
        Ok(tx)
    }

    /// Writes a consistent copy to `to`, an empty file or none.
    pub(crate) async fn copy_to(&self, to: &Path) -> Result<(), Error> {
        let Location::Sqlite(_) = self.location else {
            return Err(Error::OnlySqlite);
        };
        // A connection of its own: the copy only reads, and writers need not wait for it.
        let mut connection = sqlx::AnyConnection::connect(&self.location.url()).await?;
        sqlx::query("vacuum into $1").bind(to.to_string_lossy().into_owned()).execute(&mut connection).await?;
        connection.close().await?;
        Ok(())
    }

    /// Whether this is SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.location, Location::Sqlite(_))
    }

    /// Closes every connection.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.casual.close().await;
        self.writer.close().await;
    }
}

/// The newest migration that this Doorcode knows.
pub(crate) fn newest_migration() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// Whether a write failed only because another one took too long.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| match code.parse::<u32>() {
                // SQLite's codes have at most four digits, the last byte says BUSY or LOCKED; PostgreSQL's have five characters.
                Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6),
                // Lock not available, serialization failure, deadlock.
                _ => matches!(code.as_ref(), "55P03" | "40001" | "40P01"),
            })
        }
        _ => false,
    }
}

/// Opens an existing SQLite file so that nothing on the disk changes.
pub(crate) async fn open_unchanged(location: Location, patience: Duration) -> Result<Database, OpenError> {
    let Location::Sqlite(path) = &location else {
        return Database::connect(location, patience).await;
    };
    sqlx::any::install_default_drivers();
    // Without a log file nobody is using the database, and it can be read without making one.
    let in_use = PathBuf::from(format!("{}-wal", path.display())).exists();
    let url = format!("{}?{}", location.bare_url(), if in_use { "mode=ro" } else { "mode=ro&immutable=1" });
    let setup = format!("PRAGMA busy_timeout = {}", patience.as_millis());
    match pool(1, patience, setup).connect(&url).await {
        Ok(pool) => Ok(Database { location, readers: pool.clone(), casual: pool.clone(), writer: pool }),
        Err(error) => Err(cannot_open(&location, error)),
    }
}

fn cannot_open(location: &Location, source: sqlx::Error) -> OpenError {
    let database = location.to_string();
    let locked = matches!(&source, sqlx::Error::Database(_)) && is_busy(&source);
    if locked { OpenError::Busy { database } } else { OpenError::Unreachable { database, source } }
}

fn pool(connections: u32, patience: Duration, setup: String) -> AnyPoolOptions {
    // A file does not hang up as a server may; asking it before each use would cost more than the queries.
    let may_hang_up = !setup.starts_with("PRAGMA");
    AnyPoolOptions::new()
        .test_before_acquire(may_hang_up)
        .max_connections(connections)
        .acquire_timeout(patience)
        .after_connect(move |connection, _| {
            let setup = setup.clone();
            Box::pin(async move { connection.execute(setup.as_str()).await.map(drop) })
        })
}

fn sqlite_setup(patience: Duration, read_only: bool) -> String {
    let query_only = if read_only { "ON" } else { "OFF" };
    format!(
        "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA query_only = {query_only}",
        patience.as_millis()
    )
}

fn postgres_setup(patience: Duration) -> String {
    format!("set lock_timeout = {}", patience.as_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pragma(pool: &AnyPool, name: &str) -> i64 {
        let mut connection = pool.acquire().await.expect("a connection");
        sqlx::query_scalar(&format!("select {name} from pragma_{name}")).fetch_one(&mut *connection).await.expect(name)
    }

    #[tokio::test]
    async fn sqlite_syncs_every_commit_and_readers_cannot_write() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("doorcode.db");
        std::fs::write(&path, "").expect("written");
        let location = Location::of(None, dir.path()).expect("a file");
        let database = Database::connect(location, Duration::from_secs(5)).await.expect("connects");
        database.migrate().await.expect("migrates");
        for (pool, query_only) in [(database.writer(), 0), (database.casual_writer(), 0), (database.reader(), 1)] {
            assert_eq!(pragma(pool, "synchronous").await, 2);
            assert_eq!(pragma(pool, "foreign_keys").await, 1);
            assert_eq!(pragma(pool, "query_only").await, query_only);
        }
        let mode: String = sqlx::query_scalar("select journal_mode from pragma_journal_mode")
            .fetch_one(database.writer())
            .await
            .expect("a mode");
        assert_eq!(mode, "wal");
        assert!(sqlx::query("delete from drafts").execute(database.reader()).await.is_err());
        database.close().await;
    }
}
