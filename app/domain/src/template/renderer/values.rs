//! Evaluates values, expressions and filters.

use super::Renderer;
use crate::template::RenderError;
use crate::template::data::{Data, Range};
use crate::template::filters::{self, FilterName};
use crate::template::fuel::MAX_OUTPUT;
use crate::template::scope::{self, Key, Object};
use crate::template::tree::{Chain, Operand, Operator, Root, Step};

impl<'t> Renderer<'t> {
    /// Evaluates an expression and passes the result through the filters.
    pub(super) fn chain(&mut self, chain: &'t Chain) -> Result<Data, RenderError> {
        let mut data = self.expression(chain)?;
        for filter in &chain.filters {
            let mut arguments = Vec::with_capacity(filter.arguments.len());
            let mut allows_false = false;
            for argument in &filter.arguments {
                let value = self.operand(&argument.value)?;
                match argument.name {
                    Some(name) if name.text(self.source) == "allow_false" => {
                        allows_false = value.is_truthy();
                    }
                    Some(_) => {}
                    None => arguments.push(value),
                }
            }
            let Some(name) = filter.known else { continue };
            let bytes: usize = arguments.iter().map(weight).sum();
            self.fuel.work(weight(&data) + bytes)?;
            if matches!(name, FilterName::Default) && allows_false && matches!(data, Data::Bool(_)) {
                continue;
            }
            data = filters::apply(self.values, name, data, &arguments)?;
            self.fuel.work(weight(&data))?;
            let markup = matches!(name, FilterName::Escape | FilterName::EscapeOnce);
            if let (true, true, Data::Text(text)) = (self.escapes, markup, &data) {
                data = Data::Markup(text.clone());
            }
        }
        Ok(data)
    }

    /// Evaluates from right to left, comparisons before `and` and `or`.
    fn expression(&mut self, chain: &'t Chain) -> Result<Data, RenderError> {
        let mut right: Option<(Operator, Data)> = None;
        let mut compared: Option<(Operator, Data)> = None;
        for (index, operand) in chain.operands.iter().enumerate().rev() {
            let mut data = self.operand(operand)?;
            if let Some((operator, other)) = compared.take() {
                self.fuel.work(weight(&data) + weight(&other))?;
                data = Data::Bool(data.compare(operator, &other)?);
            }
            if operand.negated {
                data = Data::Bool(!data.is_truthy());
            }
            let before = index.checked_sub(1).and_then(|index| chain.operators.get(index));
            match before.copied() {
                Some(operator @ (Operator::And | Operator::Or)) => {
                    right = Some((operator, self.join(data, right.take())?));
                }
                Some(operator) => compared = Some((operator, data)),
                None => return self.join(data, right),
            }
        }
        Ok(Data::Nil)
    }

    fn join(&self, data: Data, right: Option<(Operator, Data)>) -> Result<Data, RenderError> {
        match right {
            Some((operator, right)) => data.compare(operator, &right).map(Data::Bool),
            None => Ok(data),
        }
    }

    pub(super) fn operand(&mut self, operand: &'t Operand) -> Result<Data, RenderError> {
        self.fuel.work(self.assigned.len() / 4)?;
        let mut data = match &operand.root {
            Root::Variable(name) => self.variable(name.text(self.source)),
            Root::Text(span) => {
                let text = filters::unquote(span.text(self.source));
                self.fuel.work(text.len())?;
                Data::text(&text)
            }
            Root::Number(number) => Data::Number(*number),
            Root::Bool(value) => Data::Bool(*value),
            Root::Nil => Data::Nil,
            Root::Empty => Data::Empty,
            Root::Blank => Data::Blank,
            Root::Range(ends) => {
                let start = self.operand(&ends.0)?.as_number();
                let end = self.operand(&ends.1)?.as_number();
                let (start, end) = (start.unwrap_or(f64::NAN), end.unwrap_or(f64::NAN));
                // `max` turns what is no number into 0.
                Data::Range(Range { start, length: (end + 1.0 - start).ceil().max(0.0) })
            }
        };
        for step in &operand.steps {
            if let Some(text) = data.as_text() {
                self.fuel.work(text.len())?;
            }
            data = match step {
                Step::Name(name) => scope::part(self.values, &data, Key::Name(name.text(self.source))),
                Step::Index(index) => match self.operand(index)? {
                    Data::Number(index) => scope::part(self.values, &data, Key::Number(index)),
                    name => {
                        let name = name.as_text().unwrap_or_default();
                        scope::part(self.values, &data, Key::Name(name))
                    }
                },
            };
        }
        Ok(scope::whole(self.values, data))
    }

    fn variable(&self, name: &str) -> Data {
        for frame in self.frames.iter().rev() {
            if frame.variable == name {
                return frame.item.clone();
            }
            let loop_name = if frame.state.columns > 0.0 { "tablerowloop" } else { "forloop" };
            if loop_name == name {
                return Data::Object(Object::Loop(frame.state));
            }
        }
        if let Some((_, data)) = self.assigned.iter().find(|(known, _)| *known == name) {
            return data.clone();
        }
        match self.counters.iter().find(|(known, _)| *known == name) {
            Some((_, number)) => Data::Number(*number),
            None => scope::parameter(self.values, name),
        }
    }
}

/// How much work a value makes.
pub(super) fn weight(data: &Data) -> usize {
    match data {
        Data::Text(text) | Data::Markup(text) => text.len(),
        Data::List(items) => items.len() * 4,
        Data::Range(range) => range.length.min(MAX_OUTPUT as f64) as usize,
        _ => 0,
    }
}
