//! Emails through a mail server, read back as a mail program reads them.

use std::sync::Arc;

use backend::OutboundOptions;
use backend::delivery::{Delivered, Email, Mail, Providers};
use domain::Secret;
use domain::connection::Method;
use domain::delivery::{Outcome, Reason};
use domain::mail::SmtpSecurity;
use domain::recipient::Recipient;
use mailparse::{MailHeaderMap as _, ParsedMail, parse_mail};

use super::mail_server::{HOST, Habits, MailServer, PASSWORD, USER};
use super::stand_in::{closed_port, listen};
use super::{ADDRESS, CODE, ending, envelope, failed, impatient, options, providers, refused, sendable, smtp_settings};
use crate::place::sqlite_place;

const SECURITIES: [SmtpSecurity; 3] = [SmtpSecurity::Starttls, SmtpSecurity::Tls, SmtpSecurity::None];
const HTML: &str = "<p>Grüße! Your code is <b>834021</b>.</p>\n.\n..two dots\n<p>漢字 😀 &amp; café</p>\n";
const TEXT: &str = "Grüße! Your code is 834021.\n.\n..two dots\nFrom here = 100 %, trailing space \n漢字 😀\n";
const EMAIL: Email<'static> =
    Email { from: "Acme <no-reply@mail.acme.example>", subject: "Your code", html: HTML, text: TEXT };

/// A way out on which the server's name leads to it and its certificate is trusted.
fn to(server: &MailServer, options: OutboundOptions) -> OutboundOptions {
    OutboundOptions {
        names: Some(Arc::new(|_| vec!["127.0.0.1".parse().expect("an address")])),
        trusted: vec![server.certificate.clone()],
        ..options
    }
}

fn mail_test() -> OutboundOptions {
    options(&[HOST])
}

async fn send(
    providers: &Providers,
    (host, port): (&str, u16),
    security: SmtpSecurity,
    user: &str,
    email: &Email<'_>,
) -> Delivered {
    let backend = sqlite_place().open().await;
    let settings = smtp_settings(host, port, security, user);
    let mail = providers.mail(&backend, &settings, Some(&Secret::new(PASSWORD))).expect("settings that are complete");
    let to = Recipient::parse(Method::Email, ADDRESS).expect("an address");
    mail.send(&envelope(&to, &Secret::new(CODE)), email).await
}

async fn check(providers: &Providers, (host, port): (&str, u16), security: SmtpSecurity, user: &str) -> Option<Reason> {
    let backend = sqlite_place().open().await;
    let settings = smtp_settings(host, port, security, user);
    let Ok(Mail::Smtp(smtp)) = providers.mail(&backend, &settings, Some(&Secret::new(PASSWORD))) else {
        panic!("SMTP it is");
    };
    sendable(smtp.check()).await.err().map(|failure| failure.reason())
}

fn header(mail: &ParsedMail<'_>, name: &str) -> String {
    let values = mail.headers.get_all_values(name);
    assert_eq!(values.len(), 1, "{name}: {values:?}");
    values.concat()
}

#[tokio::test]
async fn a_message_arrives_byte_for_byte_over_each_security() {
    for security in SECURITIES {
        let server = MailServer::start(|habits| habits.wrapped = security == SmtpSecurity::Tls).await;
        let providers = providers(to(&server, mail_test()));
        let sent = send(&providers, (HOST, server.port), security, USER, &EMAIL).await;
        assert_eq!(ending(&sent), (Outcome::Accepted, None), "{security:?}");

        let [received] = &server.messages()[..] else { panic!("one message") };
        assert_eq!(received.from, "MAIL FROM:<no-reply@mail.acme.example>");
        assert_eq!(received.to, ["RCPT TO:<ines@acme.example>"]);
        assert_eq!((received.encrypted, received.signed_in), (security != SmtpSecurity::None, true));
        let mail = parse_mail(received.data.as_bytes()).expect("a message");
        let id = header(&mail, "Message-ID");
        assert!(id.starts_with('<') && id.ends_with("@mail.acme.example>") && id.len() > 30, "{id}");
        assert_eq!(sent.provider_id, Some(id));
        for (name, expected) in [
            ("From", "\"Acme\" <no-reply@mail.acme.example>"),
            ("To", ADDRESS),
            ("Subject", "Your code"),
            ("Date", "Fri, 15 Jan 2027 08:00:00 +0000"),
            ("Auto-Submitted", "auto-generated"),
            ("MIME-Version", "1.0"),
        ] {
            assert_eq!(header(&mail, name).replace('"', ""), expected.replace('"', ""), "{name}");
        }
        assert_eq!(mail.ctype.mimetype, "multipart/alternative");
        for (part, kind, expected) in [(0, "text/plain", TEXT), (1, "text/html", HTML)] {
            let part = &mail.subparts[part];
            assert_eq!((part.ctype.mimetype.as_str(), part.ctype.charset.as_str()), (kind, "utf-8"));
            assert_eq!(part.get_body().expect("text").replace("\r\n", "\n"), expected);
        }
        assert!(received.data.is_ascii(), "older servers take nothing else");
        assert!(received.data.lines().all(|line| line.len() <= 998), "nor longer lines");
    }
}

#[tokio::test]
async fn headers_carry_any_text_and_no_more_than_one_line() {
    let server = MailServer::start(|_| {}).await;
    let providers = providers(to(&server, mail_test()));
    for (from, name) in [
        ("Acme, Inc. <a@acme.example>", "Acme, Inc."),
        ("\"Acme, Inc.\" <a@acme.example>", "Acme, Inc."),
        ("Grüße 😀 <a@acme.example>", "Grüße 😀"),
        ("Evil <b@evil.example> <a@acme.example>", "Evil <b@evil.example>"),
        ("A \\ \"B\" <a@acme.example>", "A \\ \"B\""),
        ("Two\r\nBcc: x@evil.example <a@acme.example>", "Two  Bcc: x@evil.example"),
        ("a@acme.example", ""),
    ] {
        let subject = "Ihr Code für 漢字: 834021\r\nBcc: x@evil.example 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀";
        let email = Email { from, subject, ..EMAIL };
        let sent = send(&providers, (HOST, server.port), SmtpSecurity::Starttls, "", &email).await;
        assert_eq!(ending(&sent), (Outcome::Accepted, None), "{from}");
        let received = server.messages().pop().expect("a message");
        let mail = parse_mail(received.data.as_bytes()).expect("a message");
        let addresses = mailparse::addrparse_header(mail.headers.get_first_header("From").expect("From"));
        let mailparse::MailAddr::Single(sender) = &addresses.expect("addresses")[0] else { panic!("one sender") };
        assert_eq!(
            (sender.display_name.as_deref().unwrap_or_default(), sender.addr.as_str()),
            (name, "a@acme.example")
        );
        assert_eq!(header(&mail, "Subject"), subject.replace("\r\n", "  "));
        assert_eq!(mail.headers.get_first_value("Bcc"), None);
    }
}

#[tokio::test]
async fn connections_are_kept_for_the_next_message() {
    let server = MailServer::start(|habits| habits.enough = 2).await;
    let providers = providers(to(&server, mail_test()));
    for _ in 0..2 {
        let sent = send(&providers, (HOST, server.port), SmtpSecurity::Starttls, USER, &EMAIL).await;
        assert_eq!(sent.outcome, Outcome::Accepted);
    }
    assert_eq!(server.connections(), 1);
    // The server has enough of it, and the third message finds a new one.
    let sent = send(&providers, (HOST, server.port), SmtpSecurity::Starttls, USER, &EMAIL).await;
    assert_eq!((sent.outcome, server.connections(), server.messages().len()), (Outcome::Accepted, 2, 3));
    // A connection of one user carries nothing for another.
    let sent = send(&providers, (HOST, server.port), SmtpSecurity::Starttls, "", &EMAIL).await;
    assert_eq!((sent.outcome, server.connections()), (Outcome::Accepted, 3));
    assert!(!server.messages()[3].signed_in);
}

#[tokio::test]
async fn many_messages_at_once_all_arrive() {
    let server = MailServer::start(|_| {}).await;
    let providers = providers(to(&server, mail_test()));
    let port = server.port;
    let sends: Vec<_> = (0..40)
        .map(|_| {
            let providers = providers.clone();
            tokio::spawn(async move { send(&providers, (HOST, port), SmtpSecurity::Starttls, USER, &EMAIL).await })
        })
        .collect();
    for sent in sends {
        assert_eq!(sent.await.expect("sent").outcome, Outcome::Accepted);
    }
    assert_eq!(server.messages().len(), 40);
    assert!(server.connections() <= 8, "{}", server.connections());
}

#[tokio::test]
async fn each_refused_step_has_its_own_words() {
    type Answers = &'static [(&'static str, &'static str)];
    let cases: [(Answers, _); 11] = [
        (&[("MAIL", "550 5.7.1 not as no-reply")], refused(Reason::MailSender, "550")),
        (&[("RCPT", "550 5.1.1 ines@acme.example unknown")], refused(Reason::MailRecipient, "550")),
        (&[("RCPT", "450 4.2.0 greylisted")], refused(Reason::MailServerBusy, "450")),
        (&[("DATA", "554 5.7.1 no")], refused(Reason::MailMessage, "554")),
        (&[("(text)", "554 5.7.1 spam: 834021")], refused(Reason::MailMessage, "554")),
        (&[("(text)", "452 4.3.1 full")], refused(Reason::MailServerBusy, "452")),
        (&[("(greeting)", "554 not today")], refused(Reason::MailServerBusy, "554")),
        (&[("MAIL", "421 later")], refused(Reason::MailServerBusy, "421")),
        (&[("AUTH", "454 4.7.0 later")], refused(Reason::MailServerBusy, "454")),
        (&[("MAIL", "what?")], failed(Reason::Unintelligible)),
        (&[("(text)", "(close)")], failed(Reason::ConnectionLost)),
    ];
    for (answers, expected) in cases {
        let server = MailServer::start(|habits| habits.answers = answers).await;
        let providers = providers(to(&server, mail_test()));
        let sent = send(&providers, (HOST, server.port), SmtpSecurity::Starttls, USER, &EMAIL).await;
        assert_eq!(ending(&sent), expected, "{answers:?}");
        assert_eq!(server.messages().len(), 0);
    }
    for from in ["nobody", "a@b@c"] {
        let server = MailServer::start(|_| {}).await;
        let email = Email { from, ..EMAIL };
        let providers = providers(to(&server, mail_test()));
        let sent = send(&providers, (HOST, server.port), SmtpSecurity::Starttls, "", &email).await;
        assert_eq!((ending(&sent), server.connections()), (failed(Reason::MailSender), 0));
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up_in_time() {
    for step in ["(greeting)", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "(text)"] {
        let answers: &'static [(&'static str, &'static str)] = Box::leak(Box::new([(step, "")]));
        let server = MailServer::start(|habits| habits.answers = answers).await;
        let providers = providers(to(&server, impatient(&[HOST])));
        let sent = send(&providers, (HOST, server.port), SmtpSecurity::Starttls, USER, &EMAIL).await;
        assert_eq!(ending(&sent), failed(Reason::Timeout), "{step}");
        assert!(sent.took.as_secs() < 3, "{step}");
    }
    let providers = providers(options(&["127.0.0.1"]));
    let port = closed_port().await;
    assert_eq!(check(&providers, ("127.0.0.1", port), SmtpSecurity::None, "").await, Some(Reason::CannotConnect));
}

#[tokio::test]
async fn the_check_signs_in_and_sends_nothing() {
    for security in SECURITIES {
        let server = MailServer::start(|habits| habits.wrapped = security == SmtpSecurity::Tls).await;
        let providers = providers(to(&server, mail_test()));
        assert_eq!(check(&providers, (HOST, server.port), security, USER).await, None, "{security:?}");
        let wrong = check(&providers, (HOST, server.port), security, "somebody else").await;
        assert_eq!(wrong, Some(Reason::MailCredentials), "{security:?}");
        assert!(server.heard("AUTH") && !server.heard("MAIL"));
    }
    let login = MailServer::start(|habits| habits.mechanisms = "LOGIN").await;
    let there = providers(to(&login, mail_test()));
    assert_eq!(check(&there, (HOST, login.port), SmtpSecurity::Starttls, USER).await, None);
    let strange = MailServer::start(|habits| habits.mechanisms = "GSSAPI").await;
    let there = providers(to(&strange, mail_test()));
    assert_eq!(check(&there, (HOST, strange.port), SmtpSecurity::Starttls, USER).await, Some(Reason::NoSignIn));
}

#[tokio::test]
async fn a_password_never_travels_in_clear() {
    let public = |server: &MailServer| providers(to(server, options(&[])));
    // Not listed and not encrypted: nobody is even connected to.
    let server = MailServer::start(|_| {}).await;
    let refused = check(&public(&server), (HOST, server.port), SmtpSecurity::None, USER).await;
    assert_eq!((refused, server.connections()), (Some(Reason::PasswordInClear), 0));
    // A server, or somebody before it, that hides its STARTTLS.
    let hiding = MailServer::start(|habits| habits.starttls = false).await;
    let there = providers(to(&hiding, mail_test()));
    assert_eq!(check(&there, (HOST, hiding.port), SmtpSecurity::Starttls, USER).await, Some(Reason::NoStarttls));
    assert!(!hiding.heard("AUTH"));
}

#[tokio::test]
async fn what_is_slipped_in_before_the_encryption_counts_for_nothing() {
    let injecting: fn(&mut Habits) =
        |habits| habits.slipped_in = "\r\n250-mail.test\r\n250 AUTH PLAIN\r\n235 welcome\r\n250 fine";
    let server = MailServer::start(injecting).await;
    let providers = providers(to(&server, mail_test()));
    let sent = send(&providers, (HOST, server.port), SmtpSecurity::Starttls, USER, &EMAIL).await;
    assert_eq!(ending(&sent), failed(Reason::Encryption));
    assert!(!server.heard("AUTH") && server.messages().is_empty());
}

#[tokio::test]
async fn certificates_must_be_trusted_and_fit_the_host() {
    for security in [SmtpSecurity::Starttls, SmtpSecurity::Tls] {
        let server = MailServer::start(|habits| habits.wrapped = security == SmtpSecurity::Tls).await;
        let stranger = OutboundOptions { trusted: Vec::new(), ..to(&server, mail_test()) };
        let refused = check(&providers(stranger), (HOST, server.port), security, USER).await;
        assert_eq!(refused, Some(Reason::Certificate), "{security:?}");
        let other = to(&server, options(&["other.test"]));
        let refused = check(&providers(other), ("other.test", server.port), security, USER).await;
        assert_eq!(refused, Some(Reason::Certificate), "{security:?}");
        assert!(!server.heard("AUTH"));
    }
    // TLS on a port that begins in clear, and the other way round.
    let server = MailServer::start(|_| {}).await;
    let there = providers(to(&server, mail_test()));
    assert_eq!(check(&there, (HOST, server.port), SmtpSecurity::Tls, USER).await, Some(Reason::Encryption));
    let silent = listen(|stream| async move {
        let _kept = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let there = providers(to(&server, impatient(&[HOST])));
    assert_eq!(check(&there, (HOST, silent), SmtpSecurity::Starttls, USER).await, Some(Reason::Timeout));
}
