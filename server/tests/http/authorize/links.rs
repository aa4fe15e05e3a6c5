//! The sign-in link, from the message to the application.

use axum::http::StatusCode;
use domain::application::ApplicationType;
use domain::connection::Method;
use serde_json::{Value, json};

use super::{CHALLENGE, ISSUER, VERIFIER, action, got, parameter};
use crate::browser::{Answer, Browser};
use crate::oauth::{ADDRESS, CALLBACK, NUMBER, Scene, body, claims};

/// Asks for a link and answers its path.
async fn link(scene: &Scene, params: Value) -> String {
    let mut request = scene.email("link");
    request["authParams"] = params;
    let answer = scene.program.json("/passwordless/start", &request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let link = scene.message(ADDRESS).await.link.expect("a link");
    link.expose().strip_prefix("http://127.0.0.1:3000").expect("the public URL").to_owned()
}

/// Presses the button of the page that a link opens.
async fn press(browser: &mut Browser, page: &Answer) -> Answer {
    assert!(page.body.contains("<h1>Sign in to Wallet</h1>"), "{}", page.body);
    let inputs: Vec<(String, String)> = page
        .body
        .split("type=\"hidden\" name=\"")
        .skip(1)
        .filter_map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"")?;
            Some((name.to_owned(), rest.split_once('"')?.0.replace("&amp;", "&")))
        })
        .collect();
    let inputs: Vec<(&str, &str)> = inputs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(&action(page), &inputs).await
}

#[tokio::test]
async fn scanners_may_open_a_link_and_its_reader_signs_in_by_its_button() {
    let scene = Scene::new().await;
    let params =
        json!({ "redirect_uri": CALLBACK, "state": "s&1", "scope": "openid email offline_access", "nonce": "n-3" });
    let path = link(&scene, params).await;
    for _ in 0..3 {
        let mut scanner = scene.site.browser();
        let page = scanner.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("form-action 'self' https://app.acme.example;"), "{policy}");
    }
    let mut reader = scene.site.browser();
    let page = reader.get(&path).await;
    let got = got(&press(&mut reader, &page).await);
    assert_eq!(["state", "iss"].map(|name| parameter(&got, name)), ["s&1", ISSUER]);
    let fields = [
        ("grant_type", "authorization_code".to_owned()),
        ("client_id", scene.client_id.clone()),
        ("client_secret", scene.secret.expose().to_owned()),
        ("code", parameter(&got, "code")),
        ("redirect_uri", CALLBACK.to_owned()),
    ];
    let tokens = body(&scene.program.form("/oauth/token", &fields).await);
    let id = claims(&tokens["id_token"]);
    assert_eq!((&id["email"], &id["nonce"]), (&ADDRESS.into(), &"n-3".into()));
    assert!(tokens.get("refresh_token").is_none(), "a link gives none: {tokens}");

    assert!(reader.get(&path).await.body.contains("This link was used already"));
    assert!(press(&mut reader, &page).await.body.contains("This link was used already"));
}

#[tokio::test]
async fn where_a_link_leads_is_not_in_its_address() {
    let scene = Scene::new().await;
    scene.change_application(|form| form.callbacks = format!("{CALLBACK}\nhttps://other.acme.example/")).await;
    let path = link(&scene, json!({ "redirect_uri": CALLBACK, "state": "mine" })).await;
    let token = path.rsplit_once("verification_code=").expect("a token").1;
    let forged = format!(
        "/passwordless/verify_redirect?client_id=x&redirect_uri=https%3A%2F%2Fother.acme.example%2F&state=theirs\
         &response_type=token&verification_code={token}"
    );
    let mut browser = scene.site.browser();
    let page = browser.get(&forged).await;
    let answer = press(&mut browser, &page).await;
    assert_eq!(parameter(&got(&answer), "state"), "mine");
}

#[tokio::test]
async fn a_link_leads_only_to_what_is_allowed_when_it_is_opened_and_is_not_spent_before() {
    let scene = Scene::new().await;
    let path = link(&scene, json!({ "redirect_uri": CALLBACK })).await;
    let mut browser = scene.site.browser();
    let page = browser.get(&path).await;
    scene.change_application(|form| form.callbacks = "https://new.acme.example/".to_owned()).await;
    for told in [browser.get(&path).await, press(&mut browser, &page).await] {
        assert_eq!((told.status, told.location()), (StatusCode::BAD_REQUEST, ""), "{}", told.body);
    }
    scene.change_application(|form| form.callbacks = CALLBACK.to_owned()).await;
    scene.enable(Method::Email, false).await;
    assert_eq!(parameter(&got(&press(&mut browser, &page).await), "error"), "unauthorized_client");
    scene.enable(Method::Email, true).await;
    assert!(!parameter(&got(&press(&mut browser, &page).await), "code").is_empty());
}

#[tokio::test]
async fn a_link_without_anywhere_to_go_says_that_it_worked() {
    let scene = Scene::of(ApplicationType::Native).await;
    scene.change_application(|form| form.callbacks = String::new()).await;
    let path = link(&scene, json!({})).await;
    let mut browser = scene.site.browser();
    let page = browser.get(&path).await;
    let answer = press(&mut browser, &page).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::OK, ""));
    assert!(answer.body.contains("Your sign-in worked") && answer.body.contains("no Allowed Callback URL"));
}

#[tokio::test]
async fn a_link_keeps_the_challenge_of_whoever_asked_for_it() {
    let scene = Scene::of(ApplicationType::Spa).await;
    let mut browser = scene.site.browser();
    for (verifier, status) in [(None, StatusCode::FORBIDDEN), (Some(VERIFIER), StatusCode::OK)] {
        let params = json!({ "redirect_uri": CALLBACK, "code_challenge": CHALLENGE, "code_challenge_method": "S256" });
        let path = link(&scene, params).await;
        let page = browser.get(&path).await;
        let got = got(&press(&mut browser, &page).await);
        let mut fields = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("client_id", scene.client_id.clone()),
            ("code", parameter(&got, "code")),
            ("redirect_uri", CALLBACK.to_owned()),
        ];
        fields.extend(verifier.map(|verifier: &str| ("code_verifier", verifier.to_owned())));
        assert_eq!(scene.program.form("/oauth/token", &fields).await.status, status);
    }
}

#[tokio::test]
async fn only_the_newest_link_counts_and_not_for_long() {
    let scene = Scene::new().await;
    let first = link(&scene, json!({ "redirect_uri": CALLBACK })).await;
    let second = link(&scene, json!({ "redirect_uri": CALLBACK })).await;
    let mut browser = scene.site.browser();
    assert!(browser.get(&first).await.body.contains("This link is not valid"));
    let page = browser.get(&second).await;
    scene.site.clock.advance(180_000);
    assert!(press(&mut browser, &page).await.body.contains("This link has expired"));
    assert!(browser.get(&second).await.body.contains("This link has expired"));
}

#[tokio::test]
async fn a_code_that_was_typed_in_the_application_is_judged_as_one() {
    let scene = Scene::of(ApplicationType::Spa).await;
    scene.change_application(|form| form.grant_types.implicit = true).await;
    let code = scene.sms_code().await;
    let address = |code: &str| {
        let pairs = [
            ("client_id", scene.client_id.as_str()),
            ("response_type", "token id_token"),
            ("redirect_uri", CALLBACK),
            ("scope", "openid"),
            ("state", "s"),
            ("nonce", "n"),
            ("connection", "sms"),
            ("phone_number", NUMBER),
            ("verification_code", code),
        ];
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("/passwordless/verify_redirect?{query}")
    };
    let mut browser = scene.site.browser();
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let page = browser.get(&address(wrong)).await;
    let refused = press(&mut browser, &page).await;
    let begins = format!(
        "{CALLBACK}#error=access_denied&error_description=Wrong+phone+number+or+verification+code.&state=s&iss="
    );
    assert!(refused.location().starts_with(&begins), "{}", refused.location());

    for _ in 0..2 {
        browser.get(&address(&code)).await;
    }
    let page = browser.get(&address(&code)).await;
    let answer = press(&mut browser, &page).await;
    assert!(answer.location().starts_with(&format!("{CALLBACK}#id_token=")), "{}", answer.location());
    let again = press(&mut browser, &page).await;
    assert!(again.location().contains("error=access_denied"), "{}", again.location());
    let evil = address(&code).replace("app.acme.example", "evil.example");
    assert_eq!(browser.get(&evil).await.status, StatusCode::BAD_REQUEST);
}
