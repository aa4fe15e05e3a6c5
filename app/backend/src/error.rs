//! What can go wrong: when a backend is opened, and later.

use std::io;
use std::path::PathBuf;

use crate::database;

/// Why a backend could not be opened; each says in one line what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The data directory cannot be used.
    #[error("DOORCODE_DATA_DIR: cannot write {}: {source}; choose a directory that the server may write to", path.display())]
    DataDir {
        /// What was to be written.
        path: PathBuf,
        /// Why it could not.
        source: io::Error,
    },
    /// The database URL is not one that Doorcode understands.
    #[error("DOORCODE_DATABASE_URL: {0}; use sqlite:PATH or postgres://USER@HOST/DATABASE")]
    DatabaseUrl(String),
    /// The database does not answer.
    #[error(
        "cannot open the database {database}: {source}; check DOORCODE_DATABASE_URL and that the database is there"
    )]
    Unreachable {
        /// Which database, without password.
        database: String,
        /// Why.
        source: sqlx::Error,
    },
    /// Another process holds the database.
    #[error("the database {database} is locked by another process; stop that process or wait for it, then start again")]
    Busy {
        /// Which database, without password.
        database: String,
    },
    /// A newer Doorcode has used the database.
    #[error(
        "the database is of a newer Doorcode (schema {found}, this one knows {known}); install the newer version or restore a backup"
    )]
    NewerDatabase {
        /// The schema of the database.
        found: i64,
        /// The newest schema that this Doorcode knows.
        known: i64,
    },
    /// The database could not be brought up to date.
    #[error("cannot bring the database up to date: {0}; restore a backup or report this")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// There is no database yet where one is needed.
    #[error("there is no database at {database} yet; start the server once")]
    NoDatabase {
        /// Where it was looked for.
        database: String,
    },
    /// The key is not the one that the database was encrypted with.
    #[error("{origin} is not the key of this database; put back the key that belongs to it")]
    WrongKey {
        /// Where the key came from.
        origin: String,
    },
    /// The database has secrets, and the file with the key is gone.
    #[error("the key {} of this database is missing; put the file back or set DOORCODE_SECRET_KEY", path.display())]
    LostKey {
        /// Where the key was looked for.
        path: PathBuf,
    },
    /// What should be a key is none.
    #[error("{origin} holds no key: {reason}; a key is 32 bytes in base64")]
    BadKey {
        /// Where the key came from.
        origin: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The file with the key cannot be read or written.
    #[error("cannot use the key file {}: {source}; check its owner and mode", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database was opened and then failed.
    #[error("the database failed while it was opened: {}", detail(.0))]
    Store(#[from] Error),
}

/// Why a request to the backend failed. No secret is in it; causes are for the log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another writer held the database for longer than a request may wait.
    #[error("the database is busy")]
    Busy,
    /// The database failed.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
    /// A stored secret cannot be opened, or a new one not be sealed.
    #[error("a stored secret cannot be used")]
    Secret(#[from] SecretError),
    /// A password could not be hashed.
    #[error("the password could not be hashed")]
    Password(#[source] argon2::password_hash::Error),
    /// What is stored is not what this Doorcode stores.
    #[error("what is stored cannot be read")]
    Stored(#[from] serde_json::Error),
    /// A file could not be written.
    #[error("a file could not be written")]
    Io(#[from] io::Error),
    /// A background task did not finish.
    #[error("a task was interrupted")]
    Interrupted(#[from] tokio::task::JoinError),
    /// Doorcode is stopping and begins nothing more.
    #[error("stopping")]
    Closing,
    /// Nothing of that id is stored.
    #[error("not found")]
    NotFound,
    /// The file to be written exists.
    #[error("the file exists already; choose another name")]
    Exists,
    /// Only SQLite does this.
    #[error("this works with SQLite only; with PostgreSQL use pg_dump")]
    OnlySqlite,
    /// The database is not migrated to what this Doorcode needs.
    #[error("the database is not up to date")]
    NotMigrated,
    /// Too many wrong passwords.
    #[error("too many attempts; try again in {retry_after} s")]
    Throttled {
        /// Seconds until an attempt counts again.
        retry_after: u64,
    },
}

/// Why a stored secret cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It was encrypted with a key that is not at hand.
    #[error("it was encrypted with a key that is not at hand")]
    UnknownKey,
    /// It was altered, or moved from elsewhere.
    #[error("it was altered")]
    Altered,
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if database::is_busy(&error) { Self::Busy } else { Self::Database(error) }
    }
}

fn detail(error: &Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
