//! Signing in: who gets in, how often a wrong password may be tried, and changing one's own.

use std::time::{Duration, Instant};

use backend::{Actor, Admin, Backend, Error, Found, SignIn};
use domain::Secret;
use domain::admin::Role;

use crate::place::{ADDRESS, MINUTE, PASSWORD, Place, actions, email, found, on_each_database, password, session};

const REFUSED: SignIn = SignIn::Refused;

async fn attempt_from(backend: &Backend, address: &str, account: &str, password: &str) -> SignIn {
    backend.admins().sign_in(account, &Secret::new(password), address).await.expect("answered")
}

async fn attempt(backend: &Backend, account: &str, password: &str) -> SignIn {
    attempt_from(backend, ADDRESS, account, password).await
}

fn is_accepted(outcome: &SignIn) -> bool {
    matches!(outcome, SignIn::Accepted { .. })
}

async fn with_ines(place: &Place) -> (Backend, Admin) {
    let backend = place.open().await;
    let actor = Actor::set_up(ADDRESS);
    let id =
        backend.admins().create_first(email("ines@acme.example"), password(PASSWORD), &actor).await.expect("created");
    session(&backend, "ines", &id.expect("the first")).await;
    let admin = found(&backend, "ines").await;
    (backend, admin)
}

#[tokio::test]
async fn the_right_password_signs_in_and_all_else_is_refused_alike() {
    on_each_database(async |place| {
        let (backend, ines) = with_ines(&place).await;
        let accepted = SignIn::Accepted { admin_id: ines.id().to_owned(), email: "ines@acme.example".to_owned() };
        assert_eq!(attempt(&backend, " Ines@ACME.example ", PASSWORD).await, accepted);
        for (account, password) in [
            ("ines@acme.example", "wrong"),
            ("ines@acme.example", ""),
            ("nobody@acme.example", PASSWORD),
            ("", ""),
            ("no address \0", PASSWORD),
        ] {
            assert_eq!(attempt(&backend, account, password).await, REFUSED, "{account:?}");
        }
        let trail = backend.audit().latest(10).await.expect("a trail");
        assert_eq!((trail[5].action.as_str(), trail[5].target.as_str()), ("admin.signed_in", ines.id()));
        assert_eq!((trail[4].action.as_str(), trail[4].target.as_str()), ("admin.sign_in_refused", ines.id()));
        assert!(trail[..3].iter().all(|line| line.action == "admin.sign_in_refused" && line.target.is_empty()));
        assert!(trail.iter().all(|line| line.actor.address == ADDRESS));
        let typed = "select count(*) from sign_in_failures where account like '%acme%'";
        assert_eq!(place.number(typed).await, 0, "what was typed is not stored");
    })
    .await;
}

#[tokio::test]
async fn ten_failures_close_an_account_for_one_address_only() {
    on_each_database(async |place| {
        let (backend, _) = with_ines(&place).await;
        let other_instance = place.open().await;
        for number in 0..10 {
            let instance = if number % 2 == 0 { &backend } else { &other_instance };
            assert_eq!(attempt(instance, "ines@acme.example", "wrong").await, REFUSED);
        }
        assert_eq!(attempt(&backend, "Ines@acme.example", PASSWORD).await, SignIn::Throttled { retry_after: 900 });
        place.clock.advance(14 * MINUTE);
        assert_eq!(attempt(&backend, "ines@acme.example", PASSWORD).await, SignIn::Throttled { retry_after: 60 });
        assert!(is_accepted(&attempt_from(&backend, "198.51.100.2", "ines@acme.example", PASSWORD).await));
        assert_eq!(attempt(&backend, "paul@acme.example", "wrong").await, REFUSED);
        place.clock.advance(MINUTE);
        assert!(is_accepted(&attempt(&backend, "ines@acme.example", PASSWORD).await));
    })
    .await;
}

#[tokio::test]
async fn a_success_clears_the_failures_of_account_and_address() {
    on_each_database(async |place| {
        let (backend, _) = with_ines(&place).await;
        for _ in 0..2 {
            for _ in 0..9 {
                assert_eq!(attempt(&backend, "ines@acme.example", "wrong").await, REFUSED);
            }
            assert!(is_accepted(&attempt(&backend, "ines@acme.example", PASSWORD).await));
        }
        assert_eq!(place.number("select count(*) from sign_in_failures").await, 0);
    })
    .await;
}

#[tokio::test]
async fn fifty_failures_close_everything_for_one_address() {
    on_each_database(async |place| {
        let (backend, _) = with_ines(&place).await;
        for number in 0..50 {
            assert_eq!(attempt(&backend, &format!("guess{number}@acme.example"), "wrong").await, REFUSED);
        }
        assert!(matches!(attempt(&backend, "ines@acme.example", PASSWORD).await, SignIn::Throttled { .. }));
        assert!(is_accepted(&attempt_from(&backend, "198.51.100.2", "ines@acme.example", PASSWORD).await));
    })
    .await;
}

#[tokio::test]
async fn attempts_at_once_are_no_free_guesses() {
    on_each_database(async |place| {
        let (backend, _) = with_ines(&place).await;
        let instances = [backend, place.open().await, place.open().await];
        let attempts: Vec<_> = (0..60)
            .map(|number: usize| {
                let backend = instances[number % 3].clone();
                tokio::spawn(async move { attempt(&backend, "ines@acme.example", "wrong").await })
            })
            .collect();
        let mut refused = 0;
        for attempt in attempts {
            refused += usize::from(attempt.await.expect("finished") == REFUSED);
        }
        assert_eq!(refused, 10);
    })
    .await;
}

#[tokio::test]
async fn failures_from_elsewhere_only_delay() {
    on_each_database(async |place| {
        let (backend, _) = with_ines(&place).await;
        for number in 0..10 {
            assert_eq!(
                attempt_from(&backend, &format!("198.51.100.{number}"), "ines@acme.example", "wrong").await,
                REFUSED
            );
        }
        let begun = Instant::now();
        assert!(is_accepted(&attempt(&backend, "ines@acme.example", PASSWORD).await));
        assert!(begun.elapsed() >= Duration::from_millis(250), "{:?}", begun.elapsed());
    })
    .await;
}

#[tokio::test]
async fn changing_the_password_needs_the_present_one_and_ends_other_sessions() {
    on_each_database(async |place| {
        let (backend, ines) = with_ines(&place).await;
        session(&backend, "phone", ines.id()).await;
        let new = "a new and longer password";
        let change =
            async |current: &str| backend.admins().change_password(&ines, &Secret::new(current), password(new)).await;
        assert!(!change("wrong").await.expect("answered"));
        assert!(matches!(backend.sessions().find("phone", ADDRESS).await.expect("looked up"), Found::SignedIn(_)));
        assert!(change(PASSWORD).await.expect("answered"));
        assert_eq!(backend.sessions().find("phone", ADDRESS).await.expect("looked up"), Found::Nobody);
        found(&backend, "ines").await;
        assert_eq!(attempt(&backend, "ines@acme.example", PASSWORD).await, REFUSED);
        assert!(is_accepted(&attempt(&backend, "ines@acme.example", new).await));

        for _ in 0..10 {
            assert!(!change("wrong").await.expect("answered"));
        }
        assert!(matches!(change(new).await, Err(Error::Throttled { retry_after: 900 })));
        assert!(matches!(attempt(&backend, "ines@acme.example", new).await, SignIn::Throttled { .. }));
        let actions = actions(&backend).await;
        assert!(
            actions.contains(&"admin.password_changed".to_owned())
                && actions.contains(&"admin.password_refused".to_owned())
        );
    })
    .await;
}

#[tokio::test]
async fn a_password_is_stored_only_as_a_hash() {
    on_each_database(async |place| {
        let (_backend, ines) = with_ines(&place).await;
        assert_eq!(ines.role(), Role::Owner);
        assert_eq!(
            place
                .number("select count(*) from admins where password_hash like '$argon2id$v=19$m=19456,t=2,p=1$%'")
                .await,
            1
        );
    })
    .await;
}
