//! The session's cookie and its life.

use axum::http::StatusCode;
use backend::Actor;
use domain::admin::{AdminEmail, Role};

use crate::browser::{PASSWORD, Site};

const HOME: &str = "/connections/passwordless";
const HOUR: i64 = 60 * 60 * 1000;

#[tokio::test]
async fn over_http_the_cookie_is_http_only_and_lax() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    let answer = browser.sign_in("owner@acme.example", PASSWORD).await;
    let cookies = answer.set_cookies();
    let [cookie] = cookies[..] else { panic!("{cookies:?}") };
    let mut attributes: Vec<&str> = cookie.split("; ").collect();
    let value = attributes.remove(0);
    attributes.sort_unstable();
    assert!(value.starts_with("doorcode_session=") && value.len() == "doorcode_session=".len() + 22, "{value}");
    assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax"]);
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let site = Site::at("https://doorcode.example.com").await.with_admins().await;
    let mut browser = site.browser();
    let answer = browser.sign_in("owner@acme.example", PASSWORD).await;
    let cookies = answer.set_cookies();
    let [cookie] = cookies[..] else { panic!("{cookies:?}") };
    let mut attributes: Vec<&str> = cookie.split("; ").collect();
    assert!(attributes.remove(0).starts_with("__Host-doorcode_session="));
    attributes.sort_unstable();
    assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);

    let answer = browser.post("/logout", &[]).await;
    let removed = |cookie: &&str| {
        cookie.starts_with("__Host-doorcode_session=;") && cookie.contains("Secure") && cookie.contains("Path=/")
    };
    assert!(answer.set_cookies().iter().any(removed), "{:?}", answer.set_cookies());
}

#[tokio::test]
async fn signing_in_never_keeps_an_id_that_somebody_knew() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    browser.cookies.insert("doorcode_session".to_owned(), "AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    browser.sign_in("owner@acme.example", PASSWORD).await;
    let first = browser.cookies["doorcode_session"].clone();
    assert_ne!(first, "AAAAAAAAAAAAAAAAAAAAAA");

    browser.sign_in("viewer@acme.example", PASSWORD).await;
    assert_ne!(browser.cookies["doorcode_session"], first);
    browser.cookies.insert("doorcode_session".to_owned(), first);
    assert_eq!(browser.get(HOME).await.location(), "/login", "the earlier session has ended");
}

#[tokio::test]
async fn nonsense_in_the_cookie_is_nobody() {
    let site = Site::set_up().await;
    for value in ["", "x", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%00"] {
        let mut browser = site.browser();
        browser.cookies.insert("doorcode_session".to_owned(), value.to_owned());
        let answer = browser.get(HOME).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/login"), "{value:?}");
    }
}

#[tokio::test]
async fn a_session_ends_after_12_idle_hours_or_7_days() {
    let site = Site::set_up().await;
    let mut idle = site.signed_in(Role::Owner).await;
    let mut busy = site.signed_in(Role::Editor).await;
    for _ in 0..15 {
        site.clock.advance(11 * HOUR);
        assert_eq!(busy.get(HOME).await.status, StatusCode::OK);
    }
    assert_eq!(idle.get(HOME).await.location(), "/login");
    site.clock.advance(4 * HOUR);
    assert_eq!(busy.get(HOME).await.location(), "/login", "seven days are over");
}

#[tokio::test]
async fn a_disabled_administrator_is_out_at_once() {
    let site = Site::set_up().await;
    let mut browser = site.signed_in(Role::Editor).await;
    let email = AdminEmail::parse("editor@acme.example").expect("an address");
    let editor = site.backend.admins().find_by_email(&email).await.expect("no failure").expect("the editor");
    site.backend
        .admins()
        .disable(&Actor::command_line(), &editor.id)
        .await
        .expect("no failure")
        .expect("not the last owner");
    assert_eq!(browser.get(HOME).await.location(), "/login");
    assert_eq!(browser.sign_in("editor@acme.example", PASSWORD).await.location(), "/login");
}

#[tokio::test]
async fn only_a_hash_of_the_id_is_stored() {
    let site = Site::set_up().await;
    let browser = site.signed_in(Role::Owner).await;
    let id = &browser.cookies["doorcode_session"];
    let owner = AdminEmail::parse("owner@acme.example").expect("an address");
    assert!(site.backend.admins().find_by_email(&owner).await.expect("no failure").is_some());
    let found = site.backend.sessions().find(id, "203.0.113.9").await.expect("no failure");
    let backend::Found::SignedIn(admin) = found else { panic!("{found:?}") };
    assert_ne!(admin.session(), id);
    for summary in site.backend.sessions().list(&admin).await.expect("no failure") {
        assert_ne!(&summary.id, id);
        assert_eq!(summary.address, "203.0.113.9");
    }
}
