//! The engine as a whole: what comes out, what is refused, and that no input breaks it.

use std::time::{Duration, Instant};

use super::*;
use crate::connection::Method;

mod properties;

fn values() -> Values {
    Values {
        code: "123456".to_owned(),
        link: "https://x.example/?a=1&b=2".to_owned(),
        phone_number: "+15555550123".to_owned(),
        email: "jo@example.com".to_owned(),
        application_name: "A & B".to_owned(),
        client_id: "abc".to_owned(),
        client_metadata: vec![("color".to_owned(), "blue".to_owned())],
        request_language: "fr-FR,fr;q=0.9".to_owned(),
        send: Send::Link,
        connection: "email".to_owned(),
        tenant: "acme".to_owned(),
        ..Values::default()
    }
}

fn liquid(source: &str) -> String {
    let template = Template::parse(source, Syntax::Liquid);
    match template.render(Part::Message, &values()) {
        Ok(text) => text,
        Err(error) => panic!("{source}: {error} {:?}", template.errors()),
    }
}

#[test]
fn markdown_replaces_macros_and_nothing_else() {
    for (source, text) in [
        ("Code: @@password@@", "Code: 123456"),
        ("@@ code @@@@tenant@@", "123456acme"),
        ("@@application.client_metadata.color@@", "blue"),
        ("@@connection@@ @@connection.name@@ @@user.email@@", "email email jo@example.com"),
        ("a@@nope@@b", "ab"),
        ("me@@example and {{ x }} *bold*", "me@@example and {{ x }} *bold*"),
    ] {
        let template = Template::parse(source, Syntax::Markdown);
        assert_eq!(template.render(Part::Message, &values()).as_deref(), Ok(text), "{source}");
    }
}

#[test]
fn outputs_and_filters_are_rendered() {
    for (source, text) in [
        ("{{ code }}/{{ password }}/@@code@@", "123456/123456/123456"),
        ("{{ nope }}{{ nope.x.y }}{{ operation }}{{ application }}", ""),
        ("{{ application['name'] }} {{ application.clientID }}", "A & B abc"),
        ("{{ 'a\\n\\u0041\\101' }}", "a\nAA"),
        ("{{ 1.50 }} {{ -3 }} {{ true }} {{ nil }}", "1.5 -3 true "),
        ("{{ (1..3) }} {{ (1..3) | join: '-' }} {{ (1..9).size }}", "123 1-2-3 9"),
        ("{{ -5 | abs }} {{ 4 | at_least: 5 }} {{ 4 | at_most: 3 }}", "5 5 3"),
        ("{{ 1.2 | ceil }} {{ 1.8 | floor }} {{ 1.005 | round: 2 }}", "2 1 1.01"),
        ("{{ 10 | divided_by: 4 }} {{ 5 | minus: 2 }} {{ -1 | modulo: 3 }}", "2.5 3 2"),
        ("{{ 0.1 | plus: 0.2 }} {{ 3 | times: '4' }}", "0.30000000000000004 12"),
        ("{{ 'b' | append: 'c' | prepend: 'a' }} {{ 'hELLO' | capitalize }}", "abc Hello"),
        ("{{ 'ABCÉ' | downcase }} {{ 'abcß' | upcase }}", "abcé ABCSS"),
        ("{{ '<\"&amp;' | escape }} {{ '&lt; &' | escape_once }}", "&lt;&#34;&amp;amp; &lt; &amp;"),
        ("{{ ' a ' | lstrip }}|{{ ' a ' | rstrip }}|{{ ' a ' | strip }}", "a | a|a"),
        ("{{ \"a\\nb\" | newline_to_br }} {{ \"a\\r\\nb\" | strip_newlines }}", "a<br />\nb ab"),
        ("{{ 'abab' | remove: 'a' }} {{ 'abab' | remove_first: 'a' }}", "bb bab"),
        ("{{ 'abab' | replace: 'a', 'x' }} {{ 'abab' | replace_first: 'a', 'x' }}", "xbxb xbab"),
        ("{{ 'a,b,,' | split: ',' | join: '|' }} {{ 'a,b' | split: ',' | reverse }}", "a|b ba"),
        ("{{ '<p>a<style>t</style> < b' | strip_html }}", "a < b"),
        ("{{ 'abcdef' | truncate: 5 }} {{ 'one two three' | truncatewords: 2 }}", "ab... one two..."),
        ("{{ 'a b&é' | url_encode }} {{ 'a+b%26' | url_decode }}", "a+b%26%C3%A9 a b&"),
        ("{{ 'a,b' | split: ',' | first }}{{ 'a,b' | split: ',' | last }}", "ab"),
        ("{{ 'b,a,C' | split: ',' | sort }} {{ 'b,a,C' | split: ',' | sort_natural }}", "Cab abC"),
        ("{{ 'abc' | size }} {{ '😀' | size }} {{ 5 | size }}", "3 2 0"),
        ("{{ 'hello' | slice: 1, 3 }} {{ 'hello' | slice: -3, 2 }}", "ell ll"),
        ("{{ nope | default: 'd' }} {{ false | default: 'd', allow_false: true }}", "d false"),
        (
            "{% assign p = application.client_metadata %}{% for m in p %}{{ m | first }}{{ m[1] }}{% endfor %}",
            "colorblue",
        ),
        ("{{ 'x' | nosuch: 1 | upcase }}", "X"),
        ("{{ '2024-02-29T13:05:09Z' | date: '%A %-d %b %Y %H:%M' }}", "Thursday 29 Feb 2024 13:05"),
        ("{{ 0 | date: '%F' }} {{ '0' | date: '%Y' }} {{ 'now' | date: '%Y' }}", "%F 1970 "),
        ("{{ 'never' | date: '%Y' }}", "never"),
    ] {
        assert_eq!(liquid(source), text, "{source}");
    }
}

#[test]
fn conditions_are_evaluated_as_in_liquidjs() {
    for (condition, holds) in [
        ("code", true),
        ("operation", false),
        ("''", true),
        ("0", true),
        ("send == 'link'", true),
        ("1 == '1'", false),
        ("'10' > 9", true),
        ("request_language contains 'fr-FR'", true),
        ("nope contains 'a'", false),
        ("(1..1000000000) contains 77", true),
        ("true or false and false", true),
        ("false and false or true", false),
        ("not nope", true),
        ("not 1 == 2", true),
        ("'' == empty and '  ' == blank", true),
        ("nope == nil and nope == blank", true),
        ("empty == empty", false),
        ("nope > 1 or nope < 1", false),
    ] {
        let source = ["{% if ", condition, " %}yes{% else %}no{% endif %}"].concat();
        assert_eq!(liquid(&source), if holds { "yes" } else { "no" }, "{condition}");
    }
}

#[test]
fn tags_are_rendered() {
    for (source, text) in [
        ("{% unless true %}a{% elsif 1 == 1 %}b{% endunless %}", "b"),
        ("{% case send %}{% when 'code' %}c{% when 'x', 'link' %}l{% else %}e{% endcase %}", "l"),
        ("{% case 1 %}{% when 1 or 2 %}a{% when 1 %}b{% else %}c{% endcase %}", "ab"),
        ("{% for i in (1..6) limit: 2 offset: 1 reversed %}{{ i }}{% endfor %}", "32"),
        ("{% for i in nope %}x{% else %}none{% endfor %}", "none"),
        ("{% for i in (1..1000000000) %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "12"),
        ("{% for i in (1..4) %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %}", "134"),
        (
            "{% for i in (1..4) limit: 2 %}{{ i }}{% endfor %}{% for i in (1..4) offset: continue %}{{ i }}{% endfor %}",
            "1234",
        ),
        (
            "{% for i in (1..2) %}{{ forloop.index }}{{ forloop.rindex0 }}{{ forloop.last }} {% endfor %}",
            "11false 20true ",
        ),
        (
            "{% tablerow i in (1..3) cols: 2 %}{{ i }}{% endtablerow %}",
            "<tr class=\"row1\"><td class=\"col1\">1</td><td class=\"col2\">2</td></tr><tr class=\"row2\"><td class=\"col1\">3</td></tr>",
        ),
        ("{% cycle 'a', 'b' %}{% cycle 'a', 'b' %}{% cycle 'g': 'a', 'b' %}", "aba"),
        ("{% increment x %}{% increment x %}{% decrement y %}{{ x }}", "01-12"),
        ("{% assign a = code | slice: 0, 3 %}{{ a }}", "123"),
        ("{% capture c %}<{{ code }}>{% endcapture %}{{ c }}", "<123456>"),
        ("{% comment %}{{ x }}{% if %}{% endcomment %}a", "a"),
        ("{% raw %}{{ x }}{% if %}{% endraw %}", "{{ x }}{% if %}"),
        ("a {%- if true -%} b {%- endif %} c {{- 'd' -}} e", "ab cde"),
    ] {
        assert_eq!(liquid(source), text, "{source}");
    }
}

#[test]
fn values_are_escaped_in_html_only() {
    for (source, text) in [
        ("{{ application.name }}", "A &amp; B"),
        ("@@code@@ <b>{{ code }}</b>", "123456 <b>123456</b>"),
        ("<a href=\"{{ link }}\">", "<a href=\"https://x.example/?a=1&amp;b=2\">"),
        ("{{ application.name | escape }}", "A &amp; B"),
        ("{{ application.name | escape_once | upcase }}", "A &AMP; B"),
        ("{{ application.name | newline_to_br }}", "A & B"),
        ("{% assign n = application.name | escape %}{{ n }}", "A &amp; B"),
        ("{% capture c %}<i>{{ application.name }}</i>{% endcapture %}{{ c }}", "<i>A &amp; B</i>"),
        ("{% cycle application.name %}", "A &amp; B"),
    ] {
        let template = Template::parse(source, Syntax::Liquid);
        assert_eq!(template.render(Part::Body, &values()).as_deref(), Ok(text), "{source}");
    }
    let subject = Template::parse("{{ application.name }}", Syntax::Liquid);
    assert_eq!(subject.render(Part::Subject, &values()).as_deref(), Ok("A & B"));
}

#[test]
fn each_syntax_error_has_its_place_and_words() {
    let named = |tag: &str| tag.to_owned();
    for (source, place, fault) in [
        ("a {{ code", "{{ code", Fault::OutputNotClosed),
        ("{{ code {{ code }}", "{{ code ", Fault::OutputNotClosed),
        ("{% if code\n{% endif %}", "{% if code", Fault::TagNotClosed),
        ("{{ 'a }}", "'a ", Fault::QuoteNotClosed),
        ("{{ a[1 }}", "", Fault::BracketNotClosed),
        ("{{ (1) }}", "(1", Fault::NotARange),
        ("x{% if code %}y", "{% if code %}", Fault::BlockNotClosed { tag: named("if") }),
        ("{% for i in x %}{% if a %}{% endfor %}", "{% if a %}", Fault::BlockNotClosed { tag: named("if") }),
        ("{% raw %}x", "{% raw %}", Fault::BlockNotClosed { tag: named("raw") }),
        ("{% comment %}x", "{% comment %}", Fault::BlockNotClosed { tag: named("comment") }),
        ("{% endif %}", "{% endif %}", Fault::TagOutOfPlace { tag: named("endif") }),
        ("{% if a %}{% else %}{% elsif b %}{% endif %}", "{% elsif b %}", Fault::TagOutOfPlace { tag: named("elsif") }),
        ("{% iff a %}", "{% iff a %}", Fault::UnknownTag { tag: named("iff") }),
        ("{% include 'a' %}", "{% include 'a' %}", Fault::TagNotAvailable { tag: named("include") }),
        ("{{ }}", "{{ }}", Fault::ValueExpected),
        ("{% if %}{% endif %}", "", Fault::ValueExpected),
        ("{{ a. }}", "", Fault::NameExpected),
        ("{% assign a b %}", "b", Fault::EqualsExpected),
        ("{% for a of b %}{% endfor %}", "o", Fault::InExpected),
        ("{{ a | | b }}", "|", Fault::FilterNameExpected),
        ("{% if send = 'link' %}{% endif %}", "=", Fault::NotExpected { text: named("=") }),
        ("{{ a b }}", "b", Fault::NotExpected { text: named("b") }),
        ("{% for i in a max: 3 %}{% endfor %}", "", Fault::NotExpected { text: named("max") }),
    ] {
        let template = Template::parse(source, Syntax::Liquid);
        let first = template.errors().first().expect(source);
        assert_eq!((first.span.text(source), &first.fault), (place, &fault), "{source}");
        assert_eq!(template.errors().len(), 1, "{source}: {:?}", template.errors());
        assert_eq!(template.render(Part::Message, &values()), Err(RenderError::Faulty));
        assert!(fault.to_string().ends_with('.'), "{fault}");
    }
}

#[test]
fn a_preview_shows_what_it_can_and_marks_the_rest() {
    let pieces = |source: &str, part| {
        let template = Template::parse(source, Syntax::Liquid);
        let pieces = template.preview(part, &values());
        pieces.into_iter().map(|piece| (piece.text, piece.kind)).collect::<Vec<_>>()
    };
    let piece = |text: &str, kind| (text.to_owned(), kind);
    assert_eq!(
        pieces("Hi {{ code }} {{ tenant }} {{ | }} {% if x %}no{% else %}yes", Part::Message),
        [
            piece("Hi ", PieceKind::Text),
            piece("123456", PieceKind::Code),
            piece(" ", PieceKind::Text),
            piece("acme", PieceKind::Value),
            piece(" ", PieceKind::Text),
            piece("{{ | }}", PieceKind::Hole),
            piece(" yes", PieceKind::Text),
        ]
    );
    let endless = pieces("a{% for i in (1..100000) %}{% endfor %}b", Part::Message);
    assert_eq!(endless, [piece("a", PieceKind::Text), piece("…", PieceKind::Hole)]);
}

#[test]
fn bounds_are_kept_and_reached_quickly() {
    let source = |begin: &str, middle: &str, count: usize, end: &str| begin.to_owned() + &middle.repeat(count) + end;
    let nested = |count| source("", "{% if code %}", count, "") + &source("", "{% endif %}", count, "");
    let doubling = source("{% assign x = 'aaaaaaaa' %}", "{% assign x = x | append: x %}", 30, "{{ x }}");
    let deep = source("{{ a", "[a", 3000, "") + &source("", "]", 3000, " }}");
    for (source, error) in [
        ("{% for i in (1..1000000000) %}{% endfor %}".to_owned(), Some(RenderError::TooManyIterations)),
        ("{{ (1..1000000000) | join: ',' }}".to_owned(), Some(RenderError::TooManyIterations)),
        ("{{ (1..20000) | reverse }}".to_owned(), Some(RenderError::TooManyIterations)),
        ("{% for i in (1..10000) %}{{ i }} {% endfor %}".to_owned(), None),
        (
            "{% for i in (1..10000) %}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{% endfor %}".to_owned(),
            Some(RenderError::OutputTooLong),
        ),
        (doubling, Some(RenderError::OutputTooLong)),
        ("a".repeat(64 * 1024), None),
        ("a".repeat(64 * 1024 + 1), Some(RenderError::Faulty)),
        (nested(50), None),
        (nested(51), Some(RenderError::Faulty)),
        (nested(3000), Some(RenderError::Faulty)),
        (deep, Some(RenderError::Faulty)),
        (source("{{ a", " and a", 10_000, " }}"), None),
        (source("", "{{ 'x", 10_000, ""), Some(RenderError::Faulty)),
        (source("", "{% raw %}", 7000, ""), Some(RenderError::Faulty)),
        (source("", "{% comment %}", 5000, ""), Some(RenderError::Faulty)),
        (source("", "{% assign a='", 5000, ""), Some(RenderError::Faulty)),
        (source("{% raw %}", "{{code|", 9000, "{% endraw %}"), None),
        (
            source(
                "{% assign t = '",
                "a",
                60_000,
                "' %}{% for i in (1..9999) %}{% if t contains 'ab' %}{% endif %}{% endfor %}",
            ),
            Some(RenderError::TooMuchWork),
        ),
        (
            source("{% assign t = '", "a", 60_000, "' %}{% for i in (1..9999) %}{% assign u = t.size %}{% endfor %}"),
            Some(RenderError::TooMuchWork),
        ),
        (
            source("{% assign t = '", "a", 30_000, "' %}{% for i in (1..9999) %}{% cycle t: 1 %}{% endfor %}"),
            Some(RenderError::TooMuchWork),
        ),
        (source("", "{% assign a = 1 %}", 3000, ""), None),
    ] {
        let begin = Instant::now();
        let template = Template::parse(&source, Syntax::Liquid);
        let result = template.render(Part::Message, &values());
        let short: String = source.chars().take(60).collect();
        assert_eq!(result.err(), error, "{short}");
        template.preview(Part::Body, &values());
        diagnose(&source, About { part: Part::Body, syntax: Syntax::Liquid, otp_expiry: 180, otp_length: 6 });
        assert!(begin.elapsed() < Duration::from_secs(20), "{short}: {:?}", begin.elapsed());
    }
}

#[test]
fn a_marker_that_was_not_replaced_is_never_sent() {
    for source in [
        "{% raw %}{{ code }}{% endraw %}",
        "{% raw %}@@password@@{% endraw %}",
        "{{ '@@code@@' }}",
        "{{ '{{ code' }} }}",
        "@{{ '@' }}code@@",
        "{% capture x %}{% raw %}{{ code | upcase }}{% endraw %}{% endcapture %}{{ x }}",
    ] {
        let template = Template::parse(source, Syntax::Liquid);
        assert_eq!(template.render(Part::Message, &values()), Err(RenderError::MarkerLeft), "{source}");
    }
    let markdown = Template::parse("{{ code }}", Syntax::Markdown);
    assert_eq!(markdown.render(Part::Message, &values()), Err(RenderError::MarkerLeft));
}

#[test]
fn a_value_that_looks_like_a_marker_is_sent_as_it_is() {
    for name in ["@@code@@", "{{ code }}", "A & B", "Acme, Inc."] {
        let values = Values { application_name: name.to_owned(), ..values() };
        for (source, syntax) in [
            ("@@application.name@@: @@code@@", Syntax::Markdown),
            ("{{ application.name }}: {{ code }}", Syntax::Liquid),
        ] {
            let text = Template::parse(source, syntax).render(Part::Message, &values);
            assert_eq!(text, Ok(name.to_owned() + ": 123456"));
        }
    }
}

#[test]
fn a_header_has_one_line() {
    let values = Values { application_name: "a\r\nBcc: b".to_owned(), ..values() };
    let template = Template::parse("{{ application.name }}", Syntax::Liquid);
    for part in [Part::From, Part::Subject] {
        assert_eq!(template.render(part, &values), Err(RenderError::LineBreak));
    }
}

#[test]
fn a_template_knows_what_it_mentions() {
    for (source, name, mentioned) in [
        ("@@ code @@", "code", true),
        ("{{ application['name'] }}", "application.name", true),
        ("{{ application.name }}", "application", true),
        ("{{ application.client_metadata.a }}", "application.client_metadata.*", true),
        ("{% for i in (1..code.size) %}{% endfor %}", "code", true),
        ("{{ 'a' | append: link }}", "link", true),
        ("{% case send %}{% when operation %}{% endcase %}", "operation", true),
        ("{{ user.email }}", "email", false),
        ("{% raw %}{{ code }}{% endraw %}", "code", false),
        ("{{ codes }}", "code", false),
    ] {
        let template = Template::parse(source, Syntax::Liquid);
        assert_eq!(template.mentions(name), mentioned, "{source} {name}");
    }
    assert!(Template::parse("@@tenant@@", Syntax::Markdown).mentions("tenant"));
}

#[test]
fn a_template_knows_its_languages() {
    for (source, languages) in [
        (
            "{% if request_language contains 'fr-FR' %}{% elsif request_language == 'nl' and send == 'link' %}{% endif %}",
            vec!["fr-FR", "nl"],
        ),
        (
            "{% assign l = request_language | slice: 0, 2 | downcase %}{% case l %}{% when 'de', 'at' %}{% when 'fr' %}{% endcase %}",
            vec!["de", "at", "fr"],
        ),
        (
            "{% capture l %}{{ request_language | slice: 0, 2 }}{% endcapture %}{% if l == 'es' %}{% endif %}",
            vec!["es"],
        ),
        ("{% if send == 'link' %}{% endif %}{{ request_language }}", vec![]),
    ] {
        assert_eq!(Template::parse(source, Syntax::Liquid).languages(), languages, "{source}");
    }
}

#[test]
fn the_default_email_reads_well_as_plain_text() {
    let mut values = Values::sample(true);
    values.application_name = "Acme, Inc.".to_owned();
    let template = Template::parse(DEFAULT_BODY, Syntax::Liquid);
    let code = plain_text(&template.render(Part::Body, &values).expect("it renders"));
    assert_eq!(
        code,
        "Acme, Inc.\n\nYour sign-in code\n\nEnter it in Acme, Inc. to sign in. It works once and expires in 3 minutes.\n\n123456\n\nIf you did not ask for this, somebody probably typed your address by mistake: you can ignore this message. Share it with nobody. Without it nobody can sign in as you. Questions: support@example.com"
    );
    values.send = Send::Link;
    values.link = "https://sign-in.example/?a=1&b=2".to_owned();
    let link = plain_text(&template.render(Part::Body, &values).expect("it renders"));
    assert!(link.contains("Sign in (https://sign-in.example/?a=1&b=2)"), "{link}");
    assert!(DEFAULT_BODY.len() < 8 * 1024);
    assert!(DEFAULT_MESSAGE.is_ascii() && DEFAULT_MESSAGE.len() < 130);
}

#[test]
fn the_palette_names_parameters_that_exist() {
    let mut values = values();
    values.operation = "change_email".to_owned();
    values.friendly_name = "Acme".to_owned();
    values.support_email = "a@b.example".to_owned();
    values.support_url = "https://b.example".to_owned();
    for method in Method::ALL {
        for parameter in parameters(method) {
            let name = parameter.name.replace('*', "color");
            let template = Template::parse(&format!("@@{name}@@"), Syntax::Markdown);
            let text = template.render(Part::Message, &values).expect("it renders");
            assert!(!text.is_empty(), "{name}");
            let converted = convert(template.source(), Syntax::Markdown, Syntax::Liquid);
            assert_eq!(liquid_with(&converted, &values), text);
        }
    }
}

fn liquid_with(source: &str, values: &Values) -> String {
    Template::parse(source, Syntax::Liquid).render(Part::Message, values).expect("it renders")
}
