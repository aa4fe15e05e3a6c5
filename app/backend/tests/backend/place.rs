//! A place for one test: a data directory and a database of its own, both gone afterwards.

use std::path::PathBuf;
use std::time::Duration;

use backend::{Actor, Admin, Backend, Clock, Found, Options, SessionRow};
use domain::Secret;
use domain::admin::{AdminEmail, NewPassword, Role};
use domain::sms::{SmsChange, SmsContext, SmsForm, SmsSettings};
use sqlx::{AnyConnection, Connection as _};
use tempfile::TempDir;

/// When every test begins.
pub const START: i64 = 1_800_000_000_000;
/// An hour.
pub const HOUR: i64 = 3_600_000;
/// A minute.
pub const MINUTE: i64 = 60_000;
/// The network address that requests come from.
pub const ADDRESS: &str = "203.0.113.7";
/// A password.
pub const PASSWORD: &str = "correct horse battery staple";

/// A data directory, perhaps a PostgreSQL database, and a clock.
pub struct Place {
    dir: TempDir,
    postgres: Option<Server>,
    pub clock: Clock,
}

struct Server {
    url: String,
    database: String,
}

impl Place {
    pub fn options(&self) -> Options {
        Options {
            database_url: self.database_url(),
            data_dir: self.data_dir(),
            secret_key: None,
            private_hosts: Vec::new(),
            retention_days: backend::RETENTION_DAYS,
            audit_retention_days: None,
            starts_per_hour: backend::STARTS_PER_HOUR,
            twilio_api_url: None,
            clock: self.clock.clone(),
        }
    }

    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn key_file(&self) -> PathBuf {
        self.data_dir().join("secret.key")
    }

    pub fn is_sqlite(&self) -> bool {
        self.postgres.is_none()
    }

    pub fn database_url(&self) -> Option<String> {
        let server = self.postgres.as_ref()?;
        let (host, _) = server.url.rsplit_once('/').expect("a URL with a database");
        Some(format!("{host}/{}", server.database))
    }

    pub async fn open(&self) -> Backend {
        Backend::open(self.options()).await.expect("opens")
    }

    pub async fn open_impatient(&self) -> Backend {
        Backend::open_with_patience(self.options(), Duration::from_millis(200)).await.expect("opens")
    }

    /// A connection past the backend.
    pub async fn connect(&self) -> AnyConnection {
        sqlx::any::install_default_drivers();
        let file = format!("sqlite://{}", self.data_dir().join("doorcode.db").display());
        AnyConnection::connect(&self.database_url().unwrap_or(file)).await.expect("connects")
    }

    pub async fn run(&self, statement: &str) {
        let mut connection = self.connect().await;
        sqlx::raw_sql(statement).execute(&mut connection).await.expect(statement);
        connection.close().await.expect("closes");
    }

    pub async fn number(&self, query: &str) -> i64 {
        let mut connection = self.connect().await;
        let number = sqlx::query_scalar(query).fetch_one(&mut connection).await.expect(query);
        connection.close().await.expect("closes");
        number
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(Server { url, database }) = self.postgres.take() else {
            return;
        };
        // A thread and runtime of its own: this also runs while a failed test unwinds.
        let dropped =
            std::thread::spawn(move || on_server(&url, &format!("drop database if exists {database} with (force)")));
        dropped.join().expect("the database is dropped");
    }
}

fn on_server(url: &str, statement: &str) {
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut connection = AnyConnection::connect(url).await.expect("TEST_DATABASE_URL answers");
        sqlx::raw_sql(statement).execute(&mut connection).await.expect(statement);
        connection.close().await.expect("closes");
    });
}

/// Runs a test in a place of its own on each database.
pub async fn on_each_database(test: impl AsyncFn(Place)) {
    test(sqlite_place()).await;
    if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
        let dir = tempfile::tempdir().expect("a directory");
        let name = dir.path().file_name().expect("a name").to_string_lossy().to_lowercase().replace('.', "");
        let database = format!("doorcode_{name}_{}", std::process::id());
        let create = format!("create database {database} template template0");
        let server = Server { url: url.clone(), database };
        std::thread::spawn(move || on_server(&url, &create)).join().expect("the database is created");
        test(Place { dir, postgres: Some(server), clock: Clock::fixed(START) }).await;
    }
}

/// A place with a SQLite file.
pub fn sqlite_place() -> Place {
    Place { dir: tempfile::tempdir().expect("a directory"), postgres: None, clock: Clock::fixed(START) }
}

pub fn email(text: &str) -> AdminEmail {
    AdminEmail::parse(text).expect("an address")
}

pub fn password(text: &str) -> NewPassword {
    NewPassword::parse(&Secret::new(text)).expect("a password")
}

/// A new administrator without a password, signed in under a key that is the address.
pub async fn signed_in(backend: &Backend, address: &str, role: Role) -> Admin {
    let _ =
        backend.admins().invite(&Actor::command_line(), email(address), role).await.expect("invited").expect("free");
    let id = backend.admins().find_by_email(&email(address)).await.expect("found").expect("there").id;
    session(backend, address, &id).await;
    found(backend, address).await
}

/// A new session.
pub async fn session(backend: &Backend, key: &str, admin_id: &str) {
    let row = SessionRow {
        data: "{}".to_owned(),
        admin_id: Some(admin_id.to_owned()),
        address: ADDRESS.to_owned(),
        user_agent: "Firefox".to_owned(),
    };
    assert!(backend.sessions().create(key, &row).await.expect("created"), "the key is free");
}

/// The administrator that a session belongs to.
pub async fn found(backend: &Backend, key: &str) -> Admin {
    match backend.sessions().find(key, ADDRESS).await.expect("looked up") {
        Found::SignedIn(admin) => admin,
        other => panic!("{key} is {other:?}"),
    }
}

/// A change of the stored SMS settings.
pub fn sms_change(edit: impl FnOnce(&mut SmsForm)) -> SmsChange {
    sms_change_of(&SmsSettings::default(), edit)
}

/// A change of these SMS settings.
pub fn sms_change_of(settings: &SmsSettings, edit: impl FnOnce(&mut SmsForm)) -> SmsChange {
    let mut form = SmsForm::from_settings(settings);
    edit(&mut form);
    form.check(&SmsContext::default()).expect("a form that passes")
}

/// A message that passes and says `text`.
pub fn message(text: &str) -> String {
    format!("{text}: @@password@@ for @@application.name@@")
}

/// The actions in the audit trail, oldest first.
pub async fn actions(backend: &Backend) -> Vec<String> {
    let lines = backend.audit().latest(1_000).await.expect("a trail");
    lines.into_iter().rev().map(|line| line.action).collect()
}
