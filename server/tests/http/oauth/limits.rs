//! How often the API may be called, and whose address counts.

use axum::http::StatusCode;

use super::{Scene, refusal};

#[tokio::test]
async fn the_fifty_first_start_of_an_hour_waits_and_every_answer_says_what_is_left() {
    let scene = Scene::new().await;
    for left in (0..50_u32).rev() {
        let answer = scene.program.json("/passwordless/start", &scene.sms()).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(
            (answer.header("x-ratelimit-limit"), answer.header("x-ratelimit-remaining")),
            ("50", left.to_string().as_str())
        );
    }
    let answer = scene.program.json("/passwordless/start", &scene.sms()).await;
    assert_eq!(refusal(&answer), (429, "too_many_requests".to_owned(), "Rate limit exceeded.".to_owned()));
    assert_eq!((answer.header("retry-after"), answer.header("x-ratelimit-remaining")), ("72", "0"));
    let reset = scene.site.clock.now() / 1_000 + 3_600;
    assert_eq!(answer.header("x-ratelimit-reset"), reset.to_string());

    let elsewhere = scene.program.at("198.51.100.4:5000").json("/passwordless/start", &scene.sms()).await;
    assert_eq!(elsewhere.status, StatusCode::OK);
    scene.site.clock.advance(72_000);
    assert_eq!(scene.program.json("/passwordless/start", &scene.sms()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn wrong_requests_count_too_and_a_whole_ipv6_network_is_one_caller() {
    let scene = Scene::new().await;
    let program = scene.program.at("[2001:db8::1]:5000");
    assert_eq!(program.json("/passwordless/start", &serde_json::json!({})).await.header("x-ratelimit-remaining"), "49");
    let neighbour = scene.program.at("[2001:db8::ffff:1]:5000");
    assert_eq!(
        neighbour.json("/passwordless/start", &serde_json::json!([])).await.header("x-ratelimit-remaining"),
        "48"
    );
    let other = scene.program.at("[2001:db8:0:1::1]:5000");
    assert_eq!(other.json("/passwordless/start", &serde_json::json!([])).await.header("x-ratelimit-remaining"), "49");
}

#[tokio::test]
async fn the_end_users_address_counts_where_an_application_is_trusted_with_it() {
    let scene = Scene::new().await;
    let forwarded = scene.program.with("auth0-forwarded-for", "192.0.2.77");
    let remaining = async |program: &super::Program, request: &serde_json::Value| {
        let answer = program.json("/passwordless/start", request).await;
        answer.header("x-ratelimit-remaining").to_owned()
    };
    assert_eq!(remaining(&forwarded, &scene.sms()).await, "49", "not trusted: the caller's own");
    scene.change_application(|form| form.trust_ip_header = true).await;
    assert_eq!(remaining(&forwarded, &scene.sms()).await, "49", "the end user's");
    assert_eq!(remaining(&scene.program, &scene.sms()).await, "48", "the caller's own");
    let mut unproved = scene.sms();
    unproved["client_secret"] = serde_json::json!("wrong");
    assert_eq!(remaining(&forwarded, &unproved).await, "47", "anybody can write a header");
    let nonsense = scene.program.with("auth0-forwarded-for", "nonsense");
    assert_eq!(remaining(&nonsense, &scene.sms()).await, "46");
}

#[tokio::test]
async fn tokens_and_profiles_have_limits_of_their_own() {
    let scene = Scene::new().await;
    let wrong = scene.otp("000000");
    for _ in 0..30 {
        assert_ne!(scene.program.form("/oauth/token", &wrong).await.status, StatusCode::TOO_MANY_REQUESTS);
    }
    let answer = scene.program.form("/oauth/token", &wrong).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    scene.site.clock.advance(1_000);
    let tokens = scene.tokens().await;
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().expect("a token"));
    let shown = scene.program.with("authorization", &bearer);
    for left in (0..10_u32).rev() {
        let answer = shown.get("/userinfo").await;
        assert_eq!(
            (answer.status, answer.header("x-ratelimit-remaining")),
            (StatusCode::OK, left.to_string().as_str())
        );
    }
    assert_eq!(shown.get("/userinfo").await.header("retry-after"), "12");
}
