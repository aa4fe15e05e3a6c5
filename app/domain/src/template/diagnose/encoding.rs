//! Characters that turn an SMS into UCS-2, with what can stand in for them and what they cost.

use super::Findings;
use super::prose::texts;
use crate::segments;
use crate::template::diagnostics::{Fix, Span};
use crate::template::fault::Fault;

// More would make the sentence longer than anybody reads.
const MAX_NAMED: usize = 8;

/// Reports the characters of the template's own text that force UCS-2, measured on a message as it is sent.
pub(super) fn check(findings: &mut Findings<'_>, message: &str) {
    let source = findings.source();
    let mut guilty: Vec<(Span, &str)> = Vec::new();
    texts(findings.template, &mut |text| {
        for (at, letter) in segments::foreign(text.text(source)) {
            let start = text.start + at as u32;
            guilty.push((Span { start, end: start + letter.len() as u32 }, letter));
        }
    });
    let (Some(first), Some(last)) = (guilty.first(), guilty.last()) else { return };
    let (place, range) = (first.0, Span { start: first.0.start, end: last.0.end });

    let mut distinct: Vec<&str> = Vec::new();
    for (_, letter) in &guilty {
        if !distinct.contains(letter) {
            distinct.push(letter);
        }
    }
    let mut characters = String::new();
    let mut stand_ins = String::new();
    for letter in distinct.iter().take(MAX_NAMED) {
        name(letter, &mut characters);
        if let Some(stand_in) = segments::stand_in(letter) {
            name(stand_in, &mut stand_ins);
        }
    }
    if distinct.len() > MAX_NAMED {
        characters.push_str(&[" and ", &(distinct.len() - MAX_NAMED).to_string(), " more"].concat());
        if !stand_ins.is_empty() {
            stand_ins.push_str(" and so on");
        }
    }
    let is_replaceable = distinct.iter().all(|letter| segments::stand_in(letter).is_some());
    let advice = if is_replaceable {
        ["write ", &stand_ins, " instead"].concat()
    } else if stand_ins.is_empty() {
        "do without them".to_owned()
    } else {
        ["write ", &stand_ins, " where they fit, and do without the others"].concat()
    };
    let fix = is_replaceable.then(|| Fix {
        label: ["replace ", &characters, " by ", &stand_ins].concat(),
        span: range,
        text: replaced(source, range, &guilty),
    });
    let cost = cost(message);
    findings.warning(place, Fault::TurnsUcs2 { characters, cost, advice }, fix);
}

/// Writes a character so that it can be seen, after a space.
fn name(letter: &str, out: &mut String) {
    if !out.is_empty() {
        out.push(' ');
    }
    match letter {
        "" => out.push_str("nothing"),
        " " => out.push_str("a space"),
        _ => {
            let first = letter.chars().next().unwrap_or_default();
            let is_hidden = first.is_whitespace()
                || first.is_control()
                || matches!(first, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
            if !is_hidden {
                return out.push_str(letter);
            }
            out.push_str("U+");
            for shift in [12, 8, 4, 0] {
                let digit = char::from_digit(u32::from(first) >> shift & 15, 16).unwrap_or_default();
                out.push(digit.to_ascii_uppercase());
            }
        }
    }
}

fn replaced(source: &str, range: Span, guilty: &[(Span, &str)]) -> String {
    let mut text = String::new();
    let mut start = range.start;
    for (span, letter) in guilty {
        text.push_str(Span { start, end: span.start }.text(source));
        text.push_str(segments::stand_in(letter).unwrap_or_default());
        start = span.end;
    }
    text
}

/// What the message takes, and what it would take without these characters.
fn cost(message: &str) -> String {
    let mut without = String::with_capacity(message.len());
    let mut start = 0;
    for (at, letter) in segments::foreign(message) {
        without.push_str(message.get(start..at).unwrap_or_default());
        without.push_str(segments::stand_in(letter).unwrap_or("?"));
        start = at + letter.len();
    }
    without.push_str(message.get(start..).unwrap_or_default());
    let (with, without) = (segments::count(message).segments, segments::count(&without).segments);
    if with == without {
        return "a segment holds 70 characters instead of 160".to_owned();
    }
    [&with.to_string(), " segments instead of ", &without.to_string()].concat()
}
