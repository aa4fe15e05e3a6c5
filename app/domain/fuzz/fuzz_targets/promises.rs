//! What the engine of templates promises for whatever is written: no panic, bounds, ranges within the source, no marker left.

use domain::segments;
use domain::template::tree::{Node, NodeKind};
use domain::template::{self, Diagnostic, Part, Span, Syntax, Template, Values};

const MAX_OUTPUT: usize = 256 * 1024;

/// Panics if a promise is broken.
pub fn hold(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    for syntax in [Syntax::Markdown, Syntax::Liquid] {
        let template = Template::parse(&source, syntax);
        nodes_are_sound(&source, template.tree());
        findings_are_sound(&source, template.errors());
        for part in [Part::Message, Part::From, Part::Subject, Part::Body] {
            renders(&template, part);
            findings_are_sound(&source, &diagnose(&source, syntax, part));
        }
        template::at_most(&template, &Values::sample(false), 40, &["Ящик".to_owned()]);
    }
    for (from, to) in [(Syntax::Markdown, Syntax::Liquid), (Syntax::Liquid, Syntax::Markdown)] {
        template::convert(&source, from, to);
    }
    template::plain_text(&source);
    counts(&source);
}

fn diagnose(source: &str, syntax: Syntax, part: Part) -> Vec<Diagnostic> {
    match part {
        Part::Message => template::check_message(source, syntax),
        Part::From => template::check_from_name(source),
        Part::Subject => template::check_subject(source),
        Part::Body => template::check_body(source),
    }
}

fn renders(template: &Template, part: Part) {
    let values = Values::sample(part != Part::Message);
    let pieces = template.preview(part, &values);
    if let Ok(text) = template.render(part, &values) {
        assert!(text.len() <= MAX_OUTPUT, "too long");
        for marker in ["@@code@@", "@@password@@", "{{ code }}", "{{password}}"] {
            assert!(!text.contains(marker), "{marker} is left");
        }
        let shown: String = pieces.into_iter().map(|piece| piece.text).collect();
        assert_eq!(shown, text, "the preview shows something else");
    }
}

fn counts(text: &str) {
    let count = segments::count(text);
    let foreign = segments::foreign(text);
    assert_eq!(count.encoding == segments::Encoding::Gsm7, foreign.is_empty());
    assert!(count.segments >= 1 && count.characters <= count.units);
    for (at, part) in foreign.into_iter().chain(segments::extended(text)) {
        assert!(text.get(at..).is_some_and(|rest| rest.starts_with(part)), "{part:?} is not at {at}");
    }
}

fn nodes_are_sound(source: &str, nodes: &[Node]) {
    for node in nodes {
        is_sound(source, node.span);
        match &node.kind {
            NodeKind::Choice { branches, otherwise } => {
                branches.iter().for_each(|branch| nodes_are_sound(source, &branch.body));
                nodes_are_sound(source, otherwise);
            }
            NodeKind::Loop(inner) => nodes_are_sound(source, &inner.body),
            NodeKind::Capture { body, .. } => nodes_are_sound(source, body),
            _ => {}
        }
    }
}

fn findings_are_sound(source: &str, findings: &[Diagnostic]) {
    for finding in findings {
        is_sound(source, finding.span);
        assert!(finding.line >= 1 && finding.column >= 1);
    }
}

fn is_sound(source: &str, span: Span) {
    assert!(source.get(span.start as usize..span.end as usize).is_some(), "{span:?} is no range of the source");
}
