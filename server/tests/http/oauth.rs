//! The API that applications call: a Doorcode with both methods on and an application enabled for them, and a program that asks.

mod clients;
mod document;
mod limits;
mod reading;
mod start;
mod token;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request, StatusCode};
use backend::{Admin, Found, Saved};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Secret;
use domain::activity::OutboxMessage;
use domain::admin::Role;
use domain::application::{ApplicationForm, ApplicationSettings, ApplicationType, RegistrationForm};
use domain::email::EmailForm;
use domain::mail::{EmailProvider, EmailProviderForm};
use domain::recipient::Recipient;
use domain::sms::{SmsContext, SmsForm, SmsProvider};
use serde_json::{Value, json};

use crate::browser::{Answer, Browser, FORM, Site};

pub const OTP: &str = "http://auth0.com/oauth/grant-type/passwordless/otp";
pub const CALLBACK: &str = "https://app.acme.example/callback";
pub const NUMBER: &str = "+15550100123";
pub const ADDRESS: &str = "ana@acme.example";

/// A Doorcode that signs users in, and one application of it.
pub struct Scene {
    pub site: Site,
    pub admin: Admin,
    pub client_id: String,
    pub secret: Secret,
    pub program: Program,
}

/// Something that calls the API.
#[derive(Clone)]
pub struct Program {
    browser: Browser,
    headers: Vec<(String, String)>,
}

impl Scene {
    /// Both methods are on, in the outbox, and enabled for a Regular Web application.
    pub async fn new() -> Self {
        Self::of(ApplicationType::RegularWeb).await
    }

    /// The same for an application of another type.
    pub async fn of(kind: ApplicationType) -> Self {
        let site = Site::set_up().await;
        let admin = admin(&site).await;
        let backend = &site.backend;
        let registration = RegistrationForm { name: "Wallet".to_owned(), kind }.check().expect("a registration");
        let (application, secret) = backend.applications().register(&admin, &registration).await.expect("registered");
        let program = Program { browser: site.browser(), headers: Vec::new() };
        let client_id = application.client_id;
        let scene = Self { admin, client_id, secret: secret.unwrap_or_default(), program, site };
        scene.change_application(|form| form.callbacks = CALLBACK.to_owned()).await;
        scene.change_sms(|form| form.provider = SmsProvider::Outbox).await;
        scene.change_email(|form| form.from = "no-reply@acme.example".to_owned()).await;
        let form = EmailProviderForm { provider: EmailProvider::Outbox, ..EmailProviderForm::default() };
        let provider = form.check(None).expect("passes");
        scene.site.backend.email_provider().save(&scene.admin, 0, &provider).await.expect("saved");
        for method in domain::connection::Method::ALL {
            scene.toggle(method, true).await;
            scene.enable(method, true).await;
        }
        scene
    }

    /// Saves the SMS settings with a change.
    pub async fn change_sms(&self, edit: impl FnOnce(&mut SmsForm)) {
        let connections = self.site.backend.connections();
        let state = connections.sms().await.expect("read");
        let mut form = SmsForm::from_settings(&state.settings);
        edit(&mut form);
        let context = SmsContext { secrets: state.secrets(), private_hosts: &[] };
        let change = form.check(&context).expect("passes");
        let saved = connections.save_sms(&self.admin, state.revision.version, &change).await.expect("saved");
        assert!(!matches!(saved, Saved::Conflict(_)));
    }

    /// Saves the email settings with a change.
    pub async fn change_email(&self, edit: impl FnOnce(&mut EmailForm)) {
        let connections = self.site.backend.connections();
        let state = connections.email().await.expect("read");
        let mut form = EmailForm::from_settings(&state.settings);
        edit(&mut form);
        let settings = form.check().expect("passes");
        let saved = connections.save_email(&self.admin, state.revision.version, &settings).await.expect("saved");
        assert!(!matches!(saved, Saved::Conflict(_)));
    }

    /// Saves the application with a change.
    pub async fn change_application(&self, edit: impl FnOnce(&mut ApplicationForm)) {
        let application = self.site.backend.applications().find(&self.client_id).await.expect("read").expect("there");
        let mut form = ApplicationForm::from_settings(&application.settings);
        edit(&mut form);
        let settings: ApplicationSettings = form.check(application.kind).expect("passes");
        assert!(self.site.backend.applications().save(&self.admin, &self.client_id, &settings).await.expect("saved"));
    }

    /// Switches a method on or off.
    pub async fn toggle(&self, method: domain::connection::Method, on: bool) {
        self.site.backend.connections().set_enabled(&self.admin, method, on).await.expect("switched");
    }

    /// Switches a method on or off for the application.
    pub async fn enable(&self, method: domain::connection::Method, on: bool) {
        let applications = self.site.backend.applications();
        assert!(applications.set_enabled(&self.admin, &self.client_id, method, on).await.expect("switched"));
    }

    /// A request to start a sign-in by SMS.
    pub fn sms(&self) -> Value {
        json!({
            "client_id": self.client_id, "client_secret": self.secret.expose(), "connection": "sms", "phone_number": NUMBER
        })
    }

    /// A request to start a sign-in by email.
    pub fn email(&self, send: &str) -> Value {
        json!({
            "client_id": self.client_id, "client_secret": self.secret.expose(), "connection": "email", "email": ADDRESS,
            "send": send
        })
    }

    /// The newest message to a recipient.
    pub async fn message(&self, recipient: &str) -> OutboxMessage {
        let recipient = Recipient::looked_for(recipient).expect("a recipient");
        let outbox = self.site.backend.outbox();
        outbox.wait(&recipient, None, std::time::Duration::ZERO).await.expect("read").expect("a message")
    }

    /// Starts a sign-in by SMS and answers its code.
    pub async fn sms_code(&self) -> String {
        let answer = self.program.json("/passwordless/start", &self.sms()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        self.message(NUMBER).await.code.expose().to_owned()
    }

    /// A request for tokens by a code.
    pub fn otp(&self, otp: &str) -> Vec<(&'static str, String)> {
        vec![
            ("grant_type", OTP.to_owned()),
            ("client_id", self.client_id.clone()),
            ("client_secret", self.secret.expose().to_owned()),
            ("username", NUMBER.to_owned()),
            ("otp", otp.to_owned()),
            ("realm", "sms".to_owned()),
            ("scope", "openid profile phone offline_access".to_owned()),
        ]
    }

    /// The tokens of a whole sign-in by SMS.
    pub async fn tokens(&self) -> Value {
        let code = self.sms_code().await;
        let answer = self.program.form("/oauth/token", &self.otp(&code)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        body(&answer)
    }
}

impl Program {
    /// The same, with a header in every request.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut program = self.clone();
        program.headers.push((name.to_owned(), value.to_owned()));
        program
    }

    /// The same, from another network address.
    pub fn at(&self, peer: &str) -> Self {
        let mut program = self.clone();
        program.browser.peer = peer.parse().expect("an address");
        program
    }

    pub async fn json(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, "application/json", body.to_string()).await
    }

    pub async fn form(&self, path: &str, fields: &[(&str, String)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, FORM, body).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "text/plain", String::new()).await
    }

    pub async fn send(&self, method: Method, path: &str, kind: &str, body: String) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(CONTENT_TYPE, kind);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        self.browser.clone().send(request.body(Body::from(body)).expect("a request")).await
    }
}

/// A JSON body.
pub fn body(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("not JSON: {} {:?}", answer.status, answer.body))
}

/// Status, error and description of a refusal.
pub fn refusal(answer: &Answer) -> (u16, String, String) {
    let body = body(answer);
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), text("error"), text("error_description"))
}

/// What is in a token.
pub fn claims(token: &Value) -> Value {
    let part = token.as_str().expect("a token").split('.').nth(1).expect("claims");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

async fn admin(site: &Site) -> Admin {
    let browser = site.signed_in(Role::Owner).await;
    let cookie = browser.cookies.values().next().expect("a session").clone();
    match site.backend.sessions().find(&session_key(&cookie), "203.0.113.9").await.expect("looked up") {
        Found::SignedIn(admin) => admin,
        other => panic!("{other:?}"),
    }
}

/// The id in the session's cookie, as the store knows it.
fn session_key(cookie: &str) -> String {
    cookie.parse::<tower_sessions::session::Id>().expect("an id").to_string()
}
