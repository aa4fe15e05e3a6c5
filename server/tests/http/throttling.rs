//! Ten failures per account and address, fifty per address, and whose word on the address counts.

use axum::body::Body;
use axum::http::{Method, StatusCode};

use crate::browser::{Answer, Browser, FORM, PASSWORD, Site, request};

async fn try_to_sign_in(browser: &mut Browser, forwarded: Option<&str>, email: &str, password: &str) -> Answer {
    let mut builder = request(Method::POST, "/login")
        .header("content-type", FORM)
        .header("sec-fetch-site", "same-origin")
        .header("accept", "text/html");
    if let Some(forwarded) = forwarded {
        builder = builder.header("x-forwarded-for", forwarded);
    }
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("email", email)
        .append_pair("password", password)
        .finish();
    browser.send(builder.body(Body::from(body)).expect("a request")).await
}

#[tokio::test]
async fn the_eleventh_failure_is_429_with_the_page_and_a_time() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    exhaust(&mut browser, None).await;
    let answer = try_to_sign_in(&mut browser, None, "owner@acme.example", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "the right password does not help");
    let seconds: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=900).contains(&seconds), "{seconds}");
    assert!(answer.header("content-type").starts_with("text/html") && answer.body.contains("<h1"), "{}", answer.body);
    assert!(!browser.cookies.contains_key("doorcode_session"));

    let mut elsewhere = site.browser();
    elsewhere.peer = "198.51.100.7:1".parse().expect("an address");
    let answer = try_to_sign_in(&mut elsewhere, None, "owner@acme.example", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "nobody can lock an administrator out");
    assert!(elsewhere.cookies.contains_key("doorcode_session"));
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_counts_for_itself() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    browser.peer = "10.0.0.2:1".parse().expect("an address");
    exhaust(&mut browser, Some("198.51.100.1")).await;
    let spoofed = try_to_sign_in(&mut browser, Some("6.6.6.6, 198.51.100.1"), "owner@acme.example", PASSWORD).await;
    assert_eq!(spoofed.status, StatusCode::TOO_MANY_REQUESTS, "what the client wrote itself does not count");
    let other = try_to_sign_in(&mut browser, Some("198.51.100.2"), "owner@acme.example", PASSWORD).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn without_a_trusted_proxy_the_header_does_not_count() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    for failure in 0..10 {
        try_to_sign_in(&mut browser, Some(&format!("198.51.100.{failure}")), "owner@acme.example", "wrong wrong wrong")
            .await;
        site.clock.advance(5000);
    }
    let answer = try_to_sign_in(&mut browser, Some("198.51.100.99"), "owner@acme.example", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

async fn exhaust(browser: &mut Browser, forwarded: Option<&str>) {
    for failure in 0..10 {
        let answer = try_to_sign_in(browser, forwarded, "owner@acme.example", "wrong wrong wrong").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "failure {failure}");
    }
}
