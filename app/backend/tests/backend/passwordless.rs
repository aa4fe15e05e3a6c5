//! Codes and links: the newest counts, three guesses, one way in.

use backend::passwordless::{Accepted, Drawn, Purpose, Request, Verdict};
use backend::{Admin, Backend, Passwordless};
use domain::Secret;
use domain::admin::Role;
use domain::application::{ApplicationType, RegistrationForm};
use domain::connection::Method;
use domain::otp::{OtpExpiry, OtpLength};
use domain::recipient::Recipient;
use domain::template::Send;

use crate::place::{MINUTE, on_each_database, signed_in};

pub async fn application(backend: &Backend, admin: &Admin, name: &str) -> String {
    let form = RegistrationForm { name: name.to_owned(), kind: ApplicationType::RegularWeb };
    let registration = form.check().expect("a registration");
    backend.applications().register(admin, &registration).await.expect("registered").0.client_id
}

fn number(text: &str) -> Recipient {
    Recipient::parse(Method::Sms, text).expect("a number")
}

async fn issue(backend: &Backend, client_id: &str, recipient: &Recipient, send: Send) -> Drawn {
    let (expiry, purpose) = (OtpExpiry::default(), Purpose::SignIn);
    let request = Request { client_id, recipient, expiry, revision: 7, purpose, context: "{}" };
    let drawn = Passwordless::draw(OtpLength::default(), send);
    backend.passwordless().issue(&request, &drawn).await.expect("issued");
    drawn
}

/// A code that is not the one that was issued.
fn other_than(code: &Secret) -> Secret {
    Secret::new(if code.expose() == "000000" { "000001" } else { "000000" })
}

#[tokio::test]
async fn a_code_opens_the_way_once_and_for_its_application_only() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let (wallet, till) = (application(&backend, &ines, "Wallet").await, application(&backend, &ines, "Till").await);
        let (ana, ben) = (number("+15550100123"), number("+15550100124"));
        let issued = issue(&backend, &wallet, &ana, Send::Code).await;
        assert_eq!(issued.code.expose().len(), 6);
        assert!(issued.link.is_none());
        let codes = backend.passwordless();
        for (client_id, recipient) in [(till.as_str(), &ana), (wallet.as_str(), &ben), ("\0", &ana)] {
            let verdict = codes.verify_code(Purpose::SignIn, client_id, recipient, &issued.code).await.expect("judged");
            assert_eq!(verdict, Verdict::Nothing);
        }
        let (recipient, context) = (ana.clone(), "{}".to_owned());
        let accepted = Accepted { client_id: wallet.clone(), recipient, revision: 7, context };
        let (first, last) = issued.code.expose().split_at(3);
        let typed = Secret::new(format!(" {first} {last}\u{a0}"));
        assert_eq!(
            codes.verify_code(Purpose::SignIn, &wallet, &ana, &typed).await.expect("judged"),
            Verdict::Accepted(accepted)
        );
        assert_eq!(
            codes.verify_code(Purpose::SignIn, &wallet, &ana, &issued.code).await.expect("judged"),
            Verdict::Used
        );
    })
    .await;
}

#[tokio::test]
async fn three_wrong_answers_spend_a_code_and_a_new_one_takes_its_place() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let (wallet, ana) = (application(&backend, &ines, "Wallet").await, number("+15550100123"));
        let codes = backend.passwordless();
        let first = issue(&backend, &wallet, &ana, Send::Code).await;
        let wrong = other_than(&first.code);
        for verdict in [2, 1, 0].map(|left| Verdict::Wrong { left }) {
            assert_eq!(codes.verify_code(Purpose::SignIn, &wallet, &ana, &wrong).await.expect("judged"), verdict);
        }
        assert_eq!(
            codes.verify_code(Purpose::SignIn, &wallet, &ana, &first.code).await.expect("judged"),
            Verdict::Spent
        );

        let second = issue(&backend, &wallet, &ana, Send::Code).await;
        let third = issue(&backend, &wallet, &ana, Send::Code).await;
        if second.code.expose() != third.code.expose() {
            let verdict = codes.verify_code(Purpose::SignIn, &wallet, &ana, &second.code).await.expect("judged");
            assert_eq!(verdict, Verdict::Wrong { left: 2 });
        }
        let verdict = codes.verify_code(Purpose::SignIn, &wallet, &ana, &third.code).await.expect("judged");
        assert!(matches!(verdict, Verdict::Accepted(_)), "{verdict:?}");
    })
    .await;
}

#[tokio::test]
async fn a_code_runs_out_and_is_gone_an_hour_later() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let (wallet, ana) = (application(&backend, &ines, "Wallet").await, number("+15550100123"));
        let issued = issue(&backend, &wallet, &ana, Send::Link).await;
        let link = issued.link.expect("a link");
        place.clock.advance(3 * MINUTE);
        let codes = backend.passwordless();
        assert_eq!(
            codes.verify_code(Purpose::SignIn, &wallet, &ana, &issued.code).await.expect("judged"),
            Verdict::Expired
        );
        assert_eq!(codes.verify_link(Purpose::SignIn, &link).await.expect("judged"), Verdict::Expired);
        backend.sweep().await.expect("swept");
        assert_eq!(place.number("select count(*) from codes").await, 1);
        place.clock.advance(60 * MINUTE);
        backend.sweep().await.expect("swept");
        assert_eq!(
            codes.verify_code(Purpose::SignIn, &wallet, &ana, &issued.code).await.expect("judged"),
            Verdict::Nothing
        );
    })
    .await;
}

#[tokio::test]
async fn a_link_and_its_code_are_used_up_together() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let wallet = application(&backend, &ines, "Wallet").await;
        let ana = Recipient::parse(Method::Email, "Ana@Acme.example").expect("an address");
        let codes = backend.passwordless();
        let issued = issue(&backend, &wallet, &ana, Send::Link).await;
        let link = issued.link.expect("a link");
        assert_eq!(
            codes.verify_link(Purpose::SignIn, &Secret::new("nonsense")).await.expect("judged"),
            Verdict::Nothing
        );
        let verdict = codes.verify_link(Purpose::SignIn, &link).await.expect("judged");
        assert!(matches!(verdict, Verdict::Accepted(_)), "{verdict:?}");
        assert_eq!(codes.verify_link(Purpose::SignIn, &link).await.expect("judged"), Verdict::Used);
        assert_eq!(
            codes.verify_code(Purpose::SignIn, &wallet, &ana, &issued.code).await.expect("judged"),
            Verdict::Used
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_right_answers_at_once_exactly_one_comes_in() {
    on_each_database(async |place| {
        let instances = [place.open().await, place.open().await];
        let ines = signed_in(&instances[0], "ines@acme.example", Role::Editor).await;
        let (wallet, ana) = (application(&instances[0], &ines, "Wallet").await, number("+15550100123"));
        let issued = issue(&instances[0], &wallet, &ana, Send::Link).await;
        let link = issued.link.expect("a link");
        let answers: Vec<_> = (0..100)
            .map(|number: usize| {
                let (backend, wallet, ana) = (instances[number % 2].clone(), wallet.clone(), ana.clone());
                let (code, link) = (issued.code.clone(), link.clone());
                tokio::spawn(async move {
                    let codes = backend.passwordless();
                    if number.is_multiple_of(3) {
                        codes.verify_link(Purpose::SignIn, &link).await.expect("judged")
                    } else {
                        codes.verify_code(Purpose::SignIn, &wallet, &ana, &code).await.expect("judged")
                    }
                })
            })
            .collect();
        let mut accepted = 0;
        for answer in answers {
            match answer.await.expect("finished") {
                Verdict::Accepted(_) => accepted += 1,
                Verdict::Used => {}
                verdict => panic!("{verdict:?}"),
            }
        }
        assert_eq!(accepted, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_wrong_answers_at_once_three_are_counted() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let (wallet, ana) = (application(&backend, &ines, "Wallet").await, number("+15550100123"));
        let issued = issue(&backend, &wallet, &ana, Send::Code).await;
        let wrong = other_than(&issued.code);
        let answers: Vec<_> = (0..100)
            .map(|_| {
                let (backend, wallet, ana, wrong) = (backend.clone(), wallet.clone(), ana.clone(), wrong.clone());
                tokio::spawn(async move {
                    backend.passwordless().verify_code(Purpose::SignIn, &wallet, &ana, &wrong).await.expect("judged")
                })
            })
            .collect();
        let mut wrong_ones = Vec::new();
        for answer in answers {
            if let Verdict::Wrong { left } = answer.await.expect("finished") {
                wrong_ones.push(left);
            }
        }
        wrong_ones.sort_unstable();
        assert_eq!(wrong_ones, [0, 1, 2]);
        let verdict =
            backend.passwordless().verify_code(Purpose::SignIn, &wallet, &ana, &issued.code).await.expect("judged");
        assert_eq!(verdict, Verdict::Spent);
    })
    .await;
}

#[tokio::test]
async fn nothing_that_opens_the_way_is_stored_and_codes_go_with_their_application() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let (wallet, ana) = (application(&backend, &ines, "Wallet").await, number("+15550100123"));
        let issued = issue(&backend, &wallet, &ana, Send::Link).await;
        let link = issued.link.expect("a link");
        for needle in [issued.code.expose(), link.expose(), ana.expose()] {
            let found = format!(
                "select count(*) from codes where code_hash like '%{needle}%' or link_hash like '%{needle}%'
                 or recipient_hash like '%{needle}%' or context like '%{needle}%'"
            );
            assert_eq!(place.number(&found).await, 0);
        }
        assert!(backend.applications().delete(&ines, &wallet).await.expect("deleted"));
        assert_eq!(place.number("select count(*) from codes").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_code_that_is_tried_opens_nothing_and_one_of_a_user_is_not_judged() {
    on_each_database(async |place| {
        let backend = place.open().await;
        let ines = signed_in(&backend, "ines@acme.example", Role::Editor).await;
        let (wallet, ana) = (application(&backend, &ines, "Wallet").await, number("+15550100123"));
        let codes = backend.passwordless();
        for (purpose, other) in [(Purpose::Trial, Purpose::SignIn), (Purpose::SignIn, Purpose::Trial)] {
            let request = Request {
                client_id: &wallet,
                recipient: &ana,
                expiry: OtpExpiry::default(),
                revision: 7,
                purpose,
                context: "{}",
            };
            let drawn = Passwordless::draw(OtpLength::default(), Send::Link);
            codes.issue(&request, &drawn).await.expect("issued");
            let link = drawn.link.clone().expect("a link");
            for _ in 0..4 {
                let wrong = other_than(&drawn.code);
                for answer in [&drawn.code, &wrong] {
                    let verdict = codes.verify_code(other, &wallet, &ana, answer).await.expect("judged");
                    assert_eq!(verdict, Verdict::Nothing);
                }
                assert_eq!(codes.verify_link(other, &link).await.expect("judged"), Verdict::Nothing);
            }
            let verdict = codes.verify_code(purpose, &wallet, &ana, &drawn.code).await.expect("judged");
            assert!(matches!(verdict, Verdict::Accepted(_)), "{purpose:?}: {verdict:?}");
        }
    })
    .await;
}
