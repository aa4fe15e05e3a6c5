//! What refuses a save, and what warns: one list of findings, each with its place and, where plain, what mends it.

use super::diagnostics::{self, Diagnostic, Fix, Severity, Span};
use super::fault::Fault;
use super::tree::{self, Item, Node, NodeKind};
use super::{Part, Syntax, Template, macros, parser};
use crate::connection::Method;

mod durations;
mod encoding;
mod links;
mod mending;
mod nearest;
mod prose;
mod renderings;
mod unknown;

#[cfg(test)]
mod tests;

// More of one kind would only hide the others.
const MAX_FINDINGS: usize = 50;

pub use renderings::carries_code;

/// What a check must know besides the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Which part of a message the template makes.
    pub part: Part,
    /// The language that it is written in.
    pub syntax: Syntax,
    /// How long a code lives, in seconds.
    pub otp_expiry: u32,
    /// How many digits a code has.
    pub otp_length: u32,
}

impl About {
    pub(super) const fn method(self) -> Method {
        match self.part {
            Part::Message => Method::Sms,
            Part::From | Part::Subject | Part::Body => Method::Email,
        }
    }
}

/// Finds everything that is wrong, in source order; what concerns the whole template comes first. Errors refuse a save.
pub fn diagnose(source: &str, about: About) -> Vec<Diagnostic> {
    let template = Template::parse(source, about.syntax);
    let mut findings = Findings { template: &template, about, list: Vec::new() };
    for error in template.errors() {
        findings.error(error.span, error.fault.clone(), mending::fix(&template, error));
    }
    if !template.errors().iter().any(|error| matches!(error.fault, Fault::SourceTooLong)) {
        findings.other_syntax();
        if matches!(about.part, Part::From | Part::Subject) {
            findings.line_breaks();
        }
        if findings.list.is_empty() {
            renderings::check(&mut findings);
        }
        unknown::check(&mut findings);
        let prose = prose::of(&template, about.part);
        durations::check(&mut findings, &prose);
        links::check(&mut findings);
    }
    let mut list = findings.list;
    diagnostics::in_source_order(&mut list);
    list
}

/// What was found so far, and in what.
struct Findings<'t> {
    template: &'t Template,
    about: About,
    list: Vec<Diagnostic>,
}

impl<'t> Findings<'t> {
    fn source(&self) -> &'t str {
        self.template.source()
    }

    fn error(&mut self, span: Span, fault: Fault, fix: Option<Fix>) {
        self.add(Severity::Error, span, fault, fix);
    }

    fn warning(&mut self, span: Span, fault: Fault, fix: Option<Fix>) {
        self.add(Severity::Warning, span, fault, fix);
    }

    fn add(&mut self, severity: Severity, span: Span, fault: Fault, fix: Option<Fix>) {
        let mut diagnostic = Diagnostic::new(self.source(), severity, span, fault);
        diagnostic.fix = fix;
        self.list.push(diagnostic);
    }

    /// Finds what belongs to the other syntax.
    fn other_syntax(&mut self) {
        let source = self.source();
        if self.about.syntax == Syntax::Markdown {
            for span in parser::liquid_in_markdown(source) {
                let text = span.text(source);
                let name = text.trim_start_matches("{{").trim_end_matches("}}").trim();
                let is_output = text.starts_with("{{") && text.ends_with("}}");
                let fix =
                    (is_output && macros::is_parameter(name)).then(|| Fix::write(span, &["@@", name, "@@"].concat()));
                self.error(span, Fault::LiquidInMarkdown, fix);
            }
            return;
        }
        let template = self.template;
        tree::visit(template.tree(), &mut |item| {
            let Item::Node(Node { span, kind: NodeKind::Text }) = item else { return };
            let mut span = *span;
            while self.list.len() < MAX_FINDINGS
                && let Some(foreign) = macros::find(source, span)
            {
                span.start = foreign.span.end;
                let name = foreign.name.text(source).to_owned();
                let fix = Fix::write(foreign.span, &["{{ ", &name, " }}"].concat());
                self.error(foreign.span, Fault::MacroInLiquid { name }, Some(fix));
            }
        });
    }

    fn line_breaks(&mut self) {
        let source = self.source();
        let mut start = 0;
        let is_break = |byte: Option<&u8>| matches!(byte, Some(b'\r' | b'\n'));
        while start < source.len() && self.list.len() < MAX_FINDINGS {
            let mut end = start;
            while is_break(source.as_bytes().get(end)) {
                end += 1;
            }
            if end > start {
                let span = Span::new(start, end);
                let fix = Fix { label: "write a space".to_owned(), span, text: " ".to_owned() };
                self.error(span, Fault::LineBreak, Some(fix));
            }
            start = end + 1;
        }
    }
}

/// Finds the last place of a sign, without the search that goes backwards, which is large.
pub(super) fn find_last(text: &str, sign: [u8; 2]) -> Option<usize> {
    text.as_bytes().windows(2).rposition(|window| window == sign)
}

/// Finds a text in another, capitals or not.
pub(super) fn find(text: &str, wanted: &str) -> Option<usize> {
    if wanted.is_empty() {
        return Some(0);
    }
    text.as_bytes().windows(wanted.len()).position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}
