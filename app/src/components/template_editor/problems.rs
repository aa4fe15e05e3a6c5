//! What was found in a template: beneath its editor, each with its place and its fix.

use domain::template::{Diagnostic, Severity, Span};
use leptos::prelude::*;

use super::{Findings, Hand, mirror};
use crate::components::field::part;
use crate::erased::hears;

/// The list `Problems`, and in words how many there are.
#[component]
pub fn Problems(
    /// The field that they are in.
    hand: Hand,
    /// What was found.
    findings: Findings,
    /// Whether there is room for praise: a line that says that nothing was found.
    #[prop(default = true)]
    praise: bool,
) -> impl IntoView {
    let summary = move || findings.with(|findings| in_words(findings, praise));
    let tone = move || findings.with(worst);
    let all = findings;
    let list = move || {
        findings.with(|findings| {
            let item = |index: usize, finding: &Diagnostic| {
                let before = findings.get(..index).unwrap_or_default();
                let before = before.iter().filter(|other| other.fault == finding.fault).count();
                item(hand, all, finding, before)
            };
            let items = findings.iter().enumerate().map(|(index, finding)| item(index, finding)).collect_view();
            (!findings.is_empty()).then(|| view! { <ul aria-label="Problems">{items}</ul> })
        })
    };
    view! {
        <div class="problems" data-tone=tone>
            <p role="status" id=part(&hand.0.id(), "findings")>{summary}</p>
            {list}
        </div>
    }
    .into_any()
}

fn worst(findings: &[Diagnostic]) -> Option<&'static str> {
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Some("danger");
    }
    (!findings.is_empty()).then_some("warning")
}

fn in_words(findings: &[Diagnostic], praise: bool) -> String {
    let count = |severity, one: &str, many: &str| {
        let count = findings.iter().filter(|finding| finding.severity == severity).count();
        match count {
            0 => String::new(),
            1 => ["1 ", one].concat(),
            _ => [&count.to_string(), " ", many].concat(),
        }
    };
    let errors = count(Severity::Error, "error", "errors");
    let warnings = count(Severity::Warning, "warning", "warnings");
    match (errors.is_empty(), warnings.is_empty()) {
        (true, true) => if praise { "No problems found" } else { "" }.to_owned(),
        (false, false) => [errors, warnings].join(", "),
        _ => errors + &warnings,
    }
}

fn item(hand: Hand, all: Findings, finding: &Diagnostic, before: usize) -> AnyView {
    let place = if finding.span == Span::default() {
        "Whole text".to_owned()
    } else {
        ["Line ", &finding.line.to_string(), ", column ", &finding.column.to_string()].concat()
    };
    let tone = worst(std::slice::from_ref(finding));
    // The list may be older than the text: what is done to it goes by the text.
    let fault = StoredValue::new(finding.fault.clone());
    let now = move || fault.with_value(|fault| all.now(fault, before));
    let fix = finding.fix.as_ref().map(|fix| {
        let label = ["Fix: ", &fix.label].concat();
        let mend = move |_| {
            if let Some(fix) = now().and_then(|finding| finding.fix) {
                hand.replace(fix.span, &fix.text);
            }
        };
        view! { <button type="button" class="link needs-js" on:click=hears(mend)>{label}</button> }
    });
    let go = move |_| {
        if let Some(finding) = now() {
            hand.select(finding.span);
            mirror::show_line(hand, finding.line);
        }
    };
    view! {
        <li data-tone=tone>
            <button type="button" class="link place" on:click=hears(go)>{place}</button>
            <span>{finding.fault.to_string()}</span>
            {fix}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::template::{About, Part, Syntax, diagnose};

    fn found(text: &str) -> Vec<Diagnostic> {
        diagnose(text, About { part: Part::Message, syntax: Syntax::Markdown, otp_expiry: 180, otp_length: 6 })
    }

    #[test]
    fn findings_are_counted_in_words() {
        assert_eq!(in_words(&found("@@application.name@@: @@code@@"), true), "No problems found");
        assert_eq!(in_words(&found("@@application.name@@: @@code@@ @@cod@@"), true), "1 warning");
        assert_eq!(in_words(&[], false), "");
    }
}
