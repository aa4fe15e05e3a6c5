//! Exchanging the key, also when it stops half-way or a server runs meanwhile.

use std::fs;

use backend::{Admin, Backend, OpenError, Options, Saved};
use domain::Secret;
use domain::admin::Role;
use domain::sms::{SmsContext, SmsForm, SmsSecrets, SmsState};

use crate::place::{Place, actions, on_each_database, signed_in, sms_change};

const SID: &str = "AC0123456789abcdef0123456789abcdef";

async fn save_token(backend: &Backend, admin: &Admin, token: &str) -> SmsState {
    let state = backend.connections().sms().await.expect("read");
    save_token_over(backend, admin, &state, token).await
}

async fn save_token_over(backend: &Backend, admin: &Admin, state: &SmsState, token: &str) -> SmsState {
    let mut form = SmsForm::from_settings(&state.settings);
    form.twilio_sid = SID.to_owned();
    form.twilio_token = Secret::new(token);
    let secrets = SmsSecrets::default();
    let change = form.check(&SmsContext { secrets, private_hosts: &[] }).expect("passes");
    match backend.connections().save_sms(admin, state.revision.version, &change).await.expect("saved") {
        Saved::Saved(state) => state,
        other => panic!("{other:?}"),
    }
}

/// The end of the stored token, which only the right key can tell.
async fn ending(backend: &Backend) -> Option<String> {
    backend.connections().sms().await.expect("read").twilio_token.and_then(|note| note.ends_in)
}

async fn with_two_secrets(place: &Place) {
    let backend = place.open().await;
    let admin = signed_in(&backend, "ines@acme.example", Role::Owner).await;
    let change = sms_change(|form| form.gateway_secret = Secret::new("a gateway secret"));
    backend.connections().save_sms(&admin, 0, &change).await.expect("saved");
    save_token(&backend, &admin, "0123456789abcdef0123456789ab1111").await;
    backend.close().await;
}

fn keys(place: &Place) -> Vec<String> {
    fs::read_to_string(place.key_file()).expect("read").lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn rotation_replaces_the_key_and_every_value() {
    on_each_database(async |place| {
        with_two_secrets(&place).await;
        let old = keys(&place);
        assert_eq!(Backend::rotate_key(place.options()).await.expect("rotated"), 2);
        let new = keys(&place);
        assert!(new.len() == 1 && new != old);
        let backend = place.open().await;
        assert_eq!(ending(&backend).await.as_deref(), Some("1111"));
        assert_eq!(actions(&backend).await.last().map(String::as_str), Some("key.rotated"));
        backend.close().await;

        fs::write(place.key_file(), old.join("\n")).expect("written");
        assert!(matches!(Backend::open(place.options()).await, Err(OpenError::WrongKey { .. })));
    })
    .await;
}

#[tokio::test]
async fn a_rotation_killed_before_the_database_goes_on_where_it_stopped() {
    on_each_database(async |place| {
        with_two_secrets(&place).await;
        let old = keys(&place).remove(0);
        let new = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        fs::write(place.key_file(), format!("{new}\n{old}\n")).expect("written");

        // A server started now works with the key that the database names, also for new values.
        let backend = place.open().await;
        assert_eq!(ending(&backend).await.as_deref(), Some("1111"));
        let admin = signed_in(&backend, "paul@acme.example", Role::Editor).await;
        save_token(&backend, &admin, "0123456789abcdef0123456789ab2222").await;
        backend.close().await;

        assert_eq!(Backend::rotate_key(place.options()).await.expect("rotated"), 2);
        assert_eq!(keys(&place), [new]);
        assert_eq!(ending(&place.open().await).await.as_deref(), Some("2222"));
    })
    .await;
}

#[tokio::test]
async fn a_rotation_killed_after_the_database_leaves_nothing_unreadable() {
    on_each_database(async |place| {
        with_two_secrets(&place).await;
        let old = keys(&place).remove(0);
        Backend::rotate_key(place.options()).await.expect("rotated");
        let new = keys(&place).remove(0);
        fs::write(place.key_file(), format!("{new}\n{old}\n")).expect("written");

        let backend = place.open().await;
        assert_eq!(ending(&backend).await.as_deref(), Some("1111"));
        backend.close().await;
        assert_eq!(Backend::rotate_key(place.options()).await.expect("rotated"), 2);
        assert_eq!(keys(&place).len(), 1);
        assert!(!keys(&place).contains(&old));
    })
    .await;
}

#[tokio::test]
async fn a_running_server_follows_a_rotation() {
    on_each_database(async |place| {
        with_two_secrets(&place).await;
        let (reading, writing) = (place.open().await, place.open().await);
        let admin = signed_in(&writing, "paul@acme.example", Role::Editor).await;
        let state = writing.connections().sms().await.expect("read");
        Backend::rotate_key(place.options()).await.expect("rotated");

        // One comes upon the new key when it decrypts, the other when it encrypts.
        assert_eq!(ending(&reading).await.as_deref(), Some("1111"));
        save_token_over(&writing, &admin, &state, "0123456789abcdef0123456789ab3333").await;
        reading.close().await;
        writing.close().await;
        assert_eq!(ending(&place.open().await).await.as_deref(), Some("3333"));
    })
    .await;
}

#[tokio::test]
async fn saves_during_a_rotation_stay_readable() {
    on_each_database(async |place| {
        with_two_secrets(&place).await;
        let backend = place.open().await;
        let admin = signed_in(&backend, "paul@acme.example", Role::Editor).await;
        let saving = async {
            for number in 0..20 {
                save_token(&backend, &admin, &format!("0123456789abcdef0123456789ab{number:04}")).await;
            }
        };
        let rotating = async {
            for _ in 0..3 {
                Backend::rotate_key(place.options()).await.expect("rotated");
            }
        };
        tokio::join!(saving, rotating);
        assert_eq!(ending(&backend).await.as_deref(), Some("0019"));
        backend.close().await;
        assert_eq!(ending(&place.open().await).await.as_deref(), Some("0019"));
    })
    .await;
}

#[tokio::test]
async fn a_key_from_the_environment_is_rotated_to_the_first_one_listed() {
    on_each_database(async |place| {
        let (old, new) =
            ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        let with = |keys: String| Options { secret_key: Some(Secret::new(keys)), ..place.options() };
        let backend = Backend::open(with(old.to_owned())).await.expect("opens");
        let admin = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        save_token(&backend, &admin, "0123456789abcdef0123456789ab1111").await;
        backend.close().await;
        assert!(!place.key_file().exists());

        assert!(matches!(Backend::rotate_key(with(new.to_owned())).await, Err(OpenError::WrongKey { .. })));
        assert_eq!(Backend::rotate_key(with(format!("{new},{old}"))).await.expect("rotated"), 1);
        assert!(!place.key_file().exists());
        let backend = Backend::open(with(new.to_owned())).await.expect("opens");
        assert_eq!(ending(&backend).await.as_deref(), Some("1111"));
        assert!(matches!(Backend::open(with(old.to_owned())).await, Err(OpenError::WrongKey { .. })));
    })
    .await;
}

#[tokio::test]
async fn there_is_nothing_to_rotate_before_the_first_start() {
    let place = crate::place::sqlite_place();
    assert!(matches!(Backend::rotate_key(place.options()).await, Err(OpenError::NoDatabase { .. })));
    assert!(!place.data_dir().exists());
}
