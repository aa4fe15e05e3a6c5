//! Twilio, by its published interface.

use std::time::Duration;

use backend::OutboundOptions;
use backend::delivery::Sms;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Secret;
use domain::delivery::{Outcome, Reason};
use domain::sms::SmsSource;
use url::form_urlencoded;

use super::stand_in::{Reply, Seen, StandIn, closed_port, resetting};
use super::{
    FROM, SERVICE, SID, TEXT, TO, TOKEN, credentials, ending, failed, impatient, options, providers, refused, send_sms,
    sendable, twilio_settings,
};
use crate::place::sqlite_place;

const MESSAGE: &str = "SM0123456789abcdef0123456789ABCDEF";

/// Answers as Twilio does: what it does not document is refused, and its test numbers have their meaning.
fn twilio(request: &Seen) -> Reply {
    let account = format!("/2010-04-01/Accounts/{SID}");
    let wanted = format!("Basic {}", STANDARD.encode(format!("{SID}:{TOKEN}")));
    if request.authorization != wanted {
        return error(401, 20003, "Authenticate");
    }
    if request.method == "GET" && request.path == format!("{account}.json") {
        return Reply::Say(200, format!(r#"{{"sid":"{SID}","status":"active","type":"Full"}}"#));
    }
    if request.method != "POST" || request.path != format!("{account}/Messages.json") {
        return error(404, 20404, "The requested resource was not found");
    }
    if request.content_type != "application/x-www-form-urlencoded" {
        return error(400, 20001, "Wrong content type");
    }
    let fields: Vec<(String, String)> =
        form_urlencoded::parse(request.body.as_bytes()).map(|(name, value)| (name.into(), value.into())).collect();
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    if !fields.iter().all(|(name, _)| ["To", "From", "MessagingServiceSid", "Body"].contains(&name.as_str())) {
        return error(400, 20001, "Unknown parameter");
    }
    let (Some(to), Some(body)) = (field("To"), field("Body")) else {
        return error(400, 21604, "A 'To' phone number and a 'Body' are required.");
    };
    match (field("From"), field("MessagingServiceSid")) {
        (Some(_), Some(_)) | (None, None) => return error(400, 21603, "A 'From' phone number is required."),
        (None, Some(service)) if service != SERVICE => return error(404, 21705, "Invalid Messaging Service"),
        (Some("+15005550001"), _) => return error(400, 21212, "The 'From' number is not valid."),
        (Some("+15005550007"), _) => return error(400, 21606, "The From phone number is not owned."),
        (Some("+15005550008"), _) => return error(400, 21611, "This 'From' number has a full queue."),
        _ => {}
    }
    if body.is_empty() || body.chars().count() > 1_600 {
        return error(400, 21617, "The concatenated message body exceeds the 1600 character limit");
    }
    match to {
        "+15005550001" => error(400, 21211, "The 'To' number +15005550001 is not a valid phone number."),
        "+15005550002" => error(400, 21612, "The 'To' phone number is not currently reachable"),
        "+15005550003" => error(400, 21408, "Permission to send an SMS has not been enabled for the region"),
        "+15005550004" => error(400, 21610, "Attempt to send to unsubscribed recipient"),
        "+15005550009" => error(400, 21614, "'To' number is not a valid mobile number"),
        _ => taken("queued", "null"),
    }
}

fn error(status: u16, code: u32, message: &str) -> Reply {
    Reply::Say(
        status,
        format!(
            r#"{{"code":{code},"message":"{message}","more_info":"https://www.twilio.com/docs/errors/{code}","status":{status}}}"#
        ),
    )
}

fn taken(status: &str, error_code: &str) -> Reply {
    Reply::Say(
        201,
        format!(
            r#"{{"account_sid":"{SID}","api_version":"2010-04-01","body":"…","date_created":"Thu, 24 Aug 2023 05:01:45 +0000","direction":"outbound-api","error_code":{error_code},"error_message":null,"from":"{FROM}","messaging_service_sid":null,"num_segments":"1","price":null,"sid":"{MESSAGE}","status":"{status}","to":"{TO}"}}"#
        ),
    )
}

#[tokio::test]
async fn a_message_goes_out_as_twilio_wants_it() {
    let backend = sqlite_place().open().await;
    let stand_in = StandIn::start(twilio).await;
    let providers = providers(options(&[])).with_twilio_at(&format!("{}/", stand_in.url()));
    let service = twilio_settings(|form| {
        form.source = SmsSource::MessagingService;
        form.messaging_service_sid = SERVICE.to_owned();
    });
    for settings in [twilio_settings(|_| {}), service] {
        let sent = send_sms(&providers, &backend, &settings, TO).await;
        assert_eq!((ending(&sent), sent.provider_id.as_deref()), ((Outcome::Accepted, None), Some(MESSAGE)));
    }
    let seen = stand_in.seen();
    assert_eq!(seen.len(), 2);
    let body = form_urlencoded::parse(seen[0].body.as_bytes()).find(|(name, _)| name == "Body").expect("a body").1;
    assert_eq!(body, TEXT);
    assert!(seen[0].user_agent.starts_with("Doorcode/"), "{}", seen[0].user_agent);
}

#[tokio::test]
async fn of_many_messages_at_once_each_goes_out_once() {
    let backend = sqlite_place().open().await;
    let stand_in = StandIn::start(twilio).await;
    let providers = providers(options(&[])).with_twilio_at(&stand_in.url());
    let recipients: Vec<String> = (0..200).map(|number| format!("+1555010{number:04}")).collect();
    let sends: Vec<_> = recipients
        .iter()
        .cloned()
        .map(|to| {
            let (providers, backend) = (providers.clone(), backend.clone());
            tokio::spawn(async move { send_sms(&providers, &backend, &twilio_settings(|_| {}), &to).await.outcome })
        })
        .collect();
    for sent in sends {
        assert_eq!(sent.await.expect("sent"), Outcome::Accepted);
    }
    let to = |seen: &Seen| form_urlencoded::parse(seen.body.as_bytes()).next().expect("a field").1.into_owned();
    let mut reached: Vec<String> = stand_in.seen().iter().map(to).collect();
    reached.sort();
    assert_eq!(reached, recipients);
}

#[tokio::test]
async fn each_documented_error_has_its_own_words() {
    let backend = sqlite_place().open().await;
    let stand_in = StandIn::start(twilio).await;
    let providers = providers(options(&[])).with_twilio_at(&stand_in.url());
    for (to, reason, code) in [
        ("+15005550001", Reason::InvalidRecipient, "21211"),
        ("+15005550002", Reason::NotReachable, "21612"),
        ("+15005550003", Reason::RegionNotAllowed, "21408"),
        ("+15005550004", Reason::OptedOut, "21610"),
        ("+15005550009", Reason::NotMobile, "21614"),
    ] {
        let sent = send_sms(&providers, &backend, &twilio_settings(|_| {}), to).await;
        assert_eq!(ending(&sent), refused(reason, code), "{to}");
    }
    for (from, reason, code) in [
        ("+15005550001", Reason::InvalidSender, "21212"),
        ("+15005550007", Reason::SenderNotUsable, "21606"),
        ("+15005550008", Reason::QueueFull, "21611"),
    ] {
        let settings = twilio_settings(|form| form.from = from.to_owned());
        let sent = send_sms(&providers, &backend, &settings, TO).await;
        assert_eq!(ending(&sent), refused(reason, code), "{from}");
    }
    let other = twilio_settings(|form| {
        form.source = SmsSource::MessagingService;
        form.messaging_service_sid = SERVICE.replace("MG7", "MG8");
    });
    let sent = send_sms(&providers, &backend, &other, TO).await;
    assert_eq!(ending(&sent), refused(Reason::MessagingService, "21705"));
    assert_eq!(stand_in.seen().len(), 9, "none of these is tried again");
}

#[tokio::test]
async fn what_twilio_says_otherwise_is_typed_and_never_repeated() {
    let backend = sqlite_place().open().await;
    let say = |status, body: &str| Reply::Say(status, body.to_owned());
    for (reply, expected) in [
        (error(401, 20003, "Authenticate"), refused(Reason::TwilioCredentials, "20003")),
        (error(400, 21608, "The number is unverified."), refused(Reason::TrialAccount, "21608")),
        (error(400, 21617, "Too long"), refused(Reason::MessageTooLong, "21617")),
        (error(400, 99999, "Something new"), refused(Reason::NotTaken, "99999")),
        (say(401, "Authenticate"), refused(Reason::TwilioCredentials, "HTTP 401")),
        (error(500, 20500, "Oops"), (Outcome::Failed(Reason::ProviderFailure), Some("20500"))),
        (say(502, "<html>"), (Outcome::Failed(Reason::ProviderFailure), Some("HTTP 502"))),
        (say(404, "<html>not here</html>"), (Outcome::Failed(Reason::Unintelligible), Some("HTTP 404"))),
        (say(302, ""), (Outcome::Failed(Reason::Unintelligible), Some("HTTP 302"))),
        (say(201, "{\"sid\":"), failed(Reason::Unintelligible)),
        (say(201, ""), failed(Reason::Unintelligible)),
        (say(201, "{\"sid\":\"<b>SM</b>\",\"status\":\"queued\"}"), failed(Reason::Unintelligible)),
        (say(200, &"[".repeat(200_000)), failed(Reason::Unintelligible)),
        (taken("failed", "30007"), (Outcome::Failed(Reason::Filtered), Some("30007"))),
    ] {
        let stand_in = StandIn::script(vec![reply]).await;
        let providers = providers(options(&[])).with_twilio_at(&stand_in.url());
        let sent = send_sms(&providers, &backend, &twilio_settings(|_| {}), TO).await;
        assert_eq!(ending(&sent), expected);
        assert_eq!(sent.provider_id, None);
        assert_eq!(stand_in.seen().len(), 1, "{expected:?} is not tried again");
    }
}

#[tokio::test]
async fn a_busy_twilio_is_asked_again_until_it_takes_the_message() {
    let backend = sqlite_place().open().await;
    let busy = || error(429, 20429, "Too many requests");
    let out_of_order = || Reply::Say(503, "<html>".to_owned());
    let patient_answer = || Reply::With(503, "retry-after", "0".to_owned());
    let stand_in = StandIn::script(vec![busy(), out_of_order(), patient_answer(), taken("accepted", "null")]).await;
    let providers = providers(options(&[])).with_twilio_at(&stand_in.url());
    let sent = send_sms(&providers, &backend, &twilio_settings(|_| {}), TO).await;
    assert_eq!((ending(&sent), stand_in.seen().len()), ((Outcome::Accepted, None), 4));
}

#[tokio::test]
async fn a_twilio_that_stays_busy_is_given_up_in_time() {
    let backend = sqlite_place().open().await;
    for (reply, expected) in [
        (error(429, 20429, "Too many requests"), refused(Reason::TooManyRequests, "20429")),
        (Reply::Say(503, String::new()), (Outcome::Failed(Reason::ProviderFailure), Some("HTTP 503"))),
    ] {
        let stand_in = StandIn::script(vec![reply]).await;
        let options = OutboundOptions { patience: Duration::from_secs(1), ..options(&[]) };
        let providers = providers(options).with_twilio_at(&stand_in.url());
        let sent = send_sms(&providers, &backend, &twilio_settings(|_| {}), TO).await;
        assert_eq!(ending(&sent), expected);
        assert!(stand_in.seen().len() > 2, "it was asked again");
    }
    let patient = StandIn::script(vec![Reply::With(429, "retry-after", "3600".to_owned())]).await;
    let providers = providers(options(&[])).with_twilio_at(&patient.url());
    let sent = send_sms(&providers, &backend, &twilio_settings(|_| {}), TO).await;
    assert_eq!((ending(&sent), patient.seen().len()), (refused(Reason::TooManyRequests, "HTTP 429"), 1));
}

#[tokio::test]
async fn without_an_answer_nothing_is_sent_twice() {
    let backend = sqlite_place().open().await;
    let settings = twilio_settings(|_| {});
    let stand_in = StandIn::script(vec![Reply::Hang]).await;
    let hanging = providers(impatient(&[])).with_twilio_at(&stand_in.url());
    assert_eq!(ending(&send_sms(&hanging, &backend, &settings, TO).await), failed(Reason::Timeout));

    let (port, resets) = resetting().await;
    let breaking = providers(options(&[])).with_twilio_at(&format!("http://127.0.0.1:{port}"));
    assert_eq!(ending(&send_sms(&breaking, &backend, &settings, TO).await), failed(Reason::ConnectionLost));
    assert_eq!(*resets.lock().expect("unpoisoned"), 1);

    let closed = format!("http://127.0.0.1:{}", closed_port().await);
    let refusing = providers(impatient(&[])).with_twilio_at(&closed);
    let sent = send_sms(&refusing, &backend, &settings, TO).await;
    assert_eq!(ending(&sent), failed(Reason::CannotConnect));
    assert!(sent.took.as_millis() > 100, "a refused connection is tried again");
}

#[tokio::test]
async fn twilios_later_word_on_a_message_is_fetched() {
    let backend = sqlite_place().open().await;
    for (status, error_code, expected) in [
        ("queued", "null", (Outcome::Accepted, None)),
        ("sent", "null", (Outcome::Accepted, None)),
        ("delivered", "null", (Outcome::Delivered, None)),
        ("undelivered", "30007", (Outcome::Failed(Reason::Filtered), Some("30007"))),
        ("undelivered", "30038", (Outcome::Failed(Reason::CodeFiltered), Some("30038"))),
        ("failed", "30999", (Outcome::Failed(Reason::NotDelivered), Some("30999"))),
    ] {
        let stand_in = StandIn::start(move |request| {
            let wanted = format!("/2010-04-01/Accounts/{SID}/Messages/{MESSAGE}.json");
            assert_eq!((request.method.as_str(), &request.path), ("GET", &wanted));
            let Reply::Say(_, body) = taken(status, error_code) else { unreachable!("it says something") };
            Reply::Say(200, body)
        })
        .await;
        let providers = providers(options(&[])).with_twilio_at(&stand_in.url());
        let Ok(Sms::Twilio(twilio)) = providers.sms(&backend, &twilio_settings(|_| {}), &credentials()) else {
            panic!("Twilio it is");
        };
        let (outcome, code) = sendable(twilio.status(MESSAGE)).await.expect("an answer");
        assert_eq!((outcome, code.as_deref()), expected);
        let astray = twilio.status("../../../Accounts").await.expect_err("not an id");
        assert_eq!((astray.reason(), stand_in.seen().len()), (Reason::Unintelligible, 1));
    }
}

#[tokio::test]
async fn sid_and_token_are_checked_without_a_message() {
    let backend = sqlite_place().open().await;
    let stand_in = StandIn::start(twilio).await;
    let suspended = StandIn::script(vec![Reply::Say(200, r#"{"status":"suspended"}"#.to_owned())]).await;
    let mut wrong = credentials();
    wrong.twilio_token = Some(Secret::new("f".repeat(32)));
    for (url, credentials, expected) in [
        (stand_in.url(), credentials(), None),
        (stand_in.url(), wrong, Some(Reason::TwilioCredentials)),
        (suspended.url(), credentials(), Some(Reason::AccountInactive)),
    ] {
        let providers = providers(options(&[])).with_twilio_at(&url);
        let Ok(Sms::Twilio(twilio)) = providers.sms(&backend, &twilio_settings(|_| {}), &credentials) else {
            panic!("Twilio it is");
        };
        assert_eq!(sendable(twilio.check()).await.err().map(|failure| failure.reason()), expected);
    }
}

#[tokio::test]
async fn incomplete_settings_reach_nobody() {
    let backend = sqlite_place().open().await;
    let providers = providers(options(&[]));
    let mut without = credentials();
    without.twilio_token = None;
    let complete = twilio_settings(|_| {});
    assert_eq!(providers.sms(&backend, &complete, &without).err(), Some(Reason::NotSetUp));
    let unsigned = twilio_settings(|form| form.from.clear());
    assert_eq!(providers.sms(&backend, &unsigned, &credentials()).err(), Some(Reason::NotSetUp));
}
