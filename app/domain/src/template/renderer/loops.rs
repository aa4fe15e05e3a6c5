//! `for`, `tablerow` and `cycle`.

use std::rc::Rc;

use super::{Flow, Frame, Renderer};
use crate::template::data::{Data, Range};
use crate::template::scope::{LoopState, Object};
use crate::template::tree::{Chain, Loop, Operand, Root};
use crate::template::{PieceKind, RenderError, numbers};

/// What a loop goes over.
enum Items {
    List(Rc<[Data]>),
    Range(Range),
}

impl Items {
    fn length(&self) -> f64 {
        match self {
            Self::List(items) => items.len() as f64,
            Self::Range(range) => range.length,
        }
    }

    fn item(&self, index: f64) -> Data {
        match self {
            Self::List(items) => items.get(index as usize).cloned().unwrap_or(Data::Nil),
            Self::Range(range) => range.item(index),
        }
    }
}

/// Where `slice` of JavaScript cuts a list.
fn cut(at: f64, length: f64) -> f64 {
    let at = at.trunc();
    if at < 0.0 { (length + at).max(0.0) } else { at.min(length) }
}

impl<'t> Renderer<'t> {
    fn items(&self, data: Data) -> Items {
        match data {
            Data::List(items) => Items::List(items),
            Data::Range(range) => Items::Range(range),
            Data::Object(Object::Metadata) => {
                let pair = |(key, value): &(String, String)| Data::list(vec![Data::text(key), Data::text(value)]);
                Items::List(self.values.client_metadata.iter().map(pair).collect())
            }
            data if data.as_text().is_some_and(|text| !text.is_empty()) => Items::List(Rc::from([data])),
            _ => Items::List(Rc::from([])),
        }
    }

    /// Evaluates a limit or an offset; an undefined one counts as absent.
    fn option(&mut self, operand: Option<&'t Operand>) -> Result<Option<f64>, RenderError> {
        let Some(operand) = operand else {
            return Ok(None);
        };
        Ok(match self.operand(operand)? {
            Data::Nil => None,
            data => Some(data.to_number()),
        })
    }

    pub(super) fn repeat(&mut self, node: &'t Loop) -> Result<Flow, RenderError> {
        let variable = node.variable.text(self.source);
        let collection = node.collection.span.text(self.source);
        let data = self.operand(&node.collection)?;
        let items = self.items(data);
        let all = items.length();
        if all < 1.0 {
            return self.nodes(&node.otherwise);
        }
        let stopped = self.continues.iter().position(|known| known.0 == variable && known.1 == collection);
        let continues = node.offset.as_ref().is_some_and(|offset| {
            offset.steps.is_empty()
                && matches!(offset.root, Root::Variable(name) if name.text(self.source) == "continue")
        });
        let offset = if continues && !node.table {
            stopped.and_then(|index| self.continues.get(index)).map(|known| known.2)
        } else {
            self.option(node.offset.as_ref())?
        };
        let offset = offset.unwrap_or(0.0);
        let start = cut(offset, all);
        let length = match self.option(node.limit.as_ref())? {
            Some(limit) if node.table => (cut(offset + limit, all) - start).max(0.0),
            Some(limit) => cut(limit, all - start),
            None => all - start,
        };
        if !node.table {
            match stopped.and_then(|index| self.continues.get_mut(index)) {
                Some(known) => known.2 = offset + length,
                None => self.continues.push((variable, collection, offset + length)),
            }
        }
        let columns = match self.option(node.columns.as_ref())? {
            _ if !node.table => 0.0,
            Some(columns) if columns >= 1.0 => columns.trunc(),
            _ => length.max(1.0),
        };
        let state = LoopState { index: 0.0, length, columns };
        self.frames.push(Frame { variable, item: Data::Nil, state });
        let flow = self.rounds(node, &items, start, state);
        self.frames.pop();
        flow
    }

    fn rounds(&mut self, node: &'t Loop, items: &Items, start: f64, mut state: LoopState) -> Result<Flow, RenderError> {
        let LoopState { length, columns, .. } = state;
        while state.index < length {
            self.fuel.iteration()?;
            let index = if node.reversed { length - 1.0 - state.index } else { state.index };
            if let Some(frame) = self.frames.last_mut() {
                frame.item = items.item(start + index);
                frame.state = state;
            }
            let column = if node.table { numbers::remainder(state.index, columns) } else { 0.0 };
            if node.table {
                if column == 0.0 {
                    if state.index > 0.0 {
                        self.markup("</tr>")?;
                    }
                    self.numbered("<tr class=\"row", (state.index / columns).floor() + 1.0)?;
                }
                self.numbered("<td class=\"col", column + 1.0)?;
            }
            let flow = self.nodes(&node.body)?;
            if node.table {
                self.markup("</td>")?;
            }
            if flow == Flow::Break {
                break;
            }
            state.index += 1.0;
        }
        if node.table && length > 0.0 {
            self.markup("</tr>")?;
        }
        Ok(Flow::Next)
    }

    fn markup(&mut self, text: &str) -> Result<(), RenderError> {
        self.out.push(text, PieceKind::Text)
    }

    fn numbered(&mut self, begin: &str, number: f64) -> Result<(), RenderError> {
        self.markup(begin)?;
        self.markup(&numbers::write(number))?;
        self.markup("\">")
    }

    pub(super) fn cycle(&mut self, group: Option<&'t Operand>, values: &'t [Chain]) -> Result<(), RenderError> {
        let group = match group {
            Some(group) => self.operand(group)?.to_text()?,
            None => Rc::from(""),
        };
        let (Some(first), Some(last)) = (values.first(), values.last()) else {
            return Ok(());
        };
        let start = first.span.start as usize;
        let written = self.source.get(start..last.span.end as usize).unwrap_or_default();
        self.fuel.work(self.cycles.len() + group.len())?;
        let known = self.cycles.iter_mut().find(|known| known.0 == group && known.1 == written);
        let turn = match known {
            Some(known) => {
                known.2 = (known.2 + 1) % values.len();
                known.2
            }
            None => {
                self.cycles.push((group, written, 0));
                0
            }
        };
        match values.get(turn) {
            Some(chain) => self.output(chain),
            None => Ok(()),
        }
    }
}
