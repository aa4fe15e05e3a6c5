//! The template engine: what an administrator writes becomes what a user gets, byte for byte the
//! same in the preview and at delivery.
//!
//! Two syntaxes: macros (`@@name@@`), and the part of Liquid that messages need. It behaves as
//! LiquidJS does, but for this: values are escaped in HTML; objects render empty, but `connection` is
//! also its name; `date` reads ISO 8601 only and knows neither a clock nor time zones, so `now` renders
//! empty; no character is cut in two; arguments that a filter does not know are ignored; a second value
//! without an operator, a colon without an argument and a branch of `case` after `else` are errors;
//! `{%- endraw %}` ends a raw block and `break` a `tablerow`; `strip: letters` heeds the first 200
//! letters; a malformed text passes `url_decode` unchanged; `upcase` knows the alphabets in use; numbers
//! from 9e15 and below 1e-6 may differ in their last digits. `end2end/wasm/liquid-corpus.json` has an
//! example of each that can be compared.

use serde::{Deserialize, Serialize};
use thiserror::Error;

mod assist;
mod data;
mod defaults;
mod diagnose;
mod diagnostics;
mod expression;
mod fault;
mod filters;
mod fuel;
mod keywords;
mod lexer;
mod macros;
mod names;
mod numbers;
mod parser;
mod plain_text;
mod renderer;
mod scope;
#[cfg(test)]
mod tests;
pub mod tree;
mod values;
mod worst;

pub use assist::{Completion, Completions, Mark, completions, marks};
pub use defaults::{DEFAULT_BODY, DEFAULT_MESSAGE, DEFAULT_SUBJECT};
pub use diagnose::{About, carries_code, diagnose};
pub use diagnostics::{Diagnostic, Fix, Severity, Span};
pub use fault::Fault;
pub use filters::{FILTERS, FilterName};
pub use macros::convert;
pub use plain_text::plain_text;
pub use tree::Node;
pub use values::{Parameter, Send, Values, parameters};
pub use worst::at_most;

/// The language that a template is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Syntax {
    /// Text with macros, `@@name@@`.
    #[default]
    #[serde(rename = "md_with_macros")]
    Markdown,
    /// Liquid.
    #[serde(rename = "liquid")]
    Liquid,
}

impl Syntax {
    /// The name in forms, the database and the public API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "md_with_macros",
            Self::Liquid => "liquid",
        }
    }
}

/// Which part of a message a template makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The text of an SMS.
    Message,
    /// The display name of the sender of an email.
    From,
    /// The subject of an email.
    Subject,
    /// The HTML of an email, where values are escaped.
    Body,
}

/// Why a template was not rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[serde(rename_all = "snake_case")]
pub enum RenderError {
    /// The template has errors.
    #[error("The template has errors; correct them first.")]
    Faulty,
    /// The output or one of its values passes its bound.
    #[error("The rendered text is longer than 256 KiB; make it shorter.")]
    OutputTooLong,
    /// The loops pass their bound.
    #[error("The loops go round more than 10,000 times; shorten the lists or ranges.")]
    TooManyIterations,
    /// The template does more than any message needs.
    #[error("Rendering takes too many steps; make the template simpler.")]
    TooMuchWork,
    /// A marker of the code was not replaced.
    #[error("The rendered text still holds a marker of the code; write it where it is read, outside raw and quotes.")]
    MarkerLeft,
    /// A header of an email would have more than one line.
    #[error("The rendered text has a line break, and it must be one line; remove the line break.")]
    LineBreak,
}

/// A piece of a preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text, as it is sent.
    pub text: String,
    /// Where it comes from.
    pub kind: PieceKind,
}

/// Where a piece of a preview comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// The template itself.
    Text,
    /// The one-time code.
    Code,
    /// Another value.
    Value,
    /// A place that could not be rendered; the text is its source, or `…` where a bound was passed.
    Hole,
}

/// A template that was read, with all that is wrong with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    source: String,
    nodes: Vec<Node>,
    errors: Vec<Diagnostic>,
}

impl Template {
    /// Reads a source. It never fails; what is wrong is among the errors.
    pub fn parse(source: &str, syntax: Syntax) -> Self {
        let (nodes, problems) = if source.len() > fuel::MAX_SOURCE {
            (Vec::new(), vec![(Span::default(), Fault::SourceTooLong)])
        } else {
            parser::parse(source, syntax)
        };
        let error = |(span, fault)| Diagnostic::error(source, span, fault);
        let mut errors: Vec<Diagnostic> = problems.into_iter().map(error).collect();
        // An unclosed block is noticed after what it holds.
        diagnostics::in_source_order(&mut errors);
        Self { source: source.to_owned(), nodes, errors }
    }

    /// What was read.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// All syntax errors, in source order.
    pub fn errors(&self) -> &[Diagnostic] {
        &self.errors
    }

    /// The syntax tree; its spans are ranges of the source.
    pub fn tree(&self) -> &[Node] {
        &self.nodes
    }

    /// Renders a message that may be sent, or says why there is none.
    pub fn render(&self, part: Part, values: &Values) -> Result<String, RenderError> {
        self.rendered(part, values, &mut 0)
    }

    /// As [`Template::render`], and adds to `work` what that took.
    pub(in crate::template) fn rendered(
        &self,
        part: Part,
        values: &Values,
        work: &mut usize,
    ) -> Result<String, RenderError> {
        if !self.errors.is_empty() {
            return Err(RenderError::Faulty);
        }
        let (out, error) = renderer::render(&self.source, &self.nodes, part, values);
        *work += out.work;
        if let Some(error) = error {
            return Err(error);
        }
        if macros::left_over(&out.text, &|marker| values.contain(marker)) {
            return Err(RenderError::MarkerLeft);
        }
        if matches!(part, Part::From | Part::Subject) && out.text.contains(['\r', '\n']) {
            return Err(RenderError::LineBreak);
        }
        Ok(out.text)
    }

    /// Renders what can be rendered, with the rest as holes.
    pub fn preview(&self, part: Part, values: &Values) -> Vec<Piece> {
        self.preview_within(part, values, &mut 0)
    }

    /// As [`Template::preview`], for one of many messages: adds to `work` what that took, and renders nothing once all together took
    /// as much as one may.
    pub fn preview_within(&self, part: Part, values: &Values, work: &mut usize) -> Vec<Piece> {
        if is_exhausted(*work) {
            return vec![Piece { text: "…".to_owned(), kind: PieceKind::Hole }];
        }
        let (out, error) = renderer::render(&self.source, &self.nodes, part, values);
        *work += out.work;
        let mut start = 0;
        let mut pieces = Vec::with_capacity(out.ends.len());
        for (end, kind) in out.ends {
            let text = out.text.get(start..end).unwrap_or_default().to_owned();
            pieces.push(Piece { text, kind });
            start = end;
        }
        if error.is_some() || self.source.len() > fuel::MAX_SOURCE {
            pieces.push(Piece { text: "…".to_owned(), kind: PieceKind::Hole });
        }
        pieces
    }

    /// The HTML of an email as a preview shows it. Holes are marked where a mark can be seen: in text, not within a tag.
    pub fn preview_html(&self, values: &Values) -> String {
        html_of(self.preview(Part::Body, values))
    }
}

/// Whether many renderings together took as much work as one may.
pub(crate) fn is_exhausted(work: usize) -> bool {
    work > fuel::MAX_WORK
}

/// The HTML of pieces, with the holes marked.
pub(crate) fn html_of(pieces: Vec<Piece>) -> String {
    let mut html = String::new();
    for Piece { text, kind } in pieces {
        let within_tag = html.rfind('<') > html.rfind('>');
        if kind != PieceKind::Hole || within_tag {
            html.push_str(&text);
            continue;
        }
        html.push_str("<mark>");
        for letter in text.chars() {
            match letter {
                '<' => html.push_str("&lt;"),
                '&' => html.push_str("&amp;"),
                letter => html.push(letter),
            }
        }
        html.push_str("</mark>");
    }
    html
}
