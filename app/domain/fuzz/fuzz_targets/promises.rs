//! What the engine of templates promises for whatever is written: no panic, bounds, ranges within the source, no marker left.

use domain::segments;
use domain::template::tree::{Node, NodeKind};
use domain::template::{self, About, Diagnostic, Part, Span, Syntax, Template, Values};

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
            let about = About { part, syntax, otp_expiry: 180, otp_length: 6 };
            findings_are_sound(&source, &template::diagnose(&source, about));
            completes(&source, about);
        }
        let marks = template::marks(&source, syntax);
        marks.iter().for_each(|(span, _)| is_sound(&source, *span));
        assert!(marks.is_sorted_by(|(a, _), (b, _)| a.end <= b.start), "marks overlap");
        template::at_most(&template, &Values::sample(false), 40, &["Ящик".to_owned()]);
    }
    for (from, to) in [(Syntax::Markdown, Syntax::Liquid), (Syntax::Liquid, Syntax::Markdown)] {
        template::convert(&source, from, to);
    }
    template::plain_text(&source);
    counts(&source);
}

fn completes(source: &str, about: About) {
    // Some carets are enough, also such as lie within a character.
    for caret in (0..=source.len()).step_by(source.len() / 16 + 1) {
        if let Some(found) = template::completions(source, caret as u32, about) {
            is_sound(source, found.span);
            assert!(!found.items.is_empty(), "a list without choices");
        }
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
        assert!(finding.fault.to_string().ends_with('.'), "{:?} has no sentence", finding.fault);
        if let Some(fix) = &finding.fix {
            is_sound(source, fix.span);
        }
    }
}

fn is_sound(source: &str, span: Span) {
    assert!(source.get(span.start as usize..span.end as usize).is_some(), "{span:?} is no range of the source");
}
