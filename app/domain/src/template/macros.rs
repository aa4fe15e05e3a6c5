//! `@@name@@`: finding macros, finding code markers that were left over, and converting parameters.

use super::Syntax;
use super::diagnostics::Span;
use super::lexer::{Token, is_word, tokens};
use super::values::parameters;
use crate::connection::Method;

/// A macro in the source.
#[derive(Clone, Copy)]
pub(super) struct Macro {
    pub span: Span,
    pub name: Span,
}

/// Finds the first macro that lies within a range.
pub(super) fn find(source: &str, range: Span) -> Option<Macro> {
    let text = range.text(source);
    let start = range.start as usize;
    let mut from = 0;
    while let Some(found) = text[from..].find("@@") {
        let open = from + found;
        if let Some((name, end)) = name_after(text, open + 2, "@@") {
            return Some(Macro {
                span: Span::new(start + open, start + end),
                name: Span::new(start + name.0, start + name.1),
            });
        }
        from = open + 1;
    }
    None
}

/// Reads white space, a dotted name, white space and the closing sign.
fn name_after(text: &str, at: usize, close: &str) -> Option<((usize, usize), usize)> {
    let rest = &text[at..];
    let begin = at + (rest.len() - rest.trim_start().len());
    let length = text[begin..].find(|letter| letter != '.' && !is_word(letter)).unwrap_or(text.len() - begin);
    let name = &text[begin..begin + length];
    if name.split('.').any(str::is_empty) {
        return None;
    }
    let after = text[begin + length..].trim_start();
    after.starts_with(close).then(|| ((begin, begin + length), text.len() - after.len() + close.len()))
}

/// Whether a Liquid template may use this name as a macro too.
pub(super) fn is_code(name: &str) -> bool {
    name == "password" || name == "code"
}

/// Finds a marker of the code, in either syntax, that is still in a rendered text.
///
/// What the values themselves contain is no marker: an application may be named `@@code@@`.
pub(super) fn left_over(text: &str, is_value: &dyn Fn(&str) -> bool) -> bool {
    let mut from = 0;
    while let Some(found) = text[from..].find(['@', '{']) {
        let open = from + found;
        from = open + 1;
        let rest = &text[open..];
        let end = if rest.starts_with("@@") {
            name_after(text, open + 2, "@@").filter(|(name, _)| names_code(&text[name.0..name.1]))
        } else if rest.starts_with("{{") {
            output_of_code(text, open + 2)
        } else {
            None
        };
        if let Some((_, end)) = end
            && !is_value(&text[open..end])
        {
            return true;
        }
    }
    false
}

fn names_code(name: &str) -> bool {
    is_code(&name.to_ascii_lowercase())
}

/// Reads `code }}`, also with filters before the end.
fn output_of_code(text: &str, at: usize) -> Option<((usize, usize), usize)> {
    let rest = text[at..].trim_start_matches('-').trim_start();
    let begin = text.len() - rest.len();
    let length = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
    let name = rest[..length].trim_end_matches('-');
    if !names_code(name) {
        return None;
    }
    let after = &rest[length..];
    // Up to the next sign only, so that many open ones cost no more than few.
    let after = &after[..after.find('{').unwrap_or(after.len())];
    let close = after.find("}}")?;
    after.trim_start().starts_with(['|', '}', '-']).then_some(((begin, begin + name.len()), begin + length + close + 2))
}

/// Rewrites the parameters of a template in the other syntax and leaves everything else alone.
pub fn convert(source: &str, from: Syntax, to: Syntax) -> String {
    let mut out = String::with_capacity(source.len());
    let mut done = 0;
    let mut replace = |span: Span, name: &str, marks: (&str, &str)| {
        out.push_str(source.get(done..span.start as usize).unwrap_or_default());
        out.push_str(marks.0);
        out.push_str(name);
        out.push_str(marks.1);
        done = span.end as usize;
    };
    match (from, to) {
        (Syntax::Markdown, Syntax::Liquid) => {
            let mut range = Span::new(0, source.len());
            while let Some(found) = find(source, range) {
                let name = found.name.text(source);
                if is_parameter(name) {
                    replace(found.span, name, ("{{ ", " }}"));
                }
                range.start = found.span.end;
            }
        }
        (Syntax::Liquid, Syntax::Markdown) => {
            for token in tokens(source) {
                if let Token::Output(tag) = token
                    && tag.closed
                    && tag.span.end - tag.arguments.end == 2
                    && tag.arguments.start - tag.span.start == 2
                {
                    let name = tag.arguments.text(source).trim();
                    if is_parameter(name) {
                        replace(tag.span, name, ("@@", "@@"));
                    }
                }
            }
        }
        _ => {}
    }
    out.push_str(source.get(done..).unwrap_or_default());
    out
}

/// Whether either method has a parameter of this name.
pub(super) fn is_parameter(name: &str) -> bool {
    Method::ALL.into_iter().flat_map(parameters).any(|parameter| match parameter.name.strip_suffix('*') {
        None => parameter.name == name,
        Some(prefix) => name.strip_prefix(prefix).is_some_and(|key| !key.is_empty() && key.chars().all(is_word)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_between_signs_is_a_macro() {
        for (source, name) in [
            ("@@code@@", Some("code")),
            ("a @@ application.name\t@@ b", Some("application.name")),
            ("@@@code@@", Some("code")),
            ("@@ two words @@", None),
            ("@@@@", None),
            ("@@a..b@@", None),
            ("@@code@", None),
        ] {
            let found = find(source, Span::new(0, source.len()));
            assert_eq!(found.map(|found| found.name.text(source)), name, "{source}");
        }
    }

    #[test]
    fn markers_of_either_syntax_are_found() {
        for (text, left) in [
            ("@@ code @@", true),
            ("@@Password@@", true),
            ("{{code}}", true),
            ("{{- password -}}", true),
            ("{{ code | upcase }}", true),
            ("{{ decode }}", false),
            ("{{ code_name }}", false),
            ("@@tenant@@", false),
            ("{{ code", false),
            ("code }}", false),
        ] {
            assert_eq!(left_over(text, &|_| false), left, "{text}");
        }
        assert!(!left_over("@@code@@", &|text| text == "@@code@@"));
    }

    #[test]
    fn converting_rewrites_parameters_only() {
        for (markdown, liquid) in [
            ("Hi @@ code @@, @@tenant@@", "Hi {{ code }}, {{ tenant }}"),
            ("@@application.client_metadata.color@@", "{{ application.client_metadata.color }}"),
            ("no parameters", "no parameters"),
        ] {
            assert_eq!(convert(markdown, Syntax::Markdown, Syntax::Liquid), liquid);
        }
        for (liquid, markdown) in [
            ("{{code}} {{ nope }} {{ code | upcase }}", "@@code@@ {{ nope }} {{ code | upcase }}"),
            ("{{- code -}} {% if code %}x{% endif %}", "{{- code -}} {% if code %}x{% endif %}"),
            ("{{ tenant", "{{ tenant"),
        ] {
            assert_eq!(convert(liquid, Syntax::Liquid, Syntax::Markdown), markdown);
        }
        assert_eq!(convert("@@nope@@", Syntax::Markdown, Syntax::Liquid), "@@nope@@");
    }
}
