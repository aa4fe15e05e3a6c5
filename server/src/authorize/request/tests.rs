//! What a request must say, and where it is told what it lacks.

use domain::application::{ApplicationForm, ApplicationType, Grants, TokenEndpointAuthentication};

use domain::oauth::MAX_VALUE;
use domain::quick_start::{Note, notes};

use super::*;

const CALLBACK: &str = "https://app.example/callback?tenant=1";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn application(kind: ApplicationType, callbacks: &str) -> Application {
    let form = ApplicationForm {
        name: "Acme".to_owned(),
        callbacks: callbacks.to_owned(),
        grant_types: Grants { authorization_code: true, implicit: true, ..Grants::default() },
        token_endpoint_authentication: kind.default_authentication(),
        ..ApplicationForm::default()
    };
    Application {
        client_id: "abc".to_owned(),
        kind,
        settings: form.check(kind).expect("settings"),
        has_secret: kind.is_confidential(),
        sms: true,
        email: true,
        created_at: 0,
    }
}

fn read(kind: ApplicationType, query: &str, source: Source) -> Result<AuthorizationRequest, Fault> {
    let application = application(kind, &format!("{CALLBACK}\nhttps://other.example/"));
    AuthorizationRequest::read(&Parameters::parse(query.as_bytes()), &application, source)
}

fn refused(kind: ApplicationType, query: &str) -> (&'static str, ResponseMode, Option<String>) {
    match read(kind, query, Source::Browser) {
        Err(Fault::Returned(refusal)) => {
            let fits = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
            assert!(refusal.description.bytes().all(fits), "RFC 6749: {}", refusal.description);
            let application = application(kind, &format!("{CALLBACK}\nhttps://other.example/"));
            let noted = notes(&format!("client_id=abc&{query}"), Some(&application));
            let warns = noted.iter().any(|note| note.needs_attention() && *note != Note::NoState);
            assert!(warns, "the quick start does not warn of what is refused: {query}: {noted:?}");
            (refusal.error.as_str(), refusal.back.mode, refusal.back.state)
        }
        other => panic!("{query}: {other:?}"),
    }
}

#[test]
fn a_whole_request_is_read() {
    let query = format!(
        "response_type=code&redirect_uri=https%3A%2F%2Fother.example%2F&scope=openid++email&state=s%26t&nonce=n&audience=a\
         &connection=sms&login_hint=%2B15550100123&ui_locales=fr-CA+en&code_challenge={CHALLENGE}&code_challenge_method=S256&x=1"
    );
    let request = read(ApplicationType::Spa, &query, Source::Browser).expect("a request");
    let wanted = AuthorizationRequest {
        source: Source::Browser,
        response_type: ResponseType::Code,
        back: ReturnAddress {
            redirect_uri: "https://other.example/".to_owned(),
            mode: ResponseMode::Query,
            state: Some("s&t".to_owned()),
        },
        redirect_given: true,
        scope: Some("openid email".to_owned()),
        nonce: "n".to_owned(),
        audience: "a".to_owned(),
        code_challenge: Some(CHALLENGE.to_owned()),
        login_hint: "+15550100123".to_owned(),
        connection: Some(Method::Sms),
        language: Some("fr-CA".to_owned()),
    };
    assert_eq!(request, wanted);
}

#[test]
fn without_a_redirect_uri_the_first_callback_counts_and_that_is_remembered() {
    let request = read(ApplicationType::RegularWeb, "response_type=code", Source::Browser).expect("a request");
    assert_eq!((request.back.redirect_uri.as_str(), request.redirect_given), (CALLBACK, false));
}

#[test]
fn tokens_are_named_in_any_order_and_go_into_the_fragment() {
    for (types, wanted) in [
        ("token", ResponseType::Tokens { access: true, id: false }),
        ("id_token", ResponseType::Tokens { access: false, id: true }),
        ("token id_token", ResponseType::Tokens { access: true, id: true }),
        ("id_token  token", ResponseType::Tokens { access: true, id: true }),
    ] {
        let query = format!("response_type={types}&scope=openid&nonce=n").replace(' ', "+");
        let request = read(ApplicationType::Spa, &query, Source::Browser).expect(types);
        assert_eq!((request.response_type, request.back.mode), (wanted, ResponseMode::Fragment), "{types}");
    }
    let posted = "response_type=token&response_mode=form_post";
    let request = read(ApplicationType::Spa, posted, Source::Browser).expect("a request");
    assert_eq!(request.back.mode, ResponseMode::FormPost);
}

#[test]
fn a_wrong_redirect_uri_is_told_and_never_followed() {
    for query in [
        "redirect_uri=https://evil.example/",
        "redirect_uri=https://app.example/callback",
        "redirect_uri=https://app.example/callback?tenant=1%26x=2",
        "redirect_uri=https://app.example/callback?tenant=1%23",
        "redirect_uri=HTTPS://app.example/callback?tenant=1",
        "redirect_uri=https://other.example/&redirect_uri=https://other.example/",
        "redirect_uri=https://other.example/&redirect_uri=https://evil.example/",
        "redirect_uri=javascript:alert(1)",
    ] {
        let query = format!("{query}&response_type=code&state=s");
        let fault = read(ApplicationType::RegularWeb, &query, Source::Browser).expect_err("a fault");
        assert_eq!(fault, Fault::Told(Told::RedirectUri), "{query}");
    }
    let nowhere = application(ApplicationType::RegularWeb, "");
    let parameters = Parameters::parse(b"response_type=code");
    let fault = AuthorizationRequest::read(&parameters, &nowhere, Source::Browser);
    assert_eq!(fault, Err(Fault::Told(Told::NoCallback)));
}

#[test]
fn what_else_is_wrong_goes_back_with_the_state() {
    use ResponseMode::{FormPost, Fragment, Query};
    let long = "x".repeat(MAX_VALUE + 1);
    let short = &CHALLENGE[1..];
    for (kind, query, error, mode) in [
        (ApplicationType::RegularWeb, String::new(), "invalid_request", Query),
        (ApplicationType::RegularWeb, "response_type=password".into(), "unsupported_response_type", Query),
        (ApplicationType::RegularWeb, "response_type=code+token".into(), "unsupported_response_type", Fragment),
        (ApplicationType::RegularWeb, "response_type=code+code".into(), "unsupported_response_type", Query),
        (ApplicationType::RegularWeb, "response_type=code&response_mode=web_message".into(), "invalid_request", Query),
        (ApplicationType::RegularWeb, "response_type=token&response_mode=query".into(), "invalid_request", Fragment),
        (ApplicationType::RegularWeb, "response_type=code&scope=a&scope=b".into(), "invalid_request", Query),
        (ApplicationType::RegularWeb, "response_type=code&response_type=token".into(), "invalid_request", Query),
        (ApplicationType::RegularWeb, "response_type=code&%22%0A=1&%22%0A=2".into(), "invalid_request", Query),
        (ApplicationType::RegularWeb, "response_type=code&request=eyJ".into(), "request_not_supported", Query),
        (
            ApplicationType::RegularWeb,
            "response_type=code&request_uri=https://x/".into(),
            "request_uri_not_supported",
            Query,
        ),
        (
            ApplicationType::RegularWeb,
            "response_type=code&registration=%7B%7D".into(),
            "registration_not_supported",
            Query,
        ),
        (ApplicationType::RegularWeb, "response_type=code&prompt=none".into(), "login_required", Query),
        (ApplicationType::RegularWeb, "response_type=code&prompt=login+none".into(), "invalid_request", Query),
        (ApplicationType::RegularWeb, "response_type=code&connection=github".into(), "invalid_request", Query),
        (ApplicationType::RegularWeb, "response_type=code&nonce=a%00b".into(), "invalid_request", Query),
        (ApplicationType::RegularWeb, format!("response_type=code&audience={long}"), "invalid_request", Query),
        (ApplicationType::RegularWeb, "response_type=code&scope=caf%C3%A9".into(), "invalid_scope", Query),
        (ApplicationType::RegularWeb, format!("response_type=code&scope={long}"), "invalid_scope", Query),
        (ApplicationType::RegularWeb, "response_type=id_token&scope=email&nonce=n".into(), "invalid_scope", Fragment),
        (ApplicationType::RegularWeb, "response_type=id_token&scope=openid".into(), "invalid_request", Fragment),
        (
            ApplicationType::RegularWeb,
            "response_type=id_token&scope=openid&response_mode=form_post".into(),
            "invalid_request",
            FormPost,
        ),
        // PKCE: plain hides nothing, a missing method means plain, and a public application cannot do without.
        (ApplicationType::Spa, "response_type=code".into(), "invalid_request", Query),
        (ApplicationType::Native, "response_type=code".into(), "invalid_request", Query),
        (ApplicationType::Spa, format!("response_type=code&code_challenge={CHALLENGE}"), "invalid_request", Query),
        (
            ApplicationType::RegularWeb,
            format!("response_type=code&code_challenge={CHALLENGE}"),
            "invalid_request",
            Query,
        ),
        (
            ApplicationType::Spa,
            format!("response_type=code&code_challenge={CHALLENGE}&code_challenge_method=plain"),
            "invalid_request",
            Query,
        ),
        (
            ApplicationType::Spa,
            format!("response_type=code&code_challenge={CHALLENGE}&code_challenge_method=s256"),
            "invalid_request",
            Query,
        ),
        (ApplicationType::RegularWeb, "response_type=code&code_challenge_method=S256".into(), "invalid_request", Query),
        (
            ApplicationType::RegularWeb,
            format!("response_type=code&code_challenge={short}&code_challenge_method=S256"),
            "invalid_request",
            Query,
        ),
        (
            ApplicationType::RegularWeb,
            format!("response_type=code&code_challenge={CHALLENGE}%2B&code_challenge_method=S256"),
            "invalid_request",
            Query,
        ),
    ] {
        let query = format!("{query}&state=s");
        assert_eq!(refused(kind, &query), (error, mode, Some("s".to_owned())), "{query}");
    }
}

#[test]
fn a_state_that_came_twice_is_not_sent_back() {
    let query = "response_type=code&state=a&state=b";
    assert_eq!(refused(ApplicationType::RegularWeb, query), ("invalid_request", ResponseMode::Query, None));
}

#[test]
fn each_response_type_needs_its_grant() {
    let mut application = application(ApplicationType::RegularWeb, CALLBACK);
    application.settings.grant_types = Grants { passwordless_otp: true, ..Grants::default() };
    for query in ["response_type=code", "response_type=token", "response_type=id_token+token&nonce=n&scope=openid"] {
        let parameters = Parameters::parse(query.as_bytes());
        let fault = AuthorizationRequest::read(&parameters, &application, Source::Browser).expect_err("no grant");
        assert!(matches!(fault, Fault::Returned(refusal) if refusal.error == ErrorCode::UnauthorizedClient), "{query}");
    }
}

#[test]
fn an_application_that_authenticates_with_nothing_is_public_whatever_its_type() {
    let mut application = application(ApplicationType::RegularWeb, CALLBACK);
    application.settings.token_endpoint_authentication = TokenEndpointAuthentication::None;
    let fault = AuthorizationRequest::read(&Parameters::parse(b"response_type=code"), &application, Source::Browser);
    assert!(matches!(fault, Err(Fault::Returned(refusal)) if refusal.error == ErrorCode::InvalidRequest));
}

#[test]
fn a_link_means_a_code_and_needs_no_challenge_but_keeps_one() {
    let request = read(ApplicationType::Spa, "state=s&prompt=none", Source::Link).expect("a request");
    assert_eq!((request.response_type, request.code_challenge), (ResponseType::Code, None));
    let asked = format!("code_challenge={CHALLENGE}&code_challenge_method=S256");
    let request = read(ApplicationType::Spa, &asked, Source::Link).expect("a request");
    assert_eq!(request.code_challenge.as_deref(), Some(CHALLENGE));
    assert!(read(ApplicationType::Spa, &format!("code_challenge={CHALLENGE}"), Source::Link).is_err());
}

#[test]
fn a_hint_that_cannot_be_a_recipient_is_left_out() {
    for hint in ["x".repeat(MAX_HINT + 1), "a%0Ab".to_owned()] {
        let query = format!("response_type=code&login_hint={hint}");
        let request = read(ApplicationType::RegularWeb, &query, Source::Browser).expect("a request");
        assert_eq!(request.login_hint, "");
    }
}
