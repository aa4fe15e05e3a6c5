//! Messages on their way out, to stand-ins of Twilio, a gateway and a mail server that check what they are sent.

mod credentials;
mod gateway;
mod mail_server;
mod outbound;
mod outbox;
mod silence;
mod smtp;
pub mod stand_in;
mod twilio;

use std::time::Duration;

use backend::delivery::{Caller, Delivered, Envelope, Providers, SmsCredentials};
use backend::{Backend, Clock, Outbound, OutboundOptions};
use domain::Secret;
use domain::connection::Method;
use domain::delivery::{Outcome, Reason};
use domain::mail::{EmailProviderForm, EmailProviderSettings, SmtpSecurity};
use domain::recipient::Recipient;
use domain::sms::{SmsContext, SmsForm, SmsProvider, SmsSettings};

use crate::place::START;

pub const SID: &str = "AC7f0c2b9d41e84a0fb3c6d29e5a1b8c34";
pub const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub const SERVICE: &str = "MG7f0c2b9d41e84a0fb3c6d29e5a1b8c34";
pub const FROM: &str = "+15005550006";
pub const TO: &str = "+15550100123";
pub const ADDRESS: &str = "ines@acme.example";
pub const CODE: &str = "834021";
pub const TEXT: &str = "Your code for Acme is 834021. Grüße & 100% = +1";

/// What a test is told apart by: ways out that give up soon.
pub fn options(private_hosts: &[&str]) -> OutboundOptions {
    OutboundOptions {
        private_hosts: private_hosts.iter().map(|host| (*host).to_owned()).collect(),
        patience: Duration::from_secs(5),
        pause: Duration::from_millis(2),
        ..OutboundOptions::default()
    }
}

/// The same, for those who are never answered.
pub fn impatient(private_hosts: &[&str]) -> OutboundOptions {
    OutboundOptions { patience: Duration::from_millis(300), ..options(private_hosts) }
}

pub fn providers(options: OutboundOptions) -> Providers {
    Providers::new(Outbound::with(options), Clock::fixed(START))
}

/// Settings for Twilio, edited.
pub fn twilio_settings(edit: impl FnOnce(&mut SmsForm)) -> SmsSettings {
    sms_settings(|form| {
        form.provider = SmsProvider::Twilio;
        form.twilio_sid = SID.to_owned();
        form.from = FROM.to_owned();
        edit(form);
    })
}

pub fn sms_settings(edit: impl FnOnce(&mut SmsForm)) -> SmsSettings {
    let mut form = SmsForm::from_settings(&SmsSettings::default());
    edit(&mut form);
    let private_hosts = ["127.0.0.1".to_owned(), "gateway.test".to_owned()];
    let context = SmsContext { private_hosts: &private_hosts, ..SmsContext::default() };
    form.check(&context).expect("a form that passes").settings
}

pub fn credentials() -> SmsCredentials {
    SmsCredentials {
        twilio_token: Some(Secret::new(TOKEN)),
        gateway_secret: Some(Secret::new("a secret of the gateway")),
    }
}

/// Settings for a mail server.
pub fn smtp_settings(host: &str, port: u16, security: SmtpSecurity, user_name: &str) -> EmailProviderSettings {
    let form = EmailProviderForm {
        host: host.to_owned(),
        port: port.to_string(),
        security,
        user_name: user_name.to_owned(),
        ..EmailProviderForm::default()
    };
    form.check(None).expect("a form that passes").settings
}

/// Sends one text message by these settings.
pub async fn send_sms(providers: &Providers, backend: &Backend, settings: &SmsSettings, to: &str) -> Delivered {
    let sms = providers.sms(backend, settings, &credentials()).expect("settings that are complete");
    let to = Recipient::parse(Method::Sms, to).expect("a number");
    let caller = Caller { ip: "203.0.113.7".to_owned(), user_agent: "Firefox/130 \"x\"".to_owned() };
    sms.send(&Envelope { caller: Some(&caller), ..envelope(&to, &Secret::new(CODE)) }, TEXT).await
}

/// A future as the server needs it: one that may move from thread to thread.
pub fn sendable<F: Future + Send>(future: F) -> F {
    future
}

pub fn envelope<'e>(to: &'e Recipient, code: &'e Secret) -> Envelope<'e> {
    Envelope { to, client_id: "acme", application_name: "Acme", caller: None, code, link: None }
}

pub fn refused(reason: Reason, code: &str) -> (Outcome, Option<&str>) {
    (Outcome::Refused(reason), Some(code))
}

pub fn failed(reason: Reason) -> (Outcome, Option<&'static str>) {
    (Outcome::Failed(reason), None)
}

pub fn ending(delivered: &Delivered) -> (Outcome, Option<&str>) {
    (delivered.outcome, delivered.provider_code.as_deref())
}
