//! Where a template is wrong, how badly, and in which words.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::RenderError;

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
        }
    }

    pub(super) fn error(source: &str, span: Span, fault: Fault) -> Self {
        Self::new(source, Severity::Error, span, fault)
    }
}

/// Everything that can be wrong with a template; its words say what and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The source passes its bound.
    #[error("The template is longer than 64 KiB; shorten it.")]
    SourceTooLong,
    /// Blocks, brackets or ranges are nested past the bound.
    #[error("This is nested too deeply; use fewer levels.")]
    NestedTooDeep,
    /// `{{` without `}}`.
    #[error("This output is not closed; end it with }}}}.")]
    OutputNotClosed,
    /// `{%` without `%}`.
    #[error("This tag is not closed; end it with %}}.")]
    TagNotClosed,
    /// A quotation mark without its partner.
    #[error("This text is not closed; end it with the quotation mark it begins with.")]
    QuoteNotClosed,
    /// `[` without `]`.
    #[error("This bracket is not closed; add ].")]
    BracketNotClosed,
    /// A parenthesis that is not a range.
    #[error("This is not a range; write it as (1..5), without other parentheses.")]
    NotARange,
    /// A block without its end.
    #[error("The block {{% {tag} %}} is not closed; add {{% end{tag} %}}.")]
    BlockNotClosed {
        /// The name of the tag that opens the block.
        tag: String,
    },
    /// A tag such as `else` outside the block it belongs to.
    #[error("There is no open block that {{% {tag} %}} belongs to; remove it or open the block.")]
    TagOutOfPlace {
        /// The name of the tag.
        tag: String,
    },
    /// A tag that does not exist.
    #[error("There is no tag named “{tag}”; correct its name or remove it.")]
    UnknownTag {
        /// The name as written.
        tag: String,
    },
    /// A tag of Liquid that messages cannot use.
    #[error("The tag “{tag}” is not available in messages; remove it.")]
    TagNotAvailable {
        /// The name of the tag.
        tag: String,
    },
    /// A value is missing.
    #[error("A value is missing; write a parameter, a text in quotes or a number.")]
    ValueExpected,
    /// A name is missing.
    #[error("A name is missing; write one made of letters, digits and _.")]
    NameExpected,
    /// `assign` without `=`.
    #[error("An = is missing; write {{% assign name = value %}}.")]
    EqualsExpected,
    /// A loop without `in`.
    #[error("The word in is missing; write {{% for item in list %}}.")]
    InExpected,
    /// `|` without a filter.
    #[error("The name of a filter is missing after |; write one or remove the |.")]
    FilterNameExpected,
    /// Something that does not belong where it stands.
    #[error("“{text}” is not expected here; remove it, or join it with an operator or a | and a filter.")]
    NotExpected {
        /// The beginning of what is too much.
        text: String,
    },
    /// A macro that Liquid templates cannot use.
    #[error("A Liquid template knows only @@password@@ and @@code@@; write {{{{ {name} }}}} instead of @@{name}@@.")]
    MacroInLiquid {
        /// The name between the signs.
        name: String,
    },
    /// Liquid in a template whose syntax is Markdown.
    #[error("Liquid is not read in Markdown syntax; write parameters as @@name@@ or choose Liquid.")]
    LiquidInMarkdown,
    /// The code never appears.
    #[error("The one-time code never appears; insert the parameter code.")]
    CodeMissing,
    /// A message that carries a link never shows it.
    #[error("The link never appears when a link is sent; insert the parameter link.")]
    LinkMissing,
    /// The code does not appear for one language.
    #[error("The one-time code does not appear when the language is {language}; add it there.")]
    CodeMissingFor {
        /// The language, or words for one that the template does not name.
        language: String,
    },
    /// The link does not appear for one language.
    #[error("The link does not appear when the language is {language}; add it there.")]
    LinkMissingFor {
        /// The language, or words for one that the template does not name.
        language: String,
    },
    /// Nothing is left once rendered.
    #[error("Nothing is left of the text once rendered; write something outside the tags.")]
    RendersEmpty,
    /// Nothing is left once rendered for one language.
    #[error("Nothing is left of the text when the language is {language}; add an {{% else %}} with a text.")]
    RendersEmptyFor {
        /// The language, or words for one that the template does not name.
        language: String,
    },
    /// The text passes what can be sent.
    #[error("Once rendered the text has {characters} characters; at most 1600 can be sent, so shorten it.")]
    RendersTooLong {
        /// How many characters it has with sample values.
        characters: u32,
    },
    /// A line break in a one-line template.
    #[error("A subject is one line; remove the line break.")]
    LineBreak,
    /// It does not render.
    #[error("{0}")]
    DoesNotRender(RenderError),
}
