//! Users signing in: what the connection's settings and toggles decide, and who is kept out.

use backend::delivery::Caller;
use backend::sign_in::{CodeAnswer, Refusal, Start, StartRefusal, Started};
use backend::{Admin, Backend, Saved};
use domain::Secret;
use domain::admin::Role;
use domain::connection::Method;
use domain::email::{EmailForm, EmailSettings};
use domain::mail::{EmailProvider, EmailProviderForm};
use domain::recipient::Recipient;
use domain::sms::{SmsForm, SmsProvider};
use domain::template::Send;

use crate::passwordless::application;
use crate::place::{ADDRESS, MINUTE, Place, on_each_database, signed_in, sms_change};

const OTHER_ADDRESS: &str = "198.51.100.4";

struct Scene {
    backend: Backend,
    admin: Admin,
    client_id: String,
}

/// Both methods are on for one application and keep their messages in the outbox.
async fn scene(place: &Place, edit: impl FnOnce(&mut SmsForm)) -> Scene {
    let backend = place.open().await;
    let admin = signed_in(&backend, "ines@acme.example", Role::Owner).await;
    let client_id = application(&backend, &admin, "Wallet").await;
    let change = sms_change(|form| {
        form.provider = SmsProvider::Outbox;
        edit(form);
    });
    let saved = backend.connections().save_sms(&admin, 0, &change).await.expect("saved");
    assert!(matches!(saved, Saved::Saved(_)));
    let mut form = EmailForm::from_settings(&EmailSettings::default());
    form.from = "no-reply@acme.example".to_owned();
    let settings = form.check().expect("passes");
    let saved = backend.connections().save_email(&admin, 0, &settings).await.expect("saved");
    assert!(matches!(saved, Saved::Saved(_)));
    let form = EmailProviderForm { provider: EmailProvider::Outbox, ..EmailProviderForm::default() };
    let provider = form.check(None).expect("passes");
    backend.email_provider().save(&admin, 0, &provider).await.expect("saved");
    for method in Method::ALL {
        backend.connections().set_enabled(&admin, method, true).await.expect("on");
        assert!(backend.applications().set_enabled(&admin, &client_id, method, true).await.expect("enabled"));
    }
    Scene { backend, admin, client_id }
}

fn ana() -> Recipient {
    Recipient::parse(Method::Sms, "+15550100123").expect("a number")
}

impl Scene {
    async fn start(&self, recipient: &Recipient, send: Send) -> Result<Started, StartRefusal> {
        let start = Start {
            client_id: self.client_id.clone(),
            application_name: "Wallet".to_owned(),
            recipient: recipient.clone(),
            send,
            public_url: "https://doorcode.example".to_owned(),
            language: None,
            caller: Caller { ip: ADDRESS.to_owned(), user_agent: String::new() },
            auth_params: vec![("state".to_owned(), "s".to_owned()), ("scope".to_owned(), "openid email".to_owned())],
        };
        self.backend.sign_in().start(start).await.expect("no failure")
    }

    /// Starts a sign-in and reads the message that came of it.
    async fn message(&self, recipient: &Recipient, send: Send) -> domain::activity::OutboxMessage {
        let Ok(Started::Sent(sent)) = self.start(recipient, send).await else { panic!("nothing was sent") };
        let id = sent.delivered.provider_id.expect("kept");
        self.backend.outbox().find(&id).await.expect("read").expect("the message")
    }

    async fn answer(
        &self,
        recipient: &Recipient,
        code: &Secret,
        address: &str,
    ) -> Result<backend::sign_in::SignedIn, Refusal> {
        let answer = CodeAnswer { client_id: &self.client_id, recipient, code, address };
        self.backend.sign_in().by_code(&answer).await.expect("no failure")
    }
}

fn other_than(code: &Secret) -> Secret {
    Secret::new(if code.expose() == "000000" { "000001" } else { "000000" })
}

#[tokio::test]
async fn the_first_right_code_makes_a_user_and_the_next_finds_them() {
    on_each_database(async |place| {
        let scene = scene(&place, |_| {}).await;
        let code = scene.message(&ana(), Send::Code).await.code;
        let first = scene.answer(&ana(), &code, ADDRESS).await.expect("signed in");
        assert_eq!((first.user.sign_ins, first.auth_time), (1, place.clock.now()));
        assert_eq!(scene.answer(&ana(), &code, ADDRESS).await, Err(Refusal::Wrong), "a code is used once");
        let code = scene.message(&ana(), Send::Code).await.code;
        let again = scene.answer(&ana(), &code, ADDRESS).await.expect("signed in");
        assert_eq!((again.user.id, again.user.sign_ins), (first.user.id, 2));
    })
    .await;
}

#[tokio::test]
async fn a_link_signs_in_and_says_what_it_was_asked_with() {
    on_each_database(async |place| {
        let scene = scene(&place, |_| {}).await;
        let ana = Recipient::parse(Method::Email, "ana@acme.example").expect("an address");
        let link = scene.message(&ana, Send::Link).await.link.expect("a link");
        let (query, token) = link.expose().rsplit_once("&verification_code=").expect("a token");
        assert!(query.contains("scope=openid+email&") && query.contains("state=s&"), "{query}");
        let token = Secret::new(token);
        let came = scene.backend.sign_in().by_link(&token).await.expect("no failure").expect("signed in");
        assert_eq!((came.client_id, came.signed_in.user.recipient), (scene.client_id.clone(), ana));
        assert_eq!(came.context, r#"{"scope":"openid email","state":"s"}"#);
        assert_eq!(scene.backend.sign_in().by_link(&token).await.expect("no failure"), Err(Refusal::Wrong));
    })
    .await;
}

#[tokio::test]
async fn toggles_decide_at_once() {
    on_each_database(async |place| {
        let scene = scene(&place, |_| {}).await;
        let (backend, admin) = (&scene.backend, &scene.admin);
        backend.connections().set_enabled(admin, Method::Sms, false).await.expect("off");
        assert_eq!(scene.start(&ana(), Send::Code).await.err(), Some(StartRefusal::ConnectionOff));
        backend.connections().set_enabled(admin, Method::Sms, true).await.expect("on");
        backend.applications().set_enabled(admin, &scene.client_id, Method::Sms, false).await.expect("off");
        assert_eq!(scene.start(&ana(), Send::Code).await.err(), Some(StartRefusal::NotEnabled));
        assert_eq!(place.number("select count(*) from deliveries").await, 0);
    })
    .await;
}

#[tokio::test]
async fn without_sign_ups_only_users_get_codes_and_come_in() {
    on_each_database(async |place| {
        let scene = scene(&place, |_| {}).await;
        let asked_before = scene.message(&ana(), Send::Code).await.code;
        let state = scene.backend.connections().sms().await.expect("read");
        let change = crate::place::sms_change_of(&state.settings, |form| form.disable_sign_ups = true);
        scene.backend.connections().save_sms(&scene.admin, state.revision.version, &change).await.expect("saved");
        assert_eq!(scene.start(&ana(), Send::Code).await.err(), Some(StartRefusal::SignUpsDisabled));
        assert_eq!(scene.answer(&ana(), &asked_before, ADDRESS).await, Err(Refusal::SignUpsDisabled));
        scene.backend.users().create(&scene.admin, &ana()).await.expect("created");
        let code = scene.message(&ana(), Send::Code).await.code;
        assert!(scene.answer(&ana(), &code, ADDRESS).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_blocked_user_gets_nothing_and_their_code_and_tokens_end() {
    on_each_database(async |place| {
        let scene = scene(&place, |_| {}).await;
        let code = scene.message(&ana(), Send::Code).await.code;
        let user = scene.answer(&ana(), &code, ADDRESS).await.expect("signed in").user;
        let code = scene.message(&ana(), Send::Code).await.code;
        let grant = backend::grants::Grant {
            client_id: scene.client_id.clone(),
            user_id: user.id.clone(),
            scope: "offline_access".to_owned(),
            audience: String::new(),
            auth_time: 0,
        };
        let refresh = scene.backend.grants().issue_refresh_token(&grant, None).await.expect("issued").expect("a token");
        scene.backend.users().set_blocked(&scene.admin, &user.id, true).await.expect("blocked");
        assert_eq!(scene.answer(&ana(), &code, ADDRESS).await, Err(Refusal::BlockedUser));
        assert!(scene.backend.grants().refresh(&scene.client_id, &refresh).await.expect("looked at").is_err());
        assert!(matches!(scene.start(&ana(), Send::Code).await, Ok(Started::Withheld)));
        assert_eq!(place.number("select count(*) from deliveries where reason = 'user_blocked'").await, 1);
        scene.backend.users().set_blocked(&scene.admin, &user.id, false).await.expect("unblocked");
        let code = scene.message(&ana(), Send::Code).await.code;
        assert!(scene.answer(&ana(), &code, ADDRESS).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn ten_wrong_codes_from_one_address_block_it_for_that_recipient() {
    on_each_database(async |place| {
        let scene = scene(&place, |_| {}).await;
        for _ in 0..3 {
            let code = scene.message(&ana(), Send::Code).await.code;
            for _ in 0..3 {
                assert_eq!(scene.answer(&ana(), &other_than(&code), ADDRESS).await, Err(Refusal::Wrong));
            }
        }
        let code = scene.message(&ana(), Send::Code).await.code;
        assert_eq!(scene.answer(&ana(), &other_than(&code), ADDRESS).await, Err(Refusal::Wrong), "the tenth");
        assert_eq!(
            scene.start(&ana(), Send::Code).await.err(),
            Some(StartRefusal::BlockedAddress),
            "no message for nothing"
        );
        assert_eq!(scene.answer(&ana(), &code, ADDRESS).await, Err(Refusal::BlockedAddress));
        let ben = Recipient::parse(Method::Sms, "+15550100124").expect("a number");
        let other_code = scene.message(&ben, Send::Code).await.code;
        assert!(scene.answer(&ben, &other_code, ADDRESS).await.is_ok(), "another recipient");
        assert_eq!(scene.backend.wrong_codes().blocks(&[ben, ana()]).await.expect("counted"), [0, 1]);
        assert!(scene.answer(&ana(), &code, OTHER_ADDRESS).await.is_ok(), "another address");

        assert_eq!(scene.answer(&ana(), &code, ADDRESS).await, Err(Refusal::BlockedAddress), "still");
        assert!(scene.backend.wrong_codes().lift(&scene.admin, &ana(), "sms|1").await.expect("lifted"));
        let code = scene.message(&ana(), Send::Code).await.code;
        assert!(scene.answer(&ana(), &code, ADDRESS).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn the_third_wrong_code_is_told_so_and_the_next_that_there_were_too_many() {
    on_each_database(async |place| {
        let scene = scene(&place, |form| form.brute_force_protection = false).await;
        for _ in 0..4 {
            let code = scene.message(&ana(), Send::Code).await.code;
            for _ in 0..3 {
                assert_eq!(scene.answer(&ana(), &other_than(&code), ADDRESS).await, Err(Refusal::Wrong));
            }
            assert_eq!(scene.answer(&ana(), &code, ADDRESS).await, Err(Refusal::TooManyAttempts));
        }
        let code = scene.message(&ana(), Send::Code).await.code;
        place.clock.advance(3 * MINUTE);
        assert_eq!(scene.answer(&ana(), &code, ADDRESS).await, Err(Refusal::Expired));
    })
    .await;
}
