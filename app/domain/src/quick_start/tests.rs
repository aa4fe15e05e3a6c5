//! The guide as its readers use it: curl through a real shell, notes by what they say.

use std::process::Command;

use super::steps::{SAMPLE_CHALLENGE, SAMPLE_STATE, SAMPLE_VERIFIER};
use super::*;
use crate::application::{
    ApplicationSettings, ApplicationType, Registration, RegistrationForm, TokenEndpointAuthentication,
};

/// The arguments that a real shell hands to curl.
pub(super) fn arguments(script: &str) -> Vec<String> {
    let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}\n{script}");
    let output = Command::new("sh").arg("-c").arg(script).output().expect("a shell");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    printed.strip_suffix('\0').map(|printed| printed.split('\0').map(str::to_owned).collect()).unwrap_or_default()
}

fn registration(kind: ApplicationType) -> Registration {
    RegistrationForm { name: "Acme".to_owned(), kind }.check().expect("a registration")
}

fn application(kind: ApplicationType) -> Application {
    let mut settings = ApplicationSettings::registered(&registration(kind));
    settings.callbacks = vec!["https://acme.example/it's?a=$b&c=1".to_owned(), "https://acme.example/2".to_owned()];
    Application {
        client_id: "Kj2".to_owned(),
        kind,
        settings,
        has_secret: kind.is_confidential(),
        sms: true,
        email: true,
        created_at: 0,
    }
}

fn installation() -> InstallationFacts {
    let connection = ConnectionFacts {
        on: true,
        needs_set_up: false,
        otp_expiry: OtpExpiry::default(),
        otp_length: OtpLength::default(),
        disable_sign_ups: false,
    };
    InstallationFacts {
        public_url: "https://login.acme.example".to_owned(),
        sms: connection.clone(),
        email: connection,
    }
}

fn sample(application: &Application, method: Method, name: &str) -> String {
    let guide = guide(&installation(), application, method);
    let mut samples = guide.steps.into_iter().flat_map(|step| step.samples);
    samples.find(|sample| sample.name == name).expect("a sample of that name").text
}

fn words(notes: &[Note]) -> Vec<String> {
    notes.iter().filter(|note| note.needs_attention()).map(Note::to_string).collect()
}

#[test]
fn curl_asks_for_a_code_by_sms() {
    let text = sample(&application(ApplicationType::Native), Method::Sms, "start request as curl");
    assert!(text.starts_with("PHONE_NUMBER='+15550100123'\n\ncurl "), "{text}");
    let arguments = arguments(&text);
    assert_eq!(
        arguments[..4],
        ["https://login.acme.example/passwordless/start", "--header", "Content-Type: application/json", "--data"]
    );
    let body: serde_json::Value = serde_json::from_str(&arguments[4]).expect("JSON");
    assert_eq!(body, serde_json::json!({ "client_id": "Kj2", "connection": "sms", "phone_number": "+15550100123" }));
}

#[test]
fn curl_asks_for_a_link_with_all_that_leads_back() {
    let application = application(ApplicationType::RegularWeb);
    let text = sample(&application, Method::Email, "link request as curl");
    let text =
        text.replace("CLIENT_SECRET='…'", "CLIENT_SECRET=s3cret").replace("ana@example.com", "o'neil@example.com");
    let text = text.replace("'o'neil", "'o'\\''neil");
    let body: serde_json::Value = serde_json::from_str(&arguments(&text)[4]).expect("JSON");
    assert_eq!(
        body,
        serde_json::json!({
            "client_id": "Kj2",
            "client_secret": "s3cret",
            "connection": "email",
            "email": "o'neil@example.com",
            "send": "link",
            "authParams": {
                "response_type": "code",
                "redirect_uri": "https://acme.example/it's?a=$b&c=1",
                "scope": "openid profile email",
                "state": SAMPLE_STATE,
                "code_challenge": SAMPLE_CHALLENGE,
                "code_challenge_method": "S256",
            },
        })
    );
}

#[test]
fn an_email_with_a_code_is_asked_for_by_name() {
    let text = sample(&application(ApplicationType::Spa), Method::Email, "start request as curl");
    let body: serde_json::Value = serde_json::from_str(&arguments(&text)[4]).expect("JSON");
    assert_eq!(body["send"], "code");
    assert_eq!(body["email"], "ana@example.com");
}

#[test]
fn an_application_proves_itself_as_its_setting_says() {
    for (kind, authentication, wanted) in [
        (ApplicationType::Spa, TokenEndpointAuthentication::None, None),
        (ApplicationType::RegularWeb, TokenEndpointAuthentication::None, None),
        (ApplicationType::RegularWeb, TokenEndpointAuthentication::Post, Some("client_secret=…")),
        (ApplicationType::RegularWeb, TokenEndpointAuthentication::Basic, Some("Kj2:…")),
    ] {
        let mut application = application(kind);
        application.settings.token_endpoint_authentication = authentication;
        for name in ["token request as curl", "code exchange as curl"] {
            let arguments = arguments(&sample(&application, Method::Sms, name));
            let proof = arguments.iter().find(|argument| argument.contains('…'));
            assert_eq!(proof.map(String::as_str), wanted, "{kind:?} {authentication:?}");
            let basic = authentication == TokenEndpointAuthentication::Basic;
            assert_eq!(arguments.contains(&"--user".to_owned()), basic);
            assert_eq!(arguments.contains(&"client_id=Kj2".to_owned()), !basic);
        }
        let guide = guide(&installation(), &application, Method::Email);
        let texts: Vec<&str> = guide.steps.iter().flat_map(|step| &step.samples).map(|sample| &*sample.text).collect();
        assert_eq!(texts.iter().any(|text| text.contains("SECRET")), wanted.is_some(), "{kind:?} {authentication:?}");
    }
}

#[test]
fn curl_exchanges_what_was_sent_and_what_came_back() {
    let application = application(ApplicationType::Native);
    let text = sample(&application, Method::Email, "token request as curl");
    let arguments = arguments(&text.replace("CODE='123456'", "CODE='987654'"));
    for argument in [
        "grant_type=http://auth0.com/oauth/grant-type/passwordless/otp",
        "client_id=Kj2",
        "realm=email",
        "username=ana@example.com",
        "otp=987654",
        "scope=openid profile email offline_access",
    ] {
        assert!(arguments.contains(&argument.to_owned()), "{argument}: {arguments:?}");
    }
    let arguments = self::arguments(&sample(&application, Method::Email, "code exchange as curl"));
    assert!(arguments.contains(&"redirect_uri=https://acme.example/it's?a=$b&c=1".to_owned()), "{arguments:?}");
    assert!(arguments.contains(&format!("code_verifier={SAMPLE_VERIFIER}")));
}

#[test]
fn the_authorize_url_says_what_the_application_is() {
    let address = sample(&application(ApplicationType::Spa), Method::Sms, "authorize URL");
    assert_eq!(
        address,
        "https://login.acme.example/authorize?response_type=code&client_id=Kj2&connection=sms\
         &redirect_uri=https%3A%2F%2Facme.example%2Fit%27s%3Fa%3D%24b%26c%3D1\
         &scope=openid%20profile%20phone%20offline_access&state=af0ifjsldkj\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    );
    let script = sample(&application(ApplicationType::Spa), Method::Sms, "authorize request as JavaScript");
    assert!(script.contains(r"redirect_uri: 'https://acme.example/it\'s?a=$b&c=1',"), "{script}");
}

#[test]
fn a_page_keeps_its_verifier_where_the_way_back_looks_for_it() {
    for (method, store) in [(Method::Sms, "sessionStorage"), (Method::Email, "localStorage")] {
        let page = application(ApplicationType::Spa);
        assert!(sample(&page, method, "authorize request as JavaScript").contains(&format!("{store}.setItem")));
        assert!(sample(&page, method, "code exchange as JavaScript").contains(&format!("{store}.getItem")));
        assert!(
            !sample(&application(ApplicationType::RegularWeb), method, "authorize request as JavaScript")
                .contains(store)
        );
    }
    let link = sample(&application(ApplicationType::Spa), Method::Email, "link request as JavaScript");
    assert!(link.contains("localStorage.setItem") && link.contains("code_challenge: base64url(digest),"), "{link}");
}

#[test]
fn an_application_that_is_ready_has_nothing_to_mend() {
    for kind in [ApplicationType::RegularWeb, ApplicationType::Native] {
        for method in Method::ALL {
            let guide = guide(&installation(), &application(kind), method);
            assert_eq!(guide.notes, []);
            for step in guide.steps {
                assert_eq!(words(&step.notes), [""; 0], "{}", step.title);
            }
        }
    }
}

#[test]
fn what_stands_in_the_way_is_named() {
    let mut installation = installation();
    installation.sms.on = false;
    installation.email.needs_set_up = true;
    installation.email.disable_sign_ups = true;
    let mut application = application(ApplicationType::Spa);
    application.sms = false;
    application.settings.callbacks.clear();
    application.settings.grant_types = crate::application::Grants::default();

    assert_eq!(
        guide(&installation, &application, Method::Sms).notes,
        [Note::Off(Method::Sms), Note::NotEnabled(Method::Sms)]
    );
    let email = guide(&installation, &application, Method::Email);
    assert_eq!(email.notes, [Note::NeedsSetUp(Method::Email), Note::SignUpsDisabled(Method::Email)]);
    let of = |title: &str| email.steps.iter().find(|step| step.title == title).expect("a step").notes.clone();
    assert_eq!(of("Send a code"), [Note::GrantMissing("Passwordless OTP"), Note::NoWebOrigin]);
    assert_eq!(of("Or send a link"), [Note::GrantMissing("Authorization Code"), Note::NoCallback]);
    assert_eq!(of("Exchange the code for tokens"), [Note::GrantMissing("Passwordless OTP"), Note::NoRefreshToken]);
    assert_eq!(
        of("Or use the hosted sign-in page"),
        [Note::NoCallback, Note::GrantMissing("Authorization Code"), Note::NoRefreshToken, Note::NoAudience]
    );
}

#[test]
fn the_life_of_a_code_is_said_in_words() {
    let mut installation = installation();
    installation.sms.otp_expiry = OtpExpiry::parse("5400").expect("an expiry");
    installation.sms.otp_length = OtpLength::parse("8").expect("a length");
    let guide = guide(&installation, &application(ApplicationType::Spa), Method::Sms);
    assert!(
        guide.steps[0].words.contains("8 digits. It can be used once, for 1 hour 30 minutes"),
        "{}",
        guide.steps[0].words
    );
    let token = &guide.steps[1].samples[0].text;
    assert!(token.contains("CODE='12345678'"), "{token}");
}

const WELL: &str = "/authorize?response_type=code&client_id=Kj2&connection=sms&redirect_uri=https%3A%2F%2Facme.example%2F2\
                    &scope=openid&state=x&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

#[test]
fn a_request_is_read_as_people_write_it() {
    let application = application(ApplicationType::Native);
    for request in [
        WELL,
        &WELL["/authorize?".len()..],
        &format!("https://login.acme.example{WELL}#x"),
        &WELL.replace('&', "\n  &"),
    ] {
        assert_eq!(words(&notes(request, Some(&application))), [""; 0], "{request}");
    }
}

#[test]
fn every_note_is_found_in_the_text_of_a_request() {
    let native = application(ApplicationType::Native);
    for (change, wanted) in [
        (("scope=openid", "scope=openid+favorite_color"), "`favorite_color` is not a valid scope"),
        (("scope=openid", "scope=openid&device=Work+laptop"), "`device` only goes with the scope `offline_access`"),
        (("state=x", "state="), "`state` is missing"),
        (("state=x", "state=x&audience=AbcdefghijklmnopqrstuvwxyZ012345"), "audience must be the identifier of an API"),
        (("&client_id=Kj2", ""), "`client_id` is missing"),
        (("client_id=Kj2", "client_id=Kj3"), "not this application’s"),
        (("connection=sms", "connection=google"), "`google` is not a connection"),
        (("response_type=code", "response_type=tokens"), "`tokens` is not a response type"),
        (("response_type=code&", ""), "`response_type` is missing"),
        (("response_type=code", "response_type=code&response_mode=post"), "`post` is not a response mode"),
        (("response_type=code", "response_type=token&response_mode=query"), "Tokens never go into a query"),
        (("response_type=code", "response_type=token"), "the grant Implicit"),
        (("response_type=code", "response_type=token+id_token"), "`nonce` is missing"),
        (("response_type=code&", "response_type=token&scope=offline_access&"), "needs the response type `code`"),
        (("example%2F2", "example%2F3"), "`https://acme.example/3` is not one of the Allowed Callback URLs"),
        (
            ("&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256", ""),
            "`code_challenge` is missing",
        ),
        (("S256", "plain"), "has to be `S256`"),
        (("=E9Melhoa", "=E9"), "no SHA-256"),
        (("state=x", "state=x&state=y&state=z"), "`state` is there more than once"),
        (("state=x", "state=%0a"), "`state` has control characters"),
        (("state=x", "state=x&prompt=none"), "`prompt=none` is refused"),
        (("state=x", "state=x&request_uri=https://a.example"), "`request_uri` is not supported"),
    ] {
        assert!(WELL.contains(change.0), "{change:?}");
        let found = words(&notes(&WELL.replace(change.0, change.1), Some(&native)));
        assert!(found.iter().any(|words| words.contains(wanted)), "{change:?}: {found:?}");
        assert_eq!(found.iter().filter(|words| words.contains(wanted)).count(), 1);
    }
}

#[test]
fn an_id_token_needs_its_scope() {
    let request =
        WELL.replace("response_type=code", "response_type=id_token&nonce=n").replace("scope=openid", "scope=email");
    let found = notes(&request, Some(&application(ApplicationType::Native)));
    assert!(found.contains(&Note::NoOpenid(true)), "{found:?}");
}

#[test]
fn advice_is_no_fault() {
    let confidential = application(ApplicationType::RegularWeb);
    let (without_pkce, _) = WELL.split_once("&code_challenge").expect("PKCE");
    for (request, wanted) in [
        (without_pkce.to_owned(), Note::NoPkce(false)),
        (WELL.replace("&scope=openid", ""), Note::NoOpenid(false)),
        (WELL.replace("&connection=sms", ""), Note::AnyConnection),
        (WELL.replace("&redirect_uri=https%3A%2F%2Facme.example%2F2", ""), Note::FirstCallback),
        (format!("{WELL}&audience=https://api.example.com"), Note::Audience),
        (WELL.to_owned(), Note::NoAudience),
    ] {
        let found = notes(&request, Some(&confidential));
        assert!(found.contains(&wanted), "{request}: {found:?}");
        assert_eq!(words(&found), [""; 0], "{request}");
    }
    assert!(notes(WELL, None).iter().all(|note| !note.needs_attention()));
}

#[test]
fn a_request_without_a_way_back_is_told_where_to_add_one() {
    let mut nowhere = application(ApplicationType::Native);
    nowhere.settings.callbacks.clear();
    let found = notes(&WELL.replace("&redirect_uri=https%3A%2F%2Facme.example%2F2", ""), Some(&nowhere));
    assert_eq!(words(&found), [Note::NoWayBack.to_string()]);
    assert_eq!(found[0].place(), Some(Place::Callbacks));
}

#[test]
fn the_scopes_that_there_are_are_no_fault() {
    let request = WELL.replace("scope=openid", "scope=openid%20profile%20email%20phone%20address%20offline_access");
    assert_eq!(words(&notes(&request, Some(&application(ApplicationType::Native)))), [""; 0]);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_notes_panic(text in ".{0,200}") {
        for kind in ApplicationType::ALL {
            for note in notes(&text, Some(&application(kind))) {
                proptest::prop_assert!(!note.to_string().is_empty());
            }
        }
    }
}
