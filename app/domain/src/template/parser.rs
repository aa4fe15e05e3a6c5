//! Builds the tree from tokens. It never fails: what it cannot read becomes a hole and a fault.

use super::Syntax;
use super::diagnostics::Span;
use super::expression::{Cursor, Problem};
use super::fault::Fault;
use super::lexer::{self, Tag, Token};
use super::tree::{Node, NodeKind};

mod tags;

// Enough for any message; deeper nesting could exhaust the stack.
const MAX_DEPTH: usize = 50;
// More would only hide the first ones.
const MAX_FAULTS: usize = 50;

/// The tags that messages can use and that open no block.
const SINGLE: [&str; 6] = ["assign", "cycle", "increment", "decrement", "break", "continue"];
/// The tags that open a block.
const BLOCKS: [&str; 8] = ["if", "unless", "case", "for", "tablerow", "capture", "comment", "raw"];
/// The tags that exist in Liquid but not here.
const NOT_AVAILABLE: [&str; 6] = ["include", "layout", "render", "debug", "block", "echo"];

/// Reads a source within its bound.
pub(super) fn parse(source: &str, syntax: Syntax) -> (Vec<Node>, Vec<Problem>) {
    let tokens = match syntax {
        Syntax::Markdown => lexer::markdown_tokens(source),
        Syntax::Liquid => lexer::tokens(source),
    };
    let mut parser = Parser { source, tokens, at: 0, open: Vec::new(), faults: Vec::new(), stopped: false };
    let (nodes, _) = parser.body();
    (nodes, parser.faults)
}

struct Parser<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
    /// The names of the blocks that are open, outermost first.
    open: Vec<&'s str>,
    faults: Vec<Problem>,
    /// Whether the rest of the source is given up.
    stopped: bool,
}

/// A tag and what stands between it and the next tag of its block.
struct Section {
    tag: Tag,
    body: Vec<Node>,
}

impl<'s> Parser<'s> {
    fn fault(&mut self, span: Span, fault: Fault) {
        if !self.stopped && self.faults.len() < MAX_FAULTS {
            self.faults.push((span, fault));
        }
    }

    fn name(&self, tag: &Tag) -> &'s str {
        tag.name.text(self.source)
    }

    /// Reads nodes until a tag of the innermost open block, which is taken and returned.
    fn body(&mut self) -> (Vec<Node>, Option<Tag>) {
        let mut nodes = Vec::new();
        while let Some(token) = self.tokens.get(self.at).copied() {
            let tag = match token {
                Token::Tag(tag) => tag,
                Token::Text(span) => {
                    self.push(&mut nodes, span, NodeKind::Text);
                    continue;
                }
                Token::Macro(found) => {
                    self.push(&mut nodes, found.span, NodeKind::Macro { name: found.name });
                    continue;
                }
                Token::Raw { span, body } => {
                    self.push(&mut nodes, span, NodeKind::Raw { body });
                    continue;
                }
                Token::Output(tag) => {
                    let kind = self.output(&tag);
                    self.push(&mut nodes, tag.span, kind);
                    continue;
                }
            };
            let name = self.name(&tag);
            let innermost = self.open.last().copied().unwrap_or_default();
            let belongs = match name {
                "else" => matches!(innermost, "if" | "unless" | "case" | "for"),
                "elsif" => matches!(innermost, "if" | "unless"),
                "when" => innermost == "case",
                _ => name.strip_prefix("end") == Some(innermost) && !innermost.is_empty(),
            };
            if belongs {
                self.at += 1;
                self.must_be_closed(&tag);
                return (nodes, Some(tag));
            }
            if name.strip_prefix("end").is_some_and(|block| self.open.contains(&block)) {
                // An outer block ends here, so this one was never closed.
                return (nodes, None);
            }
            self.at += 1;
            self.must_be_closed(&tag);
            if SINGLE.contains(&name) {
                let kind = self.single(&tag, name).unwrap_or_else(|problem| self.hole(problem));
                nodes.push(Node { span: tag.span, kind });
            } else if BLOCKS.contains(&name) {
                self.block(tag, name, &mut nodes);
            } else {
                let known = matches!(name, "else" | "elsif" | "when")
                    || name.strip_prefix("end").is_some_and(|block| BLOCKS.contains(&block));
                let word = name.to_owned();
                let fault = if known {
                    Fault::TagOutOfPlace { tag: word }
                } else if NOT_AVAILABLE.contains(&name) {
                    Fault::TagNotAvailable { tag: word }
                } else if name.is_empty() {
                    Fault::NameExpected
                } else {
                    Fault::UnknownTag { tag: word }
                };
                self.fault(tag.span, fault);
                nodes.push(Node { span: tag.span, kind: NodeKind::Hole });
            }
        }
        (nodes, None)
    }

    fn push(&mut self, nodes: &mut Vec<Node>, span: Span, kind: NodeKind) {
        self.at += 1;
        nodes.push(Node { span, kind });
    }

    fn hole(&mut self, problem: Problem) -> NodeKind {
        self.fault(problem.0, problem.1);
        NodeKind::Hole
    }

    fn must_be_closed(&mut self, tag: &Tag) {
        if !tag.closed {
            self.fault(tag.span, Fault::TagNotClosed);
        }
    }

    fn cursor(&self, tag: &Tag) -> Cursor<'s> {
        Cursor::new(self.source, tag.arguments)
    }

    fn output(&mut self, tag: &Tag) -> NodeKind {
        if !tag.closed {
            return self.hole((tag.span, Fault::OutputNotClosed));
        }
        let mut cursor = self.cursor(tag);
        if cursor.at_end() {
            return self.hole((tag.span, Fault::ValueExpected));
        }
        match cursor.chain().and_then(|chain| cursor.finish().map(|()| chain)) {
            Ok(chain) => NodeKind::Output(chain),
            Err(problem) => self.hole(problem),
        }
    }

    fn block(&mut self, tag: Tag, name: &'s str, nodes: &mut Vec<Node>) {
        if name == "comment" {
            return self.comment(tag, nodes);
        }
        if self.open.len() >= MAX_DEPTH || name == "raw" {
            // The lexer takes every raw block that has an end.
            let fault = if name == "raw" { not_closed(name) } else { Fault::NestedTooDeep };
            self.fault(tag.span, fault);
            nodes.push(Node { span: tag.span, kind: NodeKind::Hole });
            if name != "raw" {
                self.stopped = true;
                self.at = self.tokens.len();
            }
            return;
        }
        self.open.push(name);
        let mut sections = Vec::new();
        let mut current = tag;
        let end = loop {
            let (body, next) = self.body();
            let ends = next.is_some_and(|next| self.name(&next).starts_with("end"));
            let last = body.last().map_or(current.span.end, |node| node.span.end);
            sections.push(Section { tag: current, body });
            match next {
                Some(next) if ends => break next.span.end,
                Some(next) => current = next,
                None => {
                    self.fault(tag.span, not_closed(name));
                    break last;
                }
            }
        };
        self.open.pop();
        let kind = match name {
            "if" | "unless" => Ok(self.choice(name, sections, nodes)),
            "case" => self.case(sections, nodes),
            "capture" => self.capture(sections),
            _ => self.repeat(name, sections),
        };
        let span = Span { start: tag.span.start, end };
        match kind {
            Ok(kind) => nodes.push(Node { span, kind }),
            Err((place, fault)) => {
                self.fault(place, fault);
                nodes.push(Node { span: tag.span, kind: NodeKind::Hole });
            }
        }
    }

    fn comment(&mut self, tag: Tag, nodes: &mut Vec<Node>) {
        let from = self.at;
        while let Some(token) = self.tokens.get(self.at) {
            self.at += 1;
            if let Token::Tag(end) = token
                && end.name.text(self.source) == "endcomment"
            {
                let span = Span { start: tag.span.start, end: end.span.end };
                nodes.push(Node { span, kind: NodeKind::Comment });
                return;
            }
        }
        self.at = from;
        self.fault(tag.span, not_closed("comment"));
        nodes.push(Node { span: tag.span, kind: NodeKind::Hole });
    }
}

fn not_closed(tag: &str) -> Fault {
    Fault::BlockNotClosed { tag: tag.to_owned() }
}

/// Finds Liquid in a Markdown source, where it would be sent as written.
pub(super) fn liquid_in_markdown(source: &str) -> Vec<Span> {
    let is_liquid = |token| match token {
        Token::Raw { span, .. } => Some(span),
        Token::Output(tag) | Token::Tag(tag) if tag.closed => {
            let inner = &source[tag.span.start as usize + 2..];
            let inner = inner.trim_start_matches('-').trim_start();
            inner.starts_with(lexer::is_word).then_some(tag.span)
        }
        _ => None,
    };
    lexer::tokens(source).into_iter().filter_map(is_liquid).take(MAX_FAULTS).collect()
}
