//! Whole sign-ins, from the request of an application to its tokens.

use axum::http::StatusCode;
use domain::application::ApplicationType;
use domain::connection::Method;

use super::{CHALLENGE, ISSUER, VERIFIER, action, authorize, enter, got, parameter, to_code};
use crate::browser::Answer;
use crate::oauth::{ADDRESS, CALLBACK, NUMBER, Scene, body, claims, refusal};

async fn redeem(scene: &Scene, code: &str, verifier: Option<&str>) -> Answer {
    let mut fields = vec![
        ("grant_type", "authorization_code".to_owned()),
        ("client_id", scene.client_id.clone()),
        ("code", code.to_owned()),
        ("redirect_uri", CALLBACK.to_owned()),
    ];
    fields.extend(verifier.map(|verifier| ("code_verifier", verifier.to_owned())));
    if !scene.secret.is_empty() {
        fields.push(("client_secret", scene.secret.expose().to_owned()));
    }
    scene.program.form("/oauth/token", &fields).await
}

#[tokio::test]
async fn a_user_signs_in_by_sms_and_the_application_gets_tokens() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let request = authorize(&scene, &[("nonce", "n-1"), ("scope", "openid phone offline_access")]);
    let page = browser.get(&request).await;
    assert!(page.set_cookies().is_empty(), "opening the page keeps nothing: {:?}", page.set_cookies());
    for words in [
        "<h1>Sign in to Wallet</h1>",
        "<title>Sign in to Wallet · Doorcode</title>",
        ">Phone number</label>",
        ">Continue<",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }

    let address = to_code(&mut browser, &request, " +1 (555) 010-0123 ").await;
    let page = browser.get(&address).await;
    for words in [
        "<h1>Enter your code</h1>",
        "<b>+1••••••0123</b>",
        "autocomplete=\"one-time-code\"",
        "6 digits",
        ">Send a new code<",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("5550100123"), "the number is masked");

    let got = got(&enter(&scene, &mut browser, &address).await);
    let names: Vec<&str> = got.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["code", "state", "iss"]);
    assert_eq!((parameter(&got, "state"), parameter(&got, "iss")), ("s t&te".to_owned(), ISSUER.to_owned()));

    let tokens = body(&redeem(&scene, &parameter(&got, "code"), Some(VERIFIER)).await);
    let id = claims(&tokens["id_token"]);
    assert_eq!((&id["nonce"], &id["phone_number"], &id["iss"]), (&"n-1".into(), &NUMBER.into(), &ISSUER.into()));
    assert!(id["sub"].as_str().is_some_and(|sub| sub.starts_with("sms|")), "{id}");
    assert!(tokens["refresh_token"].is_string(), "{tokens}");
}

#[tokio::test]
async fn a_code_cannot_be_redeemed_without_the_verifier_of_its_challenge_and_only_once() {
    let scene = Scene::of(ApplicationType::Native).await;
    let mut browser = scene.site.browser();
    for verifier in [None, Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXx")] {
        let address = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
        let code = parameter(&got(&enter(&scene, &mut browser, &address).await), "code");
        assert_eq!(refusal(&redeem(&scene, &code, verifier).await).1, "invalid_grant");
    }
    let address = to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    let code = parameter(&got(&enter(&scene, &mut browser, &address).await), "code");
    assert_eq!(redeem(&scene, &code, Some(VERIFIER)).await.status, StatusCode::OK);
    assert_eq!(refusal(&redeem(&scene, &code, Some(VERIFIER)).await).1, "invalid_grant");
}

#[tokio::test]
async fn a_confidential_application_may_do_without_a_challenge_but_not_with_a_verifier_of_its_own() {
    let scene = Scene::new().await;
    let mut browser = scene.site.browser();
    let plain = authorize(&scene, &[("code_challenge", ""), ("code_challenge_method", "")]);
    for (verifier, status) in [(Some(VERIFIER), StatusCode::FORBIDDEN), (None, StatusCode::OK)] {
        let address = to_code(&mut browser, &plain, NUMBER).await;
        let code = parameter(&got(&enter(&scene, &mut browser, &address).await), "code");
        assert_eq!(redeem(&scene, &code, verifier).await.status, status, "a challenge was taken out on its way");
    }
}

#[tokio::test]
async fn opening_going_back_and_loading_again_send_nothing_and_spend_nothing() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let request = authorize(&scene, &[]);
    for _ in 0..3 {
        browser.get(&request).await;
    }
    assert_eq!(scene.site.backend.outbox().page(None, None).await.expect("read").messages.len(), 0);
    let address = to_code(&mut browser, &request, NUMBER).await;
    for _ in 0..3 {
        assert_eq!(browser.get(&address).await.status, StatusCode::OK);
        browser.get(&request).await;
    }
    assert_eq!(scene.site.backend.outbox().page(None, None).await.expect("read").messages.len(), 1);
    got(&enter(&scene, &mut browser, &address).await);

    let back = browser.get(&address).await;
    assert!(back.status == StatusCode::OK && back.body.contains("This sign-in is finished"), "{}", back.body);
    let replayed = enter(&scene, &mut browser, &address).await;
    assert!(replayed.body.contains("This sign-in is finished") && replayed.location().is_empty(), "{}", replayed.body);
}

#[tokio::test]
async fn two_tabs_of_a_browser_do_not_get_in_each_others_way() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let first = to_code(&mut browser, &authorize(&scene, &[("state", "one")]), NUMBER).await;
    let second = to_code(&mut browser, &authorize(&scene, &[("state", "two"), ("connection", "email")]), ADDRESS).await;
    assert_eq!(parameter(&got(&enter(&scene, &mut browser, &first).await), "state"), "one");
    let code = scene.message(ADDRESS).await.code;
    assert_eq!(parameter(&got(&browser.post(&second, &[("code", code.expose())]).await), "state"), "two");
}

#[tokio::test]
async fn tokens_come_in_the_fragment_bound_to_each_other() {
    let scene = Scene::of(ApplicationType::Spa).await;
    scene.change_application(|form| form.grant_types.implicit = true).await;
    let mut browser = scene.site.browser();
    let request =
        authorize(&scene, &[("response_type", "id_token token"), ("nonce", "n-2"), ("scope", "openid offline_access")]);
    let address = to_code(&mut browser, &request, NUMBER).await;
    let answer = enter(&scene, &mut browser, &address).await;
    let (uri, fragment) = answer.location().split_once('#').expect("a fragment");
    assert_eq!(uri, CALLBACK);
    let got: Vec<(String, String)> = url::form_urlencoded::parse(fragment.as_bytes()).into_owned().collect();
    let id = claims(&parameter(&got, "id_token").into());
    assert_eq!(id["nonce"], "n-2");
    assert!(id["at_hash"].is_string(), "{id}");
    assert_eq!(
        ["token_type", "expires_in", "scope", "state", "iss"].map(|name| parameter(&got, name)),
        ["Bearer", "86400", "openid", "s t&te", ISSUER]
    );
    let userinfo = scene.program.with("authorization", &format!("Bearer {}", parameter(&got, "access_token")));
    assert_eq!(body(&userinfo.get("/userinfo").await)["sub"], id["sub"]);
}

#[tokio::test]
async fn an_answer_is_posted_where_that_was_asked_for() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let address = to_code(&mut browser, &authorize(&scene, &[("response_mode", "form_post")]), NUMBER).await;
    let answer = enter(&scene, &mut browser, &address).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
    assert_eq!(action(&answer), CALLBACK);
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("form-action https://app.acme.example;") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    for input in
        ["name=\"code\"", "name=\"state\" value=\"s t&amp;te\"", "name=\"iss\" value=\"http://127.0.0.1:3000/\""]
    {
        assert!(answer.body.contains(input), "{input}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_page_offers_the_ways_in_that_the_application_leaves_open() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let either = authorize(&scene, &[("connection", "")]);
    let page = browser.get(&either).await;
    assert!(
        page.body.contains(">Phone number</label>") && page.body.contains("Use an email address instead"),
        "{}",
        page.body
    );
    let hinted = browser.get(&authorize(&scene, &[("connection", ""), ("login_hint", "Ana@Acme.example")])).await;
    assert!(hinted.body.contains(">Email address</label>") && hinted.body.contains("value=\"ana@acme.example\""));
    let link = hinted.body.split_once("<a href=\"").expect("the other way").1.split_once('"').expect("an end").0;
    let other = browser.get(&link.replace("&amp;", "&")).await;
    assert!(other.body.contains(">Phone number</label>") && other.body.contains("value=\"\""), "{}", other.body);

    let email = hinted;
    let sent = browser.post(&action(&email), &[("recipient", "ANA@acme.example")]).await;
    let code = scene.message(ADDRESS).await.code;
    got(&browser.post(sent.location(), &[("code", code.expose())]).await);

    let asked = browser.get(&authorize(&scene, &[])).await;
    assert!(!asked.body.contains("instead"), "an application that asks for SMS gets SMS");
    scene.enable(Method::Email, false).await;
    let page = browser.get(&either).await;
    assert!(page.body.contains(">Phone number</label>") && !page.body.contains("instead"), "{}", page.body);
}

#[tokio::test]
async fn the_language_is_the_requests_own_or_the_browsers() {
    let scene = Scene::of(ApplicationType::Spa).await;
    scene.change_sms(|form| form.message = "@@code@@ @@application.name@@ {@@request_language@@}".to_owned()).await;
    let mut browser = scene.site.browser();
    to_code(&mut browser, &authorize(&scene, &[("ui_locales", "fr-CA en")]), NUMBER).await;
    assert!(scene.message(NUMBER).await.text.ends_with("{fr-CA}"), "{}", scene.message(NUMBER).await.text);
    to_code(&mut browser, &authorize(&scene, &[]), NUMBER).await;
    assert!(scene.message(NUMBER).await.text.ends_with("{en}"), "the installation's own");
}

#[tokio::test]
async fn the_page_runs_nothing_and_its_forms_end_here_or_at_the_callback() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    let page = browser.get(&authorize(&scene, &[("code_challenge", CHALLENGE)])).await;
    assert_eq!(
        page.header("content-security-policy"),
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' https://app.acme.example; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(!page.body.contains("<script"), "{}", page.body);
}
