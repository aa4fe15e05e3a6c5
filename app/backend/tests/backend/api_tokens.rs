//! API tokens: shown once, kept as hashes, gone when revoked.

use domain::Secret;
use domain::admin::Role;
use domain::api_token::{ApiScope, ApiTokenForm, NewApiToken};

use crate::place::{MINUTE, START, actions, on_each_database, signed_in};

fn new(name: &str) -> NewApiToken {
    ApiTokenForm { name: name.to_owned(), outbox_read: true }.check().expect("passes")
}

#[tokio::test]
async fn a_token_counts_until_it_is_revoked() {
    on_each_database(async |place| {
        let (backend, other) = (place.open().await, place.open().await);
        let ines = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        let tokens = backend.api_tokens();
        let (made, token) = tokens.create(&ines, &new("Playwright")).await.expect("made");
        assert!(token.expose().len() == 47 && token.expose().starts_with("dck_"), "{}", token.expose());
        assert_eq!((made.created_by.as_str(), made.created_at, made.last_used_at), ("ines@acme.example", START, None));

        let found = tokens.authenticate(&token).await.expect("looked up").expect("it counts");
        assert_eq!((&found.id, found.name.as_str()), (&made.id, "Playwright"));
        assert!(found.allows(ApiScope::OutboxRead));
        for text in ["", "dck_", "\0", &token.expose()[..46], &made.id] {
            assert_eq!(tokens.authenticate(&Secret::new(text)).await.expect("looked up"), None, "{text:?}");
        }

        assert!(tokens.revoke(&ines, &made.id).await.expect("revoked"));
        assert!(!tokens.revoke(&ines, &made.id).await.expect("looked up"));
        assert!(!tokens.revoke(&ines, "\0").await.expect("looked up"));
        for backend in [&backend, &other] {
            assert_eq!(backend.api_tokens().authenticate(&token).await.expect("looked up"), None);
        }
        assert_eq!(actions(&backend).await[1..], ["api_token.created", "api_token.revoked"]);
    })
    .await;
}

#[tokio::test]
async fn a_token_ends_with_its_maker_as_an_owner() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        let ben = signed_in(&backend, "ben@acme.example", Role::Owner).await;
        for email in ["ines@acme.example", "ben@acme.example"] {
            // Who never chose a password is no owner to fall back on.
            place.run(&format!("update admins set password_hash = 'x' where email = '{email}'")).await;
        }
        let (_, token) = backend.api_tokens().create(&ben, &new("Playwright")).await.expect("made");
        assert!(backend.api_tokens().authenticate(&token).await.expect("looked up").is_some());
        backend.admins().set_role(&ines, ben.id(), Role::Editor).await.expect("written").expect("an owner is left");
        assert_eq!(backend.api_tokens().authenticate(&token).await.expect("looked up"), None);
        backend.admins().set_role(&ines, ben.id(), Role::Owner).await.expect("written").expect("changed");
        assert!(backend.api_tokens().authenticate(&token).await.expect("looked up").is_some());
        backend.admins().disable(&ines.actor(), ben.id()).await.expect("written").expect("an owner is left");
        assert_eq!(backend.api_tokens().authenticate(&token).await.expect("looked up"), None);
    })
    .await;
}

#[tokio::test]
async fn tokens_are_listed_with_their_last_use_and_without_themselves() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        let tokens = backend.api_tokens();
        let (first, token) = tokens.create(&ines, &new("First")).await.expect("made");
        place.clock.advance(1);
        let (second, _) = tokens.create(&ines, &new("Second")).await.expect("made");
        place.clock.advance(1);
        let (third, _) = tokens.create(&ines, &new("Third")).await.expect("made");
        tokens.revoke(&ines, &third.id).await.expect("revoked");

        let mut used = Vec::new();
        for wait in [0, MINUTE - 1, 1] {
            place.clock.advance(wait);
            tokens.authenticate(&token).await.expect("looked up").expect("it counts");
            let listed = tokens.list().await.expect("listed");
            used.push(listed.iter().find(|one| one.id == first.id).and_then(|one| one.last_used_at));
        }
        assert_eq!(used, [Some(START + 2), Some(START + 2), Some(START + 2 + MINUTE)]);
        let listed = tokens.list().await.expect("listed");
        assert_eq!(listed.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Second", "First", "Third"]);
        assert_eq!((&listed[0], listed[2].revoked_at), (&second, Some(START + 2)));
        let stored = format!("select count(*) from api_tokens where token_hash like '%{}%'", &token.expose()[4..]);
        assert_eq!(place.number(&stored).await, 0);
    })
    .await;
}
