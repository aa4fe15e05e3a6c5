//! Two people who change the same settings without JavaScript: what plain posts come to.

use axum::http::StatusCode;
use domain::admin::Role;
use domain::connection::Method;
use domain::sms::SmsSettings;

use crate::browser::{Answer, Browser, PASSWORD, Site};

const SMS: &str = "/connections/passwordless/sms";
const HOUR: i64 = 3_600_000;

/// The fields of an SMS form.
type Fields = Vec<(String, String)>;

fn form(base: &str, message: &str, otp_length: &str) -> Fields {
    let fields = [
        ("base", base),
        ("form[provider]", "twilio"),
        ("form[source]", "from"),
        ("form[gateway_authentication]", "none"),
        ("form[syntax]", "md_with_macros"),
        ("form[message]", message),
        ("form[otp_expiry]", "180"),
        ("form[otp_length]", otp_length),
        ("form[brute_force_protection]", "true"),
    ];
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

async fn save(browser: &mut Browser, fields: &Fields) -> String {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.act("save_sms", &fields).await
}

/// What the page says that belongs to a merge: its hidden fields, and the radios that are chosen.
fn of_merge(page: &Answer) -> Fields {
    let inputs = page.body.split("<input ").skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    let attribute = |input: &str, name: &str| {
        let value = input.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
        Some(value.to_owned())
    };
    let merge = inputs.filter(|input| input.contains("merge[") || input.contains("name=\"draft\""));
    let posted = merge.filter(|input| !input.contains("radio") || input.contains(" checked"));
    let mut fields: Fields =
        posted.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?))).collect();
    // The form that discards the draft names it too.
    let mut drafts = 0;
    fields.retain(|(name, _)| {
        drafts += usize::from(name == "draft");
        name != "draft" || drafts == 1
    });
    fields
}

/// The posted form again, with what the page says of the merge and with other choices.
fn merged(page: &Answer, fields: Fields, choices: &[(&str, &str)]) -> Fields {
    let mut all = fields;
    let chosen = |name: &str| choices.iter().any(|(key, _)| name == format!("merge[choices][{key}]"));
    all.extend(of_merge(page).into_iter().filter(|(name, _)| !chosen(name)));
    all.extend(choices.iter().map(|(key, side)| (format!("merge[choices][{key}]"), (*side).to_owned())));
    all
}

async fn stored(site: &Site) -> SmsSettings {
    site.backend.connections().sms().await.expect("read").settings
}

/// Two people begin with the same form; the editor saves first, and the owner's save leads to a draft.
async fn met(mine: &Fields, theirs: &Fields) -> (Site, Browser, String) {
    let site = Site::set_up().await;
    let mut editor = site.signed_in(Role::Editor).await;
    let mut owner = site.signed_in(Role::Owner).await;
    assert_eq!(save(&mut editor, theirs).await, SMS);
    let draft = save(&mut owner, mine).await;
    assert!(draft.starts_with(&format!("{SMS}?draft=")), "{draft}");
    (site, owner, draft)
}

const YOURS: &str = "@@password@@ yours";
const THEIRS: &str = "@@password@@ theirs";

#[tokio::test]
async fn what_one_side_changed_is_saved_as_it_stands() {
    let shipped = SmsSettings::default().message;
    let (site, mut owner, draft) = met(&form("0", YOURS, "6"), &form("0", &shipped, "8")).await;
    let page = owner.get(&draft).await;
    assert!(page.body.contains("Someone else saved this") && page.body.contains("OTP Length (8)"), "{}", page.body);
    assert!(page.body.contains("name=\"base\" value=\"1\""), "{}", page.body);
    assert_eq!(save(&mut owner, &merged(&page, form("1", YOURS, "8"), &[])).await, SMS);
    let settings = stored(&site).await;
    assert_eq!((settings.message.as_str(), settings.otp_length.digits()), (YOURS, 8));
    assert!(!owner.get(SMS).await.body.contains("unsaved draft"), "the draft is saved");
}

#[tokio::test]
async fn yours_of_a_field_that_only_they_changed_is_what_both_began_with() {
    let shipped = SmsSettings::default().message;
    let (site, mut owner, draft) = met(&form("0", YOURS, "6"), &form("0", &shipped, "8")).await;
    let page = owner.get(&draft).await;
    let choices = [("otp_length", "yours"), ("message", "theirs")];
    assert_eq!(save(&mut owner, &merged(&page, form("1", YOURS, "8"), &choices)).await, SMS);
    let settings = stored(&site).await;
    assert_eq!((settings.message, settings.otp_length.digits()), (shipped, 6));
}

#[tokio::test]
async fn what_both_changed_is_refused_until_it_is_chosen_and_nothing_is_lost() {
    let (site, mut owner, draft) = met(&form("0", YOURS, "6"), &form("0", THEIRS, "8")).await;
    let page = owner.get(&draft).await;
    let again = save(&mut owner, &merged(&page, form("1", YOURS, "8"), &[("otp_length", "yours")])).await;
    assert!(again.starts_with(&format!("{SMS}?draft=")) && again != draft, "{again}");
    let page = owner.get(&again).await;
    assert!(page.body.contains("href=\"#merge-message\"") && page.body.contains("<title>Error: "), "{}", page.body);
    assert!(page.body.contains(YOURS), "{}", page.body);
    let kept = of_merge(&page);
    assert!(kept.contains(&("merge[choices][otp_length]".to_owned(), "yours".to_owned())), "{kept:?}");
    assert_eq!(site.backend.connections().present(Method::Sms).await.expect("read"), 1);

    assert_eq!(save(&mut owner, &merged(&page, form("1", YOURS, "8"), &[("message", "theirs")])).await, SMS);
    let settings = stored(&site).await;
    assert_eq!((settings.message.as_str(), settings.otp_length.digits()), (THEIRS, 6));
}

#[tokio::test]
async fn what_was_edited_on_the_page_counts_whatever_was_chosen() {
    let (site, mut owner, draft) = met(&form("0", YOURS, "6"), &form("0", THEIRS, "8")).await;
    let page = owner.get(&draft).await;
    let edited = merged(&page, form("1", "@@password@@ edited\r\ntwice", "9"), &[("message", "theirs")]);
    assert_eq!(save(&mut owner, &edited).await, SMS);
    let settings = stored(&site).await;
    assert_eq!((settings.message.as_str(), settings.otp_length.digits()), ("@@password@@ edited\ntwice", 9));
}

#[tokio::test]
async fn a_save_meanwhile_is_merged_on_top_of_what_was_merged() {
    let (site, mut owner, draft) = met(&form("0", YOURS, "6"), &form("0", THEIRS, "6")).await;
    let page = owner.get(&draft).await;
    let mut editor = site.signed_in(Role::Editor).await;
    assert_eq!(save(&mut editor, &form("1", THEIRS, "8")).await, SMS);
    let next = save(&mut owner, &merged(&page, form("1", YOURS, "6"), &[("message", "yours")])).await;
    let page = owner.get(&next).await;
    assert!(page.body.contains("Only they changed: ") && !page.body.contains("Both of you changed"), "{}", page.body);
    assert_eq!(save(&mut owner, &merged(&page, form("2", YOURS, "8"), &[])).await, SMS);
    let settings = stored(&site).await;
    assert_eq!((settings.message.as_str(), settings.otp_length.digits()), (YOURS, 8));
}

#[tokio::test]
async fn a_choice_between_sides_that_are_no_more_is_asked_for_again() {
    let (site, mut owner, draft) = met(&form("0", YOURS, "6"), &form("0", THEIRS, "8")).await;
    let page = owner.get(&draft).await;
    let choices = [("otp_length", "yours"), ("message", "theirs")];
    let mut broken = merged(&page, form("1", YOURS, "8"), &choices);
    broken.push(("form[twilio_sid]".to_owned(), "AC1".to_owned()));
    let refused = save(&mut owner, &broken).await;
    let mut editor = site.signed_in(Role::Editor).await;
    assert_eq!(save(&mut editor, &form("1", "@@password@@ later", "8")).await, SMS);
    let kept = of_merge(&owner.get(&refused).await);
    assert!(kept.contains(&("merge[choices][otp_length]".to_owned(), "yours".to_owned())), "{kept:?}");
    assert!(!kept.iter().any(|(name, _)| name == "merge[choices][message]"), "{kept:?}");
}

#[tokio::test]
async fn an_expired_session_keeps_what_was_chosen() {
    let (site, mut owner, draft) = met(&form("0", YOURS, "6"), &form("0", THEIRS, "8")).await;
    let page = owner.get(&draft).await;
    site.clock.advance(12 * HOUR);
    let choices = [("message", "theirs"), ("otp_length", "yours")];
    let sign_in = save(&mut owner, &merged(&page, form("1", YOURS, "8"), &choices)).await;
    let id = sign_in.split("draft%3D").nth(1).expect("a draft").to_owned();
    owner.sign_in("owner@acme.example", PASSWORD).await;
    let page = owner.get(&format!("{SMS}?draft={id}")).await;
    let kept = of_merge(&page);
    for (key, side) in choices {
        assert!(kept.contains(&(format!("merge[choices][{key}]"), side.to_owned())), "{kept:?}");
    }
}

#[tokio::test]
async fn a_base_that_never_was_asks_for_every_difference() {
    let site = Site::set_up().await;
    let mut owner = site.signed_in(Role::Owner).await;
    for base in ["77", "-9223372036854775808", "9223372036854775807"] {
        let draft = save(&mut owner, &form(base, YOURS, "8")).await;
        let page = owner.get(&draft).await;
        assert!(page.body.contains("Both of you changed: "), "{}", page.body);
        assert!(!page.body.contains("Only you changed"), "{}", page.body);
    }
}

#[tokio::test]
async fn a_merge_that_no_page_posts_is_400() {
    let (site, mut owner, draft) = met(&form("0", YOURS, "6"), &form("0", THEIRS, "8")).await;
    let page = owner.get(&draft).await;
    let (path, _) = leptos::server_fn::axum::server_fn_paths()
        .find(|(path, _)| path.starts_with("/fn/save_sms"))
        .expect("the function");
    for (name, value) in [
        ("merge[nonsense]", "1"),
        ("merge[choices][nonsense]", "yours"),
        ("merge[choices][message]", "ours"),
        ("merge[shown][body]", "x"),
        ("merge[base]", "x"),
    ] {
        let mut fields = merged(&page, form("1", YOURS, "8"), &[]);
        fields.retain(|(other, _)| other != name);
        fields.push((name.to_owned(), value.to_owned()));
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = owner.post(path, &pairs).await;
        let refused = answer.status == StatusCode::BAD_REQUEST || answer.location().contains("failed=bad-request");
        assert!(refused, "{name}: {} {}", answer.status, answer.location());
    }
    assert_eq!(site.backend.connections().present(Method::Sms).await.expect("read"), 1);
}

#[tokio::test]
async fn what_a_page_asks_by_itself_keeps_no_session_alive() {
    let site = Site::set_up().await;
    let mut owner = site.signed_in(Role::Owner).await;
    let (path, _) = leptos::server_fn::axum::server_fn_paths()
        .find(|(path, _)| path.starts_with("/fn/newest_revision"))
        .expect("the function");
    for _ in 0..3 {
        site.clock.advance(5 * HOUR);
        owner.post(path, &[("method", "sms")]).await;
    }
    assert!(owner.get(SMS).await.location().starts_with("/login"));
}

#[tokio::test]
async fn a_discarded_draft_comes_back_from_the_page_that_follows() {
    let (_site, mut owner, draft) = met(&form("0", YOURS, "6"), &form("0", THEIRS, "8")).await;
    let id = draft.split("draft=").nth(1).expect("an id").to_owned();
    let fields = [("method", "sms"), ("draft", id.as_str())];
    assert_eq!(owner.act("discard_draft", &fields).await, SMS);
    let page = owner.get(SMS).await.body;
    assert!(page.contains("The draft is discarded") && page.contains("Bring it back"), "{page}");
    assert!(!owner.get(SMS).await.body.contains("draft is discarded"), "said once");
    assert_eq!(owner.act("bring_back_draft", &fields).await, draft);
    assert!(owner.get(&draft).await.body.contains("Someone else saved this"));
}
