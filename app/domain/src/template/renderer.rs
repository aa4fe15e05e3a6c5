//! Renders a tree into text, within its fuel. The loops are in `renderer/loops.rs`.

use std::mem;

use super::data::{self, Data};
use super::diagnostics::Span;
use super::filters::{self, FilterName};
use super::fuel::Fuel;
use super::scope::{self, LoopState};
use super::tree::{Chain, Node, NodeKind, Operand, Root};
use super::values::Values;
use super::{Part, PieceKind, RenderError};

mod loops;
mod values;

use values::weight;

/// What was rendered: the text, and where each kind of piece ends.
#[derive(Default)]
pub(super) struct Output {
    pub text: String,
    pub ends: Vec<(usize, PieceKind)>,
    /// How much of the fuel it took.
    pub work: usize,
}

impl Output {
    fn push(&mut self, text: &str, kind: PieceKind) -> Result<(), RenderError> {
        if text.is_empty() {
            return Ok(());
        }
        data::push(&mut self.text, text)?;
        let end = self.text.len();
        match self.ends.last_mut() {
            Some(last) if last.1 == kind => last.0 = end,
            _ => self.ends.push((end, kind)),
        }
        Ok(())
    }
}

/// What happens after a node.
#[derive(Clone, Copy, PartialEq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// A loop that is going round.
struct Frame<'t> {
    variable: &'t str,
    item: Data,
    state: LoopState,
}

struct Renderer<'t> {
    source: &'t str,
    values: &'t Values,
    /// Whether values are escaped, because the output is HTML.
    escapes: bool,
    out: Output,
    frames: Vec<Frame<'t>>,
    assigned: Vec<(&'t str, Data)>,
    counters: Vec<(&'t str, f64)>,
    /// Where each cycle is, by group and values as written.
    cycles: Vec<(std::rc::Rc<str>, &'t str, usize)>,
    /// Where each loop stopped, by variable and collection as written.
    continues: Vec<(&'t str, &'t str, f64)>,
    fuel: Fuel,
}

/// Renders a whole tree; what came out before an error is kept.
pub(super) fn render(source: &str, nodes: &[Node], part: Part, values: &Values) -> (Output, Option<RenderError>) {
    let mut renderer = Renderer {
        source,
        values,
        escapes: part == Part::Body,
        out: Output::default(),
        frames: Vec::new(),
        assigned: Vec::new(),
        counters: Vec::new(),
        cycles: Vec::new(),
        continues: Vec::new(),
        fuel: Fuel::full(),
    };
    let error = renderer.nodes(nodes).err();
    renderer.out.work = renderer.fuel.spent();
    (renderer.out, error)
}

impl<'t> Renderer<'t> {
    fn nodes(&mut self, nodes: &'t [Node]) -> Result<Flow, RenderError> {
        for node in nodes {
            self.fuel.work(0)?;
            let flow = self.node(node)?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn node(&mut self, node: &'t Node) -> Result<Flow, RenderError> {
        let source = self.source;
        match &node.kind {
            NodeKind::Text => self.out.push(node.span.text(source), PieceKind::Text)?,
            NodeKind::Raw { body } => self.out.push(body.text(source), PieceKind::Text)?,
            NodeKind::Hole => self.out.push(node.span.text(source), PieceKind::Hole)?,
            NodeKind::Macro { name } => {
                let name = name.text(source);
                let value = scope::path(self.values, name);
                self.value(&value, kind_of(name), self.escapes)?;
            }
            NodeKind::Output(chain) => self.output(chain)?,
            NodeKind::Assign { name, value } => {
                let value = self.chain(value)?;
                self.assign(name.text(source), value)?;
            }
            NodeKind::Capture { name, body } => return self.capture(*name, body),
            NodeKind::Choice { branches, otherwise } => {
                for branch in branches {
                    let holds = match &branch.test {
                        Some(test) => self.chain(test)?.is_truthy() != branch.negated,
                        None => false,
                    };
                    if holds {
                        return self.nodes(&branch.body);
                    }
                }
                return self.nodes(otherwise);
            }
            NodeKind::Case { subject, branches, otherwise } => {
                let subject = self.chain(subject)?;
                let mut hit = false;
                for branch in branches {
                    for value in &branch.values {
                        let value = self.operand(value)?;
                        self.fuel.work(weight(&subject).min(weight(&value)))?;
                        if !subject.equals(&value) {
                            continue;
                        }
                        hit = true;
                        let flow = self.nodes(&branch.body)?;
                        if flow != Flow::Next {
                            return Ok(flow);
                        }
                        break;
                    }
                }
                if !hit {
                    return self.nodes(otherwise);
                }
            }
            NodeKind::Loop(node) => return self.repeat(node),
            NodeKind::Cycle { group, values } => self.cycle(group.as_ref(), values)?,
            NodeKind::Count { name, down } => self.count(name.text(source), *down)?,
            NodeKind::Comment => {}
            NodeKind::Break => return Ok(Flow::Break),
            NodeKind::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    /// Writes a value, escaped where it must be.
    fn value(&mut self, value: &Data, kind: PieceKind, escapes: bool) -> Result<(), RenderError> {
        let text = value.to_text()?;
        self.fuel.work(text.len())?;
        if escapes && !matches!(value, Data::Markup(_)) {
            return self.out.push(&filters::escape(&text)?, kind);
        }
        self.out.push(&text, kind)
    }

    fn output(&mut self, chain: &'t Chain) -> Result<(), RenderError> {
        let kind = match chain.operands.as_slice() {
            [Operand { root: Root::Variable(name), steps, .. }] if steps.is_empty() => kind_of(name.text(self.source)),
            _ => PieceKind::Value,
        };
        let escaped = chain.filters.iter().any(|filter| {
            matches!(filter.known, Some(FilterName::Escape | FilterName::EscapeOnce | FilterName::NewlineToBr))
        });
        let value = self.chain(chain)?;
        self.value(&value, kind, self.escapes && !escaped)
    }

    fn assign(&mut self, name: &'t str, value: Data) -> Result<(), RenderError> {
        self.fuel.work(self.assigned.len())?;
        match self.assigned.iter_mut().find(|(known, _)| *known == name) {
            Some(slot) => slot.1 = value,
            None => self.assigned.push((name, value)),
        }
        Ok(())
    }

    fn capture(&mut self, name: Span, body: &'t [Node]) -> Result<Flow, RenderError> {
        let before = mem::take(&mut self.out);
        let flow = self.nodes(body);
        let captured = mem::replace(&mut self.out, before).text;
        let flow = flow?;
        self.fuel.work(captured.len())?;
        let text = captured.into();
        // Its values are escaped already.
        let value = if self.escapes { Data::Markup(text) } else { Data::Text(text) };
        self.assign(name.text(self.source), value)?;
        Ok(flow)
    }

    fn count(&mut self, name: &'t str, down: bool) -> Result<(), RenderError> {
        self.fuel.work(self.counters.len())?;
        let index = match self.counters.iter().position(|(known, _)| *known == name) {
            Some(index) => index,
            None => {
                self.counters.push((name, 0.0));
                self.counters.len() - 1
            }
        };
        let mut number = 0.0;
        if let Some((_, counter)) = self.counters.get_mut(index) {
            number = if down { *counter - 1.0 } else { *counter };
            *counter += if down { -1.0 } else { 1.0 };
        }
        self.value(&Data::Number(number), PieceKind::Value, false)
    }
}

fn kind_of(name: &str) -> PieceKind {
    if super::macros::is_code(name) { PieceKind::Code } else { PieceKind::Value }
}
