//! The custom gateway, by the published interface of those that exist.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Secret;
use domain::delivery::{Outcome, Reason};
use domain::sms::{GatewayAuthentication, SmsForm, SmsProvider, SmsSettings};
use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::stand_in::{Reply, StandIn, closed_port, resetting};
use super::{
    FROM, TEXT, TO, credentials, ending, failed, impatient, options, providers, refused, send_sms, sms_settings,
};
use crate::place::{START, sqlite_place};

const LOCAL: &[&str] = &["127.0.0.1"];

fn settings(url: &str, edit: impl FnOnce(&mut SmsForm)) -> SmsSettings {
    sms_settings(|form| {
        form.provider = SmsProvider::Gateway;
        form.gateway_url = url.to_owned();
        form.from = FROM.to_owned();
        edit(form);
    })
}

fn ok() -> Reply {
    Reply::Say(200, "never mind".to_owned())
}

#[tokio::test]
async fn the_gateway_gets_recipient_text_and_sender_as_json() {
    let backend = sqlite_place().open().await;
    let stand_in = StandIn::script(vec![ok()]).await;
    let providers = providers(options(LOCAL));
    let url = format!("{}/sms?tenant=a%20b", stand_in.url());
    let sent = send_sms(&providers, &backend, &settings(&url, |_| {}), TO).await;
    assert_eq!(ending(&sent), (Outcome::Accepted, None));
    send_sms(&providers, &backend, &settings(&url, |form| form.forward_request_info = true), TO).await;

    let seen = stand_in.seen();
    let plain = json!({ "recipient": TO, "body": TEXT, "sender": FROM });
    let mut forwarded = plain.clone();
    forwarded["req"] = json!({ "ip": "203.0.113.7", "user-agent": "Firefox/130 \"x\"" });
    for (request, expected) in seen.iter().zip([plain, forwarded]) {
        assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/sms?tenant=a%20b"));
        assert_eq!((request.content_type.as_str(), request.authorization.as_str()), ("application/json", ""));
        assert_eq!(serde_json::from_str::<Value>(&request.body).expect("JSON"), expected);
    }
}

#[tokio::test]
async fn the_token_is_signed_for_five_minutes() {
    let backend = sqlite_place().open().await;
    let stand_in = StandIn::script(vec![ok()]).await;
    let providers = providers(options(LOCAL));
    let key = b"\xfb\xff0123456789 of the gateway";
    for base64url in [false, true] {
        let settings = settings(&stand_in.url(), |form| {
            form.gateway_authentication = GatewayAuthentication::Bearer;
            form.gateway_subject = "urn:Doorcode".to_owned();
            form.gateway_audience = "urn:MySmsGateway".to_owned();
            form.gateway_secret_base64url = base64url;
        });
        let mut secrets = credentials();
        if base64url {
            secrets.gateway_secret = Some(Secret::new(URL_SAFE_NO_PAD.encode(key)));
        }
        let sms = providers.sms(&backend, &settings, &secrets).expect("complete");
        let to = domain::recipient::Recipient::looked_for(TO).expect("a number");
        let code = Secret::new("1");
        assert_eq!(sms.send(&super::envelope(&to, &code), TEXT).await.outcome, Outcome::Accepted);

        let authorization = stand_in.seen().pop().expect("a request").authorization;
        let token = authorization.strip_prefix("Bearer ").expect("a bearer token");
        let (signed, signature) = token.rsplit_once('.').expect("a signature");
        let key: &[u8] = if base64url { key } else { b"a secret of the gateway" };
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
        mac.update(signed.as_bytes());
        mac.verify_slice(&URL_SAFE_NO_PAD.decode(signature).expect("base64url")).expect("the right signature");
        let parts: Vec<Value> = signed
            .split('.')
            .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON"))
            .collect();
        let now = START / 1_000;
        assert_eq!(parts[0], json!({ "alg": "HS256", "typ": "JWT" }));
        assert_eq!(parts[1], json!({ "sub": "urn:Doorcode", "aud": "urn:MySmsGateway", "iat": now, "exp": now + 300 }));
    }
}

#[tokio::test]
async fn only_200_means_that_the_gateway_took_it() {
    let backend = sqlite_place().open().await;
    for (status, expected) in [
        (201, refused(Reason::GatewayStatus, "HTTP 201")),
        (204, refused(Reason::GatewayStatus, "HTTP 204")),
        (302, refused(Reason::GatewayStatus, "HTTP 302")),
        (400, refused(Reason::GatewayStatus, "HTTP 400")),
        (401, refused(Reason::GatewayCredentials, "HTTP 401")),
        (429, refused(Reason::GatewayStatus, "HTTP 429")),
        (500, refused(Reason::GatewayStatus, "HTTP 500")),
        (503, refused(Reason::GatewayStatus, "HTTP 503")),
    ] {
        let elsewhere = StandIn::script(vec![ok()]).await;
        let stand_in = StandIn::script(vec![Reply::With(status, "location", elsewhere.url())]).await;
        let sent = send_sms(&providers(options(LOCAL)), &backend, &settings(&stand_in.url(), |_| {}), TO).await;
        assert_eq!(ending(&sent), expected);
        assert_eq!((stand_in.seen().len(), elsewhere.seen().len()), (1, 0), "{status}: once, and nowhere else");
    }
}

#[tokio::test]
async fn a_gateway_that_does_not_answer_is_typed() {
    let backend = sqlite_place().open().await;
    let hanging = StandIn::script(vec![Reply::Hang]).await;
    let sent = send_sms(&providers(impatient(LOCAL)), &backend, &settings(&hanging.url(), |_| {}), TO).await;
    assert_eq!((ending(&sent), hanging.seen().len()), (failed(Reason::Timeout), 1));

    let providers = providers(options(LOCAL));
    let (port, resets) = resetting().await;
    let url = format!("http://127.0.0.1:{port}");
    let sent = send_sms(&providers, &backend, &settings(&url, |_| {}), TO).await;
    assert_eq!((ending(&sent), *resets.lock().expect("unpoisoned")), (failed(Reason::ConnectionLost), 1));

    let url = format!("http://127.0.0.1:{}", closed_port().await);
    let sent = send_sms(&providers, &backend, &settings(&url, |_| {}), TO).await;
    assert_eq!(ending(&sent), failed(Reason::CannotConnect));

    let plain = StandIn::script(vec![ok()]).await;
    let url = format!("https://127.0.0.1:{}", plain.port);
    let sent = send_sms(&providers, &backend, &settings(&url, |_| {}), TO).await;
    assert_eq!(ending(&sent), failed(Reason::Encryption));
}

#[tokio::test]
async fn a_secret_that_is_no_base64url_is_said_to_be_none() {
    let backend = sqlite_place().open().await;
    let stand_in = StandIn::script(vec![ok()]).await;
    let settings = settings(&stand_in.url(), |form| {
        form.gateway_authentication = GatewayAuthentication::Bearer;
        form.gateway_audience = "urn:MySmsGateway".to_owned();
        form.gateway_secret_base64url = true;
    });
    let sent = send_sms(&providers(options(LOCAL)), &backend, &settings, TO).await;
    assert_eq!((ending(&sent), stand_in.seen().len()), (failed(Reason::GatewaySecret), 0));
}
