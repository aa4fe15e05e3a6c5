//! Many at once: one winner, no loss, and a lock that takes too long.

use std::time::{Duration, Instant};

use backend::{Error, Found, Saved};
use domain::admin::Role;
use domain::connection::Method;
use sqlx::Connection as _;

use crate::place::{ADDRESS, MINUTE, actions, message, on_each_database, signed_in, sms_change};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_saves_on_one_version_exactly_one_wins() {
    on_each_database(async |place| {
        let instances = [place.open().await, place.open().await];
        let admin = signed_in(&instances[0], "ines@acme.example", Role::Editor).await;
        let saves: Vec<_> = (0..100)
            .map(|number: usize| {
                let (backend, admin) = (instances[number % 2].clone(), admin.clone());
                let change = sms_change(|form| form.message = message(&number.to_string()));
                tokio::spawn(async move { backend.connections().save_sms(&admin, 0, &change).await.expect("answered") })
            })
            .collect();
        let (mut winner, mut conflicts) = (None, Vec::new());
        for save in saves {
            match save.await.expect("finished") {
                Saved::Saved(state) => assert!(winner.replace(state).is_none(), "two winners"),
                Saved::Conflict(theirs) => conflicts.push(theirs),
                Saved::Unchanged(_) => panic!("every save differs"),
            }
        }
        let winner = winner.expect("a winner");
        assert_eq!(conflicts.len(), 99);
        assert!(conflicts.iter().all(|theirs| *theirs == winner));
        assert_eq!(instances[1].connections().sms().await.expect("read"), winner);
        assert_eq!(place.number("select count(*) from revisions").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_toggles_every_one_succeeds_and_one_is_audited() {
    on_each_database(async |place| {
        let instances = [place.open().await, place.open().await];
        let admin = signed_in(&instances[0], "ines@acme.example", Role::Editor).await;
        let toggles: Vec<_> = (0..100)
            .map(|number: usize| {
                let (backend, admin) = (instances[number % 2].clone(), admin.clone());
                tokio::spawn(async move { backend.connections().set_enabled(&admin, Method::Email, true).await })
            })
            .collect();
        for toggle in toggles {
            toggle.await.expect("finished").expect("switched");
        }
        assert!(instances[1].connections().summaries().await.expect("listed")[1].enabled);
        assert_eq!(actions(&instances[0]).await[1..], ["connection.enabled"]);
    })
    .await;
}

#[tokio::test]
async fn a_held_lock_is_told_as_busy_and_nothing_is_half_done() {
    on_each_database(async |place| {
        let backend = place.open_impatient().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        backend.connections().summaries().await.expect("listed");

        let mut holder = place.connect().await;
        let mut lock =
            if place.is_sqlite() { holder.begin_with("BEGIN IMMEDIATE").await } else { holder.begin().await }
                .expect("begins");
        sqlx::raw_sql("update connections set enabled = enabled; update sessions set seen_at = seen_at")
            .execute(&mut *lock)
            .await
            .expect("locked");

        let begun = Instant::now();
        let change = sms_change(|form| form.message = message("Hi"));
        assert!(matches!(backend.connections().set_enabled(&admin, Method::Sms, true).await, Err(Error::Busy)));
        assert!(matches!(backend.connections().save_sms(&admin, 0, &change).await, Err(Error::Busy)));
        // Reading goes on, and so does signing in's lookup although the last use cannot be written down.
        backend.ready().await.expect("ready");
        assert!(!backend.connections().summaries().await.expect("listed")[0].enabled);
        place.clock.advance(2 * MINUTE);
        let found = backend.sessions().find("ines@acme.example", ADDRESS).await.expect("looked up");
        assert!(matches!(found, Found::SignedIn(_)));
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());

        lock.rollback().await.expect("released");
        backend.connections().set_enabled(&admin, Method::Sms, true).await.expect("switched");
        assert!(matches!(backend.connections().save_sms(&admin, 0, &change).await.expect("answered"), Saved::Saved(_)));
        assert_eq!(actions(&backend).await[1..], ["connection.enabled", "connection.saved"]);
    })
    .await;
}

#[tokio::test]
async fn a_request_that_goes_away_leaves_the_next_one_unharmed() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        for polls in 0..12 {
            let change = sms_change(|form| form.message = message(&format!("Dropped after {polls}")));
            let base = backend.connections().sms().await.expect("read").revision.version;
            let mut save = Box::pin(async { backend.connections().save_sms(&admin, base, &change).await });
            for _ in 0..polls {
                if tokio::time::timeout(Duration::from_micros(200), &mut save).await.is_ok() {
                    break;
                }
            }
            drop(save);
            let on = polls % 2 == 0;
            backend.connections().set_enabled(&admin, Method::Sms, on).await.expect("switched");
            assert_eq!(backend.connections().summaries().await.expect("listed")[0].enabled, on);
        }
        let state = backend.connections().sms().await.expect("read");
        assert_eq!(place.number("select count(*) from revisions").await, state.revision.version);
    })
    .await;
}
