//! Requests that cannot be followed: where that is told, and that nobody is sent where the application does not say.

use axum::body::Body;
use axum::http::{Method as Http, StatusCode};
use domain::application::ApplicationType;
use domain::connection::Method;

use super::{ISSUER, action, authorize, enter, got, parameter, to_code};
use crate::browser::{FORM, request};
use crate::oauth::{CALLBACK, NUMBER, Scene};

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_allowed() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    for redirect_uri in [
        "https://evil.example/",
        "https://app.acme.example/callback/",
        "https://app.acme.example/callback/../evil",
        "https://app.acme.example/callback?x=1",
        "https://app.acme.example/callback#x",
        "https://app.acme.example@evil.example/callback",
        "//evil.example",
        "javascript:alert(1)",
    ] {
        // Also where something else is wrong that would go back, and where the answer would be posted.
        for more in [("scope", "openid"), ("response_type", "x"), ("prompt", "none"), ("response_mode", "form_post")] {
            let address = authorize(&scene, &[("redirect_uri", redirect_uri), more]);
            let told = browser.get(&address).await;
            assert_eq!((told.status, told.location()), (StatusCode::BAD_REQUEST, ""), "{address}");
            assert!(told.body.contains("Callback URL not allowed") && !told.body.contains("evil"), "{}", told.body);
            let posted = browser.post(&address, &[("recipient", NUMBER)]).await;
            assert_eq!((posted.status, posted.location()), (StatusCode::BAD_REQUEST, ""), "{address}");
        }
    }
    let twice = authorize(&scene, &[]) + "&redirect_uri=https%3A%2F%2Fevil.example%2F";
    assert_eq!(browser.get(&twice).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_application_that_is_not_there_is_told() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let twice = authorize(&scene, &[]) + "&client_id=x";
    for address in ["/authorize", "/authorize?client_id=%00", &authorize(&scene, &[("client_id", "nobody")]), &twice] {
        let told = browser.get(address).await;
        assert_eq!((told.status, told.location()), (StatusCode::BAD_REQUEST, ""), "{address}");
        assert!(told.body.contains("Unknown application"), "{}", told.body);
    }
    let long = authorize(&scene, &[("x", &"y".repeat(20_000))]);
    assert!(browser.get(&long).await.body.contains("Request too long"));
}

#[tokio::test]
async fn all_else_goes_back_to_the_application_and_says_who_answers() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    for (more, error) in [
        (("response_type", "password"), "unsupported_response_type"),
        (("prompt", "none"), "login_required"),
        (("request_uri", "https://evil.example/"), "request_uri_not_supported"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("connection", "github"), "invalid_request"),
        (("nonce", "a\0b"), "invalid_request"),
    ] {
        let address = authorize(&scene, &[more]);
        for answer in [browser.get(&address).await, browser.post(&address, &[("recipient", NUMBER)]).await] {
            let got = got(&answer);
            let told = ["error", "state", "iss"].map(|name| parameter(&got, name));
            assert_eq!(told, [error, "s t&te", ISSUER], "{address}");
            assert!(!parameter(&got, "error_description").is_empty() && parameter(&got, "code").is_empty());
        }
    }
    let twice = got(&browser.get(&(authorize(&scene, &[]) + "&scope=email")).await);
    assert_eq!(parameter(&twice, "error"), "invalid_request");
    let posted = browser.get(&authorize(&scene, &[("prompt", "none"), ("response_mode", "form_post")])).await;
    assert!(action(&posted) == CALLBACK && posted.body.contains("value=\"login_required\""), "{}", posted.body);
    let fragment = browser.get(&authorize(&scene, &[("response_type", "token")])).await;
    let begins = "https://app.acme.example/callback#error=unauthorized_client&";
    assert!(fragment.location().starts_with(begins), "{}", fragment.location());
    assert_eq!(scene.site.backend.outbox().page(None, None).await.expect("read").messages.len(), 0);
}

#[tokio::test]
async fn a_way_in_that_is_closed_is_told_to_the_application() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let address = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    scene.enable(Method::Sms, false).await;
    let error = async |browser: &mut crate::browser::Browser, more: (&str, &str)| {
        parameter(&got(&browser.get(&authorize(&scene, &[more])).await), "error")
    };
    assert_eq!(error(&mut browser, ("connection", "sms")).await, "unauthorized_client");
    assert_eq!(
        parameter(&got(&enter(&scene, &mut browser, &address).await), "error"),
        "unauthorized_client",
        "as it is now"
    );
    scene.toggle(Method::Sms, false).await;
    assert_eq!(error(&mut browser, ("connection", "sms")).await, "access_denied");
    scene.enable(Method::Email, false).await;
    assert_eq!(error(&mut browser, ("connection", "")).await, "unauthorized_client");
    scene.toggle(Method::Email, false).await;
    assert_eq!(error(&mut browser, ("connection", "")).await, "access_denied");

    scene.toggle(Method::Sms, true).await;
    scene.enable(Method::Sms, true).await;
    got(&enter(&scene, &mut browser, &address).await);
}

#[tokio::test]
async fn a_callback_that_is_withdrawn_meanwhile_is_not_gone_back_to() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let address = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    scene.change_application(|form| form.callbacks = "https://new.acme.example/".to_owned()).await;
    let answer = enter(&scene, &mut browser, &address).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::BAD_REQUEST, ""), "{}", answer.body);
}

#[tokio::test]
async fn an_address_of_a_sign_in_is_worth_nothing_in_another_browser() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let address = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    let mut other = scene.site.browser();
    to_code(&mut other, &authorize(&scene, &[("connection", "email")]), "eve@acme.example").await;
    for browser in [&mut scene.site.browser(), &mut other] {
        let opened = browser.get(&address).await;
        assert_eq!(opened.status, StatusCode::FORBIDDEN);
        assert!(opened.body.contains("This sign-in was begun in another browser"));
        // Neither whom it is about nor what the application asked for.
        assert!(!opened.body.contains("0123") && !opened.body.contains(&scene.client_id), "{}", opened.body);
        let answered = enter(&scene, browser, &address).await;
        assert_eq!((answered.status, answered.location()), (StatusCode::FORBIDDEN, ""));
        assert_eq!(browser.post(&address, &[("again", "1")]).await.status, StatusCode::FORBIDDEN);
    }
    for address in ["/authorize/code", "/authorize/code?state=x", &format!("{address}&state=x")] {
        assert_eq!(browser.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
    }
    got(&enter(&scene, &mut browser, &address).await);
}

#[tokio::test]
async fn other_sites_post_nothing_here() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let address = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    let code = scene.message(NUMBER).await.code;
    for (path, body) in [
        (address.as_str(), format!("code={}", code.expose())),
        (&authorize(&scene, &[]), "recipient=%2B15550100123".to_owned()),
        ("/passwordless/verify_redirect", "verification_code=x".to_owned()),
    ] {
        let sent = request(Http::POST, path).header("content-type", FORM).header("sec-fetch-site", "cross-site");
        let answer = browser.send(sent.body(Body::from(body)).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    got(&enter(&scene, &mut browser, &address).await);
}
