//! What an editor tints and completes.

use super::*;
use crate::template::filters::FILTERS;
use crate::template::{About, Part};

fn about(part: Part, syntax: Syntax) -> About {
    About { part, syntax, otp_expiry: 180, otp_length: 6 }
}

/// The labels for a source whose caret is `^`, and the source once the first is taken.
fn completed(source: &str, part: Part, syntax: Syntax) -> Option<(Vec<&'static str>, String)> {
    let caret = source.find('^').expect("a caret");
    let source = source.replace('^', "");
    let found = completions(&source, caret as u32, about(part, syntax))?;
    let (start, end) = (found.span.start as usize, found.span.end as usize);
    let text = [&source[..start], &found.items[0].insert, "^", &source[end..]].concat();
    Some((found.items.iter().map(|item| item.label).collect(), text))
}

fn first(source: &str, syntax: Syntax) -> Option<(&'static str, String)> {
    completed(source, Part::Message, syntax).map(|(labels, text)| (labels[0], text))
}

#[test]
fn marks_cover_what_is_not_text() {
    let shown = |source: &str, syntax| {
        let mut out = Vec::new();
        for (span, mark) in marks(source, syntax) {
            let sign = match mark {
                Mark::Parameter => "p ",
                Mark::Tag => "t ",
                Mark::Comment => "c ",
            };
            out.push(sign.to_owned() + span.text(source));
        }
        out.join("|")
    };
    for (source, wanted) in [
        ("a {{ b }} @@code@@ @@tenant@@", "p {{ b }}|p @@code@@"),
        ("{% if a %}b{% endif %}", "t {% if a %}|t {% endif %}"),
        ("{% raw %}{{ a }}{% endraw %}", "t {% raw %}|c {{ a }}|t {% endraw %}"),
        ("{% comment %}{{ a }} b{% endcomment %}{{ c }}", "t {% comment %}|c {{ a }} b|t {% endcomment %}|p {{ c }}"),
        ("{% raw %}{% endraw %}", "t {% raw %}|t {% endraw %}"),
        ("{% comment %}{{ a }}", "t {% comment %}|p {{ a }}"),
        ("{{ a {{ b }} {% if", "p {{ b }}"),
    ] {
        assert_eq!(shown(source, Syntax::Liquid), wanted, "{source}");
    }
    assert_eq!(shown("a @@b@@ {{ c }} @@d", Syntax::Markdown), "p @@b@@");
}

#[test]
fn a_macro_is_completed() {
    for (source, result) in [
        ("Hi @@^", Some(("password", "Hi @@password@@^"))),
        ("Hi @@ap^", Some(("application.name", "Hi @@application.name@@^"))),
        ("@@NAME^ x", Some(("application.name", "@@application.name@@^ x"))),
        ("@@co^@@ x", Some(("code", "@@code@@^ x"))),
        ("@@^@@ x", Some(("password", "@@password@@^ x"))),
        ("@@co^de@@ x", Some(("code", "@@code@@^ x"))),
        ("@@ co^ @@", Some(("code", "@@code@@^"))),
        ("@@^@@code@@", Some(("password", "@@password@@^@@code@@"))),
        ("@@co^ @@code@@", Some(("code", "@@code@@^ @@code@@"))),
        ("@@client_m^", Some(("application.client_metadata.*", "@@application.client_metadata.^"))),
        ("@@^@@ is @@code@@", Some(("password", "@@password@@^ is @@code@@"))),
        ("@@application.client_metadata.^", None),
        ("@@code@@^", None),
        ("@@code@@ ^", None),
        ("@@^code@@", None),
        ("a@b^", None),
        ("{{ co^", None),
        ("@@nosuch^", None),
    ] {
        let wanted = result.map(|(label, text)| (label, text.to_owned()));
        assert_eq!(first(source, Syntax::Markdown), wanted, "{source}");
    }
    let (labels, _) = completed("@@^", Part::Message, Syntax::Liquid).expect("items");
    assert_eq!(labels, ["password", "code"]);
    let (labels, _) = completed("@@e^", Part::Message, Syntax::Markdown).expect("items");
    assert_eq!(labels[0], "code");
    let (labels, _) = completed("@@na^", Part::Message, Syntax::Markdown).expect("items");
    assert_eq!(labels, ["application.name", "connection.name", "tenant", "friendly_name"]);
}

#[test]
fn an_output_is_completed() {
    for (source, result) in [
        ("Hi {{^", Some(("password", "Hi {{ password }}^"))),
        ("Hi {{ co^", Some(("code", "Hi {{ code }}^"))),
        ("{{ co^ }} x", Some(("code", "{{ code }}^ x"))),
        ("{{^}} x", Some(("password", "{{ password }}^ x"))),
        ("{{ ^ }} x", Some(("password", "{{ password }}^ x"))),
        ("{{ co^de }}", Some(("code", "{{ code }}^"))),
        ("{{- co^", Some(("code", "{{- code }}^"))),
        ("{{ co^ | upcase }}", Some(("code", "{{ code^ | upcase }}"))),
        ("{{ co^ and more\n{{ code }}", Some(("code", "{{ code }}^ and more\n{{ code }}"))),
        ("{{ client_m^ }}", Some(("application.client_metadata.*", "{{ application.client_metadata.^"))),
        ("{{ code | append: ten^ }}", Some(("tenant", "{{ code | append: tenant^ }}"))),
        ("{% if req^ %}", Some(("request_language", "{% if request_language^ %}"))),
        ("{% if code == pas^ %}", Some(("password", "{% if code == password^ %}"))),
        ("{{ ^code }}", None),
        ("{{ code ^}}", None),
        ("{{ code }} co^", None),
        ("{{ 'co^' }}", None),
        ("{% if code con^ %}", None),
        ("{% if ^ %}", None),
        ("{% raw %}{{ co^{% endraw %}", None),
        ("{% comment %}{{ co^ }}{% endcomment %}", None),
        ("co^", None),
    ] {
        let wanted = result.map(|(label, text)| (label, text.to_owned()));
        assert_eq!(first(source, Syntax::Liquid), wanted, "{source}");
    }
    let (labels, _) = completed("{{ li^", Part::Body, Syntax::Liquid).expect("items");
    assert_eq!(labels[0], "link");
}

#[test]
fn filters_and_tags_are_completed() {
    for (source, result) in [
        ("{{ code | up^ }}", Some(("upcase", "{{ code | upcase^ }}"))),
        ("{{ code |^ }}", Some(("abs", "{{ code |abs^ }}"))),
        ("{{ code | sli^", Some(("slice", "{{ code | slice: ^"))),
        ("{{ code | sli^: 0, 3 }}", Some(("slice", "{{ code | slice^: 0, 3 }}"))),
        ("{{ code | trunc^ate: 3 }}", Some(("truncate", "{{ code | truncate^: 3 }}"))),
        ("{% assign a = code | do^ %}", Some(("downcase", "{% assign a = code | downcase^ %}"))),
        ("{{ code | ^upcase }}", None),
        ("{{ code | upcase ^ }}", None),
        ("{%^", Some(("if", "{%if ^"))),
        ("{% un^", Some(("unless", "{% unless ^"))),
        ("{%- endi^ %}", Some(("endif", "{%- endif^ %}"))),
        ("{% if^ code %}", Some(("if", "{% if^ code %}"))),
        ("{% if %} | up^", None),
    ] {
        let wanted = result.map(|(label, text)| (label, text.to_owned()));
        assert_eq!(first(source, Syntax::Liquid), wanted, "{source}");
    }
}

#[test]
fn a_caret_outside_the_source_completes_nothing() {
    for caret in [1, 2, 3, 100, u32::MAX] {
        assert_eq!(completions("é@", caret, about(Part::Message, Syntax::Markdown)), None);
    }
}

#[test]
fn every_filter_has_a_short_meaning() {
    for (name, _, meaning) in FILTERS.iter() {
        assert!((4..=32).contains(&meaning.chars().count()), "{name}");
    }
}
