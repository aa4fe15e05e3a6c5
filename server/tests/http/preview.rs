//! The frame of the email preview.

use axum::http::StatusCode;
use domain::admin::Role;
use leptos::server_fn::axum::server_fn_paths;

use crate::browser::{Browser, Site};

#[tokio::test]
async fn the_frame_has_a_policy_of_its_own() {
    let site = Site::set_up().await;
    for (path, images) in
        [("/preview/frame", "data:"), ("/preview/frame?remote=0", "data:"), ("/preview/frame?remote=1", "data: https:")]
    {
        let answer = site.browser().get(path).await;
        assert_eq!(answer.status, StatusCode::OK);
        let policy = answer.header("content-security-policy");
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src {images}; form-action 'none'; \
                 base-uri 'none'; frame-ancestors 'self'"
            )
        );
        assert!(answer.body.contains(&format!("<script nonce=\"{nonce}\">")));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn without_javascript_the_form_is_shown_as_the_message() {
    let site = Site::set_up().await;
    let form = [
        ("base", "0"),
        ("form[from]", "Acme <no-reply@acme.example>"),
        ("form[subject]", "Your code"),
        ("form[body]", "<h1>{{ code }}</h1><script>alert(1)</script>"),
        ("form[otp_length]", "6"),
    ];
    let answer = site.signed_in(Role::Viewer).await.post("/preview/frame", &form).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer.body.contains("<h1>123456</h1>") && answer.body.contains("Acme &lt;no-reply@acme.example&gt;"),
        "{}",
        answer.body
    );
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"
    );
}

/// Posts to a server function as a form does.
async fn call(browser: &mut Browser, name: &str, fields: &[(&str, &str)]) {
    let (path, _) = server_fn_paths().find(|(path, _)| path.starts_with(&format!("/fn/{name}"))).expect("a function");
    assert_eq!(browser.post(path, fields).await.status, StatusCode::SEE_OTHER, "{name}");
}

#[tokio::test]
async fn without_javascript_a_message_says_what_it_takes_at_most() {
    let site = Site::set_up().await;
    let mut browser = site.signed_in(Role::Editor).await;
    call(&mut browser, "register_application", &[("form[name]", "Łódź Transit"), ("form[kind]", "spa")]).await;
    let form = [
        ("base", "0"),
        ("form[syntax]", "liquid"),
        ("form[message]", "{{ application.name }}:\r\n{{ code }} {{ cod }}"),
        ("form[otp_length]", "9"),
    ];
    for (most, enable) in [("GSM-7, 19 characters", true), ("UCS-2, 24 characters", false)] {
        let answer = browser.post("/preview/frame", &form).await;
        assert_eq!(answer.status, StatusCode::OK);
        for words in [
            "GSM-7, 16 characters, 1 segment",
            &format!("At most: {most}, 1 segment"),
            "Line 2, column 15: There is no",
        ] {
            assert!(answer.body.contains(words), "{words} in {}", answer.body);
        }
        if enable {
            call(&mut browser, "set_all_applications_enabled", &[("method", "sms"), ("q", ""), ("on", "true")]).await;
        }
    }
}

#[tokio::test]
async fn a_message_is_shown_to_administrators_only() {
    let site = Site::set_up().await;
    let answer = site.browser().post("/preview/frame", &[("form[body]", "<p>{{ code }}</p>")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(!answer.body.contains("123456"));
}
