//! Whatever is written into a template, the engine holds what it promises.

use proptest::prelude::*;

use super::values;
use crate::template::tree::{Node, NodeKind};
use crate::template::*;

fn spans_are_sound(source: &str, nodes: &[Node]) {
    for node in nodes {
        assert!(is_inside(source, node.span), "{source:?} {node:?}");
        match &node.kind {
            NodeKind::Choice { branches, otherwise } => {
                branches.iter().for_each(|branch| spans_are_sound(source, &branch.body));
                spans_are_sound(source, otherwise);
            }
            NodeKind::Loop(inner) => spans_are_sound(source, &inner.body),
            NodeKind::Capture { body, .. } => spans_are_sound(source, body),
            _ => {}
        }
    }
}

/// Sources made of what templates are made of, in any order.
fn sources() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("{{ "),
        Just(" }}"),
        Just("{% "),
        Just(" %}"),
        Just("-"),
        Just("@@"),
        Just("code"),
        Just("{{ code }}"),
        Just("{% if code %}"),
        Just("{% else %}"),
        Just("{% endif %}"),
        Just("{% for i in (1..3) %}"),
        Just("{% endfor %}"),
        Just("{% raw %}"),
        Just("{% endraw %}"),
        Just("{% capture x %}"),
        Just("{% endcapture %}"),
        Just("{% case send %}"),
        Just("{% when 'link' %}"),
        Just("{% endcase %}"),
        Just("{% assign x = "),
        Just("{% cycle 'a', code %}"),
        Just("{% break %}"),
        Just("{% tablerow i in x cols:2 %}"),
        Just("{% endtablerow %}"),
        Just("{% increment x %}"),
        Just("{% comment %}"),
        Just("{% endcomment %}"),
        Just(" | "),
        Just("split: ''"),
        Just("'"),
        Just("\""),
        Just("x"),
        Just("["),
        Just("]"),
        Just("("),
        Just(".."),
        Just(")"),
        Just("."),
        Just("1"),
        Just("-2.5"),
        Just(" and "),
        Just(" == "),
        Just(" contains "),
        Just("http://"),
        Just("<b "),
        Just("<"),
        Just(">"),
        Just("3 minutes"),
        Just("one hour"),
        Just("{% iff x %}"),
        Just("{% include 'a' %}"),
        Just("{% if request_language contains 'fr' %}"),
        Just("{{ cod }}"),
        Just("@@tenant@@"),
        Just("{{ code | upcas }}"),
        Just("”"),
        Just("é"),
        Just("😀"),
        Just("\n"),
        Just(" "),
        Just("\\"),
        Just("not "),
        Just("date: '%Y'"),
        Just("slice: -2, 3"),
        Just("sort"),
        Just("truncatewords"),
        Just(","),
        Just(":"),
    ];
    proptest::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

/// One output with any filter, argument and input.
fn outputs() -> impl Strategy<Value = String> {
    let value = || {
        prop_oneof![
            Just("code".to_owned()),
            Just("nope".to_owned()),
            Just("(1..5)".to_owned()),
            Just("application.client_metadata".to_owned()),
            Just("'a, é😀 b'".to_owned()),
            Just("''".to_owned()),
            Just("1e400".to_owned()),
            Just("empty".to_owned()),
            Just("true".to_owned()),
            Just("'%9999Y%'".to_owned()),
            any::<i64>().prop_map(|number| number.to_string()),
            (-1e9..1e9f64).prop_map(|number| number.to_string()),
            "'[^'\\\\{}%]{0,8}'",
        ]
    };
    let filter = (0..FILTERS.len(), proptest::collection::vec(value(), 0..3));
    (value(), proptest::collection::vec(filter, 0..5)).prop_map(|(input, filters)| {
        let mut source = "{{ ".to_owned() + &input;
        for (index, arguments) in filters {
            source += " | ";
            source += FILTERS[index].0;
            if !arguments.is_empty() {
                source += ": ";
                source += &arguments.join(", ");
            }
        }
        source + " }}"
    })
}

fn is_inside(source: &str, span: Span) -> bool {
    span.start <= span.end && source.get(span.start as usize..span.end as usize).is_some()
}

fn findings_are_sound(source: &str, part: Part, syntax: Syntax) {
    let about = About { part, syntax, otp_expiry: 600, otp_length: 8 };
    let found = diagnose(source, about);
    assert!(found.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start), "{source:?} {found:?}");
    for one in found {
        assert!(is_inside(source, one.span), "{source:?} {one:?}");
        assert!(one.fault.to_string().ends_with('.'), "{one:?}");
        if let Some(fix) = one.fix {
            assert!(is_inside(source, fix.span), "{source:?} {fix:?}");
            assert_ne!(fix.apply(source), source, "{fix:?}");
        }
    }
}

fn assists_are_sound(source: &str, syntax: Syntax) {
    let mut end = 0;
    for (span, _) in marks(source, syntax) {
        assert!(is_inside(source, span) && end <= span.start && span.start < span.end, "{source:?} {span:?}");
        end = span.end;
    }
    for part in [Part::Message, Part::Body] {
        let about = About { part, syntax, otp_expiry: 180, otp_length: 6 };
        for caret in 0..=source.len() as u32 + 1 {
            if let Some(found) = completions(source, caret, about) {
                assert!(is_inside(source, found.span), "{source:?} {caret} {found:?}");
                assert!(found.span.start <= caret && caret <= found.span.end && !found.items.is_empty());
            }
        }
    }
}

fn nothing_breaks(source: &str) {
    for syntax in [Syntax::Markdown, Syntax::Liquid] {
        let template = Template::parse(source, syntax);
        spans_are_sound(source, template.tree());
        for error in template.errors() {
            assert!(is_inside(source, error.span), "{source:?} {error:?}");
        }
        for part in [Part::Message, Part::Subject, Part::Body] {
            template.preview(part, &values());
            if let Ok(text) = template.render(part, &values()) {
                assert!(!macros::left_over(&text, &|_| false), "{source:?} {text:?}");
                let pieces = template.preview(part, &values());
                assert_eq!(pieces.into_iter().map(|piece| piece.text).collect::<String>(), text);
            }
        }
        template.languages();
        template.mentions("code");
        findings_are_sound(source, Part::Message, syntax);
        assists_are_sound(source, syntax);
    }
    for part in [Part::From, Part::Subject, Part::Body] {
        findings_are_sound(source, part, Syntax::Liquid);
    }
    plain_text(source);
    convert(source, Syntax::Liquid, Syntax::Markdown);
    convert(source, Syntax::Markdown, Syntax::Liquid);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_template_breaks_the_engine(source in sources()) {
        nothing_breaks(&source);
    }

    #[test]
    fn no_filter_breaks_the_engine(source in outputs()) {
        let template = Template::parse(&source, Syntax::Liquid);
        for part in [Part::Message, Part::Body] {
            let _ = template.render(part, &values());
            template.preview(part, &values());
        }
    }

    #[test]
    fn no_text_breaks_the_engine(source: String) {
        nothing_breaks(&source);
    }
}
