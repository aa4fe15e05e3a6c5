//! Where messages must not go: each way to name a place inside the network, for the gateway and for the mail server.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use backend::delivery::Mail;
use backend::{Backend, OutboundOptions};
use domain::delivery::{Outcome, Reason};
use domain::mail::SmtpSecurity;
use domain::sms::{SmsProvider, SmsSettings};

use super::mail_server::MailServer;
use super::stand_in::{Reply, StandIn};
use super::{TO, ending, failed, options, providers, send_sms, sms_settings, smtp_settings};
use crate::place::sqlite_place;

fn gateway(url: &str) -> SmsSettings {
    sms_settings(|form| {
        form.provider = SmsProvider::Gateway;
        form.gateway_url = url.to_owned();
    })
}

/// A way out on which every name has these addresses, one set after another, the last from then on.
fn named(private_hosts: &[&str], answers: &[&[&str]]) -> (OutboundOptions, Arc<AtomicU32>) {
    let answers: Vec<Vec<IpAddr>> = answers
        .iter()
        .map(|answer| answer.iter().map(|address| address.parse().expect("an address")).collect())
        .collect();
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let names = move |_: &str| {
        let turn = usize::try_from(count.fetch_add(1, Ordering::SeqCst)).expect("a small number");
        answers[turn.min(answers.len() - 1)].clone()
    };
    (OutboundOptions { names: Some(Arc::new(names)), ..options(private_hosts) }, asked)
}

async fn check_mail_server(backend: &Backend, options: OutboundOptions, host: &str, port: u16) -> Option<Reason> {
    let providers = providers(options);
    let settings = smtp_settings(host, port, SmtpSecurity::None, "");
    let Ok(Mail::Smtp(smtp)) = providers.mail(backend, &settings, None) else {
        panic!("SMTP it is");
    };
    smtp.check().await.err().map(|failure| failure.reason())
}

#[tokio::test]
async fn addresses_inside_are_refused_in_every_spelling() {
    let backend = sqlite_place().open().await;
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "017700000001",
        "0177.0.0.01",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[ff02::1]",
    ] {
        let settings = gateway(&format!("https://{host}/"));
        let sent = send_sms(&providers(options(&[])), &backend, &settings, TO).await;
        assert_eq!(ending(&sent), failed(Reason::PrivateAddress), "{host}");
        assert_eq!(check_mail_server(&backend, options(&[]), host, 25).await, Some(Reason::PrivateAddress), "{host}");
    }
}

#[tokio::test]
async fn names_of_addresses_inside_are_refused_before_a_byte_is_sent() {
    let backend = sqlite_place().open().await;
    let stand_in = StandIn::script(vec![Reply::Say(200, String::new())]).await;
    let url = format!("https://inside.test:{}/", stand_in.port);
    for answer in [
        &["127.0.0.1"][..],
        &["10.1.2.3"],
        &["169.254.169.254"],
        &["::1"],
        &["::ffff:127.0.0.1"],
        &["8.8.8.8", "127.0.0.1"],
    ] {
        let (options, _) = named(&[], &[answer]);
        let sent = send_sms(&providers(options.clone()), &backend, &gateway(&url), TO).await;
        assert_eq!(ending(&sent), failed(Reason::PrivateAddress), "{answer:?}");
        let refused = check_mail_server(&backend, options, "inside.test", stand_in.port).await;
        assert_eq!(refused, Some(Reason::PrivateAddress), "{answer:?}");
    }
    assert_eq!(stand_in.seen().len(), 0);
    let (options, _) = named(&[], &[&[]]);
    let sent = send_sms(&providers(options), &backend, &gateway(&url), TO).await;
    assert_eq!(ending(&sent), failed(Reason::HostNotFound));
    // The system's own names.
    assert_eq!(check_mail_server(&backend, super::options(&[]), "localhost", 25).await, Some(Reason::PrivateAddress));
}

#[tokio::test]
async fn a_name_that_changes_its_answer_gains_nothing() {
    let backend = sqlite_place().open().await;
    let stand_in = StandIn::script(vec![Reply::Say(200, String::new())]).await;
    // First an address of the stand-in that may pass, because the host is listed; whoever asked twice would go elsewhere.
    let (options, asked) = named(&["gateway.test"], &[&["127.0.0.1"], &["192.0.2.1"]]);
    let url = format!("http://gateway.test:{}/", stand_in.port);
    let sent = send_sms(&providers(options), &backend, &gateway(&url), TO).await;
    assert_eq!(ending(&sent), (Outcome::Accepted, None));
    assert_eq!((stand_in.seen().len(), asked.load(Ordering::SeqCst)), (1, 1), "the judged address is the one used");

    let server = MailServer::start(|_| {}).await;
    let (options, asked) = named(&["mail.test"], &[&["127.0.0.1"], &["192.0.2.1"]]);
    assert_eq!(check_mail_server(&backend, options, "mail.test", server.port).await, None);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_later_answer_is_judged_anew() {
    let backend = sqlite_place().open().await;
    let stand_in = StandIn::script(vec![Reply::Hang]).await;
    let (options, asked) = named(&[], &[&["192.0.2.1"], &["127.0.0.1"]]);
    let url = format!("https://turning.test:{}/", stand_in.port);
    let providers = providers(options);
    for _ in 0..2 {
        let sent = send_sms(&providers, &backend, &gateway(&url), TO).await;
        assert_eq!(ending(&sent), failed(Reason::PrivateAddress));
    }
    assert_eq!((stand_in.seen().len(), asked.load(Ordering::SeqCst)), (0, 2));
}

#[tokio::test]
async fn hosts_on_the_list_may_be_private_in_any_spelling_of_theirs() {
    let backend = sqlite_place().open().await;
    let stand_in = StandIn::script(vec![Reply::Say(200, String::new())]).await;
    for (listed, host) in
        [("127.0.0.1", "127.0.0.1"), ("GATEWAY.test.", "gateway.test"), ("gateway.test", "gateway.test")]
    {
        let (options, _) = named(&[listed], &[&["127.0.0.1"]]);
        let url = format!("http://{host}:{}/", stand_in.port);
        let sent = send_sms(&providers(options), &backend, &gateway(&url), TO).await;
        assert_eq!(ending(&sent), (Outcome::Accepted, None), "{listed}");
    }
    // A listed host lends its right to nobody else, whatever the address.
    let (options, _) = named(&["other.test"], &[&["127.0.0.1"]]);
    let url = format!("https://gateway.test:{}/", stand_in.port);
    let sent = send_sms(&providers(options), &backend, &gateway(&url), TO).await;
    assert_eq!(ending(&sent), failed(Reason::PrivateAddress));
}

#[tokio::test]
async fn plain_http_is_for_listed_hosts_only() {
    let backend = sqlite_place().open().await;
    let (options, asked) = named(&[], &[&["8.8.8.8"]]);
    // Saved while the host was listed.
    let sent = send_sms(&providers(options), &backend, &gateway("http://gateway.test/"), TO).await;
    assert_eq!((ending(&sent), asked.load(Ordering::SeqCst)), (failed(Reason::NotHttps), 0));
}

#[tokio::test]
async fn redirects_into_the_network_are_not_followed() {
    let backend = sqlite_place().open().await;
    let inside = StandIn::script(vec![Reply::Say(200, String::new())]).await;
    for target in [inside.url(), "http://169.254.169.254/latest/meta-data/".to_owned(), "http://[::1]/".to_owned()] {
        for status in [301, 302, 307, 308] {
            let stand_in = StandIn::script(vec![Reply::With(status, "location", target.clone())]).await;
            let (options, _) = named(&["gateway.test"], &[&["127.0.0.1"]]);
            let url = format!("http://gateway.test:{}/", stand_in.port);
            let sent = send_sms(&providers(options), &backend, &gateway(&url), TO).await;
            assert_eq!(sent.outcome, Outcome::Refused(Reason::GatewayStatus));
        }
    }
    assert_eq!(inside.seen().len(), 0);
}
