//! `POST /oauth/token`, `POST /oauth/revoke`.

use axum::http::StatusCode;
use backend::grants::{CodeBinding, Grant};
use domain::connection::Method as Connection;
use domain::recipient::Recipient;
use serde_json::json;

use super::{ADDRESS, CALLBACK, NUMBER, OTP, Scene, body, claims, refusal};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn changed(fields: &[(&'static str, String)], name: &'static str, value: Option<&str>) -> Vec<(&'static str, String)> {
    let mut changed: Vec<_> = fields.iter().filter(|(known, _)| *known != name).cloned().collect();
    changed.extend(value.map(|value| (name, value.to_owned())));
    changed
}

/// A code that is not this one.
fn other_than(code: &str) -> String {
    if code == "000000" { "000001".to_owned() } else { "000000".to_owned() }
}

#[tokio::test]
async fn a_right_code_gets_tokens_that_say_who_signed_in() {
    let scene = Scene::new().await;
    let code = scene.sms_code().await;
    let mut fields = scene.otp(&code);
    fields.push(("audience", "https://api.acme.example".to_owned()));
    let answer = scene.program.form("/oauth/token", &fields).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
    let tokens = body(&answer);
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(86_400)));
    assert_eq!(tokens["scope"], "openid profile phone offline_access");
    assert!(tokens["refresh_token"].is_string());

    let now = scene.site.clock.now() / 1_000;
    let (access, id) = (claims(&tokens["access_token"]), claims(&tokens["id_token"]));
    let subject = access["sub"].as_str().expect("a subject").to_owned();
    assert!(subject.starts_with("sms|") && subject.len() == 28, "{subject}");
    for (name, value) in [
        ("iss", json!("http://127.0.0.1:3000/")),
        ("aud", json!(["https://api.acme.example", "http://127.0.0.1:3000/userinfo"])),
        ("azp", json!(scene.client_id)),
        ("iat", json!(now)),
        ("exp", json!(now + 86_400)),
    ] {
        assert_eq!(access[name], value, "{name}");
    }
    for (name, value) in [
        ("iss", json!("http://127.0.0.1:3000/")),
        ("aud", json!(scene.client_id)),
        ("sub", json!(subject)),
        ("exp", json!(now + 36_000)),
        ("auth_time", json!(now)),
        ("name", json!(NUMBER)),
        ("phone_number", json!(NUMBER)),
        ("phone_verified", json!(true)),
        ("email", json!(null)),
        ("nonce", json!(null)),
    ] {
        assert_eq!(id[name], value, "{name}");
    }
}

#[tokio::test]
async fn json_says_the_same_as_a_form_and_fields_that_nobody_knows_are_left_alone() {
    let scene = Scene::new().await;
    scene.program.json("/passwordless/start", &scene.email("code")).await;
    let code = scene.message(ADDRESS).await.code;
    let request = json!({
        "grant_type": OTP, "client_id": scene.client_id, "client_secret": scene.secret.expose(), "username": "Ana@Acme.Example",
        "otp": code.expose(), "realm": "email", "organization": null, "device": "phone"
    });
    let answer = scene.program.json("/oauth/token", &request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let tokens = body(&answer);
    assert_eq!((&tokens["scope"], &tokens["refresh_token"]), (&json!("openid profile email phone"), &json!(null)));
    let id = claims(&tokens["id_token"]);
    assert_eq!((&id["email"], &id["email_verified"]), (&json!(ADDRESS), &json!(true)));
}

#[tokio::test]
async fn every_wrong_answer_is_told_in_auth0s_words() {
    let scene = Scene::new().await;
    let code = scene.sms_code().await;
    let fields = scene.otp(&code);
    let token = async |fields: &[(&str, String)]| refusal(&scene.program.form("/oauth/token", fields).await);
    for (name, value, status, error, description) in [
        ("grant_type", None, 400, "invalid_request", "Missing required parameter: grant_type"),
        ("grant_type", Some("password"), 400, "unsupported_grant_type", "Unsupported grant type: password"),
        ("username", None, 400, "invalid_request", "Missing required parameter: username"),
        ("otp", None, 400, "invalid_request", "Missing required parameter: otp"),
        ("realm", None, 400, "invalid_request", "Missing required parameter: realm"),
        ("realm", Some("twitter"), 400, "invalid_request", "Unknown realm non-existent-connection."),
        ("username", Some("nobody"), 403, "invalid_grant", "Wrong phone number or verification code."),
        ("username", Some("+15550100199"), 403, "invalid_grant", "Wrong phone number or verification code."),
        ("realm", Some("email"), 403, "invalid_grant", "Wrong email or verification code."),
        ("client_id", None, 401, "invalid_client", "client_id is missing."),
        ("client_secret", Some("x"), 401, "invalid_client", "The client secret is wrong."),
        ("client_id", Some("x"), 401, "invalid_client", "There is no application with this client_id."),
    ] {
        let wrong = changed(&fields, name, value);
        assert_eq!(token(&wrong).await, (status, error.to_owned(), description.to_owned()), "{name} {value:?}");
        // The limit of a second is another test's.
        scene.site.clock.advance(1_000);
    }
    let wrong = changed(&fields, "otp", Some(&other_than(&code)));
    for _ in 0..3 {
        assert_eq!(token(&wrong).await.2, "Wrong phone number or verification code.");
    }
    let words = "You've reached the maximum number of attempts. Please try to login again.";
    assert_eq!(token(&fields).await, (403, "invalid_grant".to_owned(), words.to_owned()));
    let late = scene.sms_code().await;
    scene.site.clock.advance(180_000);
    let words = "The verification code has expired. Please try to login again.";
    assert_eq!(token(&scene.otp(&late)).await, (403, "invalid_grant".to_owned(), words.to_owned()));

    let earlier = scene.sms_code().await;
    let newest = scene.sms_code().await;
    if earlier != newest {
        assert_eq!(token(&scene.otp(&earlier)).await.2, "Wrong phone number or verification code.");
    }
    assert_eq!(scene.program.form("/oauth/token", &scene.otp(&newest)).await.status, StatusCode::OK);
    assert_eq!(token(&scene.otp(&newest)).await.2, "Wrong phone number or verification code.", "used once");
}

#[tokio::test]
async fn who_is_blocked_or_may_not_come_is_told_so() {
    let scene = Scene::new().await;
    let code = scene.sms_code().await;
    for _ in 0..10 {
        scene.program.form("/oauth/token", &scene.otp(&other_than(&code))).await;
    }
    let words = "Your account has been blocked after multiple consecutive login attempts. We've sent you an email with instructions on how to unblock it.";
    let blocked = (429, "too_many_attempts".to_owned(), words.to_owned());
    assert_eq!(refusal(&scene.program.form("/oauth/token", &scene.otp(&code)).await), blocked);
    assert_eq!(
        refusal(&scene.program.json("/passwordless/start", &scene.sms()).await),
        blocked,
        "no message for nothing"
    );
    let elsewhere = scene.program.at("198.51.100.4:5000");
    assert_eq!(elsewhere.json("/passwordless/start", &scene.sms()).await.status, StatusCode::OK);
    let code = scene.message(NUMBER).await.code.expose().to_owned();
    assert_eq!(elsewhere.form("/oauth/token", &scene.otp(&code)).await.status, StatusCode::OK);

    let ana = Recipient::looked_for(NUMBER).expect("a number");
    let user = scene.site.backend.users().by_recipient(&ana).await.expect("read").expect("a user");
    assert_eq!(elsewhere.json("/passwordless/start", &scene.sms()).await.status, StatusCode::OK);
    let code = scene.message(NUMBER).await.code.expose().to_owned();
    scene.site.backend.users().set_blocked(&scene.admin, &user.id, true).await.expect("blocked");
    let answer = elsewhere.form("/oauth/token", &scene.otp(&code)).await;
    assert_eq!(refusal(&answer), (401, "unauthorized".to_owned(), "user is blocked".to_owned()));
    let start = elsewhere.json("/passwordless/start", &scene.sms()).await;
    assert_eq!(start.status, StatusCode::OK, "nobody is told who is blocked");

    scene.enable(Connection::Sms, false).await;
    assert_eq!(refusal(&elsewhere.form("/oauth/token", &scene.otp(&code)).await).1, "unauthorized_client");
    scene.change_application(|form| form.grant_types.passwordless_otp = false).await;
    assert_eq!(refusal(&elsewhere.form("/oauth/token", &scene.otp(&code)).await).1, "unauthorized_client");
}

#[tokio::test]
async fn an_authorization_code_is_exchanged_with_its_verifier() {
    let scene = Scene::new().await;
    scene.tokens().await;
    let ana = Recipient::looked_for(NUMBER).expect("a number");
    let user = scene.site.backend.users().by_recipient(&ana).await.expect("read").expect("a user");
    let grant = Grant {
        client_id: scene.client_id.clone(),
        user_id: user.id,
        scope: "openid offline_access".to_owned(),
        audience: String::new(),
        auth_time: scene.site.clock.now(),
    };
    let binding = CodeBinding {
        redirect_uri: CALLBACK.to_owned(),
        redirect_given: true,
        code_challenge: Some(CHALLENGE.to_owned()),
        nonce: "n-0S6_WzA2Mj".to_owned(),
    };
    let code = scene.site.backend.grants().issue_code(&grant, &binding).await.expect("issued");
    let fields = vec![
        ("grant_type", "authorization_code".to_owned()),
        ("client_id", scene.client_id.clone()),
        ("client_secret", scene.secret.expose().to_owned()),
        ("code", code.expose().to_owned()),
        ("redirect_uri", CALLBACK.to_owned()),
        ("code_verifier", VERIFIER.to_owned()),
    ];
    let token = async |fields: &[(&str, String)]| scene.program.form("/oauth/token", fields).await;
    for (name, value, description) in [
        ("code_verifier", None, "Failed to verify code verifier"),
        ("code_verifier", Some("wrong"), "Failed to verify code verifier"),
        (
            "redirect_uri",
            Some("https://evil.example/"),
            "The redirect URI is wrong. It must be the one of the authorization request.",
        ),
        ("code", Some("wrong"), "Invalid authorization code"),
    ] {
        let answer = token(&changed(&fields, name, value)).await;
        assert_eq!(refusal(&answer), (403, "invalid_grant".to_owned(), description.to_owned()), "{name}");
    }
    let tokens = body(&token(&fields).await);
    assert_eq!(claims(&tokens["id_token"])["nonce"], "n-0S6_WzA2Mj");
    assert_eq!(refusal(&token(&fields).await).1, "invalid_grant");
    let refresh = [
        ("grant_type", "refresh_token".to_owned()),
        ("client_id", scene.client_id.clone()),
        ("client_secret", scene.secret.expose().to_owned()),
        ("refresh_token", tokens["refresh_token"].as_str().expect("a token").to_owned()),
    ];
    assert_eq!(refusal(&token(&refresh).await).1, "invalid_grant", "a code that was copied ends the sign-in");
    scene.change_application(|form| form.grant_types.authorization_code = false).await;
    assert_eq!(refusal(&token(&fields).await).1, "unauthorized_client");
}

#[tokio::test]
async fn a_refresh_token_goes_on_narrows_and_ends() {
    let scene = Scene::new().await;
    let tokens = scene.tokens().await;
    let refresh = |token: &serde_json::Value, scope: &str| {
        vec![
            ("grant_type", "refresh_token".to_owned()),
            ("client_id", scene.client_id.clone()),
            ("client_secret", scene.secret.expose().to_owned()),
            ("refresh_token", token.as_str().expect("a token").to_owned()),
            ("scope", scope.to_owned()),
        ]
    };
    let narrowed = body(&scene.program.form("/oauth/token", &refresh(&tokens["refresh_token"], "openid email")).await);
    assert_eq!(narrowed["scope"], "openid");
    assert_eq!(claims(&narrowed["id_token"])["sub"], claims(&tokens["id_token"])["sub"]);
    assert_ne!(narrowed["refresh_token"], tokens["refresh_token"]);
    let again = body(&scene.program.form("/oauth/token", &refresh(&narrowed["refresh_token"], "")).await);
    assert_eq!(again["scope"], "openid profile phone offline_access", "what was granted stays granted");

    let revocation = [
        ("client_id", scene.client_id.clone()),
        ("client_secret", scene.secret.expose().to_owned()),
        ("token", again["refresh_token"].as_str().expect("a token").to_owned()),
    ];
    for _ in 0..2 {
        let answer = scene.program.form("/oauth/revoke", &revocation).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""));
    }
    let answer = scene.program.form("/oauth/token", &refresh(&again["refresh_token"], "")).await;
    let words = "Unknown or invalid refresh token.";
    assert_eq!(refusal(&answer), (403, "invalid_grant".to_owned(), words.to_owned()));
    assert_eq!(refusal(&scene.program.form("/oauth/revoke", &revocation[..2]).await).1, "invalid_request");
    scene.change_application(|form| form.grant_types.refresh_token = false).await;
    let tokens = scene.tokens().await;
    assert_eq!((&tokens["scope"], &tokens["refresh_token"]), (&json!("openid profile phone"), &json!(null)));
}
