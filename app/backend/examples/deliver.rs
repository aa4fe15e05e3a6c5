//! Sends 200 messages a second for 30 seconds through a stand-in for Twilio, and prints what came of it as JSON: how many were
//! sent, lost and doubled, how long one took, and the memory before and after.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has nothing to say")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Form;
use axum::http::StatusCode;
use axum::routing::post;
use backend::delivery::SmsCredentials;
use backend::messages::{Ask, Channel};
use backend::passwordless::Purpose;
use backend::{Actor, Backend, Clock, Found, Options, SessionRow};
use domain::Secret;
use domain::admin::{AdminEmail, Role};
use domain::application::{ApplicationType, RegistrationForm};
use domain::connection::Method;
use domain::recipient::Recipient;
use domain::sms::{SmsContext, SmsForm, SmsSettings};
use domain::template::Send;
use tokio::task::JoinSet;

const PER_SECOND: u32 = 200;
const SECONDS: u32 = 30;

type Seen = Arc<Mutex<HashMap<String, u32>>>;

#[tokio::main]
async fn main() {
    let seen = Seen::default();
    let url = stand_in(Arc::clone(&seen)).await;
    let directory = tempfile::tempdir().unwrap();
    let backend = Backend::open(Options {
        database_url: None,
        data_dir: directory.path().to_owned(),
        secret_key: None,
        private_hosts: Vec::new(),
        retention_days: backend::RETENTION_DAYS,
        audit_retention_days: None,
        starts_per_hour: backend::STARTS_PER_HOUR,
        twilio_api_url: Some(url),
        clock: Clock::system(),
    })
    .await
    .unwrap();
    let client_id = application(&backend).await;
    let channel = channel();

    let (mut at_work, mut times, mut failed) = (JoinSet::new(), Vec::new(), 0_u32);
    let before = resident_kb();
    let mut halfway = before;
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / PER_SECOND);
    let started = Instant::now();
    for number in 0..PER_SECOND * SECONDS {
        ticks.tick().await;
        let (backend, channel, client_id) = (backend.clone(), channel.clone(), client_id.clone());
        at_work.spawn(async move {
            let begun = Instant::now();
            let sent = backend.messages().send(channel, ask(&client_id, number)).await.unwrap();
            (begun.elapsed(), sent.delivered.outcome.went_out())
        });
        while let Some(done) = at_work.try_join_next() {
            let (took, out) = done.unwrap();
            times.push(took);
            failed += u32::from(!out);
        }
        if number == PER_SECOND * SECONDS / 2 {
            halfway = resident_kb();
        }
    }
    while let Some(done) = at_work.join_next().await {
        let (took, out) = done.unwrap();
        times.push(took);
        failed += u32::from(!out);
    }
    let seconds = started.elapsed().as_secs_f64();
    times.sort_unstable();
    let percentile = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1_000.0;
    let seen = seen.lock().unwrap();
    let doubled: u32 = seen.values().map(|count| count - 1).sum();
    println!(
        r#"{{"asked":{},"arrived":{},"failed":{failed},"doubled":{doubled},"seconds":{seconds:.1},"p50_ms":{:.1},"p99_ms":{:.1},"kb_before":{before},"kb_halfway":{halfway},"kb_after":{}}}"#,
        PER_SECOND * SECONDS,
        seen.len(),
        percentile(50),
        percentile(99),
        resident_kb(),
    );
}

/// Counts each recipient's messages, and answers as Twilio does.
async fn stand_in(seen: Seen) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let take = move |Form(form): Form<HashMap<String, String>>| {
        let seen = Arc::clone(&seen);
        async move {
            *seen.lock().unwrap().entry(form["To"].clone()).or_default() += 1;
            (StatusCode::CREATED, format!(r#"{{"sid":"SM{}","status":"queued"}}"#, "0a".repeat(16)))
        }
    };
    let router = Router::new().route("/2010-04-01/Accounts/{sid}/Messages.json", post(take));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn application(backend: &Backend) -> String {
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
    let Found::SignedIn(admin) = backend.sessions().find("bench", "127.0.0.1").await.unwrap() else {
        panic!("nobody is signed in");
    };
    let form = RegistrationForm { name: "Acme".to_owned(), kind: ApplicationType::Spa };
    backend.applications().register(&admin, &form.check().unwrap()).await.unwrap().0.client_id
}

fn channel() -> Channel {
    let mut form = SmsForm::from_settings(&SmsSettings::default());
    form.twilio_sid = format!("AC{}", "0f".repeat(16));
    form.from = "+15550100100".to_owned();
    let settings = form.check(&SmsContext::default()).unwrap().settings;
    Channel::Sms(settings, SmsCredentials { twilio_token: Some(Secret::new("t".repeat(32))), gateway_secret: None })
}

fn ask(client_id: &str, number: u32) -> Ask {
    Ask {
        client_id: client_id.to_owned(),
        application_name: "Acme".to_owned(),
        recipient: Recipient::parse(Method::Sms, &format!("+1555{number:07}")).unwrap(),
        send: Send::Code,
        public_url: "http://127.0.0.1:3000".to_owned(),
        language: None,
        caller: None,
        actor: None,
        revision: 1,
        purpose: Purpose::SignIn,
        auth_params: Vec::new(),
    }
}

/// The memory of this process, the stand-in included; 0 where the system does not say.
fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}
