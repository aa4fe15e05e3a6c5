//! Addresses that are not encrypted, and where the link stands.

use super::prose::texts;
use super::{Findings, MAX_FINDINGS, find};
use crate::template::diagnostics::{Fix, Span};
use crate::template::fault::Fault;
use crate::template::{Template, tree};

const PLAIN: &str = "http://";

/// Finds addresses in text and attributes that begin with `http:`.
pub(super) fn check(findings: &mut Findings<'_>) {
    let source = findings.source();
    let mut count = 0;
    texts(findings.template, &mut |mut text| {
        while let Some(found) = find(text.text(source), PLAIN)
            && count < MAX_FINDINGS
        {
            let start = text.start + found as u32;
            text.start = start + PLAIN.len() as u32;
            let rest = text.text(source);
            let is_end = |letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '<' | '>' | ')');
            let end = text.start + rest.find(is_end).unwrap_or(rest.len()) as u32;
            if names_a_language(source, start, rest) {
                continue;
            }
            count += 1;
            let scheme = Span { start, end: start + 4 };
            findings.warning(Span { start, end }, Fault::NotHttps, Some(Fix::write(scheme, "https")));
        }
    });
}

/// Whether an address only says what HTML is written in, and is never opened.
fn names_a_language(source: &str, start: u32, rest: &str) -> bool {
    let before = source.get(..start as usize).unwrap_or_default().trim_end_matches(['"', '\'', '=', ' ']);
    let attribute = before.rsplit([' ', '\n', '<']).next().unwrap_or_default();
    attribute.starts_with("xmlns") || rest.starts_with("www.w3.org/")
}

/// Where the template first writes the link.
pub(super) fn place_of_link(template: &Template) -> Span {
    let mut place = Span::default();
    tree::visit(template.tree(), &mut |item| {
        template.operands(&item, &mut |operand| {
            if place.end == 0 && template.path(operand) == "link" {
                place = operand.span;
            }
        });
    });
    place
}
