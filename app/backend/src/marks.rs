//! Keyed hashes that stay the same when the key of the secrets is exchanged: what is stored for months is found by them.
//!
//! Their key is random, sealed like a secret in `installation.hash_key`, and made when it is first needed.

use sqlx::AnyConnection;

use crate::keys::{Key, Keyring};
use crate::{Backend, Error, SecretError};

/// What the key is sealed for.
const PLACE: &str = "installation/1/hash_key";

/// The keyed hash of a text, under a key of its own for each label.
pub(crate) async fn mark(backend: &Backend, label: &str, text: &str) -> Result<String, Error> {
    let ring = backend.0.marks.get_or_try_init(|| load(backend)).await?;
    Ok(ring.mark(label, text))
}

/// Seals the key again under the new key of a rotation.
pub(crate) async fn encrypt_again(ring: &Keyring, tx: &mut AnyConnection) -> Result<(), Error> {
    let stored: Option<Vec<u8>> =
        sqlx::query_scalar("select hash_key from installation where id = 1").fetch_one(&mut *tx).await?;
    if let Some(stored) = stored {
        let sealed = ring.current().seal(PLACE, &ring.open(PLACE, &stored)?)?;
        sqlx::query("update installation set hash_key = $1 where id = 1").bind(sealed).execute(tx).await?;
    }
    Ok(())
}

async fn load(backend: &Backend) -> Result<Keyring, Error> {
    let stored: Option<Vec<u8>> = sqlx::query_scalar("select hash_key from installation where id = 1")
        .fetch_one(backend.database().reader())
        .await?;
    let stored = match stored {
        Some(stored) => stored,
        None => first(backend).await?,
    };
    let text = backend.vault().open_value(PLACE, &stored)?;
    Ok(Keyring::parse(&text).map_err(|_| SecretError::Altered)?)
}

/// Makes the key; of two that do so at once, the first one's counts.
async fn first(backend: &Backend) -> Result<Vec<u8>, Error> {
    let mut tx = backend.database().begin().await?;
    let sealed = backend.vault().seal_value(&mut tx, PLACE, &Key::random().to_text()).await?;
    let stored =
        sqlx::query_scalar("update installation set hash_key = coalesce(hash_key, $1) where id = 1 returning hash_key")
            .bind(sealed)
            .fetch_one(&mut *tx)
            .await?;
    tx.commit().await?;
    Ok(stored)
}
