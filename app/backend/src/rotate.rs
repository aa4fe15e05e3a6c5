//! Exchanging the key: new key into the file, everything encrypted again, old key out of the file.
//!
//! It may be stopped between any two steps: the file then has both keys, a start finds the one that the database names,
//! and rotating again goes on where it stopped.

use domain::audit::AuditKind;
use sqlx::AnyConnection;

use crate::database::Database;
use crate::keys::{Key, Keyring, key_id};
use crate::vault::{KEY_CHECK, KEY_CHECK_PLACE, KeySource, key_check, write_key_file};
use crate::{Actor, Clock, Error, OpenError, audit, marks, secrets, signing};

/// Exchanges the key and answers how many values were encrypted again.
pub(crate) async fn rotate(source: &KeySource, database: &Database, clock: &Clock) -> Result<u32, OpenError> {
    let mut ring = source.load_existing()?;
    let stored = key_check(database).await?.unwrap_or_default();
    source.verify(&ring, &stored)?;
    let in_use = key_id(&stored).map_err(Error::from)?;

    if let KeySource::File(path) = source
        && ring.current().id() == in_use
    {
        ring = Keyring::of(Key::random(), ring.keys().iter().cloned());
        write_key_file(path, &ring)?;
    }
    let count = encrypt_again(&ring, database, clock).await?;
    if let KeySource::File(path) = source {
        write_key_file(path, &Keyring::of(ring.current().clone(), []))?;
    }
    Ok(count)
}

async fn encrypt_again(ring: &Keyring, database: &Database, clock: &Clock) -> Result<u32, Error> {
    let mut tx = database.begin().await?;
    // First of all the key check: whoever stores a secret meanwhile waits for it, and then uses the new key.
    let sealed = ring.current().seal(KEY_CHECK_PLACE, KEY_CHECK)?;
    sqlx::query("update installation set key_check = $1 where id = 1").bind(sealed).execute(&mut *tx).await?;
    let count = encrypt_secrets(ring, &mut tx).await? + signing::encrypt_again(ring, &mut tx).await?;
    marks::encrypt_again(ring, &mut tx).await?;
    let details = serde_json::json!({ "values": count });
    audit::record(&mut tx, clock.now(), &Actor::command_line(), AuditKind::KeyRotated, "", &details).await?;
    tx.commit().await?;
    Ok(count)
}

async fn encrypt_secrets(ring: &Keyring, tx: &mut AnyConnection) -> Result<u32, Error> {
    let rows: Vec<(String, String, Vec<u8>)> =
        sqlx::query_as("select owner, name, value from secrets order by owner, name").fetch_all(&mut *tx).await?;
    let mut count = 0;
    for (owner, name, value) in rows {
        let place = secrets::place(&owner, &name);
        let sealed = ring.current().seal(&place, &ring.open(&place, &value)?)?;
        sqlx::query("update secrets set value = $1 where owner = $2 and name = $3")
            .bind(sealed)
            .bind(owner)
            .bind(name)
            .execute(&mut *tx)
            .await?;
        count += 1;
    }
    Ok(count)
}
