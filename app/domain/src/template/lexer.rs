//! Cuts a source into text, macros, outputs and tags, and applies the white-space control of `-`.

use super::Syntax;
use super::diagnostics::Span;
use super::macros;

/// An output or a tag.
#[derive(Clone, Copy)]
pub(super) struct Tag {
    /// All of it with its signs.
    pub span: Span,
    /// The name of a tag; empty for an output.
    pub name: Span,
    /// What follows the name, or all that an output holds.
    pub arguments: Span,
    /// Whether its end was found.
    pub closed: bool,
}

#[derive(Clone, Copy)]
pub(super) enum Token {
    Text(Span),
    Macro(macros::Macro),
    Output(Tag),
    Tag(Tag),
    Raw { span: Span, body: Span },
}

/// Whether a character may stand in a name.
pub(super) fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || matches!(letter, '_' | '-' | '?')
        || (!letter.is_ascii() && !letter.is_whitespace())
}

/// Cuts a Markdown source, which knows macros only.
pub(super) fn markdown_tokens(source: &str) -> Vec<Token> {
    let mut out = Vec::new();
    push_text(source, Span::new(0, source.len()), Syntax::Markdown, &mut out);
    out
}

/// Cuts a Liquid source.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut out = Vec::new();
    // Where the text before the next sign begins.
    let mut begin = 0;
    let mut at = 0;
    let mut raw_ends = true;
    while let Some(found) = source[at..].find('{') {
        let open = at + found;
        let is_tag = match source.as_bytes().get(open + 1) {
            Some(b'{') => false,
            Some(b'%') => true,
            _ => {
                at = open + 1;
                continue;
            }
        };
        let mut tag = delimited(source, open, is_tag);
        let mut end = tag.span.end as usize;
        let mut trims_after = tag.closed && source[..end - 2].ends_with('-');
        let mut text = &source[begin..open];
        if source[open + 2..].starts_with('-') {
            text = text.trim_end();
        }
        push_text(source, Span::new(begin, begin + text.len()), Syntax::Liquid, &mut out);
        if !is_tag {
            out.push(Token::Output(tag));
        } else {
            split_name(source, &mut tag);
            let raw_end = (raw_ends && tag.closed && tag.name.text(source) == "raw").then(|| end_of_raw(source, end));
            match raw_end {
                Some(Some((body_end, raw_end))) => {
                    out.push(Token::Raw { span: Span::new(open, raw_end), body: Span::new(end, body_end) });
                    trims_after = source[..raw_end - 2].ends_with('-');
                    end = raw_end;
                }
                Some(None) => {
                    // Looking for an end that does not exist once is enough.
                    raw_ends = false;
                    out.push(Token::Tag(tag));
                }
                None => out.push(Token::Tag(tag)),
            }
        }
        let rest = &source[end..];
        begin = if trims_after { source.len() - rest.trim_start().len() } else { end };
        at = begin;
    }
    push_text(source, Span::new(begin, source.len()), Syntax::Liquid, &mut out);
    out
}

/// Adds a text, cut at the macros that the syntax knows.
fn push_text(source: &str, mut text: Span, syntax: Syntax, out: &mut Vec<Token>) {
    let mut rest = text;
    while let Some(found) = macros::find(source, rest) {
        rest.start = found.span.end;
        if syntax == Syntax::Markdown || macros::is_code(found.name.text(source)) {
            if text.start < found.span.start {
                out.push(Token::Text(Span { start: text.start, end: found.span.start }));
            }
            out.push(Token::Macro(found));
            text.start = found.span.end;
        }
    }
    if text.start < text.end {
        out.push(Token::Text(text));
    }
}

/// Finds the end of an output or tag. One that has none ends before the next sign, or with its line.
fn delimited(source: &str, open: usize, is_tag: bool) -> Tag {
    let bytes = source.as_bytes();
    let close: [u8; 2] = if is_tag { *b"%}" } else { *b"}}" };
    let inner = open + 2;
    let mut quote = None;
    let mut at = inner;
    let mut stop = None;
    while let Some(byte) = bytes.get(at).copied() {
        let next = bytes.get(at + 1).copied();
        // As in LiquidJS a text in quotes hides the end of an output but not that of a tag.
        if (quote.is_none() || is_tag) && byte == close[0] && next == Some(close[1]) {
            return closed(source, open, at);
        }
        match quote {
            Some(mark) if byte == mark => quote = None,
            Some(_) if byte == b'\\' => at += 1,
            Some(_) => {}
            None if byte == b'"' || byte == b'\'' => quote = Some(byte),
            None if byte == b'{' && matches!(next, Some(b'{' | b'%')) => {
                stop = Some(at);
                break;
            }
            None => {}
        }
        at += 1;
    }
    let rest = &source[inner..];
    // A quotation mark without its partner must not swallow the rest of the template.
    if stop.is_none()
        && quote.is_some()
        && let Some(found) = rest.find(if is_tag { "%}" } else { "}}" })
    {
        return closed(source, open, inner + found);
    }
    let end = inner + rest.find('\n').unwrap_or(rest.len());
    let end = stop.map_or(end, |stop| stop.min(end));
    let arguments = Span::new(inner, end);
    Tag { span: Span::new(open, end), name: Span::new(inner, inner), arguments, closed: false }
}

fn closed(source: &str, open: usize, close: usize) -> Tag {
    let mut arguments = Span::new(open + 2, close);
    let text = arguments.text(source);
    if text.starts_with('-') {
        arguments.start += 1;
    }
    if text.len() > 1 && text.ends_with('-') {
        arguments.end -= 1;
    }
    Tag {
        span: Span::new(open, close + 2),
        name: Span { start: arguments.start, end: arguments.start },
        arguments,
        closed: true,
    }
}

/// Moves the name of a tag out of its arguments.
fn split_name(source: &str, tag: &mut Tag) {
    let text = tag.arguments.text(source);
    let trimmed = text.trim_start();
    let begin = tag.arguments.start + (text.len() - trimmed.len()) as u32;
    let length = trimmed.find(|letter| !is_word(letter)).unwrap_or(trimmed.len());
    tag.name = Span { start: begin, end: begin + length as u32 };
    tag.arguments.start = tag.name.end;
}

/// Finds where the body of a raw block and where its end tag ends.
fn end_of_raw(source: &str, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    while let Some(found) = source[at..].find("{%") {
        let open = at + found;
        let inner = source[open + 2..].trim_start_matches('-').trim_start();
        if let Some(after) = inner.strip_prefix("endraw")
            && !after.starts_with(is_word_but_dash)
            && let Some(close) = after.find("%}")
        {
            return Some((open, source.len() - after.len() + close + 2));
        }
        at = open + 2;
    }
    None
}

fn is_word_but_dash(letter: char) -> bool {
    letter != '-' && is_word(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(source: &str) -> String {
        let mut out = String::new();
        for token in tokens(source) {
            let (sign, span) = match token {
                Token::Text(span) => ("t", span),
                Token::Macro(found) => ("m", found.name),
                Token::Output(tag) => (if tag.closed { "o" } else { "O" }, tag.arguments),
                Token::Tag(tag) => (if tag.closed { "g" } else { "G" }, tag.name),
                Token::Raw { body, .. } => ("r", body),
            };
            out.push_str(sign);
            out.push('(');
            out.push_str(span.text(source));
            out.push(')');
        }
        out
    }

    #[test]
    fn sources_are_cut_at_their_signs() {
        for (source, wanted) in [
            ("a {{ b }} c", "t(a )o( b )t( c)"),
            ("a {{- b -}} c", "t(a)o( b )t(c)"),
            ("{{ '}}' }}x", "o( '}}' )t(x)"),
            ("{% if a %}b{%- endif -%} c", "g(if)t(b)g(endif)t(c)"),
            ("{% raw %} {{ x }} {% endraw %}y", "r( {{ x }} )t(y)"),
            ("{% raw -%} {{ x }} {%- endraw -%} y", "r( {{ x }} )t(y)"),
            ("a@@code@@b@@tenant@@", "t(a)m(code)t(b@@tenant@@)"),
            ("{{ a {{ b }}", "O( a )o( b )"),
            ("{{ a\nb", "O( a)t(\nb)"),
            ("{{ 'a }} b", "o( 'a )t( b)"),
            ("{% if a\n{% endif %}", "G(if)t(\n)g(endif)"),
            ("{ } }} %}", "t({ } }} %})"),
            ("{{", "O()"),
        ] {
            assert_eq!(shape(source), wanted, "{source}");
        }
    }
}
