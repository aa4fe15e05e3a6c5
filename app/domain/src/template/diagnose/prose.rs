//! The words of a template itself that its readers see: neither tags of HTML nor what Liquid brings in.

use super::find;
use crate::template::diagnostics::Span;
use crate::template::tree::{self, Item, NodeKind};
use crate::template::{Part, Template};

/// Finds the words, in source order.
pub(super) fn of(template: &Template, part: Part) -> Vec<Span> {
    let source = template.source();
    let mut words = Vec::new();
    // What ends that which is not shown; a tag may go on behind a value.
    let mut until = None;
    texts(template, &mut |text| {
        if part == Part::Body {
            outside_tags(source, text, &mut until, &mut words);
        } else {
            words.push(text);
        }
    });
    words
}

/// Shows every stretch of text that is sent as written.
pub(super) fn texts(template: &Template, see: &mut dyn FnMut(Span)) {
    tree::visit(template.tree(), &mut |item| {
        if let Item::Node(node) = item {
            match node.kind {
                NodeKind::Text => see(node.span),
                NodeKind::Raw { body } => see(body),
                _ => {}
            }
        }
    });
}

fn outside_tags(source: &str, mut text: Span, until: &mut Option<&'static str>, words: &mut Vec<Span>) {
    loop {
        let rest = text.text(source);
        if let Some(sign) = *until {
            let Some(found) = find(rest, sign) else { return };
            *until = None;
            text.start += (found + sign.len()) as u32;
            continue;
        }
        let opens =
            |at: usize| rest.as_bytes().get(at + 1).is_some_and(|b| b.is_ascii_alphabetic() || b"/!".contains(b));
        let open = rest.match_indices('<').map(|(at, _)| at).find(|at| opens(*at)).unwrap_or(rest.len());
        let start = text.start;
        text.start += open as u32;
        if open > 0 {
            words.push(Span { start, end: text.start });
        }
        let tag = text.text(source);
        if tag.is_empty() {
            return;
        }
        let begins = |sign: &str| tag.get(..sign.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(sign));
        *until = Some(if begins("<style") {
            "</style"
        } else if begins("<script") {
            "</script"
        } else if begins("<!--") && !begins("<!--[") {
            "-->"
        } else {
            ">"
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Syntax;

    #[test]
    fn words_are_what_a_reader_sees() {
        for (source, wanted) in [
            ("a <b>c</b> d", "a |c| d"),
            ("a < b <!-- <i>no</i> --> c", "a < b | c"),
            ("<a title=\"{{ link }}\" rel=\"x\">b</a>", "b"),
            ("<STYLE>a { b: 3 min }</style>c", ">c"),
            ("{% if code %}a{% else %}b{% endif %}{% comment %}c{% endcomment %}{% raw %}d{% endraw %}", "a|b|d"),
            ("<!--[if mso]><td>a</td><![endif]-->", "a"),
            ("a <b", "a "),
        ] {
            let template = Template::parse(source, Syntax::Liquid);
            let words: Vec<&str> = of(&template, Part::Body).into_iter().map(|span| span.text(source)).collect();
            assert_eq!(words.join("|"), wanted, "{source}");
        }
    }
}
