//! Drafts: one per administrator and form, for a day.

use domain::admin::Role;
use domain::connection::Method;

use crate::place::{HOUR, START, on_each_database, signed_in};

#[tokio::test]
async fn a_draft_replaces_an_earlier_one_and_is_its_owners_only() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let paul = signed_in(&backend, "paul@acme.example", Role::Editor).await;
        let first = backend.drafts().keep(ines.id(), Method::Sms, 3, r#"{"message":"one"}"#).await.expect("kept");
        let second = backend.drafts().keep(ines.id(), Method::Sms, 4, r#"{"message":"two"}"#).await.expect("kept");
        assert_ne!(first, second);
        assert_eq!(backend.drafts().find(&ines, &first).await.expect("read"), None);
        let draft = backend.drafts().find(&ines, &second).await.expect("read").expect("there");
        assert_eq!(
            (draft.method, draft.base, draft.form.as_str(), draft.kept_at),
            (Method::Sms, 4, r#"{"message":"two"}"#, START)
        );
        assert_eq!(backend.drafts().of(&ines, Method::Sms).await.expect("read"), Some(draft));
        assert_eq!(backend.drafts().of(&ines, Method::Email).await.expect("read"), None);
        assert_eq!(backend.drafts().find(&paul, &second).await.expect("read"), None);
        assert_eq!(backend.drafts().find(&ines, "\0").await.expect("read"), None);

        backend.drafts().discard(&paul, Method::Sms).await.expect("nothing to discard");
        assert!(backend.drafts().of(&ines, Method::Sms).await.expect("read").is_some());
        backend.drafts().discard(&ines, Method::Sms).await.expect("discarded");
        assert_eq!(backend.drafts().of(&ines, Method::Sms).await.expect("read"), None);
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_kept_for_a_day() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let id = backend.drafts().keep(ines.id(), Method::Email, 0, "{}").await.expect("kept");
        place.clock.advance(24 * HOUR - 1);
        assert!(backend.drafts().find(&ines, &id).await.expect("read").is_some());
        place.clock.advance(1);
        assert_eq!(backend.drafts().find(&ines, &id).await.expect("read"), None);
        assert_eq!(backend.drafts().of(&ines, Method::Email).await.expect("read"), None);
    })
    .await;
}
