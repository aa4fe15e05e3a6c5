//! What `doorcode check` says: one line per fact, changing nothing.

use std::path::Path;

use domain::connection::{Method, Status};
use tokio::sync::{Notify, OnceCell, Semaphore};

use crate::database::{Database, newest_migration, open_unchanged};
use crate::examine::Finding;
use crate::keys::Keyring;
use crate::location::Location;
use crate::open::providers;
use crate::passwords::Passwords;
use crate::signing::LoadedKeys;
use crate::vault::{KeySource, Vault, key_check};
use crate::{
    Backend, Clock, Error, Inner, OpenError, Options, PATIENCE, RETENTION_DAYS, SENDING, STARTS_PER_HOUR, secrets,
};

/// Looks at everything.
pub(crate) async fn inspect(options: Options) -> Result<Vec<String>, OpenError> {
    let source = KeySource::of(&options)?;
    let location = Location::of(options.database_url.as_deref(), &options.data_dir)?;
    let mut facts = Vec::new();
    if matches!(source, KeySource::File(_)) || options.database_url.is_none() {
        facts.push(data_dir(&options.data_dir)?);
    }
    if let Location::Sqlite(path) = &location
        && !path.exists()
    {
        facts.push(format!("Database: {location} does not exist yet and is made at the first start"));
        facts.push(key_without_database(&source)?);
        return Ok(facts);
    }
    let shown = location.to_string();
    let database = open_unchanged(location, PATIENCE).await?;
    let looked = look(&database, &shown, &source, &mut facts).await;
    let vault = match looked {
        Ok(vault) => vault,
        Err(error) => {
            database.close().await;
            return Err(error);
        }
    };
    let Some(ring) = vault else {
        database.close().await;
        return Ok(facts);
    };
    let backend = Backend(std::sync::Arc::new(Inner {
        database,
        vault: Vault::of(source, ring),
        passwords: Passwords::new(),
        clock: Clock::system(),
        private_hosts: Vec::new(),
        retention_days: RETENTION_DAYS,
        audit_retention_days: None,
        starts_per_hour: STARTS_PER_HOUR,
        signing_keys: LoadedKeys::default(),
        marks: OnceCell::new(),
        kept: Notify::new(),
        providers: providers(&options),
        sending: std::sync::Arc::new(Semaphore::new(SENDING as usize)),
    }));
    let said = contents(&backend, &mut facts).await;
    backend.close().await;
    said?;
    Ok(facts)
}

/// Schema and key; without a vault there is nothing more to look at.
async fn look(
    database: &Database,
    shown: &str,
    source: &KeySource,
    facts: &mut Vec<String>,
) -> Result<Option<Keyring>, OpenError> {
    let known = newest_migration();
    let found = match database.schema().await {
        Ok(found) => found,
        Err(Error::Database(sqlx::Error::Database(_))) => {
            facts.push(format!("Database: {shown} is empty and is filled at the next start"));
            facts.push(key_without_database(source)?);
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    if found > known {
        return Err(OpenError::NewerDatabase { found, known });
    }
    if found < known {
        facts.push(format!("Database: {shown} answers; schema {found} is brought to {known} at the next start"));
        return Ok(None);
    }
    facts.push(format!("Database: {shown} answers; schema {found} is up to date"));
    let Some(stored) = key_check(database).await? else {
        facts.push(key_without_database(source)?);
        return Ok(None);
    };
    let ring = source.load_existing()?;
    source.verify(&ring, &stored)?;
    facts.push(format!("Key: {} is the key of this database", source.origin()));
    if ring.keys().len() > 1 {
        facts.push("Key: older keys are kept beside it; rotate-key removes those that are not needed".to_owned());
    }
    facts.extend(open_to_others(source));
    Ok(Some(ring))
}

async fn contents(backend: &Backend, facts: &mut Vec<String>) -> Result<(), Error> {
    let rows: Vec<(String, String, Vec<u8>)> =
        sqlx::query_as("select owner, name, value from secrets order by owner, name")
            .fetch_all(backend.database().reader())
            .await?;
    for (owner, name, value) in &rows {
        backend.vault().open_value(&secrets::place(owner, name), value)?;
    }
    facts.push(format!("Secrets: {} stored, all of them readable", rows.len()));

    let admins = backend.admins().list().await?;
    facts.push(if admins.is_empty() {
        "Administrators: none yet; start the server and follow its set-up link".to_owned()
    } else {
        let active = admins.iter().filter(|admin| admin.state == domain::admin::AdminState::Active).count();
        format!("Administrators: {}, of whom {active} can sign in", admins.len())
    });

    for summary in backend.connections().summaries().await? {
        let missing: Vec<String> = match summary.method {
            Method::Sms => {
                let state = backend.connections().sms().await?;
                let fields = state.settings.missing(state.twilio_token.is_some(), state.gateway_secret.is_some());
                fields.into_iter().map(domain::Field::label).collect()
            }
            Method::Email => {
                let fields = backend.connections().email().await?.settings.missing();
                let of_provider = backend.email_provider().load().await?.missing();
                let of_provider = of_provider.into_iter().map(|field| field.label() + " of the email provider");
                fields.into_iter().map(domain::Field::label).chain(of_provider).collect()
            }
        };
        let status = summary.status().words();
        facts.push(match (summary.status(), missing.is_empty()) {
            (Status::NeedsSetUp, _) | (Status::Off, false) => {
                format!("{}: {status}; missing: {}", summary.method, missing.join(", "))
            }
            _ => format!("{}: {status}", summary.method),
        });
        // A method that is on is what users depend on; its provider is asked.
        if summary.enabled && missing.is_empty() {
            let (channel, _) = backend.messages().stored(summary.method).await?;
            for Finding { fit, words } in backend.messages().examine(&channel).await? {
                facts.push(format!("{}: {}: {words}", summary.method, if fit { "fit" } else { "not fit" }));
            }
        }
    }
    Ok(())
}

fn data_dir(path: &Path) -> Result<String, OpenError> {
    if !path.exists() {
        return Ok(format!("Data directory: {} does not exist yet and is made at the first start", path.display()));
    }
    let probe = path.join(format!(".probe-{}", crate::random::id()));
    // Only trying tells; the probe is gone again at once.
    let tried = crate::vault::private_file(&probe).and_then(|_| std::fs::remove_file(&probe));
    match tried {
        Ok(()) => Ok(format!("Data directory: {} can be written", path.display())),
        Err(source) => Err(OpenError::DataDir { path: path.to_owned(), source }),
    }
}

fn key_without_database(source: &KeySource) -> Result<String, OpenError> {
    Ok(match source.load()? {
        Some(_) => format!("Key: {} is used from the first start on", source.origin()),
        None => format!("Key: {} is made at the first start", source.origin()),
    })
}

#[cfg(unix)]
fn open_to_others(source: &KeySource) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let KeySource::File(path) = source else {
        return None;
    };
    let mode = std::fs::metadata(path).ok()?.mode() & 0o777;
    (mode & 0o077 != 0).then(|| format!("Key: {} can be read by others (mode {mode:o}); make it 600", path.display()))
}

#[cfg(not(unix))]
fn open_to_others(_: &KeySource) -> Option<String> {
    None
}
