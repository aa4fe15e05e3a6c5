//! The outbox: the newest messages, as they would have been received, and those who wait for one.

use std::time::{Duration, Instant};

use backend::Backend;
use backend::outbox::{After, NewMessage};
use domain::Secret;
use domain::connection::Method;
use domain::recipient::Recipient;

use crate::place::{START, on_each_database};

const PATIENCE: Duration = Duration::from_secs(10);

fn recipient(text: &str) -> Recipient {
    Recipient::looked_for(text).expect("a recipient")
}

async fn keep(backend: &Backend, to: &Recipient, code: &str) -> String {
    let (code, link) = (Secret::new(code), Secret::new("https://doorcode.example/link?token=t0ken"));
    let email = to.method() == Method::Email;
    let text = format!("Your code is {}", code.expose());
    let message = NewMessage {
        recipient: to,
        client_id: "wallet",
        application_name: "Wallet",
        from: "Acme <hello@acme.example>",
        subject: email.then_some("Sign in"),
        text: &text,
        html: email.then_some("<p>Hi</p>"),
        code: &code,
        link: email.then_some(&link),
    };
    backend.outbox().keep(&message).await.expect("kept")
}

#[tokio::test]
async fn a_message_is_shown_as_it_would_have_been_received() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let (ana, ben) = (recipient("+15550100123"), recipient("ben@acme.example"));
        let sms = keep(&backend, &ana, "123456").await;
        place.clock.advance(1);
        let email = keep(&backend, &ben, "654321").await;
        let found = backend.outbox().find(&email).await.expect("read").expect("there");
        assert_eq!((found.at, found.method, found.recipient.as_str()), (START + 1, Method::Email, "ben@acme.example"));
        assert_eq!((found.subject.as_deref(), found.html.as_deref()), (Some("Sign in"), Some("<p>Hi</p>")));
        assert_eq!((found.text.as_str(), found.code.expose()), ("Your code is 654321", "654321"));
        assert_eq!(found.link.as_ref().map(Secret::expose), Some("https://doorcode.example/link?token=t0ken"));
        let debug = format!("{found:?}");
        assert!(!debug.contains("654321") && !debug.contains("ben@"), "{debug}");

        let page = backend.outbox().page(None, None).await.expect("read");
        let titles: Vec<(&str, &str)> = page.messages.iter().map(|one| (one.id.as_str(), one.title.as_str())).collect();
        assert_eq!(titles, [(email.as_str(), "Sign in"), (sms.as_str(), "Your code is 123456")]);
        let page = backend.outbox().page(Some(&ana), None).await.expect("read");
        assert_eq!(page.messages.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [sms.as_str()]);
        assert_eq!(backend.outbox().find("\0").await.expect("read"), None);
    })
    .await;
}

#[tokio::test]
async fn only_the_newest_thousand_are_kept() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ana = recipient("+15550100123");
        place
            .run(&format!(
                "insert into outbox (id, at, method, client_id, application_name, recipient, sender, body, code)
                 with recursive counted (n) as (select 1 union all select n + 1 from counted where n < 1005)
                 select 'old' || n, {START} - n, 'sms', 'wallet', 'Wallet', '+15550100123', '', 'Hi', '1' from counted"
            ))
            .await;
        let first = keep(&backend, &ana, "1").await;
        let second = keep(&backend, &ana, "2").await;
        assert_eq!(place.number("select count(*) from outbox").await, 1_000);
        assert_eq!(place.number("select count(*) from outbox where id in ('old999', 'old1005')").await, 0);
        let (mut ids, mut from) = (Vec::new(), None);
        loop {
            let page = backend.outbox().page(Some(&ana), from.as_deref()).await.expect("read");
            ids.extend(page.messages.into_iter().map(|message| message.id));
            from = page.older;
            if from.is_none() {
                break;
            }
        }
        assert_eq!(ids.len(), 1_000);
        assert_eq!(ids[..3], [second, first, "old1".to_owned()]);
        assert_eq!(ids[999], "old998");
    })
    .await;
}

#[tokio::test]
async fn whoever_waits_gets_the_newest_message_after_what_they_know() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let (ana, ben) = (recipient("+15550100123"), recipient("+15550100124"));
        let code = async |after: Option<&After>| {
            let found = backend.outbox().wait(&ana, after, Duration::ZERO).await.expect("looked");
            found.map(|message| message.code.expose().to_owned())
        };
        assert_eq!(code(None).await, None);
        let first = keep(&backend, &ana, "1").await;
        let second = keep(&backend, &ana, "2").await;
        keep(&backend, &ben, "3").await;
        assert_eq!(code(None).await.as_deref(), Some("2"));
        assert_eq!(code(Some(&After::Message(first))).await.as_deref(), Some("2"));
        assert_eq!(code(Some(&After::Message(second))).await, None);
        assert_eq!(code(Some(&After::Message("gone".to_owned()))).await.as_deref(), Some("2"));
        assert_eq!(code(Some(&After::Moment(START))).await.as_deref(), Some("2"));
        assert_eq!(code(Some(&After::Moment(START + 1))).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_message_reaches_those_who_wait_here_at_once_and_elsewhere_within_a_second() {
    on_each_database(async |place| {
        let (here, there) = (place.open().await, place.open().await);
        let ana = recipient("+15550100123");
        let begun = Instant::now();
        let (at_hand, far) = (here.outbox(), there.outbox());
        let near = async {
            let found = at_hand.wait(&ana, None, PATIENCE).await.expect("looked").expect("there");
            (found.code.expose().to_owned(), begun.elapsed())
        };
        let keeping = async {
            // After a round of the executor the other two wait.
            tokio::task::yield_now().await;
            keep(&here, &ana, "123456").await
        };
        let ((code, after), other, _) = tokio::join!(near, far.wait(&ana, None, PATIENCE), keeping);
        assert_eq!(code, "123456");
        assert!(after < Duration::from_millis(900), "{after:?}");
        assert_eq!(other.expect("looked").expect("there").code.expose(), "123456");
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    })
    .await;
}
