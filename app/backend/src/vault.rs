//! Where the keys come from, and which of them is in use.
//!
//! The database says which key that is: `installation.key_check` is sealed with it. A key that stands first in the file
//! counts only once a rotation has reached the database, so a rotation may stop, or a server run on, at any point of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use sqlx::AnyConnection;

use crate::database::Database;
use crate::error::SecretError;
use crate::keys::{Key, Keyring, key_id};
use crate::{Error, OpenError, Options};

/// What the key check is sealed for.
pub(crate) const KEY_CHECK_PLACE: &str = "installation/1/key_check";
/// What the key check says.
pub(crate) const KEY_CHECK: &str = "doorcode";

/// Where keys are written down.
#[derive(Clone, Debug)]
pub(crate) enum KeySource {
    /// `DOORCODE_SECRET_KEY`.
    Environment(Keyring),
    /// `secret.key` in the data directory.
    File(PathBuf),
}

impl KeySource {
    /// As configured.
    pub(crate) fn of(options: &Options) -> Result<Self, OpenError> {
        match options.secret_key.as_ref().filter(|key| !key.is_empty()) {
            None => Ok(Self::File(options.data_dir.join("secret.key"))),
            Some(text) => match Keyring::parse(text.expose()) {
                Ok(ring) => Ok(Self::Environment(ring)),
                Err(reason) => Err(OpenError::BadKey { origin: "DOORCODE_SECRET_KEY".to_owned(), reason }),
            },
        }
    }

    /// Where that is, in words.
    pub(crate) fn origin(&self) -> String {
        match self {
            Self::Environment(_) => "DOORCODE_SECRET_KEY".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// The keys; `None` when there is no file.
    pub(crate) fn load(&self) -> Result<Option<Keyring>, OpenError> {
        match self {
            Self::Environment(ring) => Ok(Some(ring.clone())),
            Self::File(path) => match fs::read_to_string(path) {
                Ok(text) => match Keyring::parse(&text) {
                    Ok(ring) => Ok(Some(ring)),
                    Err(reason) => Err(OpenError::BadKey { origin: self.origin(), reason }),
                },
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    Err(OpenError::BadKey { origin: self.origin(), reason: "it is not text" })
                }
                Err(source) => Err(OpenError::KeyFile { path: path.clone(), source }),
            },
        }
    }

    /// The keys, or why there are none although the database needs them.
    pub(crate) fn load_existing(&self) -> Result<Keyring, OpenError> {
        match (self.load()?, self) {
            (Some(ring), _) => Ok(ring),
            (None, Self::File(path)) => Err(OpenError::LostKey { path: path.clone() }),
            (None, Self::Environment(ring)) => Ok(ring.clone()),
        }
    }

    /// Whether these keys open the key check of the database.
    pub(crate) fn verify(&self, ring: &Keyring, key_check: &[u8]) -> Result<(), OpenError> {
        match ring.open(KEY_CHECK_PLACE, key_check) {
            Ok(text) if text == KEY_CHECK => Ok(()),
            _ => Err(OpenError::WrongKey { origin: self.origin() }),
        }
    }
}

/// Writes a key file so that after a crash the old or the new one is there, whole.
pub(crate) fn write_key_file(path: &Path, ring: &Keyring) -> Result<(), OpenError> {
    let write = || {
        let temporary = path.with_extension(format!("key.{}", crate::random::id()));
        let written = write_private(&temporary, &ring.to_text()).and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            // The error that counts is the one above.
            let _ = fs::remove_file(&temporary);
        }
        written.and_then(|()| sync_directory_of(path))
    };
    write().map_err(|source| OpenError::KeyFile { path: path.to_owned(), source })
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = private_file(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Creates a file that only its owner may read.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn sync_directory_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if cfg!(unix) => File::open(parent)?.sync_all(),
        _ => Ok(()),
    }
}

/// The keys of an open backend.
pub(crate) struct Vault {
    source: KeySource,
    ring: RwLock<Arc<Keyring>>,
}

impl Vault {
    /// Loads the keys, or makes one for a database that has none, and checks them against the database.
    pub(crate) async fn open(source: KeySource, database: &Database) -> Result<Self, OpenError> {
        let ring = match key_check(database).await? {
            Some(stored) => {
                let ring = source.load_existing()?;
                source.verify(&ring, &stored)?;
                ring
            }
            None => first_key(&source, database).await?,
        };
        Ok(Self { source, ring: RwLock::new(Arc::new(ring)) })
    }

    /// A vault of these keys.
    pub(crate) fn of(source: KeySource, ring: Keyring) -> Self {
        Self { source, ring: RwLock::new(Arc::new(ring)) }
    }

    /// The keys at hand.
    pub(crate) fn ring(&self) -> Arc<Keyring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Decrypts a value; a key that is not at hand is looked for in the file once more.
    pub(crate) fn open_value(&self, place: &str, sealed: &[u8]) -> Result<String, SecretError> {
        match self.ring().open(place, sealed) {
            Err(SecretError::UnknownKey) => self.reloaded()?.open(place, sealed),
            result => result,
        }
    }

    /// Encrypts a value with the key that the database names, inside the transaction that stores it.
    pub(crate) async fn seal_value(&self, tx: &mut AnyConnection, place: &str, plain: &str) -> Result<Vec<u8>, Error> {
        // The update locks the row until the transaction ends: a rotation comes before it or after it.
        let stored: Option<Vec<u8>> =
            sqlx::query_scalar("update installation set id = id where id = 1 returning key_check")
                .fetch_one(&mut *tx)
                .await?;
        let id = key_id(&stored.unwrap_or_default())?;
        if let Some(key) = self.ring().find(id) {
            return Ok(key.seal(place, plain)?);
        }
        let ring = self.reloaded()?;
        Ok(ring.find(id).ok_or(SecretError::UnknownKey)?.seal(place, plain)?)
    }

    fn reloaded(&self) -> Result<Arc<Keyring>, SecretError> {
        let KeySource::File(_) = self.source else {
            return Err(SecretError::UnknownKey);
        };
        match self.source.load() {
            Ok(Some(ring)) => {
                let ring = Arc::new(ring);
                *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&ring);
                Ok(ring)
            }
            Ok(None) => Err(SecretError::UnknownKey),
            Err(error) => {
                tracing::error!(%error, "the key file could not be read again");
                Err(SecretError::UnknownKey)
            }
        }
    }
}

/// The value that tells which key the database uses.
pub(crate) async fn key_check(database: &Database) -> Result<Option<Vec<u8>>, Error> {
    Ok(sqlx::query_scalar("select key_check from installation where id = 1").fetch_one(database.reader()).await?)
}

/// Makes the key of a new database; when two servers do so at once, the first one's counts.
async fn first_key(source: &KeySource, database: &Database) -> Result<Keyring, OpenError> {
    let ring = match (source.load()?, source) {
        (Some(ring), _) => ring,
        (None, KeySource::Environment(ring)) => ring.clone(),
        (None, KeySource::File(path)) => {
            let ring = Keyring::of(Key::random(), []);
            write_key_file(path, &ring)?;
            ring
        }
    };
    let sealed = ring.current().seal(KEY_CHECK_PLACE, KEY_CHECK).map_err(Error::from)?;
    sqlx::query("update installation set key_check = $1 where id = 1 and key_check is null")
        .bind(sealed)
        .execute(database.writer())
        .await
        .map_err(Error::from)?;
    let stored = key_check(database).await?.unwrap_or_default();
    source.verify(&ring, &stored)?;
    Ok(ring)
}
