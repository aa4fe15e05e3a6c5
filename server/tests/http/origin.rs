//! Only a page of ours may change something.

use axum::body::Body;
use axum::http::{Method, StatusCode};

use crate::browser::{FORM, Site, request};

const OURS: &str = "http://127.0.0.1:3000";

#[tokio::test]
async fn changes_need_the_same_origin() {
    let site = Site::set_up().await;
    for (fetch_site, origin, passes) in [
        (Some("same-origin"), None, true),
        (Some("same-origin"), Some("https://evil.example"), true),
        (Some("same-site"), Some(OURS), false),
        (Some("cross-site"), Some(OURS), false),
        (Some("none"), None, false),
        (None, Some(OURS), true),
        (None, Some("https://127.0.0.1:3000"), false),
        (None, Some("http://127.0.0.1:3001"), false),
        (None, Some("null"), false),
        (None, None, false),
    ] {
        for path in [
            "/login",
            "/logout",
            "/setup",
            "/invite/x",
            "/preview/frame",
            "/fn/anything",
            "/nowhere",
            "/connections/passwordless",
        ] {
            let mut builder = request(Method::POST, path).header("content-type", FORM);
            if let Some(fetch_site) = fetch_site {
                builder = builder.header("sec-fetch-site", fetch_site);
            }
            if let Some(origin) = origin {
                builder = builder.header("origin", origin);
            }
            let answer =
                site.browser().send(builder.body(Body::from("email=a&password=b&token=c")).expect("a request")).await;
            assert_eq!(
                answer.status != StatusCode::FORBIDDEN,
                passes,
                "{path} {fetch_site:?} {origin:?}: {}",
                answer.status
            );
        }
    }
}

#[tokio::test]
async fn every_other_method_needs_it_too() {
    let site = Site::set_up().await;
    for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
        let answer = site.browser().send(request(method, "/login").body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_refusal_names_the_setting_that_may_be_wrong() {
    let site = Site::set_up().await;
    let answer = site
        .browser()
        .send(request(Method::POST, "/login").header("accept", "text/html").body(Body::empty()).expect("a request"))
        .await;
    assert!(
        answer.body.contains("DOORCODE_PUBLIC_URL") && answer.body.contains("<h1>Not allowed</h1>"),
        "{}",
        answer.body
    );
}
