//! What is found in a text while it is edited, and the mirror that shows it.

use std::time::Duration;

use domain::template::{About, Diagnostic, Fault, Span, diagnose};
use leptos::html::Div;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;

use super::mirror::Drawn;

/// How long typing must rest before the text is looked at again, so that half a word is no problem.
const PAUSE: Duration = Duration::from_millis(300);

/// The findings of a text, looked for again when typing rests.
#[derive(Clone, Copy)]
pub struct Findings {
    list: RwSignal<Vec<Diagnostic>>,
    seen: StoredValue<Seen>,
}

/// The text as it was last seen.
struct Seen {
    text: String,
    about: About,
    drawn: Drawn,
    timer: Option<TimeoutHandle>,
}

impl Findings {
    /// Looks at a text now, and at every change of it; keeps a mirror like it.
    pub fn new(value: Signal<String>, about: Callback<(), About>, mirror: Option<NodeRef<Div>>) -> Self {
        let (text, what) = (value.get_untracked(), untrack(move || about.run(())));
        let findings = RwSignal::new(diagnose(&text, what));
        let seen = StoredValue::new(Seen { text, about: what, drawn: Drawn::default(), timer: None });
        let look = move || {
            let found = seen.with_value(|seen| diagnose(&seen.text, seen.about));
            if findings.with_untracked(|findings| *findings != found) {
                findings.set(found);
            }
        };
        Effect::new(move || {
            let (text, about) = (value.get(), about.run(()));
            seen.update_value(|seen| {
                if seen.text != text || seen.about != about {
                    findings.update_untracked(|findings| moved(findings, &seen.text, &text));
                    let timer = set_timeout_with_handle(look, PAUSE).ok();
                    if let Some(last) = std::mem::replace(&mut seen.timer, timer) {
                        last.clear();
                    }
                    seen.text.clone_from(&text);
                    seen.about = about;
                }
                if let Some(mirror) = mirror.and_then(|mirror| mirror.get()) {
                    findings.with(|findings| seen.drawn.draw(&mirror, text, about.syntax, findings));
                }
            });
        });
        on_cleanup(move || {
            if let Some(last) = seen.try_update_value(|seen| seen.timer.take()).flatten() {
                last.clear();
            }
        });
        Self { list: findings, seen }
    }

    /// Reads them.
    pub fn with<T>(self, read: impl FnOnce(&[Diagnostic]) -> T) -> T {
        self.list.with(|findings| read(findings))
    }

    /// Looks at the text as it is now, whatever the list says yet, for the finding like `wanted`, of which `before` stand before it.
    pub fn now(self, wanted: &Fault, before: usize) -> Option<Diagnostic> {
        let found = self.seen.with_value(|seen| diagnose(&seen.text, seen.about));
        found.into_iter().filter(|finding| finding.fault == *wanted).nth(before)
    }
}

/// Moves findings with the text around them, until it is looked at again.
fn moved(findings: &mut [Diagnostic], before: &str, now: &str) {
    let same = before.bytes().zip(now.bytes()).take_while(|(old, new)| old == new).count();
    let place = |at: u32| {
        let at = at as usize;
        let moved = if at <= same { at } else { (at + now.len()).saturating_sub(before.len()).max(same) };
        moved as u32
    };
    for finding in findings {
        let span = Span { start: place(finding.span.start), end: place(finding.span.end) };
        // An edit may end within a character.
        let whole = now.get(span.start as usize..span.end as usize).is_some();
        finding.span = if whole { span } else { Span::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::template::{Part, Syntax};

    #[test]
    fn findings_move_with_the_text_around_them() {
        let before = "@@application.name@@ @@code@@ @@cod@@";
        let after = ["é ", before].concat();
        let about = About { part: Part::Message, syntax: Syntax::Markdown, otp_expiry: 180, otp_length: 6 };
        let mut findings = diagnose(before, about);
        let start = findings.first().expect("a finding").span.start;
        moved(&mut findings, before, &after);
        assert_eq!(findings.first().expect("a finding").span.start, start + 3);
        moved(&mut findings, &after, before);
        assert_eq!(findings.first().expect("a finding").span.start, start);
        moved(&mut findings, before, "");
        assert_eq!(findings.first().expect("a finding").span, Span::default());
    }
}
