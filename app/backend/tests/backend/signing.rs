//! The keys that sign tokens: made once, taking turns, kept sealed, and never mistaken.

use backend::signing::{Signing, TokenKind};
use backend::{Backend, OpenError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::place::{HOUR, actions, on_each_database};

const DAY: i64 = 24 * HOUR;

async fn sign(signing: &Signing<'_>, kind: TokenKind) -> String {
    signing.sign(kind, &json!({ "sub": "sms|1" })).await.expect("signed")
}

async fn verified(signing: &Signing<'_>, token: &str) -> bool {
    let claims: Option<Value> = signing.verify(TokenKind::Access, token).await.expect("looked at");
    claims.is_some_and(|claims| claims["sub"] == "sms|1")
}

async fn ids(backend: &Backend) -> Vec<String> {
    backend.signing().published().await.expect("keys").into_iter().map(|key| key.id).collect()
}

fn key_of(token: &str) -> String {
    let header = token.split('.').next().expect("a header");
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).expect("base64")).expect("JSON");
    header["kid"].as_str().expect("a key").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_that_start_together_make_one_key() {
    on_each_database(async |place| {
        let (one, other) = (place.open().await, place.open().await);
        let (first, second) = tokio::join!(ids(&one), ids(&other));
        assert_eq!(first.len(), 1);
        assert_eq!(first, second);
        let token = sign(&one.signing(), TokenKind::Access).await;
        assert!(verified(&other.signing(), &token).await);
        assert_eq!(place.number("select count(*) from signing_keys").await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_was_altered_or_is_of_another_kind_is_no_access_token() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let signing = backend.signing();
        let token = sign(&signing, TokenKind::Access).await;
        assert!(verified(&signing, &token).await);
        assert!(!verified(&signing, &sign(&signing, TokenKind::Id).await).await, "an ID token");

        let mut parts = token.split('.');
        let (header, claims, signature) =
            (parts.next().expect("one"), parts.next().expect("two"), parts.next().expect("three"));
        let key = backend.signing().published().await.expect("keys").remove(0);
        let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let with = |alg: &str| encode(json!({ "alg": alg, "typ": "at+jwt", "kid": key.id }));
        let other_claims = encode(json!({ "sub": "sms|2" }));
        for forged in [
            format!("{header}.{other_claims}.{signature}"),
            format!("{}.{claims}.", with("none")),
            format!("{}.{claims}.{signature}", with("HS256")),
            format!("{}.{claims}.{signature}", with("RS512")),
            format!("{header}.{claims}."),
            format!("{header}.{claims}.{signature}A"),
            "..".to_owned(),
            String::new(),
        ] {
            assert!(!verified(&signing, &forged).await, "{forged}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_next_key_is_published_a_day_before_it_signs_and_the_last_one_until_its_tokens_expire() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let first = ids(&backend).await;
        place.clock.advance(89 * DAY - 1);
        backend.sweep().await.expect("swept");
        assert_eq!(ids(&backend).await, first, "not yet");
        place.clock.advance(1);
        backend.sweep().await.expect("swept");
        backend.sweep().await.expect("swept again");
        let both = ids(&backend).await;
        assert_eq!((both.len(), &both[0]), (2, &first[0]));
        let token = sign(&backend.signing(), TokenKind::Access).await;
        assert_eq!(key_of(&token), first[0], "published, not signing");
        place.clock.advance(DAY);
        assert_eq!(key_of(&sign(&backend.signing(), TokenKind::Access).await), both[1]);
        place.clock.advance(DAY);
        backend.sweep().await.expect("swept");
        assert!(verified(&backend.signing(), &token).await, "its last token is still valid");
        place.clock.advance(HOUR);
        backend.sweep().await.expect("swept");
        assert_eq!(ids(&backend).await, both[1..]);
        assert!(!verified(&backend.signing(), &token).await);
    })
    .await;
}

#[tokio::test]
async fn a_key_made_at_once_makes_every_older_token_invalid() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let token = sign(&backend.signing(), TokenKind::Access).await;
        let soon = backend.signing().rotate(false).await.expect("rotated");
        assert_eq!(ids(&backend).await, [key_of(&token), soon.clone()]);
        place.clock.advance(10 * 60_000);
        assert_eq!(key_of(&sign(&backend.signing(), TokenKind::Access).await), soon);
        assert!(verified(&backend.signing(), &token).await);
        let now = backend.signing().rotate(true).await.expect("rotated");
        assert_eq!(ids(&backend).await, [now]);
        assert!(!verified(&backend.signing(), &token).await);
        let made = actions(&backend).await.into_iter().filter(|action| action == "signing_key.made").count();
        assert_eq!(made, 3);
    })
    .await;
}

#[tokio::test]
async fn a_rotation_of_the_secrets_key_keeps_tokens_valid() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let token = sign(&backend.signing(), TokenKind::Access).await;
        backend.close().await;
        assert_eq!(Backend::rotate_key(place.options()).await.map_err(|error: OpenError| error.to_string()), Ok(1));
        let backend = place.open().await;
        assert!(verified(&backend.signing(), &token).await);
        backend.close().await;
    })
    .await;
}
