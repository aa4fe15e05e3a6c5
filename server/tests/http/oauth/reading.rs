//! What clients read: the configuration, the keys, the profile of a user.

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::recipient::Recipient;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::json;

use super::{NUMBER, Scene, body, claims, refusal};

#[tokio::test]
async fn the_configuration_names_the_issuer_and_every_endpoint() {
    let scene = Scene::new().await;
    let configuration = body(&scene.program.get("/.well-known/openid-configuration").await);
    let issuer = "http://127.0.0.1:3000/";
    for (name, path) in [
        ("issuer", ""),
        ("authorization_endpoint", "authorize"),
        ("token_endpoint", "oauth/token"),
        ("userinfo_endpoint", "userinfo"),
        ("jwks_uri", ".well-known/jwks.json"),
        ("revocation_endpoint", "oauth/revoke"),
    ] {
        assert_eq!(configuration[name], format!("{issuer}{path}"), "{name}");
    }
    assert_eq!(configuration["code_challenge_methods_supported"], json!(["S256"]));
}

#[tokio::test]
async fn a_token_is_checked_with_the_published_key() {
    let scene = Scene::new().await;
    let tokens = scene.tokens().await;
    let token = tokens["id_token"].as_str().expect("a token");
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let header: serde_json::Value =
        serde_json::from_slice(&decode(token.split('.').next().expect("a header"))).expect("JSON");
    assert_eq!(header["alg"], "RS256");
    let keys = body(&scene.program.get("/.well-known/jwks.json").await);
    let key = keys["keys"].as_array().expect("keys").iter().find(|key| key["kid"] == header["kid"]).expect("the key");
    assert_eq!((&key["kty"], &key["use"], &key["alg"]), (&json!("RSA"), &json!("sig"), &json!("RS256")));
    let part = |name: &str| decode(key[name].as_str().expect(name));
    let public = RsaPublicKeyComponents { n: part("n"), e: part("e") };
    public.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &decode(signature)).expect("the signature fits");
    assert!(!body(&scene.program.get("/.well-known/jwks.json").await).to_string().contains("\"d\""));
}

#[tokio::test]
async fn a_profile_is_shown_to_its_access_token_only() {
    let scene = Scene::new().await;
    let tokens = scene.tokens().await;
    let shown = |token: &str| scene.program.with("authorization", &format!("Bearer {token}"));
    let access = tokens["access_token"].as_str().expect("a token");
    for method in [Method::GET, Method::POST] {
        let answer = shown(access).send(method, "/userinfo", "text/plain", String::new()).await;
        let profile = body(&answer);
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!((&profile["sub"], &profile["phone_number"]), (&claims(&tokens["id_token"])["sub"], &json!(NUMBER)));
    }
    let nothing = scene.program.get("/userinfo").await;
    assert_eq!(
        (nothing.status, nothing.header("www-authenticate")),
        (StatusCode::UNAUTHORIZED, "Bearer realm=\"Doorcode\"")
    );
    for wrong in [tokens["id_token"].as_str().expect("a token"), "x", "a.b.c", &format!("{access}x")] {
        let answer = shown(wrong).get("/userinfo").await;
        assert_eq!(refusal(&answer).0, 401);
        assert!(answer.header("www-authenticate").contains("invalid_token"));
    }
    let code = scene.sms_code().await;
    let mut fields = scene.otp(&code);
    fields.retain(|(name, _)| *name != "scope");
    fields.push(("scope", "profile".to_owned()));
    let without_openid = body(&scene.program.form("/oauth/token", &fields).await);
    assert!(without_openid.get("id_token").is_none());
    let answer = shown(without_openid["access_token"].as_str().expect("a token")).get("/userinfo").await;
    assert_eq!(refusal(&answer).1, "insufficient_scope");

    scene.site.clock.advance(86_400_000);
    assert_eq!(refusal(&shown(access).get("/userinfo").await).1, "invalid_token", "it has expired");
    scene.site.clock.advance(-86_400_000);
    let ana = Recipient::looked_for(NUMBER).expect("a number");
    let user = scene.site.backend.users().by_recipient(&ana).await.expect("read").expect("a user");
    scene.site.backend.users().set_blocked(&scene.admin, &user.id, true).await.expect("blocked");
    assert_eq!(refusal(&shown(access).get("/userinfo").await).1, "invalid_token", "its user is blocked");
}
