//! Messages on their way out: rendered, issued, handed over and recorded, or recorded as not sent.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use backend::deliveries::DeliveryFilter;
use backend::delivery::SmsCredentials;
use backend::messages::{Ask, Channel, Message};
use backend::passwordless::{Purpose, Verdict};
use backend::{Backend, Options};
use domain::Secret;
use domain::admin::Role;
use domain::connection::Method;
use domain::delivery::{Outcome, Reason};
use domain::email::{EmailForm, EmailSettings};
use domain::mail::{EmailProvider, EmailProviderForm};
use domain::recipient::Recipient;
use domain::sms::{SmsContext, SmsForm, SmsProvider, SmsSettings};
use domain::template::{Send, Syntax};
use serde_json::json;
use tokio::task::{AbortHandle, JoinSet};

use crate::delivery::stand_in::{Reply, StandIn};
use crate::passwordless::application;
use crate::place::{MINUTE, actions, on_each_database, signed_in};

fn by_sms(edit: impl FnOnce(&mut SmsForm)) -> Channel {
    let mut form = SmsForm::from_settings(&SmsSettings::default());
    form.provider = SmsProvider::Outbox;
    edit(&mut form);
    let settings = form.check(&SmsContext::default()).expect("passes").settings;
    Channel::Sms(settings, SmsCredentials::default())
}

fn by_email(edit: impl FnOnce(&mut EmailForm)) -> Channel {
    let mut form = EmailForm::from_settings(&EmailSettings::default());
    form.from = "{{ application.name }} <no-reply@acme.example>".to_owned();
    edit(&mut form);
    let provider = EmailProviderForm { provider: EmailProvider::Outbox, ..EmailProviderForm::default() };
    Channel::Email(form.check().expect("passes"), provider.check(None).expect("passes").settings, None)
}

fn ask(client_id: &str, recipient: &Recipient, send: Send) -> Ask {
    Ask {
        client_id: client_id.to_owned(),
        application_name: "Acme, Inc.".to_owned(),
        recipient: recipient.clone(),
        send,
        public_url: "https://doorcode.example".to_owned(),
        language: None,
        caller: None,
        actor: Some("ines@acme.example".to_owned()),
        revision: 7,
        purpose: Purpose::Trial,
        auth_params: Vec::new(),
    }
}

fn number() -> Recipient {
    Recipient::parse(Method::Sms, "+15550100123").expect("a number")
}

#[tokio::test]
async fn a_text_message_is_kept_recorded_and_its_code_opens_the_way() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let acme = application(&backend, &ines, "Acme, Inc.").await;
        let channel = by_sms(|form| form.message = "@@code@@ is your code for @@application.name@@".to_owned());
        let sent = backend.messages().send(channel, ask(&acme, &number(), Send::Code)).await.expect("sent");

        assert_eq!((sent.provider, sent.delivered.outcome), ("outbox", Outcome::Delivered));
        let kept = backend.outbox().find(sent.delivered.provider_id.as_deref().expect("an id")).await.expect("read");
        let kept = kept.expect("the message");
        assert_eq!(kept.text, format!("{} is your code for Acme, Inc.", kept.code.expose()));
        assert_eq!(sent.message, Some(Message::Sms(kept.text)));

        let delivery = backend.deliveries().find(&sent.delivery).await.expect("read").expect("recorded");
        assert_eq!((delivery.outcome.as_str(), delivery.revision), ("delivered", 7));
        assert_eq!(delivery.actor.as_deref(), Some("ines@acme.example"));
        let verdict =
            backend.passwordless().verify_code(Purpose::Trial, &acme, &number(), &kept.code).await.expect("judged");
        assert!(matches!(verdict, Verdict::Accepted(_)));
    })
    .await;
}

#[tokio::test]
async fn an_email_brings_the_link_that_opens_the_way() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let acme = application(&backend, &ines, "Acme, Inc.").await;
        let recipient = Recipient::parse(Method::Email, "ana@example.com").expect("an address");
        let sent = backend.messages().send(by_email(|_| {}), ask(&acme, &recipient, Send::Link)).await.expect("sent");
        let Some(Message::Email(email)) = sent.message else { panic!("no email: {:?}", sent.delivered) };
        assert_eq!(email.from, "\"Acme, Inc.\" <no-reply@acme.example>");

        let kept = backend.outbox().find(sent.delivered.provider_id.as_deref().expect("an id")).await.expect("read");
        let kept = kept.expect("the message");
        assert_eq!((kept.from, kept.html), (email.from, Some(email.html)));
        let link = kept.link.expect("a link");
        let (page, token) = link.expose().rsplit_once('=').expect("a query");
        let shape = format!("https://doorcode.example/passwordless/verify_redirect?scope=openid&client_id={acme}&connection=email&email=ana%40example.com&verification_code");
        assert_eq!(page, shape);
        let token = Secret::new(token);
        let verdict = backend.passwordless().verify_link(Purpose::Trial, &token).await.expect("judged");
        assert!(matches!(verdict, Verdict::Accepted(_)));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_sent_is_recorded_and_spends_no_code() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let acme = application(&backend, &ines, "Acme").await;
        let sent = backend.messages().send(by_sms(|_| {}), ask(&acme, &number(), Send::Code)).await.expect("sent");
        let kept = backend.outbox().find(sent.delivered.provider_id.as_deref().expect("an id")).await.expect("read");
        let code = kept.expect("the message").code;

        let french_only = by_sms(|form| {
            form.syntax = Syntax::Liquid;
            form.message = "{% if request_language == 'fr' %}{{ code }}{% else %}Hello{% endif %}".to_owned();
        });
        let incomplete = by_sms(|form| form.provider = SmsProvider::Twilio);
        for (channel, reason) in [(french_only, Reason::WithoutCode), (incomplete, Reason::NotSetUp)] {
            let sent = backend.messages().send(channel, ask(&acme, &number(), Send::Code)).await.expect("recorded");
            assert_eq!((sent.delivered.outcome, sent.message), (Outcome::Failed(reason), None));
            let delivery = backend.deliveries().find(&sent.delivery).await.expect("read").expect("recorded");
            assert_eq!((delivery.outcome.as_str(), delivery.reason.as_str()), ("failed", reason.word()));
        }
        let verdict =
            backend.passwordless().verify_code(Purpose::Trial, &acme, &number(), &code).await.expect("judged");
        assert!(matches!(verdict, Verdict::Accepted(_)), "the earlier code is as good as it was");
    })
    .await;
}

#[tokio::test]
async fn a_message_that_was_begun_is_recorded_when_its_caller_is_gone() {
    on_each_database(async |place| {
        let caller: Arc<OnceLock<AbortHandle>> = Arc::default();
        let gone = Arc::clone(&caller);
        let twilio = StandIn::start(move |_| {
            gone.get().expect("a caller").abort();
            Reply::Say(201, json!({ "sid": format!("SM{}", "a1".repeat(16)), "status": "queued" }).to_string())
        })
        .await;
        let url = format!("http://127.0.0.1:{}", twilio.port);
        let backend = Backend::open(Options { twilio_api_url: Some(url), ..place.options() }).await.expect("opens");
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let acme = application(&backend, &ines, "Acme").await;
        let Channel::Sms(settings, _) = by_sms(|form| {
            form.provider = SmsProvider::Twilio;
            form.twilio_sid = format!("AC{}", "0f".repeat(16));
            form.from = "+15550100100".to_owned();
        }) else {
            panic!("an SMS")
        };
        let secrets = SmsCredentials { twilio_token: Some(Secret::new("t".repeat(32))), gateway_secret: None };
        let (other, asked) = (backend.clone(), ask(&acme, &number(), Send::Code));
        let asking = tokio::spawn(async move { other.messages().send(Channel::Sms(settings, secrets), asked).await });
        caller.set(asking.abort_handle()).expect("set once");
        assert!(asking.await.is_err_and(|error| error.is_cancelled()), "gone before the answer came");

        let recorded = async {
            loop {
                let page = backend.deliveries().page(&DeliveryFilter::default(), None).await.expect("read");
                if let Some(delivery) = page.deliveries.into_iter().next() {
                    return delivery.outcome;
                }
                tokio::task::yield_now().await;
            }
        };
        let outcome = tokio::time::timeout(Duration::from_secs(10), recorded).await.expect("recorded");
        assert_eq!(outcome, "accepted");
    })
    .await;
}

#[tokio::test]
async fn ten_trials_in_ten_minutes_and_no_more() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let ben = signed_in(&backend, "ben@acme.example", Role::Editor).await;
        let number = number();
        let mut at_once = JoinSet::new();
        for _ in 0..14 {
            let (backend, ines, number) = (backend.clone(), ines.clone(), number.clone());
            at_once
                .spawn(async move { backend.messages().admit_trial(&ines, &number, "acme").await.expect("counted") });
        }
        let waits: Vec<u64> = at_once.join_all().await.into_iter().flatten().collect();
        assert_eq!(waits, [600; 4], "ten of fourteen at once");
        assert_eq!(backend.messages().admit_trial(&ben, &number, "acme").await.expect("counted"), None);
        assert_eq!(actions(&backend).await.iter().filter(|action| *action == "connection.tried").count(), 11);

        place.clock.advance(10 * MINUTE);
        assert_eq!(backend.messages().admit_trial(&ines, &number, "acme").await.expect("counted"), None);
    })
    .await;
}
