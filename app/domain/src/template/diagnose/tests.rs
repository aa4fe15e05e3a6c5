//! Every finding is found at its place, and its fix mends it.

use super::*;
use crate::template::{DEFAULT_BODY, DEFAULT_MESSAGE, DEFAULT_SUBJECT, RenderError};

mod warnings;

fn about(part: Part, syntax: Syntax) -> About {
    About { part, syntax, otp_expiry: 180, otp_length: 6 }
}

fn message(source: &str) -> Vec<Diagnostic> {
    diagnose(source, about(Part::Message, Syntax::Liquid))
}

fn markdown(source: &str) -> Vec<Diagnostic> {
    diagnose(source, about(Part::Message, Syntax::Markdown))
}

fn email(part: Part, source: &str) -> Vec<Diagnostic> {
    diagnose(source, about(part, Syntax::Liquid))
}

/// What was found, but for the application's name, which these short templates leave out.
fn faults(found: Vec<Diagnostic>) -> Vec<(Severity, Fault)> {
    let named = |fault: &Fault| !matches!(fault, Fault::NotNamed | Fault::NotNamedFor { .. });
    found.into_iter().map(|one| (one.severity, one.fault)).filter(|one| named(&one.1)).collect()
}

fn errors(found: Vec<Diagnostic>) -> Vec<Fault> {
    let is_error = |one: &Diagnostic| one.severity == Severity::Error;
    found.into_iter().filter(is_error).map(|one| one.fault).collect()
}

fn any_other() -> String {
    "any other".to_owned()
}

#[test]
fn the_defaults_are_free_of_any_finding() {
    assert_eq!(markdown(DEFAULT_MESSAGE), []);
    assert_eq!(email(Part::Subject, DEFAULT_SUBJECT), []);
    assert_eq!(email(Part::Body, DEFAULT_BODY), []);
    assert_eq!(email(Part::From, "{{ application.name }}"), []);
    assert_eq!(email(Part::From, ""), []);
}

#[test]
fn a_message_must_carry_the_code() {
    for (source, fault) in [
        ("Hello", Fault::CodeMissing),
        ("Hello @@tenant@@", Fault::CodeMissing),
        (" @@operation@@ ", Fault::RendersEmpty),
        ("", Fault::RendersEmpty),
        ("@@code@@ {{ tenant }}", Fault::LiquidInMarkdown),
        ("@@code@@ {% if x %}", Fault::LiquidInMarkdown),
    ] {
        assert_eq!(errors(markdown(source)), [fault], "{source}");
    }
    for source in ["@@code@@", "@@ password @@", "@@code@@ {{ }} {%}"] {
        assert_eq!(errors(markdown(source)), [], "{source}");
    }
}

#[test]
fn a_code_has_the_length_that_is_set() {
    let split = "{{ code | slice: 0, 3 }}-{{ code | slice: 3, 3 }}";
    for (otp_length, wanted) in [(4, vec![]), (6, vec![]), (8, vec![Fault::CodeMissing])] {
        let about = About { otp_length, ..about(Part::Message, Syntax::Liquid) };
        assert_eq!(errors(diagnose(split, about)), wanted, "{otp_length}");
    }
    let long = "a".repeat(1590) + "@@code@@";
    let about = About { otp_length: 40, ..about(Part::Message, Syntax::Markdown) };
    assert_eq!(errors(diagnose(&long, about)), [Fault::RendersTooLong { characters: 1630 }]);
}

#[test]
fn a_message_is_at_most_1600_characters_long() {
    let source = |count: usize| "a".repeat(count) + "@@code@@";
    assert_eq!(errors(markdown(&source(1594))), []);
    assert_eq!(errors(markdown(&source(1595))), [Fault::RendersTooLong { characters: 1601 }]);
}

#[test]
fn every_language_gets_a_text() {
    let two_branches = "{% if request_language contains 'fr-FR' %}Votre code: {{ code }}\
        {% elsif request_language contains 'dutch' %}Uw code: @@password@@{% endif %}";
    let found = message(two_branches);
    assert_eq!(faults(found.clone()), [(Severity::Error, Fault::RendersEmptyFor { language: any_other() })]);
    assert_eq!(found[0].span.text(two_branches), "{% if request_language contains 'fr-FR' %}");
    let mended = found[0].fix.as_ref().expect("a fix").apply(two_branches);
    assert!(mended.ends_with("Uw code: @@password@@{% else %}Uw code: @@password@@{% endif %}"), "{mended}");
    assert_eq!(faults(message(&mended)), []);
    for (source, language, has_fix) in [
        ("{% assign l = request_language | slice: 0, 2 %}{% if l == 'fr' %}{{ code }}{% endif %}", "any other", true),
        ("{% case request_language %}{% when 'fr' %}{{ code }}{%- endcase -%}", "any other", true),
        ("{% unless request_language contains 'fr' %}{{ code }}{% endunless %}", "fr", true),
        ("{% if request_language contains 'fr' %}{% else %}{{ code }}{% endif %}", "fr", false),
        ("{% if request_language contains 'fr' %}{{ code }}{% else %}{% endif %}", "any other", false),
        ("{% if request_language contains 'fr' %}{{ code }}{% elsif code %}{% endif %}", "any other", false),
    ] {
        let found = message(source);
        assert_eq!(errors(found.clone()), [Fault::RendersEmptyFor { language: language.to_owned() }], "{source}");
        assert_ne!(found[0].span, Span::default(), "{source}");
        assert_eq!(found[0].fix.is_some(), has_fix, "{source}");
        if let Some(fix) = &found[0].fix {
            assert_eq!(errors(message(&fix.apply(source))), [], "{source}");
        }
    }
}

#[test]
fn every_language_gets_the_code() {
    let one_lacks = "{% assign l = request_language | slice: 0, 2 %}\
        {% case l %}{% when 'fr' %}{{ code }}{% else %}Hello{% endcase %}";
    let found = message(one_lacks);
    assert_eq!(found.last().expect("a finding").span.text(one_lacks), "{% case l %}");
    assert_eq!(faults(found), [(Severity::Warning, Fault::CodeMissingFor { language: any_other() })]);
    let link_lacks = "{{ code }}{% if request_language contains 'de' %}{{ link }}{% endif %}";
    assert_eq!(
        faults(email(Part::Body, link_lacks)),
        [(Severity::Warning, Fault::LinkMissingFor { language: any_other() })]
    );
}

#[test]
fn a_body_must_carry_what_is_sent() {
    for (source, wanted) in [
        ("<p>Hello", vec![Fault::CodeMissing, Fault::LinkMissing]),
        ("<p>{{ code }}", vec![Fault::LinkMissing]),
        ("<a href=\"{{ link }}\">a</a>", vec![Fault::CodeMissing]),
        ("{% if send == 'link' %}{{ link }}{% else %}{{ code }}{% endif %}", vec![]),
        ("{{ link }} <b>{{ code | slice: 0 }}</b>{{ code | slice: 1, 5 }}", vec![]),
        ("{% if send == 'code' %}{{ code }}", vec![Fault::BlockNotClosed { tag: "if".to_owned() }]),
    ] {
        assert_eq!(errors(email(Part::Body, source)), wanted, "{source}");
    }
}

#[test]
fn headers_need_no_code_and_have_one_line() {
    for part in [Part::From, Part::Subject] {
        assert_eq!(email(part, "Acme"), []);
        let found = email(part, "Hi\r\nyou\n");
        let spans: Vec<(u32, u32)> = found.iter().map(|one| (one.span.start, one.span.end)).collect();
        assert_eq!(spans, [(2, 4), (7, 8)]);
        assert_eq!(found[0].fix.as_ref().expect("a fix").apply("Hi\r\nyou\n"), "Hi you\n");
        assert_eq!(
            errors(email(part, "{{ 'a,b' | replace: ',', '\\n' }}")),
            [Fault::DoesNotRender(RenderError::LineBreak)]
        );
    }
}

#[test]
fn an_endless_loop_is_an_error_at_once() {
    let source = "{% for i in (1..1000000000) %}{{ code }}{% endfor %}";
    for part in [Part::From, Part::Subject, Part::Body] {
        assert_eq!(errors(email(part, source)), [Fault::DoesNotRender(RenderError::TooManyIterations)]);
    }
    assert_eq!(errors(message(source)), [Fault::DoesNotRender(RenderError::TooManyIterations)]);
}

#[test]
fn a_range_points_at_its_place() {
    let found = email(Part::Body, "<p>\nüber {{ code | }}\n{{ link }}");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].line, found[0].column), (2, 16));
    assert_eq!(found[0].fault, Fault::FilterNameExpected);
}

#[test]
fn errors_are_mended() {
    for (source, mended) in [
        ("Hi {{ code", "Hi {{ code }}"),
        ("{{ code | slice: 0, 3 is it, {{ code }}", "{{ code | slice: 0, 3 }} is it, {{ code }}"),
        ("{{ code } is it", "{{ code }} is it"),
        ("{{ code %} is it", "{{ code }} is it"),
        ("{{- code, is it\n.", "{{- code }}, is it\n."),
        ("{% if code }{{ code }}{% endif %}", "{% if code %}{{ code }}{% endif %}"),
        ("{% if code %}{{ code }}{% endif", "{% if code %}{{ code }}{% endif %}"),
        (
            "{% if code %}a{% else\n{{ code }}{% endif %}{{ code }}",
            "{% if code %}a{% else %}\n{{ code }}{% endif %}{{ code }}",
        ),
        ("{% assign a = code }\n{{ a }}", "{% assign a = code %}\n{{ a }}"),
        ("{% if code %}{{ code }}", "{% if code %}{{ code }}{% endif %}"),
        (
            "{% for i in (1..2) %}{% if i %}{{ code }}{% endfor %}",
            "{% for i in (1..2) %}{% if i %}{{ code }}{% endif %}{% endfor %}",
        ),
        ("{{ code }}{% raw %}x", "{{ code }}{% raw %}x{% endraw %}"),
        ("{{ code }}{% comment %}x", "{{ code }}{% comment %}x{% endcomment %}"),
        ("{{ code }}{% capture a %}x", "{{ code }}{% capture a %}x{% endcapture %}"),
        ("{%- asign a = 1 %}{{ code }}", "{%- assign a = 1 %}{{ code }}"),
        ("{{ code }}{% include 'a' %}", "{{ code }}"),
        ("{% if send = 'code' %}{% endif %}{{ code }}", "{% if send == 'code' %}{% endif %}{{ code }}"),
        ("{{ code }} @@tenant@@", "{{ code }} {{ tenant }}"),
        ("Hello", "Hello {{ code }}"),
    ] {
        let found = message(source);
        assert_eq!(found[0].severity, Severity::Error, "{source}");
        let fix = found[0].fix.as_ref().unwrap_or_else(|| panic!("{source} {found:?}"));
        assert_eq!(fix.apply(source), mended, "{source}");
        assert_eq!(errors(message(mended)), [], "{mended}");
    }
    for (source, mended) in [("@@code@@ {{ tenant }}", "@@code@@ @@tenant@@"), ("Hello\n", "Hello\n@@code@@")] {
        let found = markdown(source);
        assert_eq!(found.iter().find_map(|one| one.fix.as_ref()).expect(source).apply(source), mended);
        assert_eq!(errors(markdown(mended)), []);
    }
    for source in ["@@code@@ {{ tenant | upcase }}", "@@code@@ {% if code %}"] {
        assert!(markdown(source).iter().all(|one| one.fix.is_none()));
    }
    for source in ["{{ a b }}", "{{ 'a }}", "{{ a[1 }}", "{{ | }", "{% foobarbaz %}"] {
        assert_eq!(message(source)[0].fix, None, "{source}");
    }
}

#[test]
fn what_an_email_lacks_is_inserted_into_its_body() {
    let source = "<html><body>Hi {{ application.name }}</BODY></html>";
    let mut mended = source.to_owned();
    while let Some(found) = email(Part::Body, &mended).first() {
        mended = found.fix.as_ref().expect("a fix").apply(&mended);
    }
    assert!(mended.ends_with("</BODY></html>") && mended.contains("<p>{{ code }}</p>\n"), "{mended}");
}

#[test]
fn what_concerns_the_whole_comes_first() {
    let found = markdown("Hello @@nope@@ 5 minutes");
    let spans: Vec<u32> = found.iter().map(|one| one.span.end).collect();
    assert_eq!(spans, [0, 0, 12, 24], "{found:?}");
}
