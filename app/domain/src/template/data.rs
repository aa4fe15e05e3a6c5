//! The values that exist while a template renders, and how LiquidJS compares and converts them.

use std::rc::Rc;

use super::RenderError;
use super::fuel::{MAX_ITERATIONS, MAX_OUTPUT};
use super::numbers;
use super::scope::Object;
use super::tree::Operator;

/// A value.
#[derive(Clone)]
pub(super) enum Data {
    Nil,
    Empty,
    Blank,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    /// A text that is HTML already: captured, or the result of an escaping filter.
    Markup(Rc<str>),
    List(Rc<[Data]>),
    Range(Range),
    Object(Object),
}

/// Numbers in a row, never laid out unless a filter needs them all.
#[derive(Clone, Copy)]
pub(super) struct Range {
    pub start: f64,
    pub length: f64,
}

impl Range {
    pub(super) fn item(self, index: f64) -> Data {
        if index >= 0.0 && index < self.length { Data::Number(self.start + index) } else { Data::Nil }
    }
}

/// Adds to a text within the bound of all texts.
pub(super) fn push(out: &mut String, text: &str) -> Result<(), RenderError> {
    if out.len() + text.len() > MAX_OUTPUT {
        return Err(RenderError::OutputTooLong);
    }
    out.push_str(text);
    Ok(())
}

impl Data {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(Rc::from(text))
    }

    pub(super) fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::from(items))
    }

    /// A parameter's value; an empty one counts as undefined.
    pub(super) fn parameter(text: &str) -> Self {
        if text.is_empty() { Self::Nil } else { Self::text(text) }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Markup(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_truthy(&self) -> bool {
        !matches!(self, Self::Nil | Self::Bool(false))
    }

    /// The text that an output writes.
    pub(super) fn to_text(&self) -> Result<Rc<str>, RenderError> {
        if let Self::Text(text) | Self::Markup(text) = self {
            return Ok(text.clone());
        }
        let mut out = String::new();
        self.write(&mut out)?;
        Ok(Rc::from(out))
    }

    fn write(&self, out: &mut String) -> Result<(), RenderError> {
        match self {
            Self::Nil | Self::Empty | Self::Blank | Self::Object(_) => Ok(()),
            Self::Bool(value) => push(out, if *value { "true" } else { "false" }),
            Self::Number(number) => push(out, &numbers::write(*number)),
            Self::Text(text) | Self::Markup(text) => push(out, text),
            Self::List(items) => items.iter().try_for_each(|item| item.write(out)),
            Self::Range(_) => self.to_list()?.iter().try_for_each(|item| item.write(out)),
        }
    }

    /// What arithmetic filters work with; anything but a number counts as 0.
    pub(super) fn to_number(&self) -> f64 {
        let number = match self {
            Self::Number(number) => *number,
            Self::Bool(true) => 1.0,
            // As in JavaScript, a list of one is what it holds.
            Self::List(items) if items.len() == 1 => items[0].to_number(),
            Self::Text(text) | Self::Markup(text) => numbers::parse(text).unwrap_or(0.0),
            _ => 0.0,
        };
        if number.is_nan() { 0.0 } else { number }
    }

    /// What list filters work with: a single value is a list of one.
    pub(super) fn to_list(&self) -> Result<Rc<[Self]>, RenderError> {
        match self {
            Self::Nil => Ok(Rc::from([])),
            Self::List(items) => Ok(items.clone()),
            Self::Range(range) => {
                if range.length > f64::from(MAX_ITERATIONS) {
                    return Err(RenderError::TooManyIterations);
                }
                let count = range.length as u32;
                Ok((0..count).map(|index| range.item(f64::from(index))).collect())
            }
            other => Ok(Rc::from([other.clone()])),
        }
    }

    /// Whether `empty` equals it.
    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Markup(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Range(range) => range.length < 1.0,
            _ => false,
        }
    }

    /// Whether `blank` equals it.
    fn is_blank(&self) -> bool {
        match self {
            Self::Nil | Self::Bool(false) => true,
            Self::Text(text) | Self::Markup(text) => text.trim().is_empty(),
            other => other.is_empty(),
        }
    }

    pub(super) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Empty | Self::Blank, Self::Empty | Self::Blank) => false,
            (Self::Empty, value) | (value, Self::Empty) => value.is_empty(),
            (Self::Blank, value) | (value, Self::Blank) => value.is_blank(),
            (Self::Nil, Self::Nil) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::Range(a), Self::Range(b)) => a.start == b.start && a.length == b.length,
            (Self::List(a), Self::List(b)) => {
                // Lists hold no lists deeper than the pairs of an object, so this ends soon.
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.equals(b))
            }
            (a, b) => match (a.as_text(), b.as_text()) {
                (Some(a), Some(b)) => a == b,
                _ => false,
            },
        }
    }

    /// Applies a comparison.
    pub(super) fn compare(&self, operator: Operator, other: &Self) -> Result<bool, RenderError> {
        let order = match operator {
            Operator::Equal => return Ok(self.equals(other)),
            Operator::NotEqual => return Ok(!self.equals(other)),
            Operator::Contains => return self.contains(other),
            Operator::And => return Ok(self.is_truthy() && other.is_truthy()),
            Operator::Or => return Ok(self.is_truthy() || other.is_truthy()),
            _ => match (self.as_text(), other.as_text()) {
                (Some(a), Some(b)) => Some(a.cmp(b)),
                _ => match (self.as_number(), other.as_number()) {
                    (Some(a), Some(b)) => a.partial_cmp(&b),
                    _ => None,
                },
            },
        };
        Ok(order.is_some_and(|order| match operator {
            Operator::Less => order.is_lt(),
            Operator::Greater => order.is_gt(),
            Operator::LessOrEqual => order.is_le(),
            _ => order.is_ge(),
        }))
    }

    /// What a comparison of sizes sees; JavaScript reads texts and truth values as numbers.
    pub(super) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Bool(value) => Some(f64::from(u8::from(*value))),
            Self::Text(text) | Self::Markup(text) if text.trim().is_empty() => Some(0.0),
            Self::Text(text) | Self::Markup(text) => numbers::parse(text),
            _ => None,
        }
    }

    fn contains(&self, other: &Self) -> Result<bool, RenderError> {
        Ok(match self {
            Self::List(items) => items.iter().any(|item| item.equals(other)),
            Self::Range(range) => match other {
                Self::Number(number) => {
                    let index = number - range.start;
                    index >= 0.0 && index < range.length && index.trunc() == index
                }
                _ => false,
            },
            Self::Text(text) | Self::Markup(text) => match other {
                Self::Nil | Self::Object(_) => false,
                other => text.contains(&*other.to_text()?),
            },
            _ => false,
        })
    }
}
