//! The connections: toggles, saves, conflicts, revisions, and the secrets of SMS.

use backend::{Backend, Saved};
use domain::admin::Role;
use domain::connection::{Method, MethodSummary, Revision};
use domain::email::{EmailForm, EmailSettings};
use domain::sms::{SmsProvider, SmsSettings, SmsState};
use domain::{Field, Secret};

use crate::place::{Place, START, actions, message, on_each_database, signed_in, sms_change, sms_change_of};

const SID: &str = "AC0123456789abcdef0123456789abcdef";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn saved<S: std::fmt::Debug>(outcome: Result<Saved<S>, backend::Error>) -> S {
    match outcome.expect("answered") {
        Saved::Saved(state) => state,
        other => panic!("{other:?}"),
    }
}

async fn open(place: &Place) -> (Backend, backend::Admin) {
    let backend = place.open().await;
    let admin = signed_in(&backend, "ines@acme.example", Role::Editor).await;
    (backend, admin)
}

#[tokio::test]
async fn both_methods_exist_and_are_off_at_first() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let off = |method| MethodSummary { method, enabled: false, needs_set_up: true, applications: 0 };
        assert_eq!(backend.connections().summaries().await.expect("listed"), [off(Method::Sms), off(Method::Email)]);
        let revision = Revision { version: 0, saved_at: 0, saved_by: String::new() };
        let sms = backend.connections().sms().await.expect("read");
        let defaults = SmsState {
            settings: SmsSettings::default(),
            revision: revision.clone(),
            twilio_token: None,
            gateway_secret: None,
        };
        assert_eq!(sms, defaults);
        let email = backend.connections().email().await.expect("read");
        assert_eq!((email.settings, email.revision), (EmailSettings::default(), revision));
    })
    .await;
}

#[tokio::test]
async fn a_toggle_is_kept_audited_once_and_no_conflict_for_a_form() {
    on_each_database(async |place| {
        let (backend, admin) = open(&place).await;
        for on in [true, true, false, false, true] {
            backend.connections().set_enabled(&admin, Method::Sms, on).await.expect("switched");
        }
        saved(backend.connections().save_sms(&admin, 0, &sms_change(|form| form.message = message("Hi"))).await);
        assert_eq!(
            actions(&backend).await[1..],
            ["connection.enabled", "connection.disabled", "connection.enabled", "connection.saved"]
        );
        backend.close().await;
        let summaries = place.open().await.connections().summaries().await.expect("listed");
        let enabled: Vec<bool> = summaries.iter().map(|summary| summary.enabled).collect();
        assert_eq!(enabled, [true, false]);
    })
    .await;
}

#[tokio::test]
async fn a_save_is_a_revision_with_the_fields_that_changed() {
    on_each_database(async |place| {
        let (backend, admin) = open(&place).await;
        let change = sms_change(|form| {
            form.twilio_sid = SID.to_owned();
            form.message = message("Your code\nis");
            form.twilio_token = Secret::new(TOKEN);
        });
        place.clock.advance(5);
        let state = saved(backend.connections().save_sms(&admin, 0, &change).await);
        assert_eq!(state.settings, change.settings);
        assert_eq!(
            state.revision,
            Revision { version: 1, saved_at: START + 5, saved_by: "ines@acme.example".to_owned() }
        );
        assert_eq!(backend.connections().sms().await.expect("read"), state);

        let mut connection = place.connect().await;
        let (settings, changed, by): (String, String, String) =
            sqlx::query_as("select settings, changed, admin_id from revisions where method = 'sms' and version = 1")
                .fetch_one(&mut connection)
                .await
                .expect("a revision");
        assert_eq!(serde_json::from_str::<SmsSettings>(&settings).expect("settings"), change.settings);
        let fields: Vec<Field> = serde_json::from_str(&changed).expect("fields");
        assert_eq!(fields, [Field::TwilioSid, Field::Message, Field::TwilioToken]);
        assert_eq!(by, admin.id());
        let line = &backend.audit().latest(1).await.expect("a trail")[0];
        assert_eq!((line.action.as_str(), line.target.as_str()), ("connection.saved", "sms"));
        assert_eq!(line.details, r#"{"fields":["twilio_sid","message","twilio_token"],"version":1}"#);
    })
    .await;
}

#[tokio::test]
async fn saving_what_is_stored_makes_no_revision() {
    on_each_database(async |place| {
        let (backend, admin) = open(&place).await;
        let unchanged =
            |outcome: Saved<SmsState>| matches!(outcome, Saved::Unchanged(state) if state.revision.version == 0);
        assert!(unchanged(backend.connections().save_sms(&admin, 0, &sms_change(|_| {})).await.expect("answered")));
        let removal = sms_change(|form| form.remove_twilio_token = true);
        assert!(unchanged(backend.connections().save_sms(&admin, 0, &removal).await.expect("answered")));
        let outcome = backend.connections().save_email(&admin, 7, &EmailSettings::default()).await.expect("answered");
        assert!(matches!(outcome, Saved::Unchanged(state) if state.revision.version == 0));
        assert_eq!(place.number("select count(*) from revisions").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_stale_save_changes_nothing_and_shows_theirs() {
    on_each_database(async |place| {
        let (backend, ines) = open(&place).await;
        let paul = signed_in(&backend, "paul@acme.example", Role::Editor).await;
        let theirs =
            saved(backend.connections().save_sms(&paul, 0, &sms_change(|form| form.message = message("Theirs"))).await);
        let yours = sms_change(|form| {
            form.message = message("Yours");
            form.twilio_token = Secret::new(TOKEN);
        });
        for base in [0, 2, -1] {
            let outcome = backend.connections().save_sms(&ines, base, &yours).await.expect("answered");
            assert_eq!(outcome, Saved::Conflict(theirs.clone()), "{base}");
        }
        assert_eq!(backend.connections().sms().await.expect("read"), theirs);
        assert_eq!(place.number("select count(*) from secrets").await, 0);
        saved(backend.connections().save_sms(&ines, 1, &yours).await);
    })
    .await;
}

#[tokio::test]
async fn the_email_form_is_saved_by_the_same_rules() {
    on_each_database(async |place| {
        let (backend, ines) = open(&place).await;
        let form = EmailForm {
            from: "Acme <no-reply@acme.example>".to_owned(),
            ..EmailForm::from_settings(&EmailSettings::default())
        };
        let settings = form.check().expect("passes");
        let state = saved(backend.connections().save_email(&ines, 0, &settings).await);
        assert_eq!((&state.settings, state.revision.version), (&settings, 1));
        let other =
            EmailForm { subject: "{{ application.name }}: {{ code }}".to_owned(), ..form }.check().expect("passes");
        let outcome = backend.connections().save_email(&ines, 0, &other).await.expect("answered");
        assert_eq!(outcome, Saved::Conflict(state.clone()));
        assert_eq!(backend.connections().email().await.expect("read"), state);
    })
    .await;
}

#[tokio::test]
async fn a_secret_is_kept_replaced_and_removed() {
    on_each_database(async |place| {
        let (backend, ines) = open(&place).await;
        let set = sms_change(|form| {
            form.twilio_sid = SID.to_owned();
            form.twilio_token = Secret::new(TOKEN);
            form.gateway_url = "https://sms.example.com/send".to_owned();
            form.gateway_secret = Secret::new("hunter2");
        });
        let state = saved(backend.connections().save_sms(&ines, 0, &set).await);
        let token = state.twilio_token.expect("set");
        assert_eq!(
            (token.set_at, token.set_by.as_str(), token.destination.as_str()),
            (START, "ines@acme.example", SID)
        );
        assert_eq!(token.ends_in.as_deref(), Some("cdef"));
        let gateway = state.gateway_secret.expect("set");
        assert_eq!((gateway.ends_in, gateway.destination.as_str()), (None, "https://sms.example.com"));
        let secrets = backend.connections().sms_secrets().await.expect("read");
        assert_eq!(secrets.twilio_token.as_deref(), Some(SID));
        assert_eq!(secrets.gateway_secret.as_deref(), Some("https://sms.example.com"));
        assert!(backend.connections().summaries().await.expect("listed")[0].needs_set_up, "the sender is missing");

        place.clock.advance(1);
        let keep = sms_change_of(&state.settings, |form| form.from = "+15557122661".to_owned());
        let state = saved(backend.connections().save_sms(&ines, 1, &keep).await);
        assert_eq!(state.twilio_token, Some(token));
        assert!(!backend.connections().summaries().await.expect("listed")[0].needs_set_up);

        let replace =
            sms_change_of(&state.settings, |form| form.twilio_token = Secret::new(TOKEN.replace("cdef", "zzzz")));
        let state = saved(backend.connections().save_sms(&ines, 2, &replace).await);
        let token = state.twilio_token.expect("set");
        assert_eq!((token.ends_in.as_deref(), token.set_at), (Some("zzzz"), START + 1));

        let remove = sms_change_of(&state.settings, |form| form.remove_twilio_token = true);
        let state = saved(backend.connections().save_sms(&ines, 3, &remove).await);
        assert_eq!(state.twilio_token, None);
        assert!(state.gateway_secret.is_some());
        assert!(backend.connections().summaries().await.expect("listed")[0].needs_set_up);
        let outbox = sms_change_of(&state.settings, |form| form.provider = SmsProvider::Outbox);
        saved(backend.connections().save_sms(&ines, 4, &outbox).await);
        assert!(!backend.connections().summaries().await.expect("listed")[0].needs_set_up);
    })
    .await;
}

#[tokio::test]
async fn no_secret_is_in_the_files() {
    let place = crate::place::sqlite_place();
    let (backend, ines) = open(&place).await;
    let change = sms_change(|form| {
        form.twilio_token = Secret::new("twilio-token-that-nobody-may-read");
        form.gateway_secret = Secret::new("gateway-secret-that-nobody-may-read");
    });
    saved(backend.connections().save_sms(&ines, 0, &change).await);
    let look = || {
        for entry in std::fs::read_dir(place.data_dir()).expect("read") {
            let path = entry.expect("an entry").path();
            let bytes = std::fs::read(&path).expect("read");
            let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!has("that-nobody-may-read"), "in {}", path.display());
        }
    };
    look();
    backend.close().await;
    look();
}

#[tokio::test]
async fn a_secret_moved_to_another_place_is_not_used() {
    on_each_database(async |place| {
        let (backend, ines) = open(&place).await;
        saved(
            backend
                .connections()
                .save_sms(&ines, 0, &sms_change(|form| form.gateway_secret = Secret::new(TOKEN)))
                .await,
        );
        place.run("update secrets set name = 'twilio_token'").await;
        let state = backend.connections().sms().await.expect("the page still opens");
        assert_eq!(state.twilio_token.expect("there").ends_in, None);
        assert!(Backend::inspect(place.options()).await.is_err());
    })
    .await;
}
