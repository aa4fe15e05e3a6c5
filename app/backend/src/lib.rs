//! Everything that Doorcode keeps: the database, the secrets in it, administrators and their sessions. It knows nothing of
//! HTTP; who may do what is decided by its callers, who write only with an [`Admin`] in hand.

pub mod admins;
pub mod api_tokens;
pub mod applications;
pub mod audit;
pub mod clock;
pub mod connections;
mod csv;
mod database;
pub mod deliveries;
pub mod delivery;
pub mod drafts;
pub mod email_provider;
pub mod error;
pub mod examine;
pub mod grants;
mod inspect;
pub mod installation;
mod keys;
pub mod limits;
mod location;
mod marks;
pub mod messages;
mod moments;
mod open;
mod outbound;
pub mod outbox;
mod paging;
pub mod passwordless;
mod passwords;
mod random;
mod rotate;
mod secrets;
pub mod sessions;
pub mod sign_in;
pub mod sign_in_requests;
pub mod signing;
mod stored;
mod sweep;
pub mod users;
mod vault;
pub mod wrong_codes;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Secret;
use tokio::sync::{Notify, OnceCell, Semaphore};

pub use admins::{AddressTaken, Admins, Invite, LastOwner, SignIn};
pub use api_tokens::{ApiToken, ApiTokens};
pub use applications::{Applications, Meant};
pub use audit::{Actor, Audit, AuditEntry, AuditFilter, AuditPage};
pub use clock::Clock;
pub use connections::{Connections, Past, Saved};
pub use csv::CsvPart;
pub use deliveries::Deliveries;
pub use delivery::Providers;
pub use drafts::{Draft, Drafts};
pub use email_provider::EmailProviderStore;
pub use error::{Error, OpenError, SecretError};
pub use grants::Grants;
pub use installation::InstallationStore;
pub use limits::{Limits, STARTS_PER_HOUR};
pub use messages::Messages;
pub use outbound::{Names, Outbound, OutboundOptions};
pub use outbox::Outbox;
pub use passwordless::Passwordless;
pub use sessions::{Admin, Found, SessionRow, Sessions};
pub use sign_in::SignIns;
pub use sign_in_requests::SignInRequests;
pub use signing::Signing;
pub use users::Users;
pub use wrong_codes::WrongCodes;

use database::Database;
use keys::Keyring;
use passwords::Passwords;
use signing::LoadedKeys;
use vault::Vault;

/// How long a request waits for a lock of the database before it fails with [`Error::Busy`].
pub const PATIENCE: Duration = Duration::from_secs(5);

/// How many days deliveries are kept where nobody says otherwise.
pub const RETENTION_DAYS: u32 = 90;

/// What a backend is opened with.
#[derive(Clone)]
pub struct Options {
    /// `sqlite:…` or `postgres://…`; without one, `doorcode.db` in the data directory.
    pub database_url: Option<String>,
    /// Where the database and the key are kept.
    pub data_dir: PathBuf,
    /// `DOORCODE_SECRET_KEY`, keys in base64 separated by commas; without it, `secret.key` in the data directory.
    pub secret_key: Option<Secret>,
    /// The hosts that plain http and private addresses are allowed for.
    pub private_hosts: Vec<String>,
    /// How many days deliveries are kept.
    pub retention_days: u32,
    /// How many days the audit trail is kept; without a number, for ever.
    pub audit_retention_days: Option<u32>,
    /// How many sign-ins may be started in an hour from one network address.
    pub starts_per_hour: u32,
    /// Where Twilio's API is, when it is not at its usual address.
    pub twilio_api_url: Option<String>,
    /// The time.
    pub clock: Clock,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL is left out: it may hold a password.
        f.debug_struct("Options").field("data_dir", &self.data_dir).finish_non_exhaustive()
    }
}

/// An open backend; cheap to clone.
#[derive(Clone)]
pub struct Backend(Arc<Inner>);

/// What a text is sealed for that is shown once.
const SHOWN_ONCE_PLACE: &str = "sessions/data/shown_once";

struct Inner {
    database: Database,
    vault: Vault,
    passwords: Passwords,
    clock: Clock,
    private_hosts: Vec<String>,
    retention_days: u32,
    audit_retention_days: Option<u32>,
    starts_per_hour: u32,
    signing_keys: LoadedKeys,
    /// The key of the hashes that recipients are found by, once it was needed.
    marks: OnceCell<Keyring>,
    /// Told of every message that this process keeps in the outbox.
    kept: Notify,
    providers: Providers,
    /// A place for each message that is on its way.
    sending: Arc<Semaphore>,
}

/// How many messages may be on their way at once; more wait.
const SENDING: u32 = 4_096;
/// How long messages that are on their way are waited for when Doorcode stops: a provider has ten seconds.
const LAST_MESSAGES: Duration = Duration::from_secs(12);

impl Backend {
    /// Opens the database, creating and migrating it where needed, and checks the key against it.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        Self::open_with_patience(options, PATIENCE).await
    }

    /// Opens like [`Backend::open`], for requests that wait at most `patience` for a lock.
    pub async fn open_with_patience(options: Options, patience: Duration) -> Result<Self, OpenError> {
        open::open(options, patience).await
    }

    /// Says what [`Backend::open`] would find, one line per fact, and changes nothing.
    pub async fn inspect(options: Options) -> Result<Vec<String>, OpenError> {
        inspect::inspect(options).await
    }

    /// Encrypts every stored secret again under a new key and answers how many there were.
    ///
    /// With a key file the key is made here; with `DOORCODE_SECRET_KEY` it is the first one listed there.
    pub async fn rotate_key(options: Options) -> Result<u32, OpenError> {
        open::rotate_key(options).await
    }

    /// Writes a copy of the SQLite database to a new file, while others use the database.
    pub async fn backup(&self, to: &Path) -> Result<(), Error> {
        open::backup(self.database(), to).await
    }

    /// Whether the database answers and is migrated.
    pub async fn ready(&self) -> Result<(), Error> {
        if self.database().schema().await? < database::newest_migration() { Err(Error::NotMigrated) } else { Ok(()) }
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The hosts that plain http and private addresses are allowed for.
    pub fn private_hosts(&self) -> &[String] {
        &self.0.private_hosts
    }

    /// The token that the set-up page asks for: derived from the key, so the same on every instance and after a restart.
    pub fn setup_token(&self) -> String {
        self.0.vault.ring().mark("set-up token", "")
    }

    /// Encrypts a text that is kept for the next page of a session and no longer, such as a client secret that is shown once.
    pub fn seal(&self, text: &str) -> Result<String, Error> {
        let sealed = self.0.vault.ring().current().seal(SHOWN_ONCE_PLACE, text)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Decrypts what [`Backend::seal`] made.
    pub fn unseal(&self, sealed: &str) -> Result<String, Error> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| SecretError::Altered)?;
        Ok(self.0.vault.open_value(SHOWN_ONCE_PLACE, &sealed)?)
    }

    /// Whether there is no administrator yet.
    pub async fn needs_set_up(&self) -> Result<bool, Error> {
        let set_up_at: Option<i64> = sqlx::query_scalar("select set_up_at from installation where id = 1")
            .fetch_one(self.database().reader())
            .await?;
        Ok(set_up_at.is_none())
    }

    /// The two connections.
    pub fn connections(&self) -> Connections<'_> {
        Connections(self)
    }

    /// The applications.
    pub fn applications(&self) -> Applications<'_> {
        Applications(self)
    }

    /// The administrators.
    pub fn admins(&self) -> Admins<'_> {
        Admins(self)
    }

    /// The administrators' sessions.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// The administrators' drafts.
    pub fn drafts(&self) -> Drafts<'_> {
        Drafts(self)
    }

    /// The people who sign in.
    pub fn users(&self) -> Users<'_> {
        Users(self)
    }

    /// Codes and links.
    pub fn passwordless(&self) -> Passwordless<'_> {
        Passwordless(self)
    }

    /// Users signing in.
    pub fn sign_in(&self) -> SignIns<'_> {
        SignIns(self)
    }

    /// What a sign-in is exchanged for.
    pub fn grants(&self) -> Grants<'_> {
        Grants(self)
    }

    /// The keys that sign tokens.
    pub fn signing(&self) -> Signing<'_> {
        Signing(self)
    }

    /// How often the API may be called.
    pub fn limits(&self) -> Limits<'_> {
        Limits(self)
    }

    /// Brute-force protection.
    pub fn wrong_codes(&self) -> WrongCodes<'_> {
        WrongCodes(self)
    }

    /// The sign-ins on the hosted page.
    pub fn sign_in_requests(&self) -> SignInRequests<'_> {
        SignInRequests(self)
    }

    /// What became of the messages.
    pub fn deliveries(&self) -> Deliveries<'_> {
        Deliveries(self)
    }

    /// The messages that stay here.
    pub fn outbox(&self) -> Outbox<'_> {
        Outbox(self)
    }

    /// Messages on their way out.
    pub fn messages(&self) -> Messages<'_> {
        Messages(self)
    }

    /// Who carries messages out.
    pub fn providers(&self) -> &Providers {
        &self.0.providers
    }

    /// The API tokens.
    pub fn api_tokens(&self) -> ApiTokens<'_> {
        ApiTokens(self)
    }

    /// Who carries emails out.
    pub fn email_provider(&self) -> EmailProviderStore<'_> {
        EmailProviderStore(self)
    }

    /// What is set once for the whole installation.
    pub fn installation(&self) -> InstallationStore<'_> {
        InstallationStore(self)
    }

    /// The audit trail.
    pub fn audit(&self) -> Audit<'_> {
        Audit(self)
    }

    /// Closes every connection to the database; what is under way is finished first, messages too.
    pub async fn close(&self) {
        let sending = &self.0.sending;
        if tokio::time::timeout(LAST_MESSAGES, sending.acquire_many(SENDING)).await.is_err() {
            tracing::warn!("some messages did not come to their end in {} seconds", LAST_MESSAGES.as_secs());
        }
        sending.close();
        self.database().close().await;
    }

    /// Deletes what has run out: sessions a day after their end, drafts, invitations, failed attempts to sign in,
    /// codes an hour after their end, what was granted and has ended, limits that are made up for, deliveries and lines of
    /// the audit trail that were kept long enough.
    pub async fn sweep(&self) -> Result<(), Error> {
        sweep::sweep(self).await
    }

    fn database(&self) -> &Database {
        &self.0.database
    }

    fn vault(&self) -> &Vault {
        &self.0.vault
    }

    fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// The time, in milliseconds since the Unix epoch.
    pub fn now(&self) -> i64 {
        self.0.clock.now()
    }
}
