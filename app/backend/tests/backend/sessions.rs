//! Sessions: how long they live, who they belong to, and ending them.

use backend::{Actor, Backend, Found, SessionRow};
use domain::admin::Role;

use crate::place::{ADDRESS, HOUR, MINUTE, actions, found, on_each_database, session, signed_in};

async fn find(backend: &Backend, key: &str) -> Found {
    backend.sessions().find(key, ADDRESS).await.expect("looked up")
}

#[tokio::test]
async fn a_session_says_who_asks_and_from_where() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        assert_eq!((admin.email(), admin.role(), admin.address()), ("ines@acme.example", Role::Editor, ADDRESS));
        assert_eq!(
            admin.actor(),
            Actor { id: Some(admin.id().to_owned()), name: "ines@acme.example".into(), address: ADDRESS.into() }
        );
        assert_eq!(find(&backend, "another key").await, Found::Nobody);
        assert_eq!(find(&backend, admin.session()).await, Found::Nobody, "the public id opens nothing");
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_after_twelve_idle_hours() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        place.clock.advance(12 * HOUR - 1);
        assert!(matches!(find(&backend, "ines@acme.example").await, Found::SignedIn(_)));
        assert!(backend.sessions().load("ines@acme.example").await.expect("loaded").is_some());
        place.clock.advance(12 * HOUR);
        assert_eq!(find(&backend, "ines@acme.example").await, Found::Expired { admin_id: admin.id().to_owned() });
        assert_eq!(backend.sessions().load("ines@acme.example").await.expect("loaded"), None);
        place.clock.advance(24 * HOUR - 1);
        assert!(matches!(find(&backend, "ines@acme.example").await, Found::Expired { .. }));
        place.clock.advance(1);
        assert_eq!(find(&backend, "ines@acme.example").await, Found::Nobody);
    })
    .await;
}

#[tokio::test]
async fn a_session_in_use_ends_after_seven_days() {
    on_each_database(async |place| {
        let backend = place.open().await;
        signed_in(&backend, "ines@acme.example", Role::Editor).await;
        for _ in 0..7 * 24 - 1 {
            place.clock.advance(HOUR);
            assert!(matches!(find(&backend, "ines@acme.example").await, Found::SignedIn(_)));
        }
        place.clock.advance(HOUR - 1);
        assert!(matches!(find(&backend, "ines@acme.example").await, Found::SignedIn(_)));
        place.clock.advance(1);
        assert!(matches!(find(&backend, "ines@acme.example").await, Found::Expired { .. }));
    })
    .await;
}

#[tokio::test]
async fn the_last_use_is_written_down_at_most_once_a_minute() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let seen = async || backend.sessions().list(&admin).await.expect("listed")[0].seen_at - crate::place::START;
        place.clock.advance(MINUTE - 1);
        found(&backend, "ines@acme.example").await;
        assert_eq!(seen().await, 0);
        place.clock.advance(1);
        found(&backend, "ines@acme.example").await;
        assert_eq!(seen().await, MINUTE);
    })
    .await;
}

#[tokio::test]
async fn the_role_is_the_one_of_this_moment() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let owner = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        let editor = signed_in(&backend, "paul@acme.example", Role::Editor).await;
        backend.admins().set_role(&owner, editor.id(), Role::Viewer).await.expect("set").expect("not the last owner");
        assert_eq!(found(&backend, "paul@acme.example").await.role(), Role::Viewer);
        assert!(
            backend.admins().disable(&owner.actor(), editor.id()).await.expect("disabled").expect("not the last owner")
        );
        assert_eq!(find(&backend, "paul@acme.example").await, Found::Nobody);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_was_ended_is_not_brought_back_by_a_late_save() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let row = SessionRow { data: "{\"a\":1}".into(), admin_id: Some(admin.id().into()), ..SessionRow::default() };
        backend.sessions().save("ines@acme.example", &row).await.expect("saved");
        assert_eq!(backend.sessions().load("ines@acme.example").await.expect("loaded").as_deref(), Some("{\"a\":1}"));
        backend.sessions().delete("ines@acme.example").await.expect("deleted");
        backend.sessions().save("ines@acme.example", &row).await.expect("saved");
        assert_eq!(backend.sessions().load("ines@acme.example").await.expect("loaded"), None);
        assert_eq!(find(&backend, "ines@acme.example").await, Found::Nobody);
    })
    .await;
}

#[tokio::test]
async fn a_taken_key_is_not_given_again_and_nobody_is_signed_in_without_signing_in() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let row = SessionRow { data: "{}".into(), user_agent: "a\0b\n".into(), ..SessionRow::default() };
        assert!(backend.sessions().create("key", &row).await.expect("created"));
        assert!(!backend.sessions().create("key", &row).await.expect("refused"));
        assert_eq!(find(&backend, "key").await, Found::Nobody);
    })
    .await;
}

#[tokio::test]
async fn the_key_is_not_in_the_database() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let key = "a-session-key-that-is-long-enough";
        assert!(backend.sessions().create(key, &SessionRow::default()).await.expect("created"));
        assert_eq!(
            place.number(&format!("select count(*) from sessions where key_hash = '{key}' or id = '{key}'")).await,
            0
        );
    })
    .await;
}

#[tokio::test]
async fn own_sessions_are_listed_and_ended_and_no_others() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        let paul = signed_in(&backend, "paul@acme.example", Role::Owner).await;
        place.clock.advance(MINUTE);
        session(&backend, "phone", ines.id()).await;
        session(&backend, "tablet", ines.id()).await;

        let listed = backend.sessions().list(&ines).await.expect("listed");
        assert_eq!(listed.len(), 3);
        let current: Vec<_> =
            listed.iter().filter(|summary| summary.current).map(|summary| summary.id.as_str()).collect();
        assert_eq!(current, [ines.session()]);
        assert_eq!((listed[2].address.as_str(), listed[2].user_agent.as_str()), (ADDRESS, "Firefox"));

        let phone = found(&backend, "phone").await;
        assert!(!backend.sessions().revoke(&paul, phone.session()).await.expect("refused"));
        assert!(backend.sessions().revoke(&ines, phone.session()).await.expect("revoked"));
        assert!(!backend.sessions().revoke(&ines, phone.session()).await.expect("gone"));
        assert!(!backend.sessions().revoke(&ines, "\0").await.expect("gone"));
        assert_eq!(find(&backend, "phone").await, Found::Nobody);

        backend.sessions().revoke_others(&ines).await.expect("revoked");
        assert_eq!(find(&backend, "tablet").await, Found::Nobody);
        found(&backend, "ines@acme.example").await;
        found(&backend, "paul@acme.example").await;
        assert_eq!(actions(&backend).await.iter().filter(|action| *action == "admin.sessions_ended").count(), 2);
    })
    .await;
}
