//! What the pages of both kinds of message are made of.

use domain::template::{Diagnostic, Piece, PieceKind, Severity, Span};

use crate::refusal::escape;

/// More characters than this are not named one by one.
const MAX_NAMED: usize = 12;

/// The list `Problems`, over all fields of a message.
pub fn problems(found: &[(&str, Vec<Diagnostic>)]) -> String {
    let items: Vec<String> =
        found.iter().flat_map(|(field, findings)| findings.iter().map(|finding| item(field, finding))).collect();
    let list = if items.is_empty() {
        line("No problems found")
    } else {
        ["<ul class=\"dc-list\" aria-label=\"Problems\">", &items.concat(), "</ul>"].concat()
    };
    title("h2", "Problems") + &list
}

fn item(field: &str, finding: &Diagnostic) -> String {
    let severity = match finding.severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
    };
    let field = if field.is_empty() { String::new() } else { [field, ": "].concat() };
    let place = if finding.span == Span::default() {
        "Whole text".to_owned()
    } else {
        format!("Line {}, column {}", finding.line, finding.column)
    };
    format!("<li><b>{severity}</b> {field}{place}: {}</li>", escape(&finding.fault.to_string()))
}

/// Names the characters that make a message dear, each once.
pub fn characters(why: &str, found: &[(usize, &str)]) -> String {
    let mut named: Vec<&str> = Vec::new();
    for (_, character) in found {
        if named.len() > MAX_NAMED {
            break;
        }
        if !named.contains(character) {
            named.push(character);
        }
    }
    if named.is_empty() {
        return String::new();
    }
    let more = if named.len() > MAX_NAMED { " …" } else { "" };
    named.truncate(MAX_NAMED);
    format!("<p class=\"dc-line\">{why}<code>{}</code>{more}</p>", escape(&named.join(" ")))
}

/// What was rendered as it is sent; holes stay as they are written.
pub fn text_of(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

/// What was rendered as text on a page, with the code and the holes marked.
pub fn marked(pieces: &[Piece]) -> String {
    let piece = |piece: &Piece| {
        let text = escape(&piece.text);
        match piece.kind {
            PieceKind::Code => ["<b>", &text, "</b>"].concat(),
            PieceKind::Hole => ["<mark>", &text, "</mark>"].concat(),
            PieceKind::Text | PieceKind::Value => text,
        }
    };
    pieces.iter().map(piece).collect()
}

/// A heading.
pub fn title(element: &str, words: &str) -> String {
    format!("<{element} class=\"dc-title\">{words}</{element}>")
}

/// A line of its own; the words are HTML.
pub fn line(words: &str) -> String {
    format!("<p class=\"dc-line\">{words}</p>")
}
