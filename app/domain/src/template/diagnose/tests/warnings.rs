//! What warns and does not refuse a save.

use super::*;

/// The places of all warnings of one kind, as text, and the source with all of them mended.
fn mended(source: &str, about: About, is_it: fn(&Fault) -> bool) -> (Vec<String>, String) {
    let found = diagnose(source, about);
    let places = found.iter().filter(|one| is_it(&one.fault)).map(|one| one.span.text(source).to_owned()).collect();
    let mut mended = source.to_owned();
    for one in found.iter().rev().filter(|one| is_it(&one.fault)) {
        assert_eq!(one.severity, Severity::Warning, "{one:?}");
        if let Some(fix) = &one.fix {
            mended = fix.apply(&mended);
        }
    }
    if found.iter().all(|one| one.fix.is_some() || !is_it(&one.fault)) {
        assert!(!diagnose(&mended, about).iter().any(|one| is_it(&one.fault)), "{mended}");
    }
    (places, mended)
}

#[test]
fn unknown_names_are_found_with_the_name_that_was_meant() {
    let is_it = |fault: &Fault| {
        matches!(
            fault,
            Fault::UnknownParameter { .. }
                | Fault::UnknownFilter { .. }
                | Fault::NoSuchThing { .. }
                | Fault::ParameterElsewhere { .. }
        )
    };
    for (source, places, result) in [
        ("{{ coed }}", "coed", "{{ code }}"),
        ("{{ CODE }}", "CODE", "{{ code }}"),
        ("{{ otp }} {{ pin | upcase }}", "otp|pin", "{{ code }} {{ code | upcase }}"),
        ("{{ app.name }}", "app.name", "{{ application.name }}"),
        ("{{ application['nam'] }}", "application['nam']", "{{ application.name }}"),
        ("{{ application }}", "application", "{{ application }}"),
        ("{% if lang contains 'fr' %}{% endif %}", "lang", "{% if request_language contains 'fr' %}{% endif %}"),
        ("{{ phone }} {{ phoneNumber }}", "phone|phoneNumber", "{{ phone_number }} {{ phone_number }}"),
        ("{{ link }} {{ user.email }} {{ url }}", "link|user.email|url", "{{ link }} {{ user.email }} {{ url }}"),
        ("{{ organization.name }}", "organization.name", "{{ organization.name }}"),
        ("{{ whatever }} {{ code.length }}", "whatever|code.length", "{{ whatever }} {{ code.length }}"),
        ("{% assign short = code %}{{ shrt }}", "shrt", "{% assign short = code %}{{ short }}"),
        ("{{ code | append: tenat }}", "tenat", "{{ code | append: tenant }}"),
        ("{% for i in itmes %}{{ i.x }}{% endfor %}", "itmes", "{% for i in itmes %}{{ i.x }}{% endfor %}"),
        ("{{ tenat[code] }}", "tenat[code]", "{{ tenat[code] }}"),
        ("{{ code | upcas | nosuchthing: 1 }}", "upcas|nosuchthing", "{{ code | upcase | nosuchthing: 1 }}"),
        ("{% case sned %}{% when cod %}{% endcase %}", "sned|cod", "{% case send %}{% when code %}{% endcase %}"),
    ] {
        let (found, text) = mended(source, about(Part::Message, Syntax::Liquid), is_it);
        assert_eq!((found.join("|").as_str(), text.as_str()), (places, result), "{source}");
    }
    for source in [
        "{{ code }}{{ connection }}{{ connection.name }}{{ application.client_metadata.x.y }}{{ code.size }}",
        "{% assign a = 1 %}{{ a.b }}{% capture c %}{% endcapture %}{{ c }}{% increment n %}{{ n }}",
        "{% for i in (1..3) %}{{ i }}{{ forloop.index }}{% endfor %}{% tablerow t in a %}{{ t }}{% endtablerow %}{% assign a = 1 %}",
        "{% if code == blank or code == empty or code == nil or true == false %}{% endif %}{{ code[0] }}",
        "{% if application %}{% endif %}{% for m in application.client_metadata %}{{ m[0] }}{% endfor %}",
    ] {
        let (found, _) = mended(source, about(Part::Message, Syntax::Liquid), is_it);
        assert!(found.is_empty(), "{source} {found:?}");
    }
    let (found, text) = mended("@@cdoe@@ @@ link @@", about(Part::Message, Syntax::Markdown), is_it);
    assert_eq!((found.join("|").as_str(), text.as_str()), ("cdoe|link", "@@code@@ @@ link @@"));
    let (found, text) = mended("{{ phone_number }} {{ url }}", about(Part::Subject, Syntax::Liquid), is_it);
    assert_eq!((found.join("|").as_str(), text.as_str()), ("phone_number|url", "{{ phone_number }} {{ link }}"));
}

#[test]
fn the_words_name_what_was_meant() {
    for (source, words) in [
        ("{{ cdoe }}", "There is no parameter named “cdoe”, so it renders empty; write code."),
        ("{{ xyz }}", "There is no parameter named “xyz”, so it renders empty; correct its name or remove it."),
        ("{{ link }}", "Only emails have “link”; it renders empty here, so remove it."),
        (
            "{{ custom_domain.domain }}",
            "Doorcode has no custom domains; “custom_domain.domain” renders empty, so remove it.",
        ),
        ("{{ code | upcas }}", "There is no filter named “upcas”, so the value passes unchanged; write upcase."),
        ("{{ code }} 5 minutes", "“5 minutes” contradicts OTP Expiry, which is 3 minutes; change one of them."),
    ] {
        let found = message(source);
        assert_eq!(found.last().expect(source).fault.to_string(), words);
    }
}

#[test]
fn durations_agree_with_otp_expiry() {
    let is_it = |fault: &Fault| matches!(fault, Fault::OtherDuration { .. });
    for (expiry, source, places, result) in [
        (600, "valid for 3 minutes.", "3 minutes", "valid for 10 minutes."),
        (60, "3 minutes", "3 minutes", "1 minute"),
        (180, "1 minute or one Minute", "1 minute|one Minute", "3 minutes or three Minuten"),
        (180, "Five minutes; FIVE MINUTES", "Five minutes|FIVE MINUTES", "Three minutes; Three MINUTES"),
        (720, "five minutes", "five minutes", "12 minutes"),
        (300, "180 seconds, 3min, 3-minute code", "180 seconds|3min|3-minute", "300 seconds, 5min, 5-minute code"),
        (90, "1 hour, 2 minutes", "1 hour|2 minutes", "1 hour, 2 minutes"),
        (5_400, "1 hour and 30 minutes", "", "1 hour and 30 minutes"),
        (5_400, "1 hour 20 minutes; 2 hours", "1 hour 20 minutes|2 hours", "1 hour 20 minutes; 2 hours"),
        (180, "1.5 minutes, 0:30 minutes", "", "1.5 minutes, 0:30 minutes"),
        (
            180,
            "3 minutes, 180 seconds, three minutes, 3 Minuten, 3 minutos",
            "",
            "3 minutes, 180 seconds, three minutes, 3 Minuten, 3 minutos",
        ),
        (
            7_200,
            "1 heure, 1 Stunde, 1 hora, 1 uur",
            "1 heure|1 Stunde|1 hora|1 uur",
            "2 heures, 2 Stunden, 2 horas, 2 uur",
        ),
        (120, "1 minuut. 1 minuto. 5 minuti", "1 minuut|1 minuto|5 minuti", "2 minuten. 2 minutos. 2 minuti"),
        (180, "{{ code }} minutes, 5 {{ code }} minutes", "", "{{ code }} minutes, 5 {{ code }} minutes"),
        (180, "{% comment %}5 minutes{% endcomment %}", "", "{% comment %}5 minutes{% endcomment %}"),
        (180, "99999999999 minutes in 2 steps", "", "99999999999 minutes in 2 steps"),
        (180, "4294967 days", "4294967 days", "4294967 days"),
    ] {
        let about = About { otp_expiry: expiry, ..about(Part::Message, Syntax::Liquid) };
        let (found, text) = mended(source, about, is_it);
        assert_eq!((found.join("|").as_str(), text.as_str()), (places, result), "{source}");
    }
}

#[test]
fn durations_in_html_are_read_as_a_reader_reads_them() {
    let is_it = |fault: &Fault| matches!(fault, Fault::OtherDuration { .. });
    let about = About { otp_expiry: 600, ..about(Part::Body, Syntax::Liquid) };
    for (source, places, result) in [
        ("in 3&nbsp;minutes", "3&nbsp;minutes", "in 10&nbsp;minutes"),
        ("in <b>3</b> minutes", "3</b> minutes", "in <b>10</b> minutes"),
        ("<p title=\"3 minutes\"><style>a{b:3 min}</style>", "", "<p title=\"3 minutes\"><style>a{b:3 min}</style>"),
    ] {
        let (found, text) = mended(source, about, is_it);
        assert_eq!((found.join("|").as_str(), text.as_str()), (places, result), "{source}");
    }
    let (found, text) = mended(DEFAULT_BODY, about, is_it);
    assert_eq!(found, ["3 minutes", "3 minutes", "3&nbsp;minutes", "3&nbsp;minutes"]);
    assert_eq!(diagnose(&text, about), []);
    let one = diagnose(DEFAULT_BODY, about).remove(0);
    assert_eq!(one.fix.expect("a fix").label, "write 10 minutes");
}

#[test]
fn links_are_encrypted() {
    let is_it = |fault: &Fault| matches!(fault, Fault::NotHttps);
    for (source, places, result) in [
        (
            "<a href=\"http://a.example/b\">HTTP://c</a>",
            "http://a.example/b|HTTP://c",
            "<a href=\"https://a.example/b\">https://c</a>",
        ),
        (
            "<html xmlns:o=\"http://schemas.example\" xmlns='http://x'>",
            "",
            "<html xmlns:o=\"http://schemas.example\" xmlns='http://x'>",
        ),
        (
            "<!DOCTYPE html PUBLIC \"\" \"http://www.w3.org/TR\">",
            "",
            "<!DOCTYPE html PUBLIC \"\" \"http://www.w3.org/TR\">",
        ),
        ("https://a http:// b", "http://", "https://a https:// b"),
    ] {
        let (found, text) = mended(source, about(Part::Body, Syntax::Liquid), is_it);
        assert_eq!((found.join("|").as_str(), text.as_str()), (places, result), "{source}");
    }
}

#[test]
fn a_link_has_the_code_beside_it() {
    let is_it = |fault: &Fault| matches!(fault, Fault::LinkAlone);
    let source = "{% if send == 'link' %}<a href=\"{{ link }}\">a</a>{% else %}{{ code }}{% endif %}";
    let (found, text) = mended(source, about(Part::Body, Syntax::Liquid), is_it);
    assert_eq!(found, ["link"]);
    assert!(text.ends_with("<p>{{ code }}</p>\n"));
    for source in ["{{ link }} {{ code }}", "{{ link }}", "{{ code }}"] {
        assert!(mended(source, about(Part::Body, Syntax::Liquid), is_it).0.is_empty(), "{source}");
    }
}

#[test]
fn the_application_is_named() {
    for (source, wanted) in [
        ("{{ code }}", vec![Fault::NotNamed]),
        ("{{ code }} {{ friendly_name }} {{ tenant }}", vec![Fault::NotNamed]),
        ("{{ code }} {{ application.name | upcase }}", vec![]),
        (
            "{{ code }}{% if request_language contains 'fr' %}{{ application.name }}{% endif %}",
            vec![Fault::NotNamedFor { language: any_other() }],
        ),
    ] {
        let found: Vec<Fault> = message(source).into_iter().map(|one| one.fault).collect();
        assert_eq!(found, wanted, "{source}");
    }
    assert_eq!(email(Part::Subject, "Your code"), []);
}

#[test]
fn characters_that_force_ucs2_are_named() {
    let is_it = |fault: &Fault| matches!(fault, Fault::TurnsUcs2 { .. });
    for (source, places, result) in [
        ("{{ code }} is ‘fine’", "‘", "{{ code }} is 'fine'"),
        ("{{ code }} “{% if a == '”' %}”{% endif %}…", "“", "{{ code }} \"{% if a == '”' %}\"{% endif %}..."),
        ("{{ code }} – 日", "–", "{{ code }} – 日"),
        ("{{ code }} ä € {{ '–' }}", "", "{{ code }} ä € {{ '–' }}"),
    ] {
        let (found, text) = mended(source, about(Part::Message, Syntax::Liquid), is_it);
        assert_eq!((found.join("|").as_str(), text.as_str()), (places, result), "{source}");
    }
    let words = |source: &str| {
        let found = markdown(source).into_iter().find(|one| is_it(&one.fault)).expect("a finding");
        (found.fault.to_string(), found.fix.map(|fix| fix.label))
    };
    let long = "@@code@@ “".to_owned() + &"a".repeat(80) + "”\u{a0}.";
    assert_eq!(
        words(&long),
        (
            "The message is sent in UCS-2 because of “ ” U+00A0: 2 segments instead of 1; write \" \" a space instead."
                .to_owned(),
            Some("replace “ ” U+00A0 by \" \" a space".to_owned())
        )
    );
    assert_eq!(
        words("@@code@@ – 日本語日本語一二三四五六七"),
        (
            "The message is sent in UCS-2 because of – 日 本 語 一 二 三 四 and 3 more: \
             a segment holds 70 characters instead of 160; write - and so on where they fit, and do without the others."
                .to_owned(),
            None
        )
    );
}
