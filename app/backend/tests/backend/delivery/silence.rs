//! What is written while messages go out, down to the finest trace of every library: never a secret, a code or a recipient.

use std::io::Write;
use std::sync::{Arc, Mutex};

use backend::delivery::Email;
use backend::{OutboundOptions, delivery::Delivered};
use domain::Secret;
use domain::connection::Method;
use domain::mail::SmtpSecurity;
use domain::recipient::Recipient;
use domain::sms::{GatewayAuthentication, SmsProvider};
use tracing_subscriber::filter::LevelFilter;

use super::mail_server::{HOST, MailServer, PASSWORD, USER};
use super::stand_in::{Reply, StandIn};
use super::{
    ADDRESS, CODE, TEXT, TO, TOKEN, credentials, envelope, impatient, options, providers, send_sms, sms_settings,
    smtp_settings, twilio_settings,
};
use crate::place::sqlite_place;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("unpoisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_secret_is_written_at_any_level() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(move || writer.clone());
    subscriber.try_init().expect("the only one");

    let backend = sqlite_place().open().await;
    let echo = format!(r#"{{"code":21211,"message":"{TO} {CODE} {TOKEN}","status":400}}"#);
    let mut outcomes: Vec<Delivered> = Vec::new();
    for reply in [
        Reply::Say(201, format!(r#"{{"sid":"SM{}","status":"queued"}}"#, "0".repeat(32))),
        Reply::Say(400, echo.clone()),
        Reply::Say(500, echo.clone()),
        Reply::Say(503, echo.clone()),
        Reply::Say(200, echo.clone()),
        Reply::With(302, "location", format!("http://127.0.0.1/{TO}")),
        Reply::Hang,
    ] {
        let stand_in = StandIn::script(vec![reply]).await;
        let providers = providers(impatient(&["127.0.0.1"])).with_twilio_at(&stand_in.url());
        outcomes.push(send_sms(&providers, &backend, &twilio_settings(|_| {}), TO).await);
        let gateway = sms_settings(|form| {
            form.provider = SmsProvider::Gateway;
            form.gateway_url = format!("{}/?key=gateway-key-in-the-url", stand_in.url());
            form.gateway_authentication = GatewayAuthentication::Bearer;
            form.gateway_audience = "urn:MySmsGateway".to_owned();
        });
        outcomes.push(send_sms(&providers, &backend, &gateway, TO).await);
    }
    let (to, code) = (Recipient::parse(Method::Email, ADDRESS).expect("an address"), Secret::new(CODE));
    let email = Email { from: "Acme <a@acme.example>", subject: CODE, html: TEXT, text: TEXT };
    let refusing: &'static [(&'static str, &'static str)] = &[("RCPT", "550 5.1.1 ines@acme.example unknown: 834021")];
    for answers in [&[][..], refusing] {
        let server = MailServer::start(|habits| habits.answers = answers).await;
        let options = OutboundOptions {
            names: Some(Arc::new(|_| vec!["127.0.0.1".parse().expect("an address")])),
            trusted: vec![server.certificate.clone()],
            ..options(&[HOST])
        };
        for security in [SmtpSecurity::Starttls, SmtpSecurity::Tls, SmtpSecurity::None] {
            for user in [USER, "somebody-else"] {
                let settings = smtp_settings(HOST, server.port, security, user);
                let providers = providers(options.clone());
                let mail = providers.mail(&backend, &settings, Some(&Secret::new(PASSWORD))).expect("complete");
                outcomes.push(mail.send(&envelope(&to, &code), &email).await);
            }
        }
    }

    let written = String::from_utf8(log.0.lock().expect("unpoisoned").clone()).expect("UTF-8");
    assert!(written.contains("a message did not go out"), "what went wrong is written");
    assert!(written.contains("rustls") && written.contains("reqwest"), "and what the libraries say");
    let gateway_secret = credentials().gateway_secret.expect("a secret");
    let debug = format!("{outcomes:?}");
    for secret in [
        CODE,
        TOKEN,
        TO,
        &TO[1..],
        ADDRESS,
        PASSWORD,
        gateway_secret.expose(),
        "gateway-key-in-the-url",
        "Bearer",
        "Grüße",
    ] {
        for (place, text) in [("the log", &written), ("an outcome", &debug)] {
            if let Some(at) = text.find(secret) {
                let line = text[..at].rsplit('\n').next().unwrap_or_default();
                panic!("{secret} is in {place}: {line}");
            }
        }
    }
}
