//! A test message and what follows from it: the code that is entered, the link that is opened.

use axum::http::StatusCode;
use backend::Backend;
use domain::activity::OutboxMessage;
use domain::admin::Role;

use crate::browser::{Browser, Site};

const TRY_SMS: &str = "/connections/passwordless/sms/try";

async fn newest(backend: &Backend) -> OutboxMessage {
    let page = backend.outbox().page(None, None).await.expect("a page");
    backend.outbox().find(&page.messages[0].id).await.expect("read").expect("the message")
}

async fn site() -> (Site, Browser) {
    let site = Site::set_up().await;
    let mut owner = site.signed_in(Role::Owner).await;
    owner.act("register_application", &[("form[name]", "Acme, Inc."), ("form[kind]", "spa")]).await;
    (site, owner)
}

#[tokio::test]
async fn a_plain_post_shows_the_message_and_takes_its_code() {
    let (site, mut owner) = site().await;
    let settings = [
        ("base", "0"),
        ("form[provider]", "outbox"),
        ("form[source]", "from"),
        ("form[syntax]", "md_with_macros"),
        ("form[message]", "Code @@code@@ for @@application.name@@"),
        ("form[otp_expiry]", "180"),
        ("form[otp_length]", "6"),
    ];
    owner.act("save_sms", &settings).await;
    let typed = [("method", "sms"), ("form[recipient]", "+1 555 010 0123"), ("form[application]", "acme, inc.")];
    assert_eq!(owner.act("send_test", &typed).await, TRY_SMS);
    let message = newest(&site.backend).await;
    let shown = owner.get(TRY_SMS).await.body;
    assert!(shown.contains(&message.text) && shown.contains("Delivered"), "{shown}");

    for (code, words) in [
        ("1", "Wrong. 2 more tries count."),
        (message.code.expose(), "Right: this code signs its user in."),
        (message.code.expose(), "Used up"),
    ] {
        let answer = [&typed[..], &[("form[code]", code)]].concat();
        assert_eq!(owner.act("verify_test", &answer).await, TRY_SMS);
        let shown = owner.get(TRY_SMS).await.body;
        assert!(shown.contains(words) && shown.contains(&message.text), "{words}: {shown}");
    }
    assert!(!owner.get(TRY_SMS).await.body.contains(message.code.expose()), "shown once");
}

#[tokio::test]
async fn what_was_typed_wrongly_is_refused_at_its_field_and_stays() {
    let (_site, mut owner) = site().await;
    let typed = [("method", "sms"), ("form[recipient]", "12345"), ("form[application]", "Nobody")];
    owner.act("send_test", &typed).await;
    let shown = owner.get(TRY_SMS).await.body;
    assert!(shown.contains("<title>Error: Passwordless"), "{shown}");
    assert!(shown.contains("href=\"#recipient\"") && shown.contains("href=\"#application\""), "{shown}");
    assert!(shown.contains("value=\"12345\"") && shown.contains("value=\"Nobody\""), "{shown}");
}

#[tokio::test]
async fn a_link_is_spent_by_its_button_and_not_by_being_opened() {
    let (site, mut owner) = site().await;
    owner.act("save_email_provider", &[("base", "0"), ("form[provider]", "outbox")]).await;
    let body = "<p>{{ code }}</p><p><a href=\"{{ link }}\">Sign in</a> to {{ application.name }}</p>";
    let settings = [
        ("base", "0"),
        ("form[from]", "no-reply@acme.example"),
        ("form[subject]", "Sign in"),
        ("form[body]", body),
        ("form[otp_expiry]", "180"),
        ("form[otp_length]", "6"),
    ];
    owner.act("save_email", &settings).await;
    let typed = [
        ("method", "email"),
        ("form[recipient]", "ana@example.com"),
        ("form[application]", "Acme, Inc."),
        ("form[send]", "link"),
    ];
    owner.act("send_test", &typed).await;
    let link = newest(&site.backend).await.link.expect("a link");
    let path = link.expose().strip_prefix("http://127.0.0.1:3000").expect("the public URL").to_owned();
    let token = path.rsplit_once('=').expect("a query").1;

    let mut somebody = site.browser();
    for _ in 0..3 {
        let opened = somebody.get(&path).await;
        assert!(opened.status == StatusCode::OK && opened.body.contains(token), "{}", opened.body);
    }
    let verify = [("verification_code", token)];
    for words in ["This link works", "This link was used already"] {
        let answer = somebody.post("/passwordless/verify_redirect", &verify).await;
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    let unknown = somebody.post("/passwordless/verify_redirect", &[("verification_code", "x")]).await;
    assert!(unknown.body.contains("This link is not valid"), "{}", unknown.body);
    let incomplete = somebody.get("/passwordless/verify_redirect").await;
    assert!(incomplete.body.contains("This link is not complete"), "{}", incomplete.body);
}

#[tokio::test]
async fn a_look_at_the_configuration_names_what_is_missing() {
    let (_site, mut owner) = site().await;
    let typed = [
        ("base", "0"),
        ("form[provider]", "twilio"),
        ("form[source]", "from"),
        ("form[syntax]", "md_with_macros"),
        ("form[message]", "Typed and not saved: @@code@@ @@application.name@@"),
        ("form[otp_expiry]", "180"),
        ("form[otp_length]", "6"),
    ];
    let back = owner.act("check_sms", &typed).await;
    let page = back.strip_suffix("#configuration").expect("the section");
    let shown = owner.get(page).await.body;
    for words in [
        "Typed and not saved",
        "Twilio Account SID is missing.",
        "Twilio Auth Token is missing.",
        "switched on for none",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}
