//! Users: let in once however many come at the same time, kept out, deleted, and found again in a long list.

use std::rc::Rc;

use backend::users::{Arrival, Created, UserFilter};
use backend::{Admin, Backend};
use domain::admin::Role;
use domain::connection::Method;
use domain::recipient::Recipient;
use domain::user::{User, UserState};
use sqlx::{AnyConnection, Connection as _};
use tokio::task::{JoinSet, LocalSet};

use crate::place::{HOUR, Place, START, actions, on_each_database, signed_in};

const ANA: &str = "+15550100123";
const BEN: &str = "ben@acme.example";

fn recipient(text: &str) -> Recipient {
    Recipient::looked_for(text).expect("a recipient")
}

/// A connection as the backend has them: it waits for others who write.
async fn connect(place: &Place) -> AnyConnection {
    let mut connection = place.connect().await;
    if place.is_sqlite() {
        sqlx::raw_sql("PRAGMA busy_timeout = 20000").execute(&mut connection).await.expect("set");
    }
    connection
}

/// Lets somebody in, in a transaction of its own.
async fn arrive(place: &Place, backend: &Backend, recipient: &Recipient, sign_ups: bool) -> Arrival {
    let mut connection = connect(place).await;
    let mut tx =
        if place.is_sqlite() { connection.begin_with("BEGIN IMMEDIATE").await } else { connection.begin().await }
            .expect("begins");
    let arrival = backend.users().arrive(&mut tx, recipient, sign_ups).await.expect("answered");
    tx.commit().await.expect("committed");
    connection.close().await.expect("closes");
    arrival
}

/// Lets the same person in so many times at once.
async fn arrive_at_once(count: u32, place: &Rc<Place>, backend: &Backend, recipient: &Recipient) -> Vec<Arrival> {
    let (here, mut arrivals) = (LocalSet::new(), JoinSet::new());
    for _ in 0..count {
        let (place, backend, recipient) = (Rc::clone(place), backend.clone(), recipient.clone());
        arrivals.spawn_local_on(async move { arrive(&place, &backend, &recipient, true).await }, &here);
    }
    here.run_until(arrivals.join_all()).await
}

fn here(arrival: Arrival) -> User {
    match arrival {
        Arrival::Here(user) => user,
        other => panic!("{other:?}"),
    }
}

async fn made(backend: &Backend, admin: &Admin, who: &str) -> User {
    match backend.users().create(admin, &recipient(who)).await.expect("created") {
        Created::Made(user) => user,
        Created::Exists(user) => panic!("{user:?} exists"),
    }
}

/// Everyone who matches, by address, page after page.
async fn all(backend: &Backend, filter: &UserFilter) -> Vec<String> {
    let (mut found, mut from) = (Vec::new(), None);
    loop {
        let page = backend.users().page(filter, from.as_deref()).await.expect("read");
        assert!(page.users.len() <= 50);
        found.extend(page.users.into_iter().map(|user| user.recipient.expose().to_owned()));
        from = page.older;
        if from.is_none() {
            return found;
        }
    }
}

fn text(text: &str) -> UserFilter {
    UserFilter { text: text.to_owned(), ..UserFilter::default() }
}

#[tokio::test]
async fn whoever_arrives_is_a_user_from_the_first_time_on() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ana = recipient(ANA);
        assert_eq!(backend.users().by_recipient(&ana).await.expect("read"), None);
        let first = here(arrive(&place, &backend, &ana, true).await);
        let expected = User {
            id: first.id.clone(),
            recipient: ana.clone(),
            created_at: START,
            last_sign_in: Some(START),
            sign_ins: 1,
            blocked_at: None,
            created_by: None,
        };
        assert_eq!(first, expected);
        assert_eq!(first.subject(), format!("sms|{}", first.id));
        place.clock.advance(HOUR);
        let again = here(arrive(&place, &backend, &ana, true).await);
        assert_eq!(again, User { last_sign_in: Some(START + HOUR), sign_ins: 2, ..first.clone() });
        assert_eq!(backend.users().find(&first.id).await.expect("read"), Some(again.clone()));
        assert_eq!(backend.users().by_recipient(&ana).await.expect("read"), Some(again));
        for id in ["", "\0", "0123456789abcdef01234567", &first.subject()] {
            assert_eq!(backend.users().find(id).await.expect("read"), None, "{id:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn without_sign_ups_only_those_who_are_users_come_in() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let (ana, ben) = (recipient(ANA), recipient(BEN));
        assert_eq!(arrive(&place, &backend, &ana, false).await, Arrival::SignUpsDisabled);
        let created = made(&backend, &admin, ANA).await;
        assert_eq!((created.sign_ins, created.last_sign_in), (0, None));
        assert_eq!(created.created_by.as_deref(), Some("ines@acme.example"));
        let arrived = here(arrive(&place, &backend, &ana, false).await);
        assert_eq!(arrived, User { last_sign_in: Some(START), sign_ins: 1, ..created.clone() });
        assert_eq!(arrive(&place, &backend, &ben, false).await, Arrival::SignUpsDisabled);

        let again = backend.users().create(&admin, &ana).await.expect("answered");
        assert_eq!(again, Created::Exists(arrived));
        assert_eq!(actions(&backend).await[1..], ["user.created"]);
    })
    .await;
}

#[tokio::test]
async fn of_a_hundred_first_sign_ins_at_once_all_are_one_user() {
    on_each_database(async |place| {
        let (place, ana) = (Rc::new(place), recipient(ANA));
        let backend = place.open().await;
        let arrivals = arrive_at_once(100, &place, &backend, &ana).await;
        let users: Vec<User> = arrivals.into_iter().map(here).collect();
        assert!(users.iter().all(|user| user.id == users[0].id), "{users:?}");
        let mut counts: Vec<i64> = users.iter().map(|user| user.sign_ins).collect();
        counts.sort_unstable();
        assert_eq!(counts, (1..=100).collect::<Vec<_>>());
        assert_eq!(place.number("select count(*) from users").await, 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_arrives_once_the_block_is_answered() {
    on_each_database(async |place| {
        let (place, ana) = (Rc::new(place), recipient(ANA));
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let id = made(&backend, &admin, ANA).await.id;
        let blocking = async {
            assert!(backend.users().set_blocked(&admin, &id, true).await.expect("blocked"));
            for sign_ups in [true, false] {
                assert_eq!(arrive(&place, &backend, &ana, sign_ups).await, Arrival::Blocked);
            }
        };
        let (arrivals, ()) = tokio::join!(arrive_at_once(40, &place, &backend, &ana), blocking);
        let came_in = arrivals.iter().filter(|arrival| matches!(arrival, Arrival::Here(_))).count();
        let user = backend.users().find(&id).await.expect("read").expect("there");
        assert_eq!(usize::try_from(user.sign_ins), Ok(came_in), "who was refused is not counted");
        assert_eq!((user.state(), user.blocked_at), (UserState::Blocked, Some(START)));

        assert!(backend.users().set_blocked(&admin, &id, true).await.expect("blocked already"));
        assert!(backend.users().set_blocked(&admin, &id, false).await.expect("let in again"));
        assert!(!backend.users().set_blocked(&admin, "0123456789abcdef01234567", true).await.expect("looked for"));
        assert_eq!(here(arrive(&place, &backend, &ana, false).await).id, id);
        assert_eq!(actions(&backend).await[2..], ["user.blocked", "user.unblocked"]);
    })
    .await;
}

#[tokio::test]
async fn whoever_was_deleted_comes_back_as_somebody_else() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let first = here(arrive(&place, &backend, &recipient(BEN), true).await);
        assert!(backend.users().delete(&admin, &first.id).await.expect("deleted"));
        assert!(!backend.users().delete(&admin, &first.id).await.expect("looked for"));
        assert!(!backend.users().delete(&admin, "\0").await.expect("looked for"));
        assert_eq!(backend.users().find(&first.id).await.expect("read"), None);
        let second = here(arrive(&place, &backend, &recipient(BEN), true).await);
        assert_ne!(second.id, first.id);

        let trail = backend.audit().latest(10).await.expect("a trail");
        assert_eq!((trail[0].action.as_str(), trail[0].target.as_str()), ("user.deleted", first.subject().as_str()));
        assert_eq!(trail[0].details, r#"{"recipient":"b•••@acme.example"}"#);
    })
    .await;
}

#[tokio::test]
async fn a_user_is_found_by_a_part_by_the_whole_and_by_the_id() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let mut ids = Vec::new();
        for who in [ANA, "+15550100124", BEN, "reuben@acme.example", "ben+test@acme.example", "50%_off@acme.example"] {
            place.clock.advance(1);
            ids.push(made(&backend, &admin, who).await);
        }
        let subject = ids[3].subject();
        for (typed, wanted) in [
            (" 0100 ", "+15550100124, +15550100123"),
            ("(555) 010-0", "+15550100124, +15550100123"),
            ("+1555", "+15550100124, +15550100123"),
            (" 15550100124", "+15550100124"),
            ("+1 555 010 0124", "+15550100124"),
            ("+1999", ""),
            ("BEN", "ben+test@acme.example, reuben@acme.example, ben@acme.example"),
            ("Ben@Acme.example", "ben@acme.example"),
            ("ben@", "reuben@acme.example, ben@acme.example"),
            ("ben test@acme.example", "ben+test@acme.example"),
            ("%_", "50%_off@acme.example"),
            ("a_me", ""),
            ("\\", ""),
            ("b\0en@acme.example", "ben@acme.example"),
            (ids[0].id.as_str(), ANA),
            (subject.as_str(), "reuben@acme.example"),
            ("0123456789abcdef01234567", ""),
        ] {
            assert_eq!(all(&backend, &text(typed)).await.join(", "), wanted, "{typed:?}");
        }
        assert!(!format!("{:?}", text(BEN)).contains("ben@"));
    })
    .await;
}

#[tokio::test]
async fn users_are_filtered_by_each_thing_and_by_all_at_once() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        for (who, blocked) in [(ANA, true), ("+15550100124", false), (BEN, false), ("eve@acme.example", true)] {
            place.clock.advance(1);
            let id = made(&backend, &admin, who).await.id;
            assert!(backend.users().set_blocked(&admin, &id, blocked).await.expect("set"));
        }
        let (blocked, active) = (Some(UserState::Blocked), Some(UserState::Active));
        for (method, state, typed, wanted) in [
            (None, None, "", "eve@acme.example, ben@acme.example, +15550100124, +15550100123"),
            (Some(Method::Email), None, "", "eve@acme.example, ben@acme.example"),
            (None, blocked, "", "eve@acme.example, +15550100123"),
            (None, active, "", "ben@acme.example, +15550100124"),
            (Some(Method::Sms), blocked, "", ANA),
            (Some(Method::Sms), active, "555", "+15550100124"),
            (Some(Method::Email), blocked, "acme", "eve@acme.example"),
            (Some(Method::Email), active, BEN, BEN),
            (Some(Method::Sms), None, BEN, ""),
            (None, blocked, BEN, ""),
        ] {
            let filter = UserFilter { text: typed.to_owned(), method, state };
            assert_eq!(all(&backend, &filter).await.join(", "), wanted, "{filter:?} {typed}");
        }
    })
    .await;
}

#[tokio::test]
async fn paging_shows_everybody_once_also_while_more_arrive() {
    on_each_database(async |place| {
        let backend = place.open().await;
        place
            .run(&format!(
                "insert into users (id, method, recipient, created_at, sign_ins)
                 with recursive counted (n) as (select 1 union all select n + 1 from counted where n < 120)
                 select '00000000000000000000' || (1000 + n), 'sms', '+1555' || (1000000 + n),
                 {START} + n / 40, 0 from counted"
            ))
            .await;
        let filter = text("1555");
        let first = backend.users().page(&filter, None).await.expect("read");
        place.clock.advance(1_000);
        here(arrive(&place, &backend, &recipient("+15559999999"), true).await);
        let second = backend.users().page(&filter, first.older.as_deref()).await.expect("read");
        let third = backend.users().page(&filter, second.older.as_deref()).await.expect("read");
        assert_eq!(third.older, None);
        let pages = [first, second, third];
        let seen = pages.iter().flat_map(|page| &page.users).map(|user| user.recipient.expose().to_owned());
        let mut seen: Vec<String> = seen.collect();
        assert_eq!(seen.len(), 120);
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 120);
        let nonsense = backend.users().page(&filter, Some("nonsense")).await.expect("read");
        assert_eq!(nonsense.users[0].recipient.expose(), "+15559999999");
    })
    .await;
}
