//! Durations in the text that contradict how long a code lives.

use super::{Findings, MAX_FINDINGS};
use crate::template::diagnostics::{Fix, Span};
use crate::template::fault::Fault;

/// Words for one and for many of each unit, in the languages that messages are most often written in.
static UNITS: [(u32, &str); 4] = [
    (1, "second seconds sec secs seconde secondes Sekunde Sekunden seconde seconden segundo segundos secondo secondi"),
    (60, "minute minutes min min min mins Minute Minuten minuto minutos minuut minuten minuto minuti"),
    (3_600, "hour hours hr hrs heure heures Stunde Stunden hora horas ora ore uur uur uur uren"),
    (86_400, "day days jour jours Tag Tage Tag Tagen día días dia dias giorno giorni dag dagen"),
];

static NUMBERS: [(u32, &str); 13] = [
    (1, "one"),
    (2, "two"),
    (3, "three"),
    (4, "four"),
    (5, "five"),
    (6, "six"),
    (7, "seven"),
    (8, "eight"),
    (9, "nine"),
    (10, "ten"),
    (15, "fifteen"),
    (30, "thirty"),
    (60, "sixty"),
];

#[derive(Clone, Copy)]
struct Number {
    span: Span,
    value: u32,
    in_words: bool,
}

struct Unit {
    seconds: u32,
    one: &'static str,
    many: &'static str,
    is_one: bool,
}

/// A duration that may go on, as in `1 hour 30 minutes`.
struct Duration {
    span: Span,
    seconds: u32,
    /// The smallest unit so far.
    unit: u32,
    fix: Option<Fix>,
}

/// Reports each duration in the words that readers see that differs from OTP Expiry.
pub(super) fn check(findings: &mut Findings<'_>, prose: &[Span]) {
    let source = findings.source();
    let expiry = findings.about.otp_expiry;
    let mut number: Option<Number> = None;
    let mut last: Option<Duration> = None;
    let mut digits_end = 0;
    let mut in_fraction = false;
    let mut before = 0;
    let mut count = 0;
    let mut report = |duration: Option<Duration>| {
        if let Some(duration) = duration
            && duration.seconds != expiry
            && count < MAX_FINDINGS
        {
            count += 1;
            let text = duration.span.text(source);
            // Tags and entities between the number and its unit say nothing.
            let text = if text.contains(['<', '&']) { "This duration" } else { text }.to_owned();
            findings.warning(duration.span, Fault::OtherDuration { text, expiry }, duration.fix);
        }
    };
    for words in prose {
        let gap = Span { start: before, end: words.start }.text(source);
        if gap.contains("{{") || gap.contains("{%") || gap.contains("@@") {
            number = None;
            report(last.take());
        }
        before = words.end;
        let mut rest = *words;
        while let Some((length, kind)) = next(rest.text(source)) {
            let span = Span { start: rest.start, end: rest.start + length };
            rest.start = span.end;
            match kind {
                Kind::Space => {}
                Kind::Digits => {
                    let value = if in_fraction { None } else { value_of(span.text(source)) };
                    number = value.map(|value| Number { span, value, in_words: false });
                    digits_end = span.end;
                }
                Kind::Word => {
                    let word = span.text(source);
                    let amount = number.take();
                    if let Some(amount) = amount
                        && let Some(unit) = unit(word)
                    {
                        let seconds = amount.value.saturating_mul(unit.seconds);
                        match &mut last {
                            Some(last) if unit.seconds < last.unit => {
                                last.span.end = span.end;
                                last.seconds = last.seconds.saturating_add(seconds);
                                last.unit = unit.seconds;
                                last.fix = None;
                            }
                            _ => report(last.replace(Duration {
                                span: Span { start: amount.span.start, end: span.end },
                                seconds,
                                unit: unit.seconds,
                                fix: fix(source, amount, span, &unit, expiry),
                            })),
                        }
                    } else if let Some((value, _)) = NUMBERS.iter().find(|row| row.1.eq_ignore_ascii_case(word)) {
                        number = Some(Number { span, value: *value, in_words: true });
                    } else if !matches!(word, "and" | "und" | "et" | "y" | "e" | "en") {
                        report(last.take());
                    }
                }
                Kind::Sign => {
                    let joins = number.is_some_and(|number| number.span.end == span.start)
                        && matches!(span.text(source), "-" | "\u{2011}");
                    if !joins {
                        number = None;
                        report(last.take());
                    }
                }
            }
            let is_point = matches!(span.text(source), "." | "," | ":");
            in_fraction = is_point && span.start == digits_end;
        }
    }
    report(last);
}

#[derive(Clone, Copy)]
enum Kind {
    Space,
    Digits,
    Word,
    Sign,
}

/// How long the next piece of a text is, and what it is.
fn next(text: &str) -> Option<(u32, Kind)> {
    let first = text.chars().next()?;
    let run = |goes_on: fn(char) -> bool| text.find(|letter| !goes_on(letter)).unwrap_or(text.len()) as u32;
    if first.is_ascii_digit() {
        return Some((run(|letter| letter.is_ascii_digit()), Kind::Digits));
    }
    if is_letter(first) {
        return Some((run(is_letter), Kind::Word));
    }
    for space in ["&nbsp;", "&#160;", "&#xa0;", "&#xA0;"] {
        if text.starts_with(space) {
            return Some((space.len() as u32, Kind::Space));
        }
    }
    Some((first.len_utf8() as u32, if first.is_whitespace() { Kind::Space } else { Kind::Sign }))
}

/// Whether a character belongs to a word, as far as units go; the whole table of letters would be large.
fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphabetic() || ('\u{c0}'..'\u{2000}').contains(&letter)
}

fn value_of(digits: &str) -> Option<u32> {
    // More digits are no duration.
    let is_short = digits.len() <= 7;
    is_short.then(|| digits.bytes().fold(0, |value, digit| value * 10 + u32::from(digit & 15)))
}

fn unit(word: &str) -> Option<Unit> {
    // German nouns have capitals and are otherwise like those of other languages.
    for ignores_case in [false, true] {
        for (seconds, words) in &UNITS {
            let mut words = words.split(' ');
            while let (Some(one), Some(many)) = (words.next(), words.next()) {
                let is = |known: &str| known == word || ignores_case && known.eq_ignore_ascii_case(word);
                let is_one = is(one);
                if is_one || is(many) {
                    return Some(Unit { seconds: *seconds, one, many, is_one });
                }
            }
        }
    }
    None
}

/// Writes OTP Expiry in the same unit, in words if it was in words.
fn fix(source: &str, number: Number, word: Span, unit: &Unit, expiry: u32) -> Option<Fix> {
    let count = expiry / unit.seconds;
    if count * unit.seconds != expiry {
        return None;
    }
    let mut amount = count.to_string();
    if number.in_words
        && let Some((_, in_words)) = NUMBERS.iter().find(|row| row.0 == count)
    {
        amount = (*in_words).to_owned();
        if number.span.text(source).starts_with(|letter: char| letter.is_ascii_uppercase())
            && let Some(first) = amount.get_mut(..1)
        {
            first.make_ascii_uppercase();
        }
    }
    let between = Span { start: number.span.end, end: word.start }.text(source);
    let as_written = word.text(source);
    let name = if (count == 1) == unit.is_one || unit.one == unit.many || between == "-" {
        as_written
    } else if unit.is_one {
        unit.many
    } else {
        unit.one
    };
    Some(Fix {
        label: ["write ", &amount, " ", name].concat(),
        span: Span { start: number.span.start, end: word.end },
        text: [&amount, between, name].concat(),
    })
}
