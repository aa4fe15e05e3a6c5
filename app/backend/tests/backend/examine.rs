//! Whether a connection is fit to send, item by item.

use backend::delivery::SmsCredentials;
use backend::examine::Finding;
use backend::messages::Channel;
use backend::{Backend, Options, Saved};
use domain::Secret;
use domain::admin::Role;
use domain::connection::Method;
use domain::email::{EmailForm, EmailSettings};
use domain::mail::EmailProviderForm;
use domain::sms::{SmsContext, SmsForm, SmsSettings};
use serde_json::json;

use crate::delivery::stand_in::{Reply, StandIn};
use crate::place::{on_each_database, signed_in, sms_change};

fn words(findings: &[Finding], fit: bool) -> Vec<&str> {
    findings.iter().filter(|finding| finding.fit == fit).map(|finding| finding.words.as_str()).collect()
}

#[tokio::test]
async fn twilio_says_whether_account_and_token_fit() {
    on_each_database(async |place| {
        let twilio = StandIn::script(vec![
            Reply::Say(200, json!({ "status": "active" }).to_string()),
            Reply::Say(401, json!({ "code": 20003 }).to_string()),
        ])
        .await;
        let options = Options { twilio_api_url: Some(twilio.url()), ..place.options() };
        let backend = Backend::open(options).await.expect("opens");
        let mut form = SmsForm::from_settings(&SmsSettings::default());
        form.twilio_sid = format!("AC{}", "0f".repeat(16));
        let settings = form.check(&SmsContext::default()).expect("passes").settings;
        let secrets = SmsCredentials { twilio_token: Some(Secret::new("t".repeat(32))), gateway_secret: None };
        let channel = Channel::Sms(settings, secrets);

        let findings = backend.messages().examine(&channel).await.expect("looked");
        assert!(words(&findings, true).iter().any(|words| words.contains("accepts Account SID")), "{findings:?}");
        let unfit = words(&findings, false);
        assert_eq!(
            unfit,
            ["From is missing.", "Applications: SMS is switched on for none, so nobody can sign in with it yet."]
        );
        let findings = backend.messages().examine(&channel).await.expect("looked");
        let unfit = words(&findings, false);
        assert!(unfit.iter().any(|words| words.contains("does not accept") && words.contains("20003")), "{unfit:?}");
        assert!(twilio.seen().iter().all(|seen| seen.method == "GET"), "nothing is sent");
    })
    .await;
}

#[tokio::test]
async fn an_email_needs_a_sender_a_provider_and_a_clean_template() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let form = EmailForm {
            body: "<p>{{ code }} {{ link }} {{ application.name }} {{ nickname }}</p>".to_owned(),
            ..EmailForm::from_settings(&EmailSettings::default())
        };
        let provider = EmailProviderForm::from_settings(&domain::mail::EmailProviderSettings::default());
        let provider = provider.check(None).expect("passes").settings;
        let channel = Channel::Email(form.check().expect("passes"), provider, None);
        let findings = backend.messages().examine(&channel).await.expect("looked");
        let unfit = words(&findings, false);
        assert_eq!(unfit[..2], ["From is missing.", "Email provider: Host is missing."]);
        assert!(unfit[2].starts_with("Body: ") && unfit[2].contains("nickname"), "{unfit:?}");
    })
    .await;
}

#[tokio::test]
async fn the_command_line_asks_the_providers_of_methods_that_are_on() {
    on_each_database(async |place| {
        let twilio = StandIn::script(vec![Reply::Say(200, json!({ "status": "active" }).to_string())]).await;
        let options = Options { twilio_api_url: Some(twilio.url()), ..place.options() };
        let backend = Backend::open(options.clone()).await.expect("opens");
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let change = sms_change(|form| {
            form.twilio_sid = format!("AC{}", "0f".repeat(16));
            form.twilio_token = Secret::new("t".repeat(32));
            form.from = "+15550100100".to_owned();
        });
        assert!(matches!(backend.connections().save_sms(&ines, 0, &change).await, Ok(Saved::Saved(_))));
        Backend::inspect(options.clone()).await.expect("inspected");
        assert!(twilio.seen().is_empty(), "a method that is off is nobody's");
        backend.connections().set_enabled(&ines, Method::Sms, true).await.expect("switched on");
        let said = Backend::inspect(options).await.expect("inspected");
        let words = "SMS: fit: Twilio accepts Account SID and Auth Token, and the account is active.";
        assert!(said.iter().any(|line| line == words), "{said:?}");
        assert_eq!(twilio.seen().len(), 1);
    })
    .await;
}
