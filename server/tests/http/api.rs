//! The API for programs: who may read the outbox, and what they are told.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use backend::outbox::NewMessage;
use backend::{Admin, Found, SessionRow};
use domain::Secret;
use domain::admin::{AdminEmail, Role};
use domain::api_token::ApiTokenForm;
use domain::recipient::Recipient;
use domain::sms::{SmsContext, SmsForm, SmsProvider, SmsSettings};

use crate::browser::{Answer, Site, request};

/// The owner, as a session makes one.
async fn owner(site: &Site) -> Admin {
    let email = AdminEmail::parse("owner@acme.example").expect("an address");
    let id = site.backend.admins().find_by_email(&email).await.expect("found").expect("there").id;
    let row = SessionRow {
        data: "{}".to_owned(),
        admin_id: Some(id),
        address: "203.0.113.9".to_owned(),
        user_agent: "Firefox".to_owned(),
    };
    assert!(site.backend.sessions().create("key", &row).await.expect("created"));
    match site.backend.sessions().find("key", "203.0.113.9").await.expect("looked up") {
        Found::SignedIn(admin) => admin,
        other => panic!("{other:?}"),
    }
}

/// A token, with the scope that reads the outbox or with none.
async fn token(site: &Site, admin: &Admin, scope: bool) -> String {
    let mut new = ApiTokenForm { name: "Playwright".to_owned(), outbox_read: true }.check().expect("fits");
    if !scope {
        new.scopes.clear();
    }
    let (_, token) = site.backend.api_tokens().create(admin, &new).await.expect("made");
    token.expose().to_owned()
}

async fn use_outbox(site: &Site, admin: &Admin) {
    let form = SmsForm { provider: SmsProvider::Outbox, ..SmsForm::from_settings(&SmsSettings::default()) };
    let change = form.check(&SmsContext::default()).expect("fits");
    site.backend.connections().save_sms(admin, 0, &change).await.expect("saved");
}

async fn keep(site: &Site, to: &str, code: &str) -> String {
    let to = Recipient::looked_for(to).expect("a recipient");
    let text = format!("Your code is {code}");
    let message = NewMessage {
        recipient: &to,
        client_id: "wallet",
        application_name: "Wallet",
        from: "Acme",
        subject: None,
        text: &text,
        html: None,
        code: &Secret::new(code),
        link: None,
    };
    site.backend.outbox().keep(&message).await.expect("kept")
}

/// Asks as a program does: no cookie, no word on where the request comes from.
async fn ask(site: &Site, query: &str, authorization: &str) -> Answer {
    let mut builder = request(Method::GET, &format!("/api/outbox{query}")).header("accept", "application/json");
    if !authorization.is_empty() {
        builder = builder.header("authorization", authorization);
    }
    site.browser().send(builder.body(Body::empty()).expect("a request")).await
}

#[track_caller]
fn assert_refused(answer: &Answer, status: StatusCode, error: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.starts_with(&format!("{{\"error\":\"{error}\",\"error_description\":\"")), "{}", answer.body);
    assert_eq!((answer.header("content-type"), answer.header("cache-control")), ("application/json", "no-store"));
}

#[tokio::test]
async fn the_newest_message_to_a_recipient_is_answered_whole() {
    let site = Site::set_up().await;
    let admin = owner(&site).await;
    use_outbox(&site, &admin).await;
    let bearer = format!("Bearer {}", token(&site, &admin, true).await);
    keep(&site, "+15550100123", "111111").await;
    site.clock.advance(250);
    let id = keep(&site, "+15550100123", "222222").await;
    keep(&site, "+15550100124", "333333").await;
    // The plus of a number that was not encoded arrives as a space.
    for query in ["?to=%2B15550100123", "?to=+15550100123", "?to=%2B1+(555)+010-0123&after=2027-01-15T08:00:00Z"] {
        let answer = ask(&site, query, &bearer).await;
        assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"), "{}", answer.body);
        let body: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        let expected = serde_json::json!({
            "id": id,
            "at": "2027-01-15T08:00:00.25Z",
            "connection": "sms",
            "to": "+15550100123",
            "from": "Acme",
            "subject": null,
            "text": "Your code is 222222",
            "html": null,
            "code": "222222",
            "link": null,
            "client_id": "wallet",
            "application": "Wallet",
        });
        assert_eq!(body, expected, "{query}");
    }
}

#[tokio::test]
async fn a_message_that_comes_later_is_waited_for() {
    let site = Site::set_up().await;
    let admin = owner(&site).await;
    use_outbox(&site, &admin).await;
    let bearer = format!("Bearer {}", token(&site, &admin, true).await);
    let first = keep(&site, "ana@acme.example", "111111").await;
    site.clock.advance(1);
    let query = format!("?to=Ana@acme.example&after={first}");
    let (answer, second) = tokio::join!(ask(&site, &query, &bearer), async {
        tokio::task::yield_now().await;
        keep(&site, "ana@acme.example", "222222").await
    });
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.body.contains("\"code\":\"222222\"") && answer.body.contains(&second), "{}", answer.body);
}

#[tokio::test]
async fn a_message_that_does_not_come_is_404_after_ten_seconds() {
    let site = Site::set_up().await;
    let admin = owner(&site).await;
    use_outbox(&site, &admin).await;
    let bearer = format!("Bearer {}", token(&site, &admin, true).await);
    let started = std::time::Instant::now();
    assert_refused(&ask(&site, "?to=ana@acme.example", &bearer).await, StatusCode::NOT_FOUND, "no_message");
    assert!((9..15).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
}

#[tokio::test]
async fn without_the_outbox_as_a_provider_nobody_waits() {
    let site = Site::set_up().await;
    let admin = owner(&site).await;
    let bearer = format!("Bearer {}", token(&site, &admin, true).await);
    assert_refused(&ask(&site, "?to=ana@acme.example", &bearer).await, StatusCode::NOT_FOUND, "outbox_not_in_use");
}

#[tokio::test]
async fn a_token_must_be_shown_count_and_allow_it() {
    let site = Site::set_up().await;
    let admin = owner(&site).await;
    use_outbox(&site, &admin).await;
    keep(&site, "ana@acme.example", "111111").await;
    let (good, narrow) = (token(&site, &admin, true).await, token(&site, &admin, false).await);
    let query = "?to=ana@acme.example";
    for authorization in ["", "Basic dTpw", &good, "Bearer"] {
        let answer = ask(&site, query, authorization).await;
        assert_refused(&answer, StatusCode::UNAUTHORIZED, "invalid_token");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"Doorcode\"", "{authorization}");
    }
    let answer = ask(&site, query, "Bearer dck_made-up").await;
    assert_refused(&answer, StatusCode::UNAUTHORIZED, "invalid_token");
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"Doorcode\", error=\"invalid_token\"");
    let answer = ask(&site, query, &format!("Bearer {narrow}")).await;
    assert_refused(&answer, StatusCode::FORBIDDEN, "insufficient_scope");
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer realm=\"Doorcode\", error=\"insufficient_scope\", scope=\"outbox:read\""
    );

    let bearer = format!("Bearer {good}");
    assert_eq!(ask(&site, query, &bearer).await.status, StatusCode::OK);
    for token in site.backend.api_tokens().list().await.expect("listed") {
        assert!(site.backend.api_tokens().revoke(&admin, &token.id).await.expect("revoked"));
    }
    assert_refused(&ask(&site, query, &bearer).await, StatusCode::UNAUTHORIZED, "invalid_token");
}

#[tokio::test]
async fn a_session_is_no_token() {
    let site = Site::set_up().await;
    let admin = owner(&site).await;
    use_outbox(&site, &admin).await;
    keep(&site, "ana@acme.example", "111111").await;
    let answer = site.signed_in(Role::Owner).await.get("/api/outbox?to=ana@acme.example").await;
    assert_refused(&answer, StatusCode::UNAUTHORIZED, "invalid_token");
}

#[tokio::test]
async fn what_is_not_understood_is_400() {
    let site = Site::set_up().await;
    let admin = owner(&site).await;
    let bearer = format!("Bearer {}", token(&site, &admin, true).await);
    for query in [
        "",
        "?to=",
        "?to=ana",
        "?to=%00",
        "?after=1800000000000",
        "?to=ana@acme.example&after=yesterday",
        "?to=ana@acme.example&after=%00",
    ] {
        assert_refused(&ask(&site, query, &bearer).await, StatusCode::BAD_REQUEST, "invalid_request");
    }
}

#[tokio::test]
async fn a_failing_database_is_a_500_that_names_the_request_and_no_cause() {
    let site = Site::set_up().await;
    site.backend.close().await;
    let answer = ask(&site, "?to=ana@acme.example", "Bearer dck_1").await;
    assert_refused(&answer, StatusCode::INTERNAL_SERVER_ERROR, "server_error");
    assert!(answer.body.contains(answer.header("x-request-id")) && !answer.body.to_lowercase().contains("pool"));
}
