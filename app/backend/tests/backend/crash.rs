//! A server killed in the middle of saves: what was acknowledged is there, and the next start is clean.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use backend::{Actor, Backend, Clock, Options, Saved};
use domain::admin::Role;
use domain::connection::Method;

use crate::place::{Place, email, found, message, on_each_database, session, signed_in, sms_change};

const DATA_DIR: &str = "DOORCODE_TEST_CHILD_DATA_DIR";
const DATABASE_URL: &str = "DOORCODE_TEST_CHILD_DATABASE_URL";
const CHILD: &str = "crash::the_child_saves_until_it_is_killed";
const MARK: &str = "acknowledged ";

#[tokio::test]
#[ignore = "the test below runs it as a process of its own"]
async fn the_child_saves_until_it_is_killed() {
    let Some(data_dir) = std::env::var_os(DATA_DIR) else {
        return;
    };
    let database_url = std::env::var(DATABASE_URL).ok();
    let clock = Clock::system();
    let options = Options {
        database_url,
        data_dir: data_dir.into(),
        secret_key: None,
        private_hosts: Vec::new(),
        retention_days: backend::RETENTION_DAYS,
        audit_retention_days: None,
        starts_per_hour: backend::STARTS_PER_HOUR,
        twilio_api_url: None,
        clock,
    };
    let backend = Backend::open(options).await.expect("opens");
    let id = backend.admins().find_by_email(&email("ines@acme.example")).await.expect("looked up").expect("there").id;
    let key = format!("child {}", std::process::id());
    session(&backend, &key, &id).await;
    let admin = found(&backend, &key).await;
    let mut base = backend.connections().sms().await.expect("read").revision.version;
    loop {
        let change = sms_change(|form| form.message = message(&format!("Version {}", base + 1)));
        let Saved::Saved(state) = backend.connections().save_sms(&admin, base, &change).await.expect("saved") else {
            panic!("nobody else saves");
        };
        base = state.revision.version;
        backend.connections().set_enabled(&admin, Method::Sms, base % 2 == 1).await.expect("switched");
        println!("{MARK}{base}");
        std::io::stdout().flush().expect("flushed");
    }
}

/// Runs the child until it acknowledged `lines` saves, kills it, and answers the last version that it acknowledged.
fn run_and_kill(place: &Place, lines: usize) -> i64 {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["--exact", CHILD, "--ignored", "--nocapture", "--test-threads=1"]).env(DATA_DIR, place.data_dir());
    if let Some(url) = place.database_url() {
        command.env(DATABASE_URL, url);
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("starts");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let mut last = 0;
    let mut seen = 0;
    // After the kill the pipe is read to its end: what was printed before it was acknowledged.
    for line in output.lines().map(|line| line.expect("a line")) {
        if let Some((_, version)) = line.split_once(MARK) {
            last = version.parse().expect("a version");
            seen += 1;
            if seen == lines {
                child.kill().expect("killed");
            }
        }
    }
    child.wait().expect("waited");
    assert!(seen >= lines, "the child stopped by itself after {seen} saves");
    last
}

#[tokio::test]
async fn a_kill_in_the_middle_of_saves_loses_nothing_acknowledged() {
    on_each_database(async |place| {
        let backend = place.open().await;
        signed_in(&backend, "ines@acme.example", Role::Editor).await;
        backend.close().await;

        for (round, lines) in [1, 2, 3, 5, 8, 13, 1, 7, 4, 20].into_iter().enumerate() {
            let acknowledged = run_and_kill(&place, lines);
            let backend = place.open().await;
            let state = backend.connections().sms().await.expect("read");
            let version = state.revision.version;
            // The save after the last acknowledged one may have been stored just before the kill.
            assert!(
                (acknowledged..=acknowledged + 1).contains(&version),
                "round {round}: {version} after {acknowledged}"
            );
            assert_eq!(state.settings.message, message(&format!("Version {version}")), "round {round}");
            assert_eq!(place.number("select count(*) from revisions").await, version, "round {round}");
            assert_eq!(
                place.number("select count(*) from audit where action = 'connection.saved'").await,
                version,
                "round {round}"
            );
            let enabled = backend.connections().summaries().await.expect("listed")[0].enabled;
            assert!(version > acknowledged || enabled == (version % 2 == 1), "round {round}");
            if place.is_sqlite() {
                let sound = "select count(*) from pragma_integrity_check where integrity_check = 'ok'";
                assert_eq!(place.number(sound).await, 1, "round {round}");
            }
            let actor = Actor::command_line();
            let invited =
                backend.admins().invite(&actor, email(&format!("round{round}@acme.example")), Role::Viewer).await;
            assert!(invited.expect("writes").is_ok());
            backend.close().await;
        }
    })
    .await;
}
