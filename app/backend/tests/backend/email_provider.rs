//! The provider of emails: saved like the methods' settings, its password bound to one server.

use backend::{Admin, Backend, Saved};
use domain::admin::Role;
use domain::email::{EmailForm, EmailSettings};
use domain::mail::{EmailProvider, EmailProviderChange, EmailProviderForm, EmailProviderSettings, EmailProviderState};
use domain::secret::SecretNote;
use domain::{Field, Secret};

use crate::place::{Place, START, actions, on_each_database, signed_in, sms_change};

async fn open(place: &Place) -> (Backend, Admin) {
    let backend = place.open().await;
    let admin = signed_in(&backend, "ines@acme.example", Role::Owner).await;
    (backend, admin)
}

fn change(edit: impl FnOnce(&mut EmailProviderForm)) -> EmailProviderChange {
    let mut form = EmailProviderForm::from_settings(&EmailProviderSettings::default());
    form.host = "smtp.acme.example".to_owned();
    form.user_name = "doorcode".to_owned();
    edit(&mut form);
    form.check(None).expect("passes")
}

fn password(text: &str) -> impl FnOnce(&mut EmailProviderForm) {
    move |form| form.smtp_password = Secret::new(text)
}

async fn save(backend: &Backend, admin: &Admin, base: i64, change: &EmailProviderChange) -> EmailProviderState {
    match backend.email_provider().save(admin, base, change).await.expect("answered") {
        Saved::Saved(state) => state,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_provider_is_saved_once_and_its_password_only_sealed() {
    on_each_database(async |place| {
        let (backend, ines) = open(&place).await;
        let first = backend.email_provider().load().await.expect("read");
        assert_eq!((first.settings, first.revision.version), (EmailProviderSettings::default(), 0));
        let typed = change(password("hunter2hunter2"));
        let state = save(&backend, &ines, 0, &typed).await;
        let note = SecretNote {
            set_at: START,
            set_by: "ines@acme.example".to_owned(),
            ends_in: None,
            destination: "smtp.acme.example:587".to_owned(),
        };
        assert_eq!((&state.settings, &state.smtp_password), (&typed.settings, &Some(note)));
        assert_eq!((state.revision.version, state.revision.saved_by.as_str()), (1, "ines@acme.example"));
        let again = backend.email_provider().save(&ines, 0, &change(|_| {})).await.expect("answered");
        assert_eq!(again, Saved::Unchanged(state.clone()));
        let line = &backend.audit().latest(1).await.expect("a trail")[0];
        assert_eq!(line.action, "email_provider.saved");
        assert_eq!(line.details, r#"{"fields":["host","user_name","smtp_password"],"version":1}"#);
        assert_eq!(actions(&backend).await.len(), 2);

        let other = change(|form| form.host = "smtp.other.example".to_owned());
        let outcome = backend.email_provider().save(&ines, 0, &other).await.expect("answered");
        assert_eq!(outcome, Saved::Conflict(state));
    })
    .await;
}

#[tokio::test]
async fn a_password_opens_for_its_own_server_only_also_after_a_rotation() {
    on_each_database(async |place| {
        let (backend, ines) = open(&place).await;
        let saved = save(&backend, &ines, 0, &change(password("hunter2hunter2"))).await;
        assert_eq!(Backend::rotate_key(place.options()).await.expect("rotated"), 1);
        let backend = place.open().await;
        let (settings, password) = backend.email_provider().credentials().await.expect("opened");
        assert_eq!((&settings, password), (&saved.settings, Some(Secret::new("hunter2hunter2"))));

        let elsewhere = change(|form| form.port = "465".to_owned());
        assert_eq!(backend.email_provider().password_for(&elsewhere.settings).await.expect("read"), None);
        // Settings that came into the database past the check find nothing to show either.
        save(&backend, &ines, 1, &elsewhere).await;
        assert_eq!(backend.email_provider().credentials().await.expect("read").1, None);

        let removed = save(&backend, &ines, 2, &change(|form| form.remove_smtp_password = true)).await;
        assert_eq!(removed.smtp_password, None);
    })
    .await;
}

#[tokio::test]
async fn email_needs_set_up_until_it_has_a_provider() {
    on_each_database(async |place| {
        let (backend, ines) = open(&place).await;
        let needs = async || backend.connections().summaries().await.expect("listed")[1].needs_set_up;
        let mut form = EmailForm::from_settings(&EmailSettings::default());
        form.from = "hello@acme.example".to_owned();
        let settings = form.check().expect("passes");
        let _ = backend.connections().save_email(&ines, 0, &settings).await.expect("saved");
        assert!(needs().await, "there is no provider");
        save(&backend, &ines, 0, &change(|_| {})).await;
        assert!(needs().await, "the password is missing");
        save(&backend, &ines, 1, &change(password("hunter2"))).await;
        assert!(!needs().await);
        save(&backend, &ines, 2, &change(|form| form.provider = EmailProvider::Outbox)).await;
        assert!(!needs().await);
        let facts = Backend::inspect(place.options()).await.expect("inspected");
        assert!(facts.contains(&"Email: Off".to_owned()), "{facts:?}");
        save(&backend, &ines, 3, &change(|form| form.host = String::new())).await;
        assert!(needs().await);
        let facts = Backend::inspect(place.options()).await.expect("inspected");
        let host = [Field::SmtpHost.label().as_str(), " of the email provider"].concat();
        assert!(facts.contains(&format!("Email: Off; missing: {host}")), "{facts:?}");
    })
    .await;
}

#[tokio::test]
async fn the_outbox_is_in_use_while_a_method_keeps_its_messages_there() {
    on_each_database(async |place| {
        let (backend, ines) = open(&place).await;
        let in_use = async || backend.outbox().in_use().await.expect("known");
        assert!(!in_use().await);
        save(&backend, &ines, 0, &change(|form| form.provider = EmailProvider::Outbox)).await;
        assert!(in_use().await);
        save(&backend, &ines, 1, &change(|_| {})).await;
        assert!(!in_use().await);
        let sms = sms_change(|form| form.provider = domain::sms::SmsProvider::Outbox);
        let _ = backend.connections().save_sms(&ines, 0, &sms).await.expect("saved");
        assert!(in_use().await);
    })
    .await;
}
