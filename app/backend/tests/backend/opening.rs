//! Starting: what is made, what is refused, what `check` says, and backups.

use std::fs;
use std::path::Path;

use backend::{Backend, Error, OpenError, Options};
use domain::Secret;
use domain::admin::Role;

use crate::place::{PASSWORD, Place, email, on_each_database, password, signed_in, sms_change, sqlite_place};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

async fn refusal(options: Options) -> OpenError {
    match Backend::open(options).await {
        Ok(_) => panic!("it opens"),
        Err(error) => {
            assert!(!error.to_string().contains('\n'), "more than one line: {error}");
            error
        }
    }
}

/// A place with one stored secret.
async fn with_a_secret(place: &Place) {
    let backend = place.open().await;
    let admin = signed_in(&backend, "ines@acme.example", Role::Owner).await;
    let change = sms_change(|form| form.twilio_token = Secret::new(TOKEN));
    backend.connections().save_sms(&admin, 0, &change).await.expect("saved");
    backend.close().await;
}

#[tokio::test]
async fn a_new_installation_waits_for_its_set_up() {
    on_each_database(async |place| {
        let backend = place.open().await;
        backend.ready().await.expect("ready");
        assert!(backend.needs_set_up().await.expect("known"));
        let token = backend.setup_token();
        assert!(token.len() >= 32, "{token}");
        backend.close().await;

        let again = place.open().await;
        assert_eq!(again.setup_token(), token);
        assert!(again.needs_set_up().await.expect("known"));
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_of_the_process_reads_what_it_makes() {
    use std::os::unix::fs::MetadataExt as _;
    let place = sqlite_place();
    let _backend = place.open().await;
    let mode = |path: &Path| fs::metadata(path).expect("there").mode() & 0o777;
    assert_eq!(mode(&place.data_dir()), 0o700);
    assert_eq!(mode(&place.key_file()), 0o600);
    assert_eq!(mode(&place.data_dir().join("doorcode.db")), 0o600);
    assert_eq!(mode(&place.data_dir().join("doorcode.db-wal")), 0o600);
}

#[tokio::test]
async fn a_database_elsewhere_is_used_by_its_url() {
    let place = sqlite_place();
    let elsewhere = place.data_dir().with_file_name("else where#%20.db");
    let url = format!("sqlite:{}", elsewhere.display());
    let backend = Backend::open(Options { database_url: Some(url), ..place.options() }).await.expect("opens");
    backend.ready().await.expect("ready");
    assert!(elsewhere.exists());
}

#[tokio::test]
async fn a_lost_key_is_told_and_not_replaced() {
    on_each_database(async |place| {
        with_a_secret(&place).await;
        fs::remove_file(place.key_file()).expect("removed");
        assert!(matches!(refusal(place.options()).await, OpenError::LostKey { .. }));
        assert!(!place.key_file().exists());
    })
    .await;
}

#[tokio::test]
async fn a_wrong_or_malformed_key_is_told() {
    on_each_database(async |place| {
        with_a_secret(&place).await;
        let right = fs::read_to_string(place.key_file()).expect("read");
        let wrong = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        fs::write(place.key_file(), wrong).expect("written");
        assert!(matches!(refusal(place.options()).await, OpenError::WrongKey { .. }));
        fs::write(place.key_file(), "hello").expect("written");
        assert!(matches!(refusal(place.options()).await, OpenError::BadKey { .. }));
        fs::write(place.key_file(), [0xff, 0xfe]).expect("written");
        assert!(matches!(refusal(place.options()).await, OpenError::BadKey { .. }));
        let from_environment = |key: &str| Options { secret_key: Some(Secret::new(key)), ..place.options() };
        assert!(matches!(refusal(from_environment(wrong)).await, OpenError::WrongKey { .. }));
        assert!(matches!(refusal(from_environment("short")).await, OpenError::BadKey { .. }));
        for error in [refusal(from_environment(wrong)).await, refusal(from_environment("short")).await] {
            assert!(error.to_string().starts_with("DOORCODE_SECRET_KEY"), "{error}");
            assert!(!error.to_string().contains(wrong), "{error}");
        }

        Backend::open(from_environment(&right)).await.expect("opens").close().await;
        fs::write(place.key_file(), format!("{wrong}\n{right}")).expect("written");
        place.open().await.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    on_each_database(async |place| {
        place.open().await.close().await;
        place
            .run(
                "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 select 9999, 'later', success, checksum, 0 from _sqlx_migrations where version = 1",
            )
            .await;
        assert!(matches!(refusal(place.options()).await, OpenError::NewerDatabase { found: 9999, known: 10 }));
        assert!(matches!(Backend::inspect(place.options()).await, Err(OpenError::NewerDatabase { .. })));
    })
    .await;
}

#[tokio::test]
async fn a_data_directory_that_cannot_be_made_is_named() {
    let place = sqlite_place();
    let file = place.data_dir();
    fs::write(&file, "").expect("written");
    let error = refusal(Options { data_dir: file.join("data"), ..place.options() }).await;
    assert!(matches!(error, OpenError::DataDir { .. }), "{error}");
    assert!(error.to_string().starts_with("DOORCODE_DATA_DIR"), "{error}");
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_named_without_its_password() {
    let place = sqlite_place();
    let url = |url: &str| Options { database_url: Some(url.to_owned()), ..place.options() };
    let error = refusal(url("postgres://me:hunter2@127.0.0.1:1/doorcode")).await;
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("127.0.0.1:1/doorcode") && !error.to_string().contains("hunter2"), "{error}");
    let error = refusal(url("mysql://me:hunter2@127.0.0.1/doorcode")).await;
    assert!(
        error.to_string().starts_with("DOORCODE_DATABASE_URL") && !error.to_string().contains("hunter2"),
        "{error}"
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let place = sqlite_place();
    fs::create_dir(place.data_dir()).expect("made");
    let path = place.data_dir().join("doorcode.db");
    fs::write(&path, "not a database at all, but long enough to look like one".repeat(100)).expect("written");
    assert!(matches!(refusal(place.options()).await, OpenError::Unreachable { .. }));
}

#[tokio::test]
async fn two_first_starts_at_once_agree_on_one_key() {
    on_each_database(async |place| {
        let (one, other) = tokio::join!(Backend::open(place.options()), Backend::open(place.options()));
        let (one, other) = (one.expect("opens"), other.expect("opens"));
        assert_eq!(one.setup_token(), other.setup_token());
    })
    .await;
}

#[tokio::test]
async fn an_inspection_says_what_it_finds_and_changes_nothing() {
    on_each_database(async |place| {
        let before_the_first_start = Backend::inspect(place.options()).await.expect("inspected").join("\n");
        assert!(before_the_first_start.contains("first start"), "{before_the_first_start}");
        assert!(!place.data_dir().exists());

        with_a_secret(&place).await;
        let names = || {
            let mut names: Vec<_> = fs::read_dir(place.data_dir())
                .expect("read")
                .map(|entry| entry.expect("an entry").file_name())
                .collect();
            names.sort();
            names
        };
        let before = names();
        let facts = Backend::inspect(place.options()).await.expect("inspected").join("\n");
        for words in [
            "schema 10 is up to date",
            "Secrets: 1 stored, all of them readable",
            "Administrators: 1",
            "SMS: Off; missing:",
            "Email: Off",
        ] {
            assert!(facts.contains(words), "{words} is not in\n{facts}");
        }
        assert_eq!(names(), before);

        let running = place.open().await;
        assert_eq!(Backend::inspect(place.options()).await.expect("inspected").join("\n"), facts);
        running.close().await;

        fs::remove_file(place.key_file()).expect("removed");
        assert!(matches!(Backend::inspect(place.options()).await, Err(OpenError::LostKey { .. })));
    })
    .await;
}

#[tokio::test]
async fn a_backup_opens_by_itself_and_replaces_nothing() {
    let place = sqlite_place();
    let backend = place.open().await;
    let admin = backend
        .admins()
        .create(email("ines@acme.example"), Role::Owner, password(PASSWORD), &backend::Actor::command_line())
        .await
        .expect("created");
    assert!(admin.is_ok());

    let other = sqlite_place();
    fs::create_dir(other.data_dir()).expect("made");
    let copy = other.data_dir().join("doorcode.db");
    backend.backup(&copy).await.expect("backed up");
    assert!(matches!(backend.backup(&copy).await, Err(Error::Exists)));
    assert!(matches!(backend.backup(Path::new("/no/such/dir/x.db")).await, Err(Error::Io(_))));

    fs::copy(place.key_file(), other.key_file()).expect("copied");
    let restored = other.open().await;
    assert_eq!(restored.admins().list().await.expect("listed"), backend.admins().list().await.expect("listed"));
}

#[tokio::test]
async fn a_backup_of_postgres_is_left_to_its_own_tools() {
    on_each_database(async |place| {
        if !place.is_sqlite() {
            let target = place.data_dir().join("copy.db");
            assert!(matches!(place.open().await.backup(&target).await, Err(Error::OnlySqlite)));
            assert!(!target.exists());
        }
    })
    .await;
}

#[tokio::test]
async fn sweeping_deletes_only_what_ran_out() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        backend.drafts().keep(admin.id(), domain::connection::Method::Sms, None, 0, "{}").await.expect("kept");
        let _ =
            backend.admins().sign_in("nobody@acme.example", &Secret::new("x"), "198.51.100.1").await.expect("refused");
        let rows = async || {
            let mut counts = Vec::new();
            for table in ["sessions", "drafts", "invites", "sign_in_failures"] {
                counts.push(place.number(&format!("select count(*) from {table}")).await);
            }
            counts
        };
        backend.sweep().await.expect("swept");
        assert_eq!(rows().await, [1, 1, 1, 1]);
        place.clock.advance(15 * crate::place::MINUTE);
        backend.sweep().await.expect("swept");
        assert_eq!(rows().await, [1, 1, 1, 0]);
        place.clock.advance(24 * crate::place::HOUR);
        backend.sweep().await.expect("swept");
        assert_eq!(rows().await, [1, 0, 0, 0]);
        place.clock.advance(12 * crate::place::HOUR);
        backend.sweep().await.expect("swept");
        assert_eq!(rows().await, [0, 0, 0, 0]);
    })
    .await;
}
