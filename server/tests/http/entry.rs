//! Set-up, sign-in, sign-out and invitations.

use axum::http::StatusCode;
use backend::Actor;
use domain::admin::{AdminEmail, Role};

use crate::browser::{PASSWORD, Site};

const HOME: &str = "/connections/passwordless";

#[tokio::test]
async fn set_up_creates_the_first_owner_and_signs_in() {
    let site = Site::new().await;
    let mut browser = site.browser();
    assert_eq!(browser.get(HOME).await.location(), "/login");
    assert_eq!(browser.get("/login").await.location(), "/setup");
    assert_eq!(browser.get("/setup").await.status, StatusCode::OK);

    let token = site.backend.setup_token();
    let answer =
        browser.post("/setup", &[("token", &token), ("email", "Ines@Acme.Example"), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, HOME));
    assert_eq!(browser.get(HOME).await.status, StatusCode::OK);
    let admins = site.backend.admins().list().await.expect("a list");
    assert_eq!((admins.len(), admins[0].email.as_str(), admins[0].role), (1, "ines@acme.example", Role::Owner));
}

#[tokio::test]
async fn set_up_with_a_wrong_token_creates_nobody() {
    let site = Site::new().await;
    let real = site.backend.setup_token();
    let other = format!("x{}", &real[1..]);
    for token in ["", "wrong", &real[..real.len() - 1], &other] {
        let mut browser = site.browser();
        let answer =
            browser.post("/setup", &[("token", token), ("email", "ines@acme.example"), ("password", PASSWORD)]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/setup"), "{token}");
        assert!(browser.cookies.contains_key("doorcode_flash") && !browser.cookies.contains_key("doorcode_session"));
        let shown = browser.get("/setup").await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(!browser.cookies.contains_key("doorcode_flash"), "a refusal is shown once");
    }
    assert!(site.backend.needs_set_up().await.expect("an answer"));
}

#[tokio::test]
async fn set_up_refuses_a_bad_address_or_password_and_keeps_the_token() {
    let site = Site::new().await;
    let token = site.backend.setup_token();
    for (email, password) in [("ines", PASSWORD), ("ines@acme.example", "short"), ("", "")] {
        let answer =
            site.browser().post("/setup", &[("token", &token), ("email", email), ("password", password)]).await;
        assert_eq!(answer.location(), format!("/setup?token={token}"));
    }
    assert!(site.backend.needs_set_up().await.expect("an answer"));
}

#[tokio::test]
async fn set_up_is_gone_once_there_is_an_administrator() {
    let site = Site::set_up().await;
    let token = site.backend.setup_token();
    let mut browser = site.browser();
    assert_eq!(browser.get(&format!("/setup?token={token}")).await.status, StatusCode::NOT_FOUND);
    let answer =
        browser.post("/setup", &[("token", &token), ("email", "eve@evil.example"), ("password", PASSWORD)]).await;
    assert_eq!(answer.location(), "/setup");
    assert!(browser.cookies.is_empty());
    assert_eq!(site.backend.admins().list().await.expect("a list").len(), 3);
}

#[tokio::test]
async fn signing_in_leads_to_where_one_wanted_to_go() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    let wanted = "/applications?q=acme&page=2";
    let answer = browser.get(wanted).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/login?next=%2Fapplications%3Fq%3Dacme%26page%3D2")
    );
    let answer =
        browser.post("/login", &[("email", "owner@acme.example"), ("password", PASSWORD), ("next", wanted)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, wanted));
    assert_eq!(browser.get("/login?next=%2Fapplications").await.location(), "/applications", "already signed in");
}

#[tokio::test]
async fn next_never_leads_to_another_site() {
    let site = Site::set_up().await;
    for next in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0d%0a",
        "javascript:alert(1)",
        "/a\r\nset-cookie: b=c",
        "",
    ] {
        let answer = site
            .browser()
            .post("/login", &[("email", "owner@acme.example"), ("password", PASSWORD), ("next", next)])
            .await;
        let expected = if next == "/%0d%0a" { next } else { HOME };
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, expected), "{next:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let site = Site::set_up().await;
    let mut answers = Vec::new();
    for email in ["owner@acme.example", "nobody@acme.example"] {
        let mut browser = site.browser();
        let answer = browser
            .post("/login", &[("email", email), ("password", "wrong wrong wrong"), ("next", "/applications")])
            .await;
        assert_eq!(answer.location(), "/login?next=%2Fapplications");
        assert!(!browser.cookies.contains_key("doorcode_session"));
        let flash = answer.set_cookies();
        assert!(flash.len() == 1 && flash[0].ends_with("; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"), "{flash:?}");
        answers.push((answer.status, answer.body));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn what_was_typed_is_shown_again_but_the_password() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    browser.sign_in("owner@acme.example", "wrong wrong wrong").await;
    let page = browser.get("/login").await;
    assert!(!page.body.contains("wrong wrong wrong"), "{}", page.body);
    assert!(page.body.contains("owner@acme.example"), "{}", page.body);
    assert!(!browser.get("/login").await.body.contains("owner@acme.example"), "a refusal is shown once");
}

#[tokio::test]
async fn a_forged_flash_changes_nothing() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    let plain = browser.get("/login").await.status;
    for forged in ["x", "e30", "bm90IGpzb24", "%00"] {
        browser.cookies.insert("doorcode_flash".to_owned(), forged.to_owned());
        assert_eq!(browser.get("/login").await.status, plain);
        assert!(!browser.cookies.contains_key("doorcode_flash"));
    }
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let site = Site::set_up().await;
    let mut browser = site.signed_in(Role::Owner).await;
    let before = browser.clone();
    let answer = browser.post("/logout", &[]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/login"));
    assert!(!browser.cookies.contains_key("doorcode_session"));
    for mut browser in [browser, before] {
        assert_eq!(browser.get(HOME).await.location(), "/login", "also with the old cookie");
    }
    assert_eq!(site.browser().get("/logout").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn an_invitation_works_once() {
    let site = Site::set_up().await;
    let email = AdminEmail::parse("new@acme.example").expect("an address");
    let invite = site
        .backend
        .admins()
        .invite(&Actor::command_line(), email, Role::Editor)
        .await
        .expect("no failure")
        .expect("invited");
    let path = format!("/invite/{}", invite.token);
    let mut browser = site.browser();
    assert_eq!(browser.get(&path).await.status, StatusCode::OK);

    assert_eq!(browser.post(&path, &[("password", "short")]).await.location(), path);
    let answer = browser.post(&path, &[("username", "new@acme.example"), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, HOME));
    assert_eq!(browser.get(HOME).await.status, StatusCode::OK);

    assert_eq!(site.browser().get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.browser().post(&path, &[("password", PASSWORD)]).await.location(), path);
    assert_eq!(site.browser().get("/invite/nonsense").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_invitation_expires_after_a_day() {
    let site = Site::set_up().await;
    let email = AdminEmail::parse("new@acme.example").expect("an address");
    let invite = site
        .backend
        .admins()
        .invite(&Actor::command_line(), email, Role::Editor)
        .await
        .expect("no failure")
        .expect("invited");
    site.clock.advance(24 * 60 * 60 * 1000 + 1);
    let path = format!("/invite/{}", invite.token);
    assert_eq!(site.browser().get(&path).await.status, StatusCode::NOT_FOUND);
    let mut browser = site.browser();
    browser.post(&path, &[("password", PASSWORD)]).await;
    assert!(!browser.cookies.contains_key("doorcode_session"));
}
