//! What the tags of Liquid hold between their signs.

use super::{Parser, Problem, Section};
use crate::template::diagnostics::Span;
use crate::template::expression::Cursor;
use crate::template::fault::Fault;
use crate::template::lexer::{self, Tag};
use crate::template::tree::{Branch, Loop, Node, NodeKind, Operand, When};

impl Parser<'_> {
    pub(super) fn single(&mut self, tag: &Tag, name: &str) -> Result<NodeKind, Problem> {
        let mut cursor = self.cursor(tag);
        let kind = match name {
            "assign" => {
                let name = cursor.name()?;
                if !cursor.take("=") {
                    return cursor.fail(Fault::EqualsExpected);
                }
                NodeKind::Assign { name, value: cursor.chain()? }
            }
            "cycle" => {
                let mut group = None;
                let mut ahead = self.cursor(tag);
                if let Ok(operand) = ahead.value()
                    && ahead.take(":")
                {
                    group = Some(operand);
                    cursor = ahead;
                }
                let mut values = vec![cursor.chain()?];
                while cursor.take(",") {
                    values.push(cursor.chain()?);
                }
                NodeKind::Cycle { group, values }
            }
            "break" => NodeKind::Break,
            "continue" => NodeKind::Continue,
            _ => NodeKind::Count { name: cursor.name()?, down: name == "decrement" },
        };
        cursor.finish()?;
        Ok(kind)
    }

    /// Refuses a branch after `else`, and anything behind `else` itself.
    fn otherwise(&mut self, section: Section, seen: &mut Option<Vec<Node>>) {
        let name = self.name(&section.tag);
        if seen.is_some() {
            self.fault(section.tag.span, Fault::TagOutOfPlace { tag: name.to_owned() });
        } else if let Err((span, fault)) = self.cursor(&section.tag).finish() {
            self.fault(span, fault);
        }
        seen.get_or_insert(section.body);
    }

    pub(super) fn choice(&mut self, name: &str, sections: Vec<Section>, nodes: &mut Vec<Node>) -> NodeKind {
        let mut branches = Vec::new();
        let mut otherwise = None;
        for section in sections {
            if otherwise.is_some() || self.name(&section.tag) == "else" {
                self.otherwise(section, &mut otherwise);
                continue;
            }
            let mut cursor = self.cursor(&section.tag);
            let test = match cursor.chain().and_then(|chain| cursor.finish().map(|()| chain)) {
                Ok(chain) => Some(chain),
                Err(problem) => {
                    let kind = self.hole(problem);
                    nodes.push(Node { span: section.tag.span, kind });
                    None
                }
            };
            branches.push(Branch {
                span: section.tag.span,
                test,
                negated: name == "unless" && branches.is_empty(),
                body: section.body,
            });
        }
        NodeKind::Choice { branches, otherwise: otherwise.unwrap_or_default() }
    }

    pub(super) fn case(&mut self, sections: Vec<Section>, nodes: &mut Vec<Node>) -> Result<NodeKind, Problem> {
        let mut subject = None;
        let mut branches = Vec::new();
        let mut otherwise = None;
        for section in sections {
            let mut cursor = self.cursor(&section.tag);
            if subject.is_none() {
                // What stands before the first branch is never sent.
                let chain = cursor.chain()?;
                cursor.finish()?;
                subject = Some(chain);
                continue;
            }
            if otherwise.is_some() || self.name(&section.tag) == "else" {
                self.otherwise(section, &mut otherwise);
                continue;
            }
            let values = match when_values(&mut cursor) {
                Ok(values) => values,
                Err(problem) => {
                    let kind = self.hole(problem);
                    nodes.push(Node { span: section.tag.span, kind });
                    Vec::new()
                }
            };
            branches.push(When { span: section.tag.span, values, body: section.body });
        }
        match subject {
            Some(subject) => Ok(NodeKind::Case { subject, branches, otherwise: otherwise.unwrap_or_default() }),
            None => Ok(NodeKind::Hole),
        }
    }

    pub(super) fn capture(&mut self, sections: Vec<Section>) -> Result<NodeKind, Problem> {
        let mut kind = NodeKind::Hole;
        for section in sections {
            let mut cursor = self.cursor(&section.tag);
            let mut name = if cursor.ahead().starts_with(['"', '\'']) { cursor.quoted()? } else { cursor.name()? };
            if name.text(self.source).starts_with(['"', '\'']) {
                name = Span { start: name.start + 1, end: name.end - 1 };
            }
            cursor.finish()?;
            kind = NodeKind::Capture { name, body: section.body };
        }
        Ok(kind)
    }

    pub(super) fn repeat(&mut self, name: &str, sections: Vec<Section>) -> Result<NodeKind, Problem> {
        let mut node: Option<Box<Loop>> = None;
        let mut otherwise = None;
        for section in sections {
            if node.is_some() {
                self.otherwise(section, &mut otherwise);
                continue;
            }
            let mut cursor = self.cursor(&section.tag);
            let variable = cursor.name()?;
            if !cursor.keyword("in") {
                return cursor.fail(Fault::InExpected);
            }
            let mut found = Loop {
                table: name == "tablerow",
                variable,
                collection: cursor.value()?,
                offset: None,
                limit: None,
                columns: None,
                reversed: false,
                body: section.body,
                otherwise: Vec::new(),
            };
            loop_options(self.source, &mut cursor, &mut found)?;
            node = Some(Box::new(found));
        }
        match node {
            Some(mut node) => {
                node.otherwise = otherwise.unwrap_or_default();
                Ok(NodeKind::Loop(node))
            }
            None => Ok(NodeKind::Hole),
        }
    }
}

fn when_values(cursor: &mut Cursor<'_>) -> Result<Vec<Operand>, Problem> {
    let mut values = vec![cursor.value()?];
    while cursor.take(",") || cursor.keyword("or") {
        values.push(cursor.value()?);
    }
    cursor.finish()?;
    Ok(values)
}

/// Reads `limit: 2, offset: 1, reversed` in any order.
fn loop_options(source: &str, cursor: &mut Cursor<'_>, node: &mut Loop) -> Result<(), Problem> {
    loop {
        cursor.take(",");
        if !cursor.ahead().starts_with(lexer::is_word) {
            return cursor.finish();
        }
        let name = cursor.name()?.text(source);
        let mut value = None;
        if cursor.take(":") {
            value = Some(cursor.value()?);
        }
        match name {
            "limit" => node.limit = value,
            "offset" => node.offset = value,
            "cols" => node.columns = value,
            "reversed" => node.reversed = !node.table,
            _ => {
                let text = name.chars().take(20).collect();
                return cursor.fail(Fault::NotExpected { text });
            }
        }
    }
}
