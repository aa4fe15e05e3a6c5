//! Sign-ins on the hosted page: one browser, one hour, one answer, and nothing to read in the database.

use backend::Backend;
use backend::sign_in_requests::{SignInRequest, Standing};
use domain::Secret;
use domain::connection::Method;
use domain::recipient::Recipient;

use crate::place::{MINUTE, on_each_database};

fn request() -> SignInRequest {
    SignInRequest {
        query: "client_id=abc&state=s%26t".to_owned(),
        recipient: Recipient::parse(Method::Sms, "+15550100123").expect("a number"),
        language: Some("fr-CA".to_owned()),
    }
}

async fn standing(backend: &Backend, token: &Secret, browser: Option<&Secret>) -> Option<Standing> {
    let found = backend.sign_in_requests().find(token, browser).await.expect("looked for");
    found.map(|(found, standing)| {
        assert_eq!(found, request());
        standing
    })
}

#[tokio::test]
async fn a_sign_in_belongs_to_the_browser_that_began_it() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let begun = backend.sign_in_requests().begin(None, &request()).await.expect("begun");
        let (token, browser) = (&begun.token, &begun.browser);
        assert_eq!(standing(&backend, token, Some(browser)).await, Some(Standing::Open));
        for other in [None, Some(token), Some(&Secret::new(""))] {
            assert_eq!(standing(&backend, token, other).await, Some(Standing::Elsewhere));
        }
        assert_eq!(standing(&backend, browser, Some(browser)).await, None);

        let second = backend.sign_in_requests().begin(Some(browser), &request()).await.expect("begun");
        assert_eq!(second.browser, begun.browser, "a browser has one key for all its tabs");
        assert_ne!(second.token, begun.token);
        assert_eq!(standing(&backend, token, Some(browser)).await, Some(Standing::Open));
    })
    .await;
}

#[tokio::test]
async fn it_ends_by_its_answer_or_after_a_day_and_is_gone_an_hour_later() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let answered = backend.sign_in_requests().begin(None, &request()).await.expect("begun");
        let late = backend.sign_in_requests().begin(None, &request()).await.expect("begun");
        backend.sign_in_requests().end(&answered.token).await.expect("ended");
        assert_eq!(standing(&backend, &answered.token, Some(&answered.browser)).await, Some(Standing::Ended));
        place.clock.advance((24 * 60 - 1) * MINUTE);
        assert_eq!(standing(&backend, &late.token, Some(&late.browser)).await, Some(Standing::Open));
        place.clock.advance(MINUTE);
        assert_eq!(standing(&backend, &late.token, Some(&late.browser)).await, Some(Standing::Expired));
        place.clock.advance(60 * MINUTE - 1);
        backend.sweep().await.expect("swept");
        assert_eq!(standing(&backend, &late.token, Some(&late.browser)).await, Some(Standing::Expired));
        place.clock.advance(1);
        backend.sweep().await.expect("swept");
        assert_eq!(standing(&backend, &late.token, Some(&late.browser)).await, None);
    })
    .await;
}

#[tokio::test]
async fn the_database_shows_neither_who_signs_in_nor_what_it_takes() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let begun = backend.sign_in_requests().begin(None, &request()).await.expect("begun");
        backend.close().await;
        let rows: Vec<(String, String, Vec<u8>)> =
            sqlx::query_as("select token_hash, browser_hash, request from sign_in_requests")
                .fetch_all(&mut place.connect().await)
                .await
                .expect("rows");
        let [(token, browser, sealed)] = &rows[..] else { panic!("one row") };
        assert!(token != begun.token.expose() && browser != begun.browser.expose());
        let shown = String::from_utf8_lossy(sealed);
        assert!(!shown.contains("5550100123") && !shown.contains("client_id"), "{shown}");
    })
    .await;
}
