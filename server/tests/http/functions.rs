//! Every server function, found by walking the list of them: signed out, with the wrong role, from another site, too large,
//! malformed.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use domain::admin::Role;
use leptos::server_fn::axum::server_fn_paths;

use crate::browser::{Answer, Browser, FORM, Site, request};

/// Who may call a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    /// Everyone, also signed out.
    Everyone,
    /// Every administrator: it reads, or changes what is the caller's own.
    Viewer,
    /// Editors and owners.
    Editor,
    /// Owners.
    Owner,
}

const SMS: &str = "base=0&form[provider]=twilio&form[source]=from&form[syntax]=md_with_macros&form[message]=Code+%40%40password%40%40\
    &form[otp_expiry]=180&form[otp_length]=6";
const EMAIL: &str = "base=0&form[from]=&form[subject]=Code&form[body]=%3Cp%3E%7B%7B+code+%7D%7D%7B%7B+link+%7D%7D%3C%2Fp%3E&form[otp_expiry]=180\
    &form[otp_length]=6";

/// Every server function, who may call it, and arguments that it understands.
const FUNCTIONS: &[(&str, For, &str)] = &[
    ("load_entry", For::Everyone, ""),
    ("load_invitation", For::Everyone, "token=x"),
    ("load_console", For::Viewer, ""),
    ("load_account", For::Viewer, ""),
    ("load_settings", For::Viewer, ""),
    ("load_email_provider", For::Viewer, ""),
    ("load_administrators", For::Owner, ""),
    ("load_sms", For::Viewer, ""),
    ("load_email", For::Viewer, ""),
    ("load_registration", For::Viewer, ""),
    ("load_application", For::Viewer, "client_id=x"),
    ("list_methods", For::Viewer, ""),
    ("list_applications", For::Viewer, "q=&page=1"),
    ("search_applications", For::Viewer, "query=a"),
    ("list_revisions", For::Viewer, "method=sms&form[by]=a"),
    ("load_revision", For::Viewer, "method=sms&version=1&with="),
    ("list_deliveries", For::Viewer, "form[connection]=sms"),
    ("list_audit_trail", For::Editor, "form[person]=nobody"),
    ("load_audit_choices", For::Editor, ""),
    ("load_api_tokens", For::Viewer, ""),
    ("list_outbox", For::Editor, "q="),
    ("list_users", For::Editor, "form[q]=a"),
    ("load_new_user", For::Editor, ""),
    ("load_outbox_message", For::Editor, "id=x"),
    ("change_password", For::Viewer, "current_password=&new_password="),
    ("set_appearance", For::Viewer, "appearance=dark"),
    ("revoke_session", For::Viewer, "id=x"),
    ("revoke_other_sessions", For::Viewer, ""),
    ("newest_revision", For::Viewer, "method=sms"),
    ("meet_sms", For::Viewer, SMS),
    ("meet_email", For::Viewer, EMAIL),
    ("discard_draft", For::Viewer, "method=sms&draft=x"),
    ("bring_back_draft", For::Viewer, "method=sms&draft=id=x"),
    ("set_method_enabled", For::Editor, "method=sms&on=true"),
    ("save_sms", For::Editor, SMS),
    ("save_email", For::Editor, EMAIL),
    ("restore_revision", For::Editor, "method=sms&version=1&base=0"),
    ("send_test", For::Editor, "method=sms&form[recipient]=x&form[application]=x"),
    ("check_sms", For::Editor, SMS),
    ("check_email", For::Editor, EMAIL),
    ("follow_test", For::Editor, "method=sms&delivery=x"),
    ("verify_test", For::Editor, "method=sms&form[recipient]=x&form[application]=x&form[code]=1"),
    ("set_application_enabled", For::Editor, "client_id=x&method=sms&on=true"),
    ("set_all_applications_enabled", For::Editor, "method=sms&q=&on=true"),
    ("register_application", For::Editor, "form[name]=Shop&form[kind]=spa"),
    ("save_application", For::Editor, "client_id=x&form[name]=Shop"),
    ("rotate_client_secret", For::Editor, "client_id=x"),
    ("delete_application", For::Editor, "client_id=x&confirm_name=x"),
    ("create_user", For::Editor, "form[method]=sms&form[recipient]=x"),
    ("set_user_blocked", For::Editor, "id=x&on=true"),
    ("lift_sign_in_block", For::Editor, "id=x"),
    ("delete_user", For::Editor, "id=x"),
    ("save_installation", For::Owner, "form[installation_name]=Acme&form[default_language]=en"),
    ("save_email_provider", For::Owner, "base=0&form[provider]=outbox"),
    ("check_email_provider", For::Owner, "form[provider]=outbox"),
    ("invite_administrator", For::Owner, "form[email]=new%40acme.example&form[role]=viewer"),
    ("create_api_token", For::Owner, "form[name]=Tests&form[outbox_read]=true"),
    ("revoke_api_token", For::Owner, "id=x"),
    ("set_administrator_role", For::Owner, "id=x&role=viewer"),
    ("set_administrator_active", For::Owner, "id=x&on=true"),
    ("reset_administrator", For::Owner, "id=x"),
];

/// The path of each function with what is known of it; fails when one is not in the list.
fn functions() -> Vec<(&'static str, &'static str, For, &'static str)> {
    let found: Vec<_> = server_fn_paths()
        .map(|(path, method)| {
            assert_eq!(method, Method::POST, "{path}: nothing is called by GET");
            let name = path.strip_prefix("/fn/").expect("the prefix").trim_end_matches(|c: char| c.is_ascii_digit());
            let known = FUNCTIONS.iter().find(|(known, ..)| *known == name);
            let (name, who, arguments) = known.unwrap_or_else(|| panic!("{name} is not in this list"));
            (path, *name, *who, *arguments)
        })
        .collect();
    assert!(!found.is_empty());
    found
}

async fn call(browser: &mut Browser, path: &str, accept: &str, body: &str) -> Answer {
    let builder = request(Method::POST, path)
        .header("content-type", FORM)
        .header("accept", accept)
        .header("sec-fetch-site", "same-origin");
    browser
        .send(
            builder
                .header("referer", "http://127.0.0.1:3000/applications?q=a")
                .body(Body::from(body.to_owned()))
                .expect("a request"),
        )
        .await
}

#[tokio::test]
async fn signed_out_every_function_is_401_or_leads_to_sign_in() {
    let site = Site::set_up().await;
    for (path, name, who, arguments) in functions() {
        let mut browser = site.browser();
        let hydrated = call(&mut browser, path, "application/json", arguments).await;
        if who == For::Everyone {
            assert_eq!(hydrated.status, StatusCode::OK, "{name}: {}", hydrated.body);
            continue;
        }
        assert_eq!(hydrated.status, StatusCode::UNAUTHORIZED, "{name}: {}", hydrated.body);
        let plain = call(&mut browser, path, "text/html", arguments).await;
        assert_eq!(plain.status, StatusCode::SEE_OTHER, "{name}: {}", plain.body);
        assert!(plain.location().starts_with("/login?next=/applications"), "{name}: {}", plain.location());
    }
}

#[tokio::test]
async fn a_role_that_does_not_suffice_is_403() {
    let site = Site::set_up().await;
    let mut viewer = site.signed_in(Role::Viewer).await;
    let mut editor = site.signed_in(Role::Editor).await;
    for (path, name, who, arguments) in functions() {
        for (browser, refused) in
            [(&mut viewer, matches!(who, For::Editor | For::Owner)), (&mut editor, who == For::Owner)]
        {
            let answer = call(browser, path, "application/json", arguments).await;
            assert_eq!(answer.status == StatusCode::FORBIDDEN, refused, "{name}: {} {}", answer.status, answer.body);
        }
    }
}

#[tokio::test]
async fn with_the_right_role_every_function_answers() {
    let site = Site::set_up().await;
    for (path, name, _, arguments) in functions() {
        let mut owner = site.signed_in(Role::Owner).await;
        let answer = call(&mut owner, path, "application/json", arguments).await;
        // What is not there, or not yet: the functions come in no order.
        let expected = if arguments.contains("id=x") || arguments.contains("version=1") {
            [StatusCode::OK, StatusCode::NOT_FOUND]
        } else {
            [StatusCode::OK; 2]
        };
        assert!(expected.contains(&answer.status), "{name}: {} {}", answer.status, answer.body);
    }
}

#[tokio::test]
async fn from_another_site_every_function_is_403() {
    let site = Site::set_up().await;
    let mut owner = site.signed_in(Role::Owner).await;
    for (path, name, _, arguments) in functions() {
        let builder = request(Method::POST, path).header("content-type", FORM).header("sec-fetch-site", "cross-site");
        let answer = owner.send(builder.body(Body::from(arguments)).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let site = Site::set_up().await;
    let mut owner = site.signed_in(Role::Owner).await;
    let filling = format!("&x={}", "y".repeat(257 * 1024));
    for (path, name, _, arguments) in functions() {
        let answer = call(&mut owner, path, "application/json", &format!("{arguments}{filling}")).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{name}");
    }
}

#[tokio::test]
async fn arguments_that_are_malformed_are_400() {
    let site = Site::set_up().await;
    let mut owner = site.signed_in(Role::Owner).await;
    for (path, name, _, arguments) in functions() {
        if arguments.is_empty() || name == "change_password" {
            continue;
        }
        for malformed in [
            "form=1&method=1&on=x&client_id[a]=1&query[a]=1&q[a]=1&id[a]=1&token[a]=1&page=x&base=x&role=x&appearance=x",
            "a[[[b=]&%ff",
        ] {
            let answer = call(&mut owner, path, "application/json", malformed).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn a_form_with_a_field_too_many_is_400() {
    let site = Site::set_up().await;
    let mut owner = site.signed_in(Role::Owner).await;
    for (path, name, _, arguments) in functions().into_iter().filter(|(.., arguments)| arguments.contains("form[")) {
        let answer = call(&mut owner, path, "application/json", &format!("{arguments}&form[nonsense]=1")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_plain_post_that_is_malformed_is_a_page() {
    let site = Site::set_up().await;
    let mut owner = site.signed_in(Role::Owner).await;
    for (path, name, ..) in functions().into_iter().filter(|(.., arguments)| arguments.contains("form[")) {
        let answer = call(&mut owner, path, "text/html", "form=1").await;
        assert_eq!((answer.status, answer.location()), (StatusCode::BAD_REQUEST, ""), "{name}");
        assert!(answer.body.contains("<h1>Not understood</h1>"), "{name}: {}", answer.body);
    }
}
