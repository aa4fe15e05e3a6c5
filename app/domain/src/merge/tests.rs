use proptest::prelude::*;

use super::*;
use crate::email::{AuthParam, EmailForm};
use crate::sms::SmsForm;

const NO_SECRETS: &[Field] = &[];
const VALUES: [&str; 3] = ["one", "two", "three"];

fn sms(message: &str, otp_length: &str) -> SmsForm {
    SmsForm { message: message.to_owned(), otp_length: otp_length.to_owned(), ..SmsForm::default() }
}

#[test]
fn each_field_comes_from_who_changed_it() {
    let base = sms("base", "6");
    let merged = merge(Some(&base), &sms("yours", "6"), &sms("base", "8"), NO_SECRETS);
    assert_eq!(merged.fields, [(Field::Message, Origin::YoursAlone), (Field::OtpLength, Origin::TheirsAlone)]);
    assert_eq!(merged.form, sms("yours", "8"));
    let merged = merge(Some(&base), &sms("yours", "7"), &sms("theirs", "7"), NO_SECRETS);
    assert_eq!(merged.fields, [(Field::Message, Origin::Both)]);
    assert_eq!(merged.form, sms("yours", "7"));
}

#[test]
fn without_a_common_version_every_difference_is_to_be_chosen() {
    let merged = merge(None, &sms("yours", "6"), &sms("theirs", "6"), NO_SECRETS);
    assert_eq!(merged.fields, [(Field::Message, Origin::Both)]);
}

#[test]
fn a_secret_is_judged_by_what_was_asked_for() {
    let base = SmsForm::default();
    let typed = SmsForm { twilio_token: crate::Secret::new("t"), remove_gateway_secret: true, ..SmsForm::default() };
    let both = [Field::TwilioToken, Field::GatewaySecret];
    for (yours, theirs, expected) in [
        (&typed, &both[..], vec![(Field::TwilioToken, Origin::Both), (Field::GatewaySecret, Origin::Both)]),
        (&typed, &both[1..], vec![(Field::TwilioToken, Origin::YoursAlone), (Field::GatewaySecret, Origin::Both)]),
        (&base, &both[..1], vec![(Field::TwilioToken, Origin::TheirsAlone)]),
        (&base, &[], vec![]),
    ] {
        let merged = merge(Some(&base), yours, &base, theirs);
        assert_eq!(merged.fields, expected);
        assert_eq!(&merged.form, yours, "what was typed stays");
    }
}

#[test]
fn the_parameters_of_a_link_are_one_field() {
    let with = |name: &str| EmailForm {
        auth_params: vec![AuthParam { name: name.to_owned(), value: "x".to_owned() }, AuthParam::default()],
        ..EmailForm::default()
    };
    let merged = merge(Some(&with("scope")), &with("scope"), &with("audience"), NO_SECRETS);
    assert_eq!(merged.fields, [(Field::AuthParams, Origin::TheirsAlone)]);
    assert_eq!(merged.form, with("audience"));
}

/// What a page without JavaScript posts back, untouched but for the choices.
fn asked(page: &Merged<SmsForm>, choices: &BTreeMap<String, Side>) -> MergeForm {
    let shown = page.fields.iter().map(|(field, _)| (field.key().to_owned(), mark(&page.form, *field))).collect();
    MergeForm { base: 1, choices: choices.clone(), shown }
}

#[test]
fn a_field_that_was_edited_counts_as_yours_whatever_was_chosen() {
    let (base, yours, theirs) = (sms("base", "6"), sms("yours", "6"), sms("theirs", "8"));
    let page = merge(Some(&base), &yours, &theirs, NO_SECRETS);
    let choices = BTreeMap::from([("message".to_owned(), Side::Theirs), ("otp_length".to_owned(), Side::Theirs)]);
    let resolved = resolve(Some(&base), &sms("edited", "9"), &theirs, &asked(&page, &choices));
    assert_eq!(resolved.form, sms("edited", "9"));
    assert_eq!(resolved.yours, sms("edited", "9"));
    assert!(resolved.choices.values().all(|side| *side == Side::Yours) && resolved.unanswered.is_empty());
    let unanswered = resolve(Some(&base), &page.form, &theirs, &asked(&page, &BTreeMap::new()));
    assert_eq!((unanswered.unanswered, unanswered.yours), (vec![Field::Message], yours));
}

#[test]
fn a_secret_that_both_changed_is_asked_for_also_without_javascript() {
    let base = sms("base", "6");
    let yours = SmsForm { remove_twilio_token: true, ..base.clone() };
    let page = merge(Some(&base), &yours, &base, &[Field::TwilioToken]);
    assert_eq!(page.fields, [(Field::TwilioToken, Origin::Both)]);
    let resolved = resolve(Some(&base), &page.form, &base, &asked(&page, &BTreeMap::new()));
    assert_eq!(resolved.unanswered, [Field::TwilioToken]);
    let theirs = BTreeMap::from([("twilio_token".to_owned(), Side::Theirs)]);
    let resolved = resolve(Some(&base), &page.form, &base, &asked(&page, &theirs));
    assert!(resolved.unanswered.is_empty() && !resolved.form.remove_twilio_token);
}

fn any_form() -> impl Strategy<Value = SmsForm> {
    let values = prop::collection::vec((0..3_usize, any::<bool>()), SmsForm::default().fields().len());
    values.prop_map(|values| {
        let mut form = SmsForm::default();
        for (field, (value, on)) in form.fields().into_iter().zip(values) {
            let text = match field {
                Field::Provider => ["twilio", "gateway", "outbox"][value],
                Field::SmsSource => ["from", "messaging_service", "from"][value],
                Field::GatewayAuthentication => ["none", "bearer", "none"][value],
                Field::Syntax => ["liquid", "md_with_macros", "liquid"][value],
                _ => VALUES[value],
            };
            if !field.is_secret() {
                form.set_text(field, text.to_owned());
                form.set_flag(field, on);
            }
        }
        form
    })
}

/// The secrets that one side typed, or that the other changed.
fn any_secrets() -> impl Strategy<Value = Vec<Field>> {
    prop::sample::subsequence(vec![Field::TwilioToken, Field::GatewaySecret], 0..=2)
}

proptest! {
    #[test]
    fn every_field_is_taken_from_the_side_that_changed_it_or_asked_for(
        base in any_form(),
        mut yours in any_form(),
        theirs in any_form(),
        typed in any_secrets(),
        changed in any_secrets(),
    ) {
        for field in &typed {
            yours.set_text(*field, "typed".to_owned());
        }
        let merged = merge(Some(&base), &yours, &theirs, &changed);
        for field in base.fields() {
            let origin = merged.fields.iter().find(|(of, _)| *of == field).map(|(_, origin)| *origin);
            let (b, y, t, m) = (mark(&base, field), mark(&yours, field), mark(&theirs, field), mark(&merged.form, field));
            let (by_you, by_them) = match field.is_secret() {
                true => (typed.contains(&field), changed.contains(&field)),
                false => (y != b, t != b),
            };
            match (by_you, by_them) {
                (false, false) => prop_assert_eq!((origin, m), (None, b)),
                (true, false) => prop_assert_eq!((origin, m), (Some(Origin::YoursAlone), y)),
                (false, true) => prop_assert_eq!((origin, m), (Some(Origin::TheirsAlone), t)),
                (true, true) if y == t && !field.is_secret() => prop_assert_eq!((origin, m), (None, y)),
                (true, true) => prop_assert_eq!((origin, m), (Some(Origin::Both), y)),
            }
        }
        // What nobody changed meanwhile stays yours, and a merge once made is no news.
        prop_assert_eq!(&merge(Some(&theirs), &yours, &theirs, &[]).form, &yours);
        prop_assert_eq!(merge(Some(&theirs), &merged.form, &theirs, &[]).form, merged.form);
    }

    #[test]
    fn a_posted_merge_is_what_was_chosen_and_its_draft_asks_the_same_again(
        base in any_form(),
        yours in any_form(),
        theirs in any_form(),
        picks in prop::collection::vec(prop::option::of(any::<bool>()), 19),
    ) {
        let page = merge(Some(&base), &yours, &theirs, NO_SECRETS);
        let mut choices = BTreeMap::new();
        for ((field, origin), pick) in page.fields.iter().zip(&picks) {
            let side = pick.map(|theirs| if theirs { Side::Theirs } else { Side::Yours }).or(origin.side());
            choices.extend(side.map(|side| (field.key().to_owned(), side)));
        }
        let resolved = resolve(Some(&base), &page.form, &theirs, &asked(&page, &choices));
        for (field, origin) in &page.fields {
            let side = choices.get(field.key());
            let wanted = if side == Some(&Side::Theirs) { &theirs } else { &yours };
            prop_assert_eq!(mark(&resolved.form, *field), mark(wanted, *field));
            prop_assert_eq!(resolved.unanswered.contains(field), side.is_none());
            prop_assert!(side.is_some() || *origin == Origin::Both);
        }
        prop_assert_eq!(&resolved.choices, &choices);
        prop_assert_eq!(merge(Some(&base), &resolved.yours, &theirs, NO_SECRETS), page);
    }
}
