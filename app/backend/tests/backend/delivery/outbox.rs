//! The outbox as a provider.

use backend::delivery::Email;
use domain::Secret;
use domain::connection::Method;
use domain::delivery::Outcome;
use domain::mail::{EmailProvider, EmailProviderForm};
use domain::recipient::Recipient;
use domain::sms::SmsProvider;

use super::{ADDRESS, CODE, FROM, TEXT, TO, envelope, options, providers, send_sms, sms_settings};
use crate::place::on_each_database;

#[tokio::test]
async fn messages_stay_in_the_outbox_as_they_would_have_been_sent() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let providers = providers(options(&[]));
        let settings = sms_settings(|form| {
            form.provider = SmsProvider::Outbox;
            form.from = FROM.to_owned();
        });
        let sent = send_sms(&providers, &backend, &settings, TO).await;
        let found = backend.outbox().find(sent.provider_id.as_deref().expect("an id")).await.expect("read");
        let kept = found.expect("the message");
        assert_eq!(sent.outcome, Outcome::Delivered);
        assert_eq!((kept.recipient.as_str(), kept.from.as_str(), kept.text.as_str()), (TO, FROM, TEXT));
        assert_eq!((kept.code.expose(), kept.subject, kept.html), (CODE, None, None));

        let form = EmailProviderForm { provider: EmailProvider::Outbox, ..EmailProviderForm::default() };
        let settings = form.check(None).expect("passes").settings;
        let mail = providers.mail(&backend, &settings, None).expect("complete");
        let (to, code) = (Recipient::parse(Method::Email, ADDRESS).expect("an address"), Secret::new(CODE));
        let email =
            Email { from: "Acme <a@acme.example>", subject: "Your code", html: "<b>834021</b>", text: "834021" };
        let sent = mail.send(&envelope(&to, &code), &email).await;
        let found = backend.outbox().find(sent.provider_id.as_deref().expect("an id")).await.expect("read");
        let kept = found.expect("the message");
        assert_eq!((kept.recipient.as_str(), kept.from.as_str(), kept.text.as_str()), (ADDRESS, email.from, "834021"));
        assert_eq!((kept.subject.as_deref(), kept.html.as_deref()), (Some(email.subject), Some(email.html)));
    })
    .await;
}
