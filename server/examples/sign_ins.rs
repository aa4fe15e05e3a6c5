//! Starts sign-ins and exchanges codes for tokens over HTTP for some seconds each, with the outbox as provider, on SQLite and, where
//! `TEST_DATABASE_URL` names a server, on PostgreSQL; prints requests a second and how long one took as JSON.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has nothing to say")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use backend::passwordless::{Drawn, Purpose, Request};
use backend::{Actor, Admin, Backend, Clock, Found, Options, SessionRow};
use domain::Secret;
use domain::admin::{AdminEmail, Role};
use domain::application::{ApplicationForm, ApplicationType, RegistrationForm};
use domain::connection::Method;
use domain::otp::OtpExpiry;
use domain::recipient::Recipient;
use domain::sms::{SmsContext, SmsForm, SmsProvider, SmsSettings};
use reqwest::Client;
use serde_json::{Value, json};
use server::assets::Assets;
use server::config::PublicUrl;
use server::metrics::Metrics;
use server::{Settings, router};
use tokio::task::JoinSet;

const CONNECTIONS: usize = 16;
const SECONDS: Duration = Duration::from_secs(10);
const CODE: &str = "123456";
/// More codes than can be exchanged in the time.
const CODES: u32 = 20_000;

/// A Doorcode that listens, and what is asked of it.
#[derive(Clone)]
struct Target {
    url: String,
    client_id: String,
    secret: String,
    http: Client,
}

#[tokio::main]
async fn main() {
    // The client is built for TLS, though nothing here uses it.
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let mut results = json!({ "sqlite": measured(None).await });
    if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
        results["postgres"] = measured(Some(url)).await;
    }
    println!("{results}");
}

async fn measured(database_url: Option<String>) -> Value {
    let directory = tempfile::tempdir().unwrap();
    let backend = Backend::open(Options {
        database_url,
        data_dir: directory.path().to_owned(),
        secret_key: None,
        private_hosts: Vec::new(),
        retention_days: backend::RETENTION_DAYS,
        audit_retention_days: None,
        starts_per_hour: 1_000_000,
        twilio_api_url: None,
        clock: Clock::system(),
    })
    .await
    .unwrap();
    let (client_id, secret) = set_up(&backend).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let settings = Settings {
        public_url: PublicUrl::parse(&url).unwrap(),
        trusted_proxies: Vec::new(),
        assets: Assets::find(std::env::var_os("DOORCODE_SITE_DIR").as_deref().map(std::path::Path::new)).unwrap(),
        metrics: Metrics::default(),
    };
    let router = router(backend.clone(), settings).into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let target = Target { url, client_id, secret, http: Client::new() };

    let start = load(&target, async |target, number| {
        let body = json!({
            "client_id": target.client_id, "client_secret": target.secret, "connection": "sms",
            "phone_number": phone(number)
        });
        target.post("/passwordless/start", number, &body).await
    })
    .await;
    for number in 0..CODES {
        let (expiry, recipient) = (OtpExpiry::parse("86400").unwrap(), recipient(number));
        let purpose = Purpose::SignIn;
        let request = Request {
            client_id: &target.client_id,
            recipient: &recipient,
            expiry,
            revision: 1,
            purpose,
            context: "{}",
        };
        let drawn = Drawn { code: Secret::new(CODE), link: None };
        backend.passwordless().issue(&request, &drawn).await.unwrap();
    }
    let token = load(&target, async |target, number| {
        let body = json!({
            "grant_type": "http://auth0.com/oauth/grant-type/passwordless/otp", "client_id": target.client_id,
            "client_secret": target.secret, "username": phone(number), "otp": CODE, "realm": "sms", "scope": "openid profile"
        });
        target.post("/oauth/token", number, &body).await
    })
    .await;
    serving.abort();
    backend.close().await;
    json!({ "start": start, "token": token })
}

impl Target {
    /// Posts as a server that passes the end user's address on: each user has one of their own.
    async fn post(&self, path: &str, number: u32, body: &Value) {
        let [_, a, b, c] = number.to_be_bytes();
        let answer = self
            .http
            .post([&self.url, path].concat())
            .header("content-type", "application/json")
            .header("auth0-forwarded-for", format!("10.{a}.{b}.{c}"))
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{path}: {}", answer.text().await.unwrap());
        answer.bytes().await.unwrap();
    }
}

/// Keeps some connections busy for some seconds.
async fn load(target: &Target, ask: impl AsyncFn(&Target, u32) + Copy + Send + Sync + 'static) -> Value {
    let next = Arc::new(AtomicU32::new(0));
    let begun = Instant::now();
    let local = tokio::task::LocalSet::new();
    let mut times = local
        .run_until(async {
            let mut workers = JoinSet::new();
            for _ in 0..CONNECTIONS {
                let (target, next) = (target.clone(), Arc::clone(&next));
                workers.spawn_local(async move {
                    let mut times = Vec::new();
                    while begun.elapsed() < SECONDS {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= CODES {
                            break;
                        }
                        let before = Instant::now();
                        ask(&target, number).await;
                        times.push(before.elapsed());
                    }
                    times
                });
            }
            workers.join_all().await.concat()
        })
        .await;
    let seconds = begun.elapsed().as_secs_f64();
    times.sort_unstable();
    let percentile = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1_000.0;
    json!({ "rate": times.len() as f64 / seconds, "p50": percentile(50), "p99": percentile(99) })
}

/// An application that is trusted with its users' addresses, SMS switched on for it, and the outbox.
async fn set_up(backend: &Backend) -> (String, String) {
    let admin = admin(backend).await;
    let form = RegistrationForm { name: "Acme".to_owned(), kind: ApplicationType::RegularWeb };
    let (application, secret) = backend.applications().register(&admin, &form.check().unwrap()).await.unwrap();
    let mut form = ApplicationForm::from_settings(&application.settings);
    form.trust_ip_header = true;
    let settings = form.check(application.kind).unwrap();
    backend.applications().save(&admin, &application.client_id, &settings).await.unwrap();
    let mut form = SmsForm::from_settings(&SmsSettings::default());
    form.provider = SmsProvider::Outbox;
    let change = form.check(&SmsContext::default()).unwrap();
    backend.connections().save_sms(&admin, 0, &change).await.unwrap();
    backend.connections().set_enabled(&admin, Method::Sms, true).await.unwrap();
    backend.applications().set_enabled(&admin, &application.client_id, Method::Sms, true).await.unwrap();
    (application.client_id, secret.unwrap().expose().to_owned())
}

async fn admin(backend: &Backend) -> Admin {
    let email = AdminEmail::parse("bench@doorcode.example").unwrap();
    backend.admins().invite(&Actor::command_line(), email.clone(), Role::Owner).await.unwrap().unwrap();
    let id = backend.admins().find_by_email(&email).await.unwrap().unwrap().id;
    let row = SessionRow {
        data: "{}".to_owned(),
        admin_id: Some(id),
        address: "127.0.0.1".to_owned(),
        user_agent: String::new(),
    };
    backend.sessions().create("bench", &row).await.unwrap();
    match backend.sessions().find("bench", "127.0.0.1").await.unwrap() {
        Found::SignedIn(admin) => admin,
        _ => panic!("nobody is signed in"),
    }
}

fn phone(number: u32) -> String {
    format!("+1555{number:07}")
}

fn recipient(number: u32) -> Recipient {
    Recipient::parse(Method::Sms, &phone(number)).unwrap()
}
