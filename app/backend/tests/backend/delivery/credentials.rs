//! The stored secrets on their way to a provider.

use domain::Secret;
use domain::admin::Role;
use domain::sms::{SmsForm, SmsProvider};

use super::{SID, TOKEN, sms_settings};
use crate::place::{on_each_database, signed_in, sms_change};

#[tokio::test]
async fn stored_secrets_serve_only_what_they_were_typed_for() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        let set = sms_change(|form| {
            form.twilio_sid = SID.to_owned();
            form.twilio_token = Secret::new(TOKEN);
            form.gateway_url = "https://sms.example.com/send".to_owned();
            form.gateway_secret = Secret::new("hunter2");
        });
        backend.connections().save_sms(&ines, 0, &set).await.expect("saved");

        type Edit = fn(&mut SmsForm);
        let cases: [(Edit, Option<&str>, Option<&str>); 5] = [
            (|form| form.twilio_sid = SID.to_owned(), Some(TOKEN), None),
            (|form| form.twilio_sid = SID.replace("AC7", "AC8"), None, None),
            (|form| gateway(form, "https://sms.example.com/elsewhere"), None, Some("hunter2")),
            (|form| gateway(form, "https://sms.example.com:8443/send"), None, None),
            (|form| form.provider = SmsProvider::Outbox, None, None),
        ];
        for (edit, token, secret) in cases {
            let settings = sms_settings(edit);
            let found = backend.connections().sms_credentials(&settings).await.expect("read");
            assert_eq!(found.twilio_token.as_ref().map(Secret::expose), token);
            assert_eq!(found.gateway_secret.as_ref().map(Secret::expose), secret);
        }
    })
    .await;
}

fn gateway(form: &mut SmsForm, url: &str) {
    form.provider = SmsProvider::Gateway;
    form.gateway_url = url.to_owned();
}
