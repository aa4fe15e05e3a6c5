//! The binary as people start it: exit codes, the one line it says when it cannot, commands, start and stop.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use sqlx::{AnyConnection, Connection};
use tempfile::TempDir;

const PASSWORD: &str = "correct horse battery staple";

/// A place to run the binary in.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        fs::create_dir_all(directory.path().join("site/pkg")).expect("a directory");
        fs::write(directory.path().join("site/pkg/console.js"), "1").expect("written");
        Self(directory)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_doorcode"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("DOORCODE_")) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env("DOORCODE_SITE_DIR", self.path("site"))
            .env("DOORCODE_ADDR", "127.0.0.1:0");
        command.envs(variables.iter().copied()).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        self.command(arguments, variables).output().expect("the binary runs")
    }

    fn create_admin(&self, email: &str, role: &str, password: &str) -> Output {
        let mut command = self.command(&["admin", "create", "--email", email, "--role", role, "--password-stdin"], &[]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        writeln!(child.stdin.take().expect("its input"), "{password}").expect("written");
        child.wait_with_output().expect("it ends")
    }

    fn serve(&self, variables: &[(&str, &str)]) -> Serving {
        let mut child =
            self.command(&[], variables).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary runs");
        let mut lines = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("Doorcode is at http://").expect("where it is").to_owned();
        Serving { child, lines, address }
    }
}

/// A running server; killed when dropped.
struct Serving {
    child: Child,
    lines: BufReader<ChildStdout>,
    address: String,
}

impl Serving {
    fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        line.trim().to_owned()
    }

    fn get(&self, path: &str) -> String {
        get(&self.address, path)
    }

    fn stop(mut self, signal: &str) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().expect("kill runs").success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("a connection");
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// The one line that says why, after the exit code was checked.
fn refusal(output: &Output, code: i32) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{error}");
    let lines: Vec<&str> = error.lines().filter(|line| line.starts_with("doorcode: ")).collect();
    let [line] = lines[..] else { panic!("{error}") };
    assert!(error.trim_end().ends_with(line) && !error.contains("panicked"), "{error}");
    line.to_owned()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn bad_configuration_names_its_variable_and_exits_with_2() {
    let place = Place::new();
    for (name, value) in [
        ("DOORCODE_ADDR", "nowhere"),
        ("DOORCODE_PUBLIC_URL", "doorcode"),
        ("DOORCODE_DATABASE_URL", "mysql://localhost/x"),
        ("DOORCODE_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("DOORCODE_ALLOW_PRIVATE_HOSTS", "http://x/y"),
        ("DOORCODE_METRICS_ADDR", "x"),
        ("DOORCODE_LOG", "json,server=shout"),
        ("DOORCODE_SITE_DIR", "/nonexistent"),
        ("DOORCODE_SECRET_KEY", "short"),
        ("DOORCODE_SECRET_KEY_FILE", "/nonexistent"),
        ("DOORCODE_DATABASE_URL_FILE", "/nonexistent"),
    ] {
        let line = refusal(&place.run(&["serve"], &[(name, value)]), 2);
        assert!(line.contains(name), "{name}: {line}");
    }
}

#[test]
fn a_busy_port_is_said_in_one_line() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let line = refusal(&place.run(&[], &[("DOORCODE_ADDR", &address)]), 2);
    assert!(line.contains("DOORCODE_ADDR") && line.contains(&address), "{line}");
    assert!(!place.path("data").exists(), "nothing was created");
}

#[test]
fn a_data_directory_that_cannot_be_used_is_said_in_one_line() {
    let place = Place::new();
    fs::write(place.path("file"), "").expect("written");
    for directory in ["file", "file/below", "/proc/doorcode"] {
        let line = refusal(&place.run(&["serve"], &[("DOORCODE_DATA_DIR", directory)]), 2);
        assert!(line.contains("DOORCODE_DATA_DIR"), "{line}");
    }
}

#[test]
fn a_file_that_is_no_database_is_said_in_one_line() {
    let place = Place::new();
    fs::create_dir(place.path("data")).expect("a directory");
    fs::write(
        place.path("data/doorcode.db"),
        "this is not a database, and it is long enough to be read as one".repeat(20),
    )
    .expect("written");
    refusal(&place.run(&["serve"], &[]), 2);
}

#[test]
fn a_wrong_a_lost_and_a_broken_key_are_said_in_one_line() {
    let place = Place::new();
    stdout(&place.create_admin("ines@acme.example", "owner", PASSWORD));
    let key = place.path("data/secret.key");
    let right = fs::read_to_string(&key).expect("the key");
    for content in [Some("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=\n"), Some("nonsense\n"), None] {
        match content {
            Some(content) => fs::write(&key, content).expect("written"),
            None => fs::remove_file(&key).expect("removed"),
        }
        for arguments in [&["serve"][..], &["check"], &["admin", "list"]] {
            let line = refusal(&place.run(arguments, &[]), 2);
            assert!(line.contains("key"), "{line}");
            assert!(!line.contains("QUFB") && !line.contains("nonsense"), "{line}");
        }
        assert_eq!(key.exists(), content.is_some(), "a lost key is not replaced");
    }
    fs::write(&key, right).expect("written");
    stdout(&place.run(&["check"], &[]));
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let place = Place::new();
    stdout(&place.create_admin("ines@acme.example", "owner", PASSWORD));
    sqlx::any::install_default_drivers();
    let url = format!("sqlite:{}", place.path("data/doorcode.db").display());
    let mut database = AnyConnection::connect(&url).await.expect("a connection");
    let from_the_future = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (99999999999999, 'later', 1, x'00', 1)";
    sqlx::query(from_the_future).execute(&mut database).await.expect("inserted");
    database.close().await.expect("closed");
    let line = refusal(&place.run(&["serve"], &[]), 2);
    assert!(line.contains("newer"), "{line}");
}

#[test]
fn it_says_where_it_is_and_how_to_set_it_up_until_it_is() {
    let place = Place::new();
    let mut serving = place.serve(&[]);
    let set_up = serving.next_line();
    let prefix = format!("Set up: http://{}/setup?token=", serving.address);
    let token = set_up.strip_prefix(&prefix).expect("the link").to_owned();
    assert!(token.len() >= 32, "{token}");
    assert!(serving.get("/readyz").starts_with("HTTP/1.1 200"));
    assert_eq!(serving.stop("-TERM"), Some(0));

    let mut again = place.serve(&[]);
    assert!(again.next_line().ends_with(&token), "the same after a restart");
    assert_eq!(again.stop("-INT"), Some(0));

    stdout(&place.create_admin("ines@acme.example", "owner", PASSWORD));
    let mut serving = place.serve(&[]);
    assert!(
        Command::new("kill").args(["-TERM", &serving.child.id().to_string()]).status().expect("kill runs").success()
    );
    assert_eq!(serving.next_line(), "", "no link once there is an administrator");
}

#[test]
fn an_idle_connection_does_not_delay_the_stop() {
    let place = Place::new();
    let serving = place.serve(&[]);
    let mut idle = TcpStream::connect(&serving.address).expect("a connection");
    write!(idle, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").expect("written");
    idle.read_exact(&mut [0; 15]).expect("an answer");
    let asked = std::time::Instant::now();
    assert_eq!(serving.stop("-TERM"), Some(0));
    assert!(asked.elapsed().as_secs() < 5);
}

#[test]
fn metrics_are_served_on_their_own_address_only() {
    let place = Place::new();
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").to_string();
    let serving = place.serve(&[("DOORCODE_METRICS_ADDR", &free)]);
    serving.get("/healthz");
    assert!(get(&free, "/metrics").contains("doorcode_requests_total{route=\"health\",status=\"200\"} 1"));
    assert!(!serving.get("/metrics").contains("doorcode_requests_total"));
}

#[test]
fn administrators_are_managed_from_the_command_line() {
    let place = Place::new();
    assert_eq!(
        stdout(&place.create_admin("Ines@acme.example", "owner", PASSWORD)),
        "Created ines@acme.example (owner).\n"
    );
    assert_eq!(
        stdout(&place.create_admin("ed@acme.example", "editor", PASSWORD)),
        "Created ed@acme.example (editor).\n"
    );
    assert!(refusal(&place.create_admin("ed@acme.example", "editor", PASSWORD), 1).contains("exists already"));
    assert!(refusal(&place.create_admin("al@acme.example", "editor", "short"), 1).contains("12"));
    assert!(refusal(&place.create_admin("al", "editor", PASSWORD), 1).contains("--email"));

    let list = stdout(&place.run(&["admin", "list"], &[]));
    assert!(list.lines().count() == 3 && list.contains("ines@acme.example") && list.contains("never"), "{list}");

    let link = stdout(&place.run(
        &["admin", "reset", "--email", "ed@acme.example"],
        &[("DOORCODE_PUBLIC_URL", "https://doorcode.example.com")],
    ));
    assert!(link.starts_with("https://doorcode.example.com/invite/"), "{link}");
    assert_eq!(
        stdout(&place.run(&["admin", "disable", "--email", "ed@acme.example"], &[])),
        "Disabled ed@acme.example.\n"
    );
    assert!(refusal(&place.run(&["admin", "disable", "--email", "ines@acme.example"], &[]), 1).contains("last owner"));
    assert!(
        refusal(&place.run(&["admin", "reset", "--email", "al@acme.example"], &[]), 1).contains("no administrator")
    );
    assert_eq!(
        place
            .run(&["admin", "create", "--email", "x@acme.example", "--role", "king", "--password-stdin"], &[])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn check_changes_nothing() {
    let place = Place::new();
    let output = place.run(&["check"], &[]);
    assert!(!place.path("data").exists(), "{output:?}");
    stdout(&place.create_admin("ines@acme.example", "owner", PASSWORD));
    assert!(stdout(&place.run(&["check"], &[])).contains("Public URL: http://127.0.0.1:0\n"));
    assert!(!place.path("site/.compressed").exists());
}

#[test]
fn a_backup_is_a_database_and_is_not_overwritten() {
    let place = Place::new();
    stdout(&place.create_admin("ines@acme.example", "owner", PASSWORD));
    let file = place.path("backup.db");
    let file = file.to_str().expect("a path");
    stdout(&place.run(&["backup", file], &[]));
    refusal(&place.run(&["backup", file], &[]), 1);

    let copy = place.path("copy");
    fs::create_dir(&copy).expect("a directory");
    fs::copy(file, copy.join("doorcode.db")).expect("copied");
    fs::copy(place.path("data/secret.key"), copy.join("secret.key")).expect("copied");
    assert!(stdout(&place.run(&["admin", "list", "--data-dir", "copy"], &[])).contains("ines@acme.example"));
}

#[test]
fn rotating_the_key_keeps_what_it_protects() {
    let place = Place::new();
    stdout(&place.create_admin("ines@acme.example", "owner", PASSWORD));
    let key = || fs::read_to_string(place.path("data/secret.key")).expect("the key");
    let before = key();
    stdout(&place.run(&["rotate-key"], &[]));
    assert_ne!(key(), before);
    assert!(stdout(&place.run(&["admin", "list"], &[])).contains("ines@acme.example"));
}

#[test]
fn the_set_up_link_and_the_password_are_in_no_log() {
    let place = Place::new();
    let log = place.path("log");
    let file = fs::File::create(&log).expect("a file");
    let mut child = place
        .command(&[], &[("DOORCODE_LOG", "json,trace")])
        .stdout(Stdio::piped())
        .stderr(file)
        .spawn()
        .expect("the binary runs");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let address = lines.next().expect("a line").expect("text").replace("Doorcode is at http://", "");
    let token = lines.next().expect("a line").expect("text").rsplit_once("token=").expect("a token").1.to_owned();
    post(&address, "/setup", &format!("token={token}&email=ines%40acme.example&password=swordfish-swordfish"));
    post(&address, "/login", "email=ines%40acme.example&password=marmalade-marmalade");
    get(&address, &format!("/setup?token={token}"));
    get(&address, "/invite/looking-glass");
    child.kill().expect("killed");
    child.wait().expect("ended");
    let text = fs::read_to_string(Path::new(&log)).expect("the log");
    assert!(text.lines().filter(|line| line.contains("\"message\":\"request\"")).count() >= 4, "{text}");
    for secret in [token.as_str(), "swordfish", "marmalade", "looking-glass"] {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

fn post(address: &str, path: &str, body: &str) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
}
