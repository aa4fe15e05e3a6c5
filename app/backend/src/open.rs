//! Opening a backend, and what the command line does with one: rotating the key, writing a backup.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, OnceCell, Semaphore};

use crate::applications::{costs, origins};
use crate::database::Database;
use crate::delivery::Providers;
use crate::location::Location;
use crate::outbound::Outbound;
use crate::passwords::Passwords;
use crate::signing::LoadedKeys;
use crate::vault::{KeySource, Vault, private_file};
use crate::{Backend, Error, Inner, OpenError, Options, PATIENCE, SENDING, rotate};

/// Opens everything, creating what is missing.
pub(crate) async fn open(options: Options, patience: Duration) -> Result<Backend, OpenError> {
    let source = KeySource::of(&options)?;
    let wanted = Location::of(options.database_url.as_deref(), &options.data_dir)?;
    let needs_data_dir = matches!(source, KeySource::File(_)) || options.database_url.is_none();
    if needs_data_dir {
        create_data_dir(&options.data_dir)?;
    }
    // Its directory exists now, so links in it can be resolved.
    let location = match wanted {
        Location::Sqlite(_) => Location::of(options.database_url.as_deref(), &options.data_dir)?,
        postgres => postgres,
    };
    let _lock = lock(&location, &options.data_dir).await;
    if let Location::Sqlite(path) = &location {
        create_database_file(path)?;
    }
    let database = Database::connect(location, patience).await?;
    match prepare(&database, source).await {
        Ok(vault) => {
            let passwords = Passwords::new();
            let providers = providers(&options);
            let Options { clock, private_hosts, retention_days, audit_retention_days, starts_per_hour, .. } = options;
            let (marks, kept) = (OnceCell::new(), Notify::new());
            let sending = Arc::new(Semaphore::new(SENDING as usize));
            let inner = Inner {
                database,
                vault,
                passwords,
                clock,
                private_hosts,
                retention_days,
                audit_retention_days,
                starts_per_hour,
                signing_keys: LoadedKeys::default(),
                marks,
                kept,
                providers,
                sending,
            };
            Ok(Backend(Arc::new(inner)))
        }
        Err(error) => {
            database.close().await;
            Err(error)
        }
    }
}

/// The providers as the options want them reached.
pub(crate) fn providers(options: &Options) -> Providers {
    let providers = Providers::new(Outbound::new(&options.private_hosts), options.clock.clone());
    match &options.twilio_api_url {
        Some(url) => providers.with_twilio_at(url),
        None => providers,
    }
}

async fn prepare(database: &Database, source: KeySource) -> Result<Vault, OpenError> {
    database.migrate().await?;
    let vault = Vault::open(source, database).await?;
    costs::fill_in(database).await?;
    origins::fill_in(database).await?;
    Ok(vault)
}

/// Rotates the key of an existing database.
pub(crate) async fn rotate_key(options: Options) -> Result<u32, OpenError> {
    let source = KeySource::of(&options)?;
    let location = Location::of(options.database_url.as_deref(), &options.data_dir)?;
    if let Location::Sqlite(path) = &location
        && !path.exists()
    {
        return Err(OpenError::NoDatabase { database: location.to_string() });
    }
    let _lock = lock(&location, &options.data_dir).await;
    let database = Database::connect(location, PATIENCE).await?;
    let rotated = match database.migrate().await {
        Ok(()) => rotate::rotate(&source, &database, &options.clock).await,
        Err(error) => Err(error),
    };
    database.close().await;
    rotated
}

/// Writes a copy of the database to a new file that only its owner may read.
pub(crate) async fn backup(database: &Database, to: &Path) -> Result<(), Error> {
    if !database.is_sqlite() {
        return Err(Error::OnlySqlite);
    }
    private_file(to).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::Exists,
        _ => Error::Io(error),
    })?;
    let copied = match database.copy_to(to).await {
        Ok(()) => File::open(to).and_then(|file| file.sync_all()).map_err(Error::Io),
        Err(error) => Err(error),
    };
    if copied.is_err() {
        // Half a backup must not look like one; the error that counts is the one above.
        let _ = fs::remove_file(to);
    }
    copied
}

fn create_data_dir(path: &Path) -> Result<(), OpenError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| OpenError::DataDir { path: path.to_owned(), source })
}

/// Makes sure that the file is there, may be written, and, when it is new, is read by its owner only.
fn create_database_file(path: &Path) -> Result<(), OpenError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|source| OpenError::DataDir { path: path.to_owned(), source })
}

/// Keeps other processes from making the key, migrating or rotating at the same time, as long as the answer is kept.
async fn lock(location: &Location, data_dir: &Path) -> Option<File> {
    let directory = match location {
        Location::Sqlite(path) => path.parent().unwrap_or(data_dir),
        Location::Postgres(_) => data_dir,
    };
    let directory = File::open(directory).ok()?;
    let locked = tokio::task::spawn_blocking(move || directory.lock().map(|()| directory)).await;
    // Some file systems have no locks; a race at the first start is then told by the key check.
    locked.ok().and_then(Result::ok)
}
