//! Which application asks, how it proves itself, and which pages may read the answer.

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::application::{ApplicationType, TokenEndpointAuthentication};
use serde_json::json;

use super::{Scene, refusal};

#[tokio::test]
async fn a_confidential_application_proves_itself_in_the_body_or_the_header() {
    let scene = Scene::new().await;
    let code = scene.sms_code().await;
    let without: Vec<_> = scene.otp(&code).into_iter().filter(|(name, _)| *name != "client_secret").collect();
    let basic = |secret: &str| format!("Basic {}", STANDARD.encode(format!("{}:{secret}", scene.client_id)));

    let unproved = scene.program.form("/oauth/token", &without).await;
    assert_eq!(refusal(&unproved).0, 401);
    assert_eq!(unproved.header("www-authenticate"), "", "it did not try the header");
    let mut wrong = without.clone();
    wrong.push(("client_secret", "x".repeat(64)));
    assert_eq!(refusal(&scene.program.form("/oauth/token", &wrong).await).1, "invalid_client");
    let header = scene.program.with("authorization", &basic("wrong"));
    let wrong = header.form("/oauth/token", &without).await;
    assert_eq!(refusal(&wrong).1, "invalid_client");
    assert!(wrong.header("www-authenticate").starts_with("Basic "));
    let header = scene.program.with("authorization", &basic(scene.secret.expose()));
    let both = header.form("/oauth/token", &scene.otp(&code)).await;
    assert_eq!(refusal(&both).1, "invalid_client", "one way only");
    let by_header: Vec<_> = without.iter().filter(|(name, _)| *name != "client_id").cloned().collect();
    assert_eq!(header.form("/oauth/token", &by_header).await.status, StatusCode::OK);

    let unknown = json!({ "client_id": "nobody", "connection": "sms", "phone_number": "+15550100123" });
    for path in ["/passwordless/start", "/oauth/token", "/oauth/revoke"] {
        assert_eq!(refusal(&scene.program.json(path, &unknown).await).1, "invalid_client", "{path}");
    }
    let mut start = scene.sms();
    start.as_object_mut().expect("an object").remove("client_secret");
    assert_eq!(refusal(&scene.program.json("/passwordless/start", &start).await).1, "invalid_client");
    start["client_assertion"] = json!("x.y.z");
    assert_eq!(refusal(&scene.program.json("/passwordless/start", &start).await).1, "invalid_client");
}

#[tokio::test]
async fn an_application_that_keeps_no_secret_needs_none() {
    for kind in [ApplicationType::Spa, ApplicationType::Native] {
        let scene = Scene::of(kind).await;
        let mut start = scene.sms();
        start.as_object_mut().expect("an object").remove("client_secret");
        assert_eq!(scene.program.json("/passwordless/start", &start).await.status, StatusCode::OK);
        start["client_secret"] = json!("made up");
        assert_eq!(refusal(&scene.program.json("/passwordless/start", &start).await).1, "invalid_client");
    }
    let scene = Scene::new().await;
    let none = TokenEndpointAuthentication::None;
    scene.change_application(|form| form.token_endpoint_authentication = none).await;
    let mut start = scene.sms();
    start.as_object_mut().expect("an object").remove("client_secret");
    assert_eq!(scene.program.json("/passwordless/start", &start).await.status, StatusCode::OK);
}

#[tokio::test]
async fn pages_of_the_allowed_web_origins_may_ask() {
    const ORIGIN: &str = "https://app.acme.example";
    let scene = Scene::of(ApplicationType::Spa).await;
    scene.change_application(|form| form.web_origins = "https://App.acme.example:443".to_owned()).await;
    let preflight = async |origin: &str| {
        let program = scene.program.with("origin", origin).with("access-control-request-method", "POST");
        program.send(Method::OPTIONS, "/passwordless/start", "text/plain", String::new()).await
    };
    let allowed = preflight(ORIGIN).await;
    assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (StatusCode::NO_CONTENT, ORIGIN));
    assert!(allowed.header("access-control-allow-headers").contains("x-request-language"));
    assert_eq!(allowed.header("access-control-allow-credentials"), "true");
    let foreign = preflight("https://evil.example").await;
    assert_eq!((foreign.header("access-control-allow-origin"), foreign.header("vary")), ("", "origin"));

    let mut start = scene.sms();
    start.as_object_mut().expect("an object").remove("client_secret");
    let answer = scene.program.with("origin", ORIGIN).json("/passwordless/start", &start).await;
    assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
    assert!(answer.header("access-control-expose-headers").contains("x-ratelimit-remaining"));
    let answer = scene.program.with("origin", "https://evil.example").json("/passwordless/start", &start).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");

    // Another application's origin may ask whether it may ask, and reads no answer that is not its own.
    let other = Scene::new().await;
    other.change_application(|form| form.web_origins = ORIGIN.to_owned()).await;
    let form = domain::application::RegistrationForm { name: "Till".to_owned(), kind: ApplicationType::Spa };
    let registration = form.check().expect("a registration");
    let till = other.site.backend.applications().register(&other.admin, &registration).await.expect("registered").0;
    let request = json!({ "client_id": till.client_id, "connection": "sms", "phone_number": "+15550100123" });
    let answer = other.program.with("origin", ORIGIN).json("/passwordless/start", &request).await;
    assert_eq!(answer.header("access-control-allow-origin"), "");
    for path in ["/.well-known/openid-configuration", "/.well-known/jwks.json"] {
        let answer = other.program.with("origin", "https://anybody.example").get(path).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
    }
}
