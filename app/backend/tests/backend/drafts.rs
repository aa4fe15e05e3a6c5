//! Drafts: what an administrator could not save, for a day.

use domain::admin::Role;
use domain::connection::Method;

use crate::place::{HOUR, START, on_each_database, signed_in};

const ONE: &str = r#"{"message":"one"}"#;
const TWO: &str = r#"{"message":"two"}"#;

#[tokio::test]
async fn a_draft_takes_the_place_of_the_one_it_began_with_and_of_no_other() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let paul = signed_in(&backend, "paul@acme.example", Role::Editor).await;
        let drafts = || backend.drafts();
        let first = drafts().keep(ines.id(), Method::Sms, None, 3, ONE).await.expect("kept");
        place.clock.advance(1);
        let second = drafts().keep(ines.id(), Method::Sms, None, 3, TWO).await.expect("kept");
        let ids = async |admin, method| {
            let found = backend.drafts().of(admin, method).await.expect("read");
            found.into_iter().map(|draft| draft.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(&ines, Method::Sms).await, [second.clone(), first.clone()]);
        assert_eq!(drafts().keep(ines.id(), Method::Sms, None, 3, TWO).await.expect("kept"), second, "kept once");

        place.clock.advance(1);
        let third =
            drafts().keep(ines.id(), Method::Sms, Some(&first), 3, r#"{"message":"three"}"#).await.expect("kept");
        assert_eq!(drafts().find(ines.id(), &first).await.expect("read"), None);
        assert_eq!(ids(&ines, Method::Sms).await, [third.clone(), second.clone()]);
        let draft = drafts().find(ines.id(), &third).await.expect("read").expect("there");
        assert_eq!(
            (draft.method, draft.base, draft.form.as_str(), draft.kept_at),
            (Method::Sms, 3, r#"{"message":"three"}"#, START + 2)
        );

        // Another page began with the same draft, which is gone: its text is kept beside.
        let fourth = drafts().keep(ines.id(), Method::Sms, Some(&first), 3, r#"{"message":"x"}"#).await.expect("kept");
        assert_eq!(ids(&ines, Method::Sms).await.len(), 3);
        drafts().saved(&paul, Method::Sms, &fourth).await.expect("nobody else's");
        drafts().saved(&ines, Method::Email, &fourth).await.expect("nor another form's");
        assert_eq!(ids(&ines, Method::Sms).await.len(), 3);
        drafts().saved(&ines, Method::Sms, &fourth).await.expect("gone");
        assert_eq!(ids(&ines, Method::Sms).await, [third.clone(), second.clone()]);

        // After a merge the form is on top of another version: what it gave up for theirs stands only in the draft before.
        let merged = drafts().keep(ines.id(), Method::Sms, Some(&third), 4, ONE).await.expect("kept");
        assert_eq!(ids(&ines, Method::Sms).await.len(), 3);
        drafts().saved(&ines, Method::Sms, &merged).await.expect("gone");
        assert_eq!(ids(&ines, Method::Sms).await, [third.clone(), second]);

        assert!(ids(&ines, Method::Email).await.is_empty() && ids(&paul, Method::Sms).await.is_empty());
        assert_eq!(drafts().find(paul.id(), &third).await.expect("read"), None);
        assert_eq!(drafts().find(ines.id(), "\0").await.expect("read"), None);
    })
    .await;
}

#[tokio::test]
async fn a_discarded_draft_can_be_brought_back() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let paul = signed_in(&backend, "paul@acme.example", Role::Editor).await;
        let id = backend.drafts().keep(ines.id(), Method::Sms, None, 3, ONE).await.expect("kept");
        let set = async |admin, on| backend.drafts().set_discarded(admin, Method::Sms, &id, on).await.expect("written");
        assert!(!set(&paul, true).await && set(&ines, true).await);
        assert_eq!(backend.drafts().find(ines.id(), &id).await.expect("read"), None);
        assert!(backend.drafts().of(&ines, Method::Sms).await.expect("read").is_empty());
        assert!(set(&ines, false).await);
        assert_eq!(backend.drafts().find(ines.id(), &id).await.expect("read").expect("there").form, ONE);
        set(&ines, true).await;
        place.clock.advance(24 * HOUR);
        assert!(!set(&ines, false).await, "not for ever");
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_kept_for_a_day() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let id = backend.drafts().keep(ines.id(), Method::Email, None, 0, "{}").await.expect("kept");
        place.clock.advance(24 * HOUR - 1);
        assert!(backend.drafts().find(ines.id(), &id).await.expect("read").is_some());
        place.clock.advance(1);
        assert_eq!(backend.drafts().find(ines.id(), &id).await.expect("read"), None);
        assert!(backend.drafts().of(&ines, Method::Email).await.expect("read").is_empty());
    })
    .await;
}
