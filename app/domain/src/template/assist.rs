//! What an editor tints while a template is written. What it completes is in `assist/completions.rs`.

use super::Syntax;
use super::diagnostics::Span;
use super::fuel;
use super::lexer::{Token, markdown_tokens, tokens};

mod completions;
#[cfg(test)]
mod tests;

pub use completions::{Completion, Completions, completions};

/// What an editor tints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A macro or an output.
    Parameter,
    /// A tag.
    Tag,
    /// What is left out, or sent as written.
    Comment,
}

/// Finds what an editor tints, in source order and never overlapping.
pub fn marks(source: &str, syntax: Syntax) -> Vec<(Span, Mark)> {
    let mut marks = Vec::new();
    if source.len() > fuel::MAX_SOURCE {
        return marks;
    }
    let tokens = if syntax == Syntax::Markdown { markdown_tokens(source) } else { tokens(source) };
    let mut add = |start: u32, end: u32, mark: Mark| {
        if start < end {
            marks.push((Span { start, end }, mark));
        }
    };
    let is_tag = |token: &Token, name: &str| matches!(token, Token::Tag(tag) if tag.name.text(source) == name);
    let mut comments_end = true;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Text(_) => {}
            Token::Macro(found) => add(found.span.start, found.span.end, Mark::Parameter),
            Token::Output(tag) if tag.closed => add(tag.span.start, tag.span.end, Mark::Parameter),
            Token::Raw { span, body } => {
                add(span.start, body.start, Mark::Tag);
                add(body.start, body.end, Mark::Comment);
                add(body.end, span.end, Mark::Tag);
            }
            Token::Tag(tag) if tag.closed => {
                add(tag.span.start, tag.span.end, Mark::Tag);
                if comments_end && is_tag(token, "comment") {
                    let rest = tokens.get(at..).unwrap_or_default();
                    match rest.iter().position(|token| is_tag(token, "endcomment")) {
                        Some(length) => {
                            at += length;
                            if let Some(Token::Tag(end)) = tokens.get(at) {
                                add(tag.span.end, end.span.start, Mark::Comment);
                            }
                        }
                        // Looking for an end that does not exist once is enough.
                        None => comments_end = false,
                    }
                }
            }
            Token::Output(_) | Token::Tag(_) => {}
        }
    }
    marks
}
