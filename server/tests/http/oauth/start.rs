//! `POST /passwordless/start`.

use axum::http::{Method, StatusCode};
use domain::connection::Method as Connection;
use domain::sms::SmsProvider;
use serde_json::{Value, json};

use super::{ADDRESS, CALLBACK, NUMBER, Scene, body, refusal};

/// A request with one thing changed.
fn with(request: &Value, name: &str, value: Value) -> Value {
    let mut changed = request.clone();
    match value {
        Value::Null => {
            changed.as_object_mut().expect("an object").remove(name);
        }
        value => changed[name] = value,
    }
    changed
}

#[tokio::test]
async fn a_code_goes_out_and_the_answer_tells_nothing_of_users() {
    let scene = Scene::new().await;
    let answer = scene.program.json("/passwordless/start", &scene.sms()).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
    let unknown = body(&answer);
    assert_eq!((&unknown["phone_number"], &unknown["phone_verified"]), (&json!(NUMBER), &json!(true)));
    let id = unknown["_id"].as_str().expect("an id");
    assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");

    let code = scene.message(NUMBER).await.code;
    let signed_in = scene.program.form("/oauth/token", &scene.otp(code.expose())).await;
    assert_eq!(signed_in.status, StatusCode::OK);
    let known = scene.program.json("/passwordless/start", &scene.sms()).await;
    assert_eq!(body(&known), unknown, "a user is answered like anybody else");

    let answer = scene.program.json("/passwordless/start", &scene.email("code")).await;
    let email = body(&answer);
    assert_eq!((&email["email"], &email["email_verified"]), (&json!(ADDRESS), &json!(false)));
    let message = scene.message(ADDRESS).await;
    assert!(message.link.is_none() && message.text.contains(message.code.expose()));
}

#[tokio::test]
async fn every_wrong_request_is_told_in_auth0s_words() {
    let scene = Scene::new().await;
    let (sms, email) = (scene.sms(), scene.email("code"));
    for (request, error, description) in [
        (with(&sms, "client_id", json!(null)), "bad.client_id", "Missing required property: client_id"),
        (with(&sms, "connection", json!(null)), "bad.connection", "Missing required property: connection"),
        (with(&sms, "connection", json!("twitter")), "bad.connection", "Connection does not exist"),
        (with(&sms, "phone_number", json!(null)), "bad.phone_number", "Missing required property: phone_number"),
        (
            with(&sms, "phone_number", json!("555")),
            "bad.phone_number",
            r"String does not match pattern: ^\+[0-9]{1,15}$",
        ),
        (
            with(&sms, "phone_number", json!("+1 555 010 0123")),
            "bad.phone_number",
            r"String does not match pattern: ^\+[0-9]{1,15}$",
        ),
        (
            with(&sms, "phone_number", json!("+0")),
            "bad.phone_number",
            "The phone number is not valid: 7 to 15 digits, with its country code.",
        ),
        (with(&email, "email", json!(null)), "bad.email", "Missing required property: email"),
        (with(&email, "email", json!("ana")), "bad.email", "The email address is not valid."),
        (with(&email, "email", json!(["ana@acme.example"])), "bad.request", "invalid type in email (expected string)"),
        (
            with(&email, "authParams", json!("scope=openid")),
            "bad.authParams",
            "error in authParams - invalid type: string (expected object)",
        ),
        (
            with(&email, "authParams", json!({ "scope": ["openid"] })),
            "bad.authParams",
            "error in authParams - invalid type: array (expected string)",
        ),
        (
            with(&email, "authParams", json!({ "client_id": "x" })),
            "bad.authParams",
            "error in authParams - client_id is not allowed",
        ),
        (
            with(&email, "favorite_color", json!("blue")),
            "bad.request",
            "the following properties are not allowed: favorite_color",
        ),
        (with(&email, "send", json!("pigeon")), "bad.request", "send must be code or link"),
        (with(&sms, "send", json!("link")), "bad.request", "A link is sent by email only."),
        (
            with(&email, "send", json!("link_ios")),
            "missing_property",
            "Missing client.mobile.ios.app_bundle_identifier is required.",
        ),
        (json!([]), "bad.request", "The body is not a JSON object."),
    ] {
        let answer = scene.program.json("/passwordless/start", &request).await;
        assert_eq!(refusal(&answer), (400, error.to_owned(), description.to_owned()), "{request}");
    }
    let huge = with(&email, "authParams", json!({ "state": "x".repeat(300 * 1024) }));
    assert_eq!(scene.program.json("/passwordless/start", &huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let long = with(&email, "authParams", json!({ "state": "x".repeat(5_000) }));
    assert_eq!(refusal(&scene.program.json("/passwordless/start", &long).await).1, "bad.authParams");
    let cut = scene.program.send(Method::POST, "/passwordless/start", "application/json", "{\"client".to_owned()).await;
    assert_eq!(refusal(&cut).1, "bad.request");
    assert_eq!(scene.program.get("/passwordless/start").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn toggles_and_rules_decide() {
    let scene = Scene::new().await;
    let start = async || refusal(&scene.program.json("/passwordless/start", &scene.sms()).await);
    scene.toggle(Connection::Sms, false).await;
    assert_eq!(start().await, (400, "bad.connection".to_owned(), "Connection is disabled".to_owned()));
    scene.toggle(Connection::Sms, true).await;
    scene.enable(Connection::Sms, false).await;
    let words = "The connection is not enabled for this application".to_owned();
    assert_eq!(start().await, (400, "bad.connection".to_owned(), words));
    scene.enable(Connection::Sms, true).await;
    scene.change_sms(|form| form.disable_sign_ups = true).await;
    assert_eq!(start().await, (400, "bad.connection".to_owned(), "Public signup is disabled".to_owned()));
    scene.change_application(|form| form.grant_types.passwordless_otp = false).await;
    let answer = scene.program.json("/passwordless/start", &scene.sms()).await;
    assert_eq!(body(&answer)["error_uri"], "https://auth0.com/docs/clients/client-grant-types");
    let words = "Grant type 'http://auth0.com/oauth/grant-type/passwordless/otp' not allowed for the client.";
    assert_eq!(refusal(&answer), (403, "unauthorized_client".to_owned(), words.to_owned()));
}

#[tokio::test]
async fn a_provider_that_fails_is_told_with_its_code() {
    let scene = Scene::new().await;
    scene.change_sms(|form| form.provider = SmsProvider::Twilio).await;
    let (status, error, words) = refusal(&scene.program.json("/passwordless/start", &scene.sms()).await);
    assert_eq!((status, error.as_str()), (400, "bad.connection"));
    assert!(words.contains("incomplete"), "{words}");
}

#[tokio::test]
async fn what_the_request_says_of_language_reaches_the_message() {
    let scene = Scene::new().await;
    scene
        .change_sms(|form| form.message = "@@password@@ for @@application.name@@ in [@@request_language@@]".to_owned())
        .await;
    for (own, accepted, language) in [
        (Some("fr-FR"), Some("de"), "fr-FR"),
        (None, Some("de-AT,de;q=0.9"), "de-AT,de;q=0.9"),
        (None, Some("*"), "en"),
    ] {
        let mut program = scene.program.clone();
        for (name, value) in [("x-request-language", own), ("accept-language", accepted)] {
            if let Some(value) = value {
                program = program.with(name, value);
            }
        }
        program.json("/passwordless/start", &scene.sms()).await;
        let text = scene.message(NUMBER).await.text;
        assert!(text.ends_with(&format!("[{language}]")), "{text}");
    }
}

#[tokio::test]
async fn a_link_carries_the_parameters_of_the_request_over_those_of_the_settings() {
    let scene = Scene::new().await;
    let params = json!({ "scope": "openid email", "state": "a&b", "redirect_uri": CALLBACK, "max_age": 5 });
    let mut request = with(&scene.email("link"), "authParams", params);
    assert_eq!(scene.program.json("/passwordless/start", &request).await.status, StatusCode::OK);
    let link = scene.message(ADDRESS).await.link.expect("a link");
    let url = url::Url::parse(link.expose()).expect("a URL");
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let value = |name: &str| {
        let values: Vec<&str> =
            query.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect();
        values.join("|")
    };
    assert_eq!(url.path(), "/passwordless/verify_redirect");
    assert_eq!((value("scope"), value("state"), value("max_age")), ("openid email".into(), "a&b".into(), "5".into()));
    assert_eq!((value("client_id"), value("connection")), (scene.client_id.clone(), "email".to_owned()));

    request = with(&request, "send", json!(null));
    scene.program.json("/passwordless/start", &request).await;
    assert!(scene.message(ADDRESS).await.link.is_some(), "whoever does not say gets a link");
    request["authParams"]["redirect_uri"] = json!("https://evil.example/");
    assert_eq!(refusal(&scene.program.json("/passwordless/start", &request).await).1, "bad.authParams");
}
