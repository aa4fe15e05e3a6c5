//! Administrators: the first one, invitations, roles, and the owner who has to stay.

use backend::{Actor, AddressTaken, Backend, Error, Found, LastOwner, SignIn};
use domain::Secret;
use domain::admin::{AdminState, AdminSummary, Role};

use crate::place::{
    ADDRESS, HOUR, PASSWORD, Place, START, actions, email, found, on_each_database, password, session, signed_in,
};

async fn state(backend: &Backend, address: &str) -> AdminSummary {
    backend.admins().find_by_email(&email(address)).await.expect("looked up").expect("there")
}

async fn sign_in(backend: &Backend, address: &str, password: &str) -> SignIn {
    backend.admins().sign_in(address, &Secret::new(password), ADDRESS).await.expect("answered")
}

/// An installation whose only administrator is an owner who signed in.
async fn with_an_owner(place: &Place) -> (Backend, backend::Admin) {
    let backend = place.open().await;
    let actor = Actor::set_up(ADDRESS);
    let id =
        backend.admins().create_first(email("ines@acme.example"), password(PASSWORD), &actor).await.expect("created");
    session(&backend, "ines", &id.expect("the first")).await;
    let admin = found(&backend, "ines").await;
    (backend, admin)
}

#[tokio::test]
async fn of_many_first_administrators_one_is_created() {
    on_each_database(async |place| {
        let (one, other) = (place.open().await, place.open().await);
        let attempts: Vec<_> = (0..10)
            .map(|number| {
                let backend = if number % 2 == 0 { one.clone() } else { other.clone() };
                tokio::spawn(async move {
                    let address = email(&format!("admin{number}@acme.example"));
                    backend.admins().create_first(address, password(PASSWORD), &Actor::set_up(ADDRESS)).await
                })
            })
            .collect();
        let mut created = 0;
        for attempt in attempts {
            created += usize::from(attempt.await.expect("finished").expect("answered").is_some());
        }
        assert_eq!(created, 1);
        let all = one.admins().list().await.expect("listed");
        assert_eq!((all.len(), all[0].role, all[0].state), (1, Role::Owner, AdminState::Active));
        assert!(all[0].last_sign_in.is_some(), "set-up ends signed in");
        assert!(!one.needs_set_up().await.expect("known"));
        assert_eq!(actions(&one).await, ["admin.created"]);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_from_the_command_line_ends_the_set_up() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let create = async |address: &str| {
            backend
                .admins()
                .create(email(address), Role::Owner, password(PASSWORD), &Actor::command_line())
                .await
                .expect("answered")
        };
        assert!(create("ines@acme.example").await.is_ok());
        assert_eq!(create("INES@acme.example").await, Err(AddressTaken));
        assert!(!backend.needs_set_up().await.expect("known"));
        let first =
            backend.admins().create_first(email("eve@acme.example"), password(PASSWORD), &Actor::set_up(ADDRESS)).await;
        assert_eq!(first.expect("answered"), None);
        assert_eq!(backend.admins().list().await.expect("listed").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_taken_up_once_and_within_a_day() {
    on_each_database(async |place| {
        let (backend, ines) = with_an_owner(&place).await;
        let invite =
            backend.admins().invite(&ines.actor(), email("Paul@acme.example"), Role::Editor).await.expect("answered");
        let token = invite.expect("free").token;
        assert_eq!(
            backend.admins().invite(&ines.actor(), email("paul@acme.example"), Role::Owner).await.expect("answered"),
            Err(AddressTaken)
        );
        assert_eq!(state(&backend, "paul@acme.example").await.state, AdminState::Invited);
        assert_eq!(place.number(&format!("select count(*) from invites where token_hash = '{token}'")).await, 0);
        assert_eq!(backend.admins().invitation("\0").await.expect("answered"), None);
        assert_eq!(backend.admins().invitation(&token).await.expect("answered").as_deref(), Some("paul@acme.example"));
        assert_eq!(sign_in(&backend, "paul@acme.example", PASSWORD).await, SignIn::Refused);

        let accept =
            async |token: &str| backend.admins().accept(token, password(PASSWORD), ADDRESS).await.expect("answered");
        let (one, other) = tokio::join!(accept(&token), accept(&token));
        assert!(one.is_some() != other.is_some(), "once");
        let (id, address) = one.or(other).expect("one of them");
        assert!(
            state(&backend, "paul@acme.example").await.last_sign_in.is_some(),
            "choosing a password ends signed in"
        );
        assert_eq!((id, address.as_str()), (state(&backend, "paul@acme.example").await.id, "paul@acme.example"));
        assert_eq!(backend.admins().invitation(&token).await.expect("answered"), None);
        assert!(matches!(sign_in(&backend, "paul@acme.example", PASSWORD).await, SignIn::Accepted { .. }));

        let late =
            backend.admins().invite(&ines.actor(), email("late@acme.example"), Role::Viewer).await.expect("answered");
        let late = late.expect("free").token;
        place.clock.advance(24 * HOUR);
        assert_eq!(backend.admins().invitation(&late).await.expect("answered"), None);
        assert_eq!(accept(&late).await, None);
        let renewed =
            backend.admins().reset(&ines.actor(), "late@acme.example").await.expect("answered").expect("there").token;
        assert!(accept(&renewed).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_reset_takes_password_and_sessions_away() {
    on_each_database(async |place| {
        let (backend, ines) = with_an_owner(&place).await;
        assert_eq!(backend.admins().reset(&ines.actor(), "nobody@acme.example").await.expect("answered"), None);
        assert_eq!(backend.admins().reset(&ines.actor(), "no id").await.expect("answered"), None);
        let first =
            backend.admins().reset(&Actor::command_line(), ines.id()).await.expect("answered").expect("there").token;
        let token = backend
            .admins()
            .reset(&Actor::command_line(), "ines@acme.example")
            .await
            .expect("answered")
            .expect("there")
            .token;
        assert_eq!(backend.admins().invitation(&first).await.expect("answered"), None);
        assert_eq!(backend.sessions().find("ines", ADDRESS).await.expect("looked up"), Found::Nobody);
        assert_eq!(sign_in(&backend, "ines@acme.example", PASSWORD).await, SignIn::Refused);
        let accepted =
            backend.admins().accept(&token, password("another long password"), ADDRESS).await.expect("answered");
        assert!(accepted.is_some());
        assert!(matches!(
            sign_in(&backend, "ines@acme.example", "another long password").await,
            SignIn::Accepted { .. }
        ));
    })
    .await;
}

#[tokio::test]
async fn the_last_owner_who_can_sign_in_stays() {
    on_each_database(async |place| {
        let (backend, ines) = with_an_owner(&place).await;
        // Neither an invited owner nor an active editor can take over.
        signed_in(&backend, "invited@acme.example", Role::Owner).await;
        let editor =
            backend.admins().create(email("paul@acme.example"), Role::Editor, password(PASSWORD), &ines.actor()).await;
        let paul = editor.expect("answered").expect("free");
        assert_eq!(backend.admins().set_role(&ines, ines.id(), Role::Editor).await.expect("answered"), Err(LastOwner));
        assert_eq!(backend.admins().disable(&ines.actor(), ines.id()).await.expect("answered"), Err(LastOwner));

        backend.admins().set_role(&ines, &paul, Role::Owner).await.expect("answered").expect("not the last");
        backend.admins().set_role(&ines, ines.id(), Role::Viewer).await.expect("answered").expect("not the last");
        assert_eq!(backend.admins().set_role(&ines, &paul, Role::Viewer).await.expect("answered"), Err(LastOwner));
        assert!(matches!(backend.admins().set_role(&ines, "nobody", Role::Viewer).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn two_owners_who_lower_each_other_leave_one() {
    on_each_database(async |place| {
        for round in 0..5 {
            let (one, other) = (place.open().await, place.open().await);
            let mut ids = Vec::new();
            for name in ["a", "b"] {
                let address = email(&format!("{name}{round}@acme.example"));
                let created =
                    one.admins().create(address, Role::Owner, password(PASSWORD), &Actor::command_line()).await;
                ids.push(created.expect("answered").expect("free"));
            }
            session(&one, &format!("a{round}"), &ids[0]).await;
            session(&one, &format!("b{round}"), &ids[1]).await;
            let (a, b) = (found(&one, &format!("a{round}")).await, found(&one, &format!("b{round}")).await);
            let lower = async { one.admins().set_role(&a, b.id(), Role::Viewer).await };
            let disable = async { other.admins().disable(&b.actor(), a.id()).await };
            let (first, second) = tokio::join!(lower, disable);
            let lowered = [first.expect("answered").is_ok(), second.expect("answered").is_ok()];
            assert_eq!(lowered.iter().filter(|lowered| **lowered).count(), 1, "{lowered:?}");
            place.run("update admins set role = 'viewer'").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_disabled_administrator_is_out_until_enabled() {
    on_each_database(async |place| {
        let (backend, ines) = with_an_owner(&place).await;
        let paul =
            backend.admins().create(email("paul@acme.example"), Role::Editor, password(PASSWORD), &ines.actor()).await;
        let paul = paul.expect("answered").expect("free");
        session(&backend, "paul", &paul).await;
        let actor = ines.actor();
        assert_eq!(backend.admins().disable(&actor, &paul).await.expect("answered"), Ok(true));
        assert_eq!(backend.admins().disable(&actor, &paul).await.expect("answered"), Ok(false));
        assert_eq!(backend.admins().disable(&actor, "nobody").await.expect("answered"), Ok(false));
        assert_eq!(state(&backend, "paul@acme.example").await.state, AdminState::Disabled);
        assert_eq!(backend.sessions().find("paul", ADDRESS).await.expect("looked up"), Found::Nobody);
        assert_eq!(sign_in(&backend, "paul@acme.example", PASSWORD).await, SignIn::Refused);
        assert_eq!(backend.admins().reset(&actor, &paul).await.expect("answered"), None);

        assert_eq!(backend.admins().enable(&actor, &paul).await.expect("answered"), Ok(true));
        assert_eq!(backend.admins().enable(&actor, &paul).await.expect("answered"), Ok(false));
        assert!(matches!(sign_in(&backend, "paul@acme.example", PASSWORD).await, SignIn::Accepted { .. }));
        assert_eq!(state(&backend, "paul@acme.example").await.last_sign_in, Some(START));
        assert_eq!(backend.admins().list().await.expect("listed").len(), 2);
    })
    .await;
}
