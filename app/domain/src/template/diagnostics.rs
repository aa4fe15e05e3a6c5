//! Where a template is wrong, how badly, and what mends it. The words are in `fault.rs`.

use serde::{Deserialize, Serialize};

use super::fault::Fault;

/// A range of a template's source in bytes, on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// Makes a span; sources are bounded, so both ends fit.
    pub(super) fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The part of the source that the span covers; nothing if it lies outside.
    pub fn text(self, source: &str) -> &str {
        source.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// Whether a finding blocks saving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Saving is refused.
    Error,
    /// Saving is possible.
    Warning,
}

/// One finding about a template, with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Whether it blocks saving.
    pub severity: Severity,
    /// The place; empty at the start when it concerns the whole template.
    pub span: Span,
    /// The line of the place, from 1.
    pub line: u32,
    /// The column of the place in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub fault: Fault,
    /// What mends it, where that is plain.
    pub fix: Option<Fix>,
}

/// A change of the source that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What it does, in the imperative, such as `write code`.
    pub label: String,
    /// What is replaced.
    pub span: Span,
    /// What takes its place.
    pub text: String,
}

impl Fix {
    /// A fix that replaces a word and says so.
    pub(super) fn write(span: Span, text: &str) -> Self {
        Self { label: ["write ", text].concat(), span, text: text.to_owned() }
    }

    /// The source as it is once mended.
    pub fn apply(&self, source: &str) -> String {
        let before = source.get(..self.span.start as usize).unwrap_or_default();
        let after = source.get(self.span.end as usize..).unwrap_or_default();
        [before, &self.text, after].concat()
    }
}

impl Diagnostic {
    pub(super) fn new(source: &str, severity: Severity, span: Span, fault: Fault) -> Self {
        let before = source.get(..span.start as usize).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            severity,
            span,
            line: before.bytes().filter(|byte| *byte == b'\n').count() as u32 + 1,
            column: before[line_start..].chars().count() as u32 + 1,
            fault,
            fix: None,
        }
    }

    pub(super) fn error(source: &str, span: Span, fault: Fault) -> Self {
        Self::new(source, Severity::Error, span, fault)
    }
}

/// Puts findings in source order, those about the whole template first; of one place the earlier noticed stays first.
pub(super) fn in_source_order(found: &mut [Diagnostic]) {
    let place = |one: &Diagnostic| (one.span.start, one.span.end > 0);
    for index in 1..found.len() {
        let mut at = index;
        while let [.., before, after] = found.get_mut(..=at).unwrap_or_default()
            && place(after) < place(before)
        {
            std::mem::swap(before, after);
            at -= 1;
        }
    }
}
