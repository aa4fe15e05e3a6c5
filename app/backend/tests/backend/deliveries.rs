//! Deliveries: recorded without codes, filtered, read a page at a time, and deleted when they were kept long enough.

use std::time::Duration;

use backend::Backend;
use backend::deliveries::{DeliveryFilter, Ending, NewDelivery};
use domain::activity::{DeliveryFilterForm, DeliverySummary, FilterProblem};
use domain::admin::Role;
use domain::application::{ApplicationType, RegistrationForm};
use domain::connection::Method;
use domain::recipient::Recipient;

use crate::place::{HOUR, START, on_each_database, signed_in};

const DAY: i64 = 24 * HOUR;

fn recipient(text: &str) -> Recipient {
    Recipient::looked_for(text).expect("a recipient")
}

fn delivery(recipient: &Recipient) -> NewDelivery<'_> {
    NewDelivery {
        recipient,
        client_id: "wallet",
        application_name: "Wallet",
        provider: "twilio",
        ending: Ending { outcome: "accepted", ..Ending::default() },
        provider_id: Some("SM1"),
        took: Duration::from_millis(120),
        revision: 3,
        actor: None,
    }
}

async fn all(backend: &Backend, filter: &DeliveryFilter) -> Vec<DeliverySummary> {
    let (mut deliveries, mut from) = (Vec::new(), None);
    loop {
        let page = backend.deliveries().page(filter, from.as_deref()).await.expect("read");
        assert!(page.deliveries.len() <= 50);
        deliveries.extend(page.deliveries);
        from = page.older;
        if from.is_none() {
            return deliveries;
        }
    }
}

#[tokio::test]
async fn a_delivery_is_recorded_with_its_recipient_masked() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ana = recipient("+15550100123");
        let id = backend.deliveries().record(&delivery(&ana)).await.expect("recorded");
        let tried = NewDelivery { actor: Some("ines@acme.example"), provider_id: Some("a\0b\r\n"), ..delivery(&ana) };
        backend.deliveries().record(&tried).await.expect("recorded");
        let found = all(&backend, &DeliveryFilter::default()).await;
        let expected = DeliverySummary {
            id: id.clone(),
            at: START,
            method: Method::Sms,
            client_id: "wallet".to_owned(),
            application_name: "Wallet".to_owned(),
            recipient: "+1••••••0123".to_owned(),
            provider: "twilio".to_owned(),
            outcome: "accepted".to_owned(),
            reason: String::new(),
            provider_id: Some("SM1".to_owned()),
            provider_code: None,
            took_ms: 120,
            revision: 3,
            actor: None,
        };
        assert_eq!(found[1], expected);
        assert_eq!(found[0].provider_id.as_deref(), Some("ab"));
        assert_eq!(found[0].actor.as_deref(), Some("ines@acme.example"));

        let ending = Ending { outcome: "failed", reason: "filtered", provider_code: Some("30007") };
        assert!(backend.deliveries().ended(&id, &ending).await.expect("written"));
        assert!(!backend.deliveries().ended("nothing", &ending).await.expect("looked for"));
        let found = all(&backend, &DeliveryFilter::default()).await;
        assert_eq!((found[1].outcome.as_str(), found[1].provider_code.as_deref()), ("failed", Some("30007")));
        assert_eq!(
            place.number("select count(*) from deliveries where recipient_hash like '%5550100123%'").await,
            0,
            "the hash is one"
        );
    })
    .await;
}

#[tokio::test]
async fn deliveries_are_filtered_by_each_thing_and_by_all_at_once() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let (ana, ben) = (recipient("+15550100123"), recipient("ben@acme.example"));
        for (recipient, client_id, outcome) in
            [(&ana, "wallet", "accepted"), (&ben, "wallet", "failed"), (&ben, "till", "accepted")]
        {
            place.clock.advance(10);
            let ending = Ending { outcome, ..Ending::default() };
            let new = NewDelivery { client_id, ending, ..delivery(recipient) };
            backend.deliveries().record(&new).await.expect("recorded");
        }
        let none = DeliveryFilter::default();
        for (filter, expected) in [
            (none.clone(), "accepted till, failed wallet, accepted wallet"),
            (DeliveryFilter { method: Some(Method::Email), ..none.clone() }, "accepted till, failed wallet"),
            (DeliveryFilter { client_id: Some("till".to_owned()), ..none.clone() }, "accepted till"),
            (DeliveryFilter { outcome: Some("failed".to_owned()), ..none.clone() }, "failed wallet"),
            (DeliveryFilter { recipient: Some(ana.clone()), ..none.clone() }, "accepted wallet"),
            (DeliveryFilter { from: Some(START + 20), until: Some(START + 30), ..none.clone() }, "failed wallet"),
            (DeliveryFilter { client_id: Some("\0' or 1=1 --".to_owned()), ..none.clone() }, ""),
            (
                DeliveryFilter {
                    method: Some(Method::Email),
                    client_id: Some("wallet".to_owned()),
                    outcome: Some("failed".to_owned()),
                    from: Some(START),
                    until: Some(START + 100),
                    recipient: Some(ben.clone()),
                },
                "failed wallet",
            ),
        ] {
            let found = all(&backend, &filter).await;
            let found: Vec<String> =
                found.iter().map(|found| [found.outcome.as_str(), " ", &found.client_id].concat()).collect();
            assert_eq!(found.join(", "), expected, "{filter:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn paging_shows_everything_once_also_while_more_arrives() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ana = recipient("+15550100123");
        for number in 0..120 {
            // Many in the same millisecond.
            place.clock.advance(i64::from(number % 40 == 0));
            let new = NewDelivery { revision: number, ..delivery(&ana) };
            backend.deliveries().record(&new).await.expect("recorded");
        }
        let filter = DeliveryFilter { recipient: Some(ana.clone()), ..DeliveryFilter::default() };
        let first = backend.deliveries().page(&filter, None).await.expect("read");
        backend.deliveries().record(&NewDelivery { revision: 500, ..delivery(&ana) }).await.expect("recorded");
        let second = backend.deliveries().page(&filter, first.older.as_deref()).await.expect("read");
        let third = backend.deliveries().page(&filter, second.older.as_deref()).await.expect("read");
        assert_eq!(third.older, None);
        let pages = [first, second, third];
        let seen = pages.iter().flat_map(|page| &page.deliveries).map(|delivery| delivery.revision);
        assert_eq!(seen.collect::<Vec<_>>(), (0..120).rev().collect::<Vec<_>>());
        let nonsense = backend.deliveries().page(&filter, Some("nonsense")).await.expect("read");
        assert_eq!(nonsense.deliveries[0].revision, 500);
    })
    .await;
}

#[tokio::test]
async fn csv_comes_in_parts_under_one_header() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ana = recipient("+15550100123");
        let id = backend.deliveries().record(&delivery(&ana)).await.expect("recorded");
        // Many more, without taking a commit for each.
        place
            .run(
                "insert into deliveries select id || '0', at, method, client_id, application_name, recipient, recipient_hash, provider,
                 outcome, reason, provider_id, provider_code, took_ms, revision, actor from deliveries",
            )
            .await;
        for round in 0..10 {
            place
                .run(&format!(
                    "insert into deliveries select id || 'a{round}', at, method, client_id, application_name, recipient,
                     recipient_hash, provider, outcome, reason, provider_id, provider_code, took_ms, revision, actor
                     from deliveries"
                ))
                .await;
        }
        let filter = DeliveryFilter::default();
        let first = backend.deliveries().csv(&filter, None).await.expect("read");
        assert!(first.text.starts_with("\"time\",\"connection\","), "{}", &first.text[..100]);
        assert_eq!(first.text.matches("\r\n").count(), 1_001);
        let second = backend.deliveries().csv(&filter, first.older.as_deref()).await.expect("read");
        let third = backend.deliveries().csv(&filter, second.older.as_deref()).await.expect("read");
        assert_eq!(third.older, None);
        assert_eq!(third.text.matches("\r\n").count(), 48);
        assert!(third.text.contains("\"'+1••••••0123\"") && !third.text.contains(&id));
    })
    .await;
}

#[tokio::test]
async fn deliveries_are_kept_as_long_as_configured() {
    on_each_database(async |place| {
        let options = backend::Options { retention_days: 7, ..place.options() };
        let backend = Backend::open(options).await.expect("opens");
        let ana = recipient("+15550100123");
        backend.deliveries().record(&delivery(&ana)).await.expect("recorded");
        place.clock.advance(1);
        backend.deliveries().record(&delivery(&ana)).await.expect("recorded");
        place.clock.advance(7 * DAY);
        backend.sweep().await.expect("swept");
        assert_eq!(all(&backend, &DeliveryFilter::default()).await.len(), 1);
        place.clock.advance(1);
        backend.sweep().await.expect("swept");
        assert_eq!(all(&backend, &DeliveryFilter::default()).await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_recipient_is_found_also_after_the_key_was_rotated_and_by_other_instances() {
    on_each_database(async |place| {
        let (one, two) = (place.open().await, place.open().await);
        let ana = recipient("+15550100123");
        let new = delivery(&ana);
        let (here, there) = (one.deliveries(), two.deliveries());
        let (first, second) = tokio::join!(here.record(&new), there.record(&new));
        first.expect("recorded");
        second.expect("recorded");
        let filter = DeliveryFilter { recipient: Some(ana.clone()), ..DeliveryFilter::default() };
        assert_eq!(all(&one, &filter).await.len(), 2);

        Backend::rotate_key(place.options()).await.expect("rotated");
        let three = place.open().await;
        three.deliveries().record(&delivery(&ana)).await.expect("recorded");
        assert_eq!(all(&three, &filter).await.len(), 3);
        assert_eq!(all(&two, &filter).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_typed_filter_means_an_application_by_its_id_or_its_whole_name() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let admin = signed_in(&backend, "ines@acme.example", Role::Owner).await;
        let mut ids = Vec::new();
        for name in ["Acme Wallet", "Twin", "Twin"] {
            let form = RegistrationForm { name: name.to_owned(), kind: ApplicationType::Spa };
            let (application, _) =
                backend.applications().register(&admin, &form.check().expect("fits")).await.expect("registered");
            ids.push(application.client_id);
        }
        for (typed, wanted) in [
            ("", Ok(None)),
            (" acme wallet ", Ok(Some(ids[0].as_str()))),
            (ids[1].as_str(), Ok(Some(ids[1].as_str()))),
            ("gone", Ok(Some("gone"))),
            ("twin", Err(vec![FilterProblem::SeveralApplications])),
        ] {
            let form = DeliveryFilterForm { application: typed.to_owned(), ..DeliveryFilterForm::default() };
            let filter = backend.deliveries().filter(&form).await.expect("read");
            assert_eq!(filter.map(|filter| filter.client_id), wanted.map(|id| id.map(str::to_owned)), "{typed}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_typed_filter_is_refused_with_everything_that_is_wrong() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let form = DeliveryFilterForm {
            connection: "sms".to_owned(),
            outcome: "failed".to_owned(),
            from: "2027-01-15T08:00".to_owned(),
            recipient: " Ana@Acme.example".to_owned(),
            ..DeliveryFilterForm::default()
        };
        let wanted = DeliveryFilter {
            method: Some(Method::Sms),
            outcome: Some("failed".to_owned()),
            from: Some(START),
            recipient: Some(recipient("ana@acme.example")),
            ..DeliveryFilter::default()
        };
        assert_eq!(backend.deliveries().filter(&form).await.expect("read"), Ok(wanted));
        let form = DeliveryFilterForm {
            connection: "fax".to_owned(),
            outcome: "lost".to_owned(),
            until: form.from.clone(),
            recipient: "ana".to_owned(),
            ..form
        };
        let refused = backend.deliveries().filter(&form).await.expect("read").expect_err("refused");
        assert_eq!(refused, [FilterProblem::Order, FilterProblem::Recipient(domain::Problem::NotAPhoneNumber)]);
    })
    .await;
}
