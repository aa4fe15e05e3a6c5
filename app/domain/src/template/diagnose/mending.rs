//! What mends an error of the syntax, where that is plain, and where a missing parameter goes.

use super::nearest::nearest;
use crate::template::diagnostics::{Diagnostic, Fix, Span};
use crate::template::expression::Cursor;
use crate::template::fault::Fault;
use crate::template::keywords::TAGS;
use crate::template::tree::{self, Item};
use crate::template::{Part, Syntax, Template};

/// Finds the fix of a syntax error.
pub(super) fn fix(template: &Template, error: &Diagnostic) -> Option<Fix> {
    let source = template.source();
    let span = error.span;
    match &error.fault {
        Fault::OutputNotClosed => close(source, span, "}}"),
        Fault::TagNotClosed => close(source, span, "%}"),
        Fault::BlockNotClosed { tag } => {
            let at = end_of_block(template, span, tag);
            Some(Fix::write(Span { start: at, end: at }, &["{% end", tag, " %}"].concat()))
        }
        Fault::UnknownTag { tag } => {
            let mut names = Vec::with_capacity(TAGS.len());
            names.extend(TAGS.iter().map(|row| row.0));
            let right = nearest(tag, &names, 2)?;
            let start = span.start + span.text(source).find(tag.as_str())? as u32;
            Some(Fix {
                label: ["write {% ", right, " %}"].concat(),
                span: Span { start, end: start + tag.len() as u32 },
                text: right.to_owned(),
            })
        }
        Fault::TagNotAvailable { .. } => Some(Fix { label: "remove it".to_owned(), span, text: String::new() }),
        Fault::NotExpected { text } if text == "=" => Some(Fix::write(span, "==")),
        _ => None,
    }
}

/// Closes an output or a tag behind what can be read of it.
fn close(source: &str, span: Span, sign: &str) -> Option<Fix> {
    let mut cursor = Cursor::new(source, Span { start: span.start + 2, end: span.end });
    cursor.take("-");
    let mut end = span.start + span.text(source).trim_end_matches(['%', '}']).trim_end().len() as u32;
    if sign == "}}" {
        end = cursor.chain().ok()?.span.end;
    } else {
        let name = cursor.name().ok()?;
        match name.text(source) {
            "if" | "unless" | "elsif" | "case" => end = cursor.chain().ok()?.span.end,
            "else" | "break" | "continue" | "comment" | "raw" => end = name.end,
            name_of_end if name_of_end.starts_with("end") => end = name.end,
            _ => {}
        }
    }
    // A sign that is cut short or of the other kind makes way for the right one.
    let rest = Span { start: end, end: span.end }.text(source);
    let after = rest.trim_start();
    let signs = after.bytes().take(2).take_while(|byte| matches!(byte, b'%' | b'}')).count();
    let swallowed = if signs > 0 { rest.len() - after.len() + signs } else { 0 };
    Some(Fix {
        label: ["close it with ", sign].concat(),
        span: Span { start: end, end: end + swallowed as u32 },
        text: [" ", sign].concat(),
    })
}

/// Where the end tag of a block belongs that has none: before what ends a block around it, else at the end.
fn end_of_block(template: &Template, opening: Span, tag: &str) -> u32 {
    let mut end = opening.end;
    if tag == "comment" || tag == "raw" {
        return template.source().len() as u32;
    }
    tree::visit(template.tree(), &mut |item| {
        if let Item::Node(node) = item
            && node.span.start == opening.start
        {
            end = end.max(node.span.end);
        }
    });
    end
}

/// Writes the code where it reads well: at the end, but inside the body of HTML.
pub(super) fn insert_code(template: &Template, part: Part, syntax: Syntax) -> Fix {
    let text = match (part, syntax) {
        (Part::Body, _) => "<p>{{ code }}</p>",
        (_, Syntax::Markdown) => "@@code@@",
        (_, Syntax::Liquid) => "{{ code }}",
    };
    insert(template, part, "insert the code", text)
}

/// Writes the link into HTML, for messages that carry one.
pub(super) fn insert_link(template: &Template) -> Fix {
    let text = "{% if send == 'link' %}<p><a href=\"{{ link }}\">{{ link }}</a></p>{% endif %}";
    insert(template, Part::Body, "insert the link", text)
}

fn insert(template: &Template, part: Part, label: &str, text: &str) -> Fix {
    let source = template.source();
    let mut at = source.len();
    let mut text = text.to_owned();
    if part == Part::Body {
        text.push('\n');
        let is_end = |window: &[u8]| window.eq_ignore_ascii_case(b"</body>");
        at = source.as_bytes().windows(7).rposition(is_end).unwrap_or(at);
    } else if !source.is_empty() && !source.ends_with(char::is_whitespace) {
        text.insert(0, ' ');
    }
    Fix { label: label.to_owned(), span: Span::new(at, at), text }
}
