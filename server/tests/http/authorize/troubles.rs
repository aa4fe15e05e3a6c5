//! What users run into, and what they are told.

use axum::http::StatusCode;
use domain::application::ApplicationType;

use super::{action, authorize, enter, got, problem, to_code, wrong};
use crate::oauth::{NUMBER, Scene};

#[tokio::test]
async fn a_number_that_is_none_is_refused_at_its_field_and_stays() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let page = browser.get(&authorize(&scene, &[])).await;
    for (typed, words, shown) in [
        ("", "Enter a value.", "value=\"\""),
        ("0555", "country code", "value=\"0555\""),
        ("\"><script>alert(1)</script>", "country code", "value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\""),
        (&"9".repeat(9_999), "Enter a value.", "value=\"\""),
    ] {
        let refused = browser.post(&action(&page), &[("recipient", typed)]).await;
        assert_eq!(refused.status, StatusCode::SEE_OTHER, "a page that can be loaded again");
        let shown_page = browser.get(refused.location()).await;
        assert!(shown_page.body.contains("<title>Error: Sign in to Wallet"), "{}", shown_page.body);
        assert!(shown_page.body.contains(words) && shown_page.body.contains(shown), "{typed}: {}", shown_page.body);
        let again = browser.get(refused.location()).await;
        assert!(!again.body.contains("Error: "), "it is told once");
    }
    assert_eq!(scene.site.backend.outbox().page(None, None).await.expect("read").messages.len(), 0);
}

#[tokio::test]
async fn three_wrong_codes_spend_one_and_a_new_one_counts() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let address = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    let first = scene.message(NUMBER).await;
    let empty = browser.post(&address, &[("code", " ")]).await;
    assert_eq!(problem(&mut browser, &empty).await, "Enter the code.");
    for _ in 0..3 {
        let answer = browser.post(&address, &[("code", wrong(&first))]).await;
        assert!(problem(&mut browser, &answer).await.starts_with("This code is wrong."));
    }
    let spent = browser.post(&address, &[("code", first.code.expose())]).await;
    assert!(problem(&mut browser, &spent).await.starts_with("This code is no longer valid"));

    let again = browser.post(&address, &[("again", "1")]).await;
    assert_eq!(again.location(), address);
    assert!(browser.get(&address).await.body.contains("We sent a new code to"));
    let second = scene.message(NUMBER).await;
    assert_ne!(second.id, first.id);
    got(&enter(&scene, &mut browser, &address).await);
}

#[tokio::test]
async fn a_code_that_comes_late_has_expired_and_so_has_a_sign_in_after_a_day() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let address = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    scene.site.clock.advance(180_000);
    let late = enter(&scene, &mut browser, &address).await;
    assert_eq!(problem(&mut browser, &late).await, "This code has expired. Send a new code.");
    scene.site.clock.advance(24 * 3_600_000 - 180_000);
    let over = browser.get(&address).await;
    assert_eq!(over.status, StatusCode::GONE);
    assert!(over.body.contains("This sign-in took too long") && over.body.contains("Begin again"), "{}", over.body);
    assert_eq!(browser.post(&address, &[("again", "1")]).await.status, StatusCode::GONE);
    let begun =
        over.body.split_once("class=\"button\" href=\"").expect("a way on").1.split_once('"').expect("an end").0;
    assert_eq!(browser.get(&begun.replace("&amp;", "&")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_of_one_application_opens_no_other() {
    let mut scene = Scene::of(ApplicationType::Spa).await;
    let wallet = scene.client_id.clone();
    let mut browser = scene.site.browser();
    let of_wallet = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    let first = scene.message(NUMBER).await;

    let registration = domain::application::RegistrationForm { name: "Till".to_owned(), kind: ApplicationType::Spa };
    let registration = registration.check().expect("a registration");
    let till = scene.site.backend.applications().register(&scene.admin, &registration).await.expect("registered").0;
    scene.client_id = till.client_id;
    scene.change_application(|form| form.callbacks = crate::oauth::CALLBACK.to_owned()).await;
    scene.enable(domain::connection::Method::Sms, true).await;
    let of_till = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    let second = scene.message(NUMBER).await;
    assert_eq!(second.application_name, "Till");

    for (address, code) in [(&of_till, &first.code), (&of_wallet, &second.code), (&of_wallet, &first.code)] {
        let answer = browser.post(address, &[("code", code.expose())]).await;
        assert!(problem(&mut browser, &answer).await.starts_with("This code is wrong."), "{wallet} {address}");
    }
    got(&browser.post(&of_till, &[("code", second.code.expose())]).await);
}

#[tokio::test]
async fn the_sixth_code_of_a_minute_waits() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let page = browser.get(&authorize(&scene, &[])).await;
    for number in 0..5 {
        let sent = browser.post(&action(&page), &[("recipient", &format!("+1555010012{number}"))]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
    }
    let waits = browser.post(&action(&page), &[("recipient", NUMBER)]).await;
    assert_eq!((waits.status, waits.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "12"));
    assert!(waits.body.contains("Too many tries. Wait 12 seconds") && waits.body.contains(NUMBER), "{}", waits.body);
    scene.site.clock.advance(12_000);
    let sent = browser.post(&action(&page), &[("recipient", NUMBER)]).await;
    let waits = browser.post(sent.location(), &[("again", "1")]).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "asking again counts too");

    for _ in 0..4 {
        assert_eq!(browser.post(sent.location(), &[("code", "1")]).await.status, StatusCode::SEE_OTHER);
    }
    let other = browser.post(sent.location(), &[("code", "1")]).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER);
    let waits = enter(&scene, &mut browser, sent.location()).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "so does guessing, by itself");
}

#[tokio::test]
async fn with_sign_ups_disabled_only_users_get_a_code() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let address = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    got(&enter(&scene, &mut browser, &address).await);
    scene.change_sms(|form| form.disable_sign_ups = true).await;
    let page = browser.get(&authorize(&scene, &[])).await;
    let refused = browser.post(&action(&page), &[("recipient", "+15550100199")]).await;
    let words = problem(&mut browser, &refused).await;
    assert_eq!(words, "There is no account for this phone number, and new ones are not taken.");
    let address = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    got(&enter(&scene, &mut browser, &address).await);
}

#[tokio::test]
async fn somebody_who_is_blocked_is_told_what_everybody_is_told_and_does_not_come_in() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let address = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    let number = domain::recipient::Recipient::looked_for(NUMBER).expect("a number");
    got(&enter(&scene, &mut browser, &address).await);
    let waiting = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    let user = scene.site.backend.users().by_recipient(&number).await.expect("read").expect("a user");
    assert!(scene.site.backend.users().set_blocked(&scene.admin, &user.id, true).await.expect("blocked"));
    let answer = enter(&scene, &mut browser, &waiting).await;
    assert_eq!(problem(&mut browser, &answer).await, "The account of this phone number is blocked.");

    let before = scene.message(NUMBER).await.id;
    to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    assert_eq!(scene.message(NUMBER).await.id, before, "nothing was sent");
}
