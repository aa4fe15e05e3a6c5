//! The `date` filter. It knows no clock and no time zone but UTC, so a template always renders the same.

use crate::template::RenderError;
use crate::template::data::{Data, push};
use crate::template::numbers;

const DEFAULT_FORMAT: &str = "%A, %B %-e, %Y at %-l:%M %P %z";
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
#[rustfmt::skip]
const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
];
// Years 0 to 9999, which is more than a message needs.
const EARLIEST: i64 = -62_167_219_200_000;
const LATEST: i64 = 253_402_300_799_999;

/// A moment as people say it.
struct Moment {
    year: i64,
    month: i64,
    day: i64,
    day_of_year: i64,
    weekday: i64,
    hour: i64,
    minute: i64,
    second: i64,
    millisecond: i64,
    /// Seconds since the epoch, whatever the offset.
    stamp: i64,
    /// Minutes east of UTC.
    offset: i64,
}

pub(super) fn date(input: &Data, format: &Data, zone: Option<&Data>) -> Result<Data, RenderError> {
    let text = input.as_text().unwrap_or_default();
    if text == "now" || text == "today" {
        return Ok(Data::Nil);
    }
    let millis = match input {
        Data::Number(seconds) => Some(seconds * 1000.0),
        _ if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            numbers::parse(text).map(|seconds| seconds * 1000.0)
        }
        _ => parse(text).map(|millis| millis as f64),
    };
    let Some(millis) = millis.filter(|at| *at >= EARLIEST as f64 && *at <= LATEST as f64) else {
        return Ok(input.clone());
    };
    // As in JavaScript an offset counts minutes west of UTC.
    let offset = match zone {
        Some(Data::Number(west)) if west.abs() < 1440.0 => -(west.trunc() as i64),
        _ => 0,
    };
    let format = match format {
        Data::Nil => std::rc::Rc::from(DEFAULT_FORMAT),
        format => format.to_text()?,
    };
    let mut out = String::new();
    write(&moment(millis.floor() as i64, offset), &format, &mut out)?;
    Ok(Data::text(&out))
}

fn days_before(year: i64, month: i64) -> i64 {
    // Counts from March, so that the leap day comes last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 - 719_468
}

fn moment(millis: i64, offset: i64) -> Moment {
    let local = millis + offset * 60_000;
    let days = local.div_euclid(86_400_000);
    let time = local.rem_euclid(86_400_000);
    // Never later than the year sought, on either side of 1970.
    let mut year = 1970 + days.div_euclid(if days < 0 { 365 } else { 366 });
    while days_before(year + 1, 1) <= days {
        year += 1;
    }
    let mut month = 12;
    while days_before(year, month) > days {
        month -= 1;
    }
    Moment {
        year,
        month,
        day: days - days_before(year, month) + 1,
        day_of_year: days - days_before(year, 1) + 1,
        weekday: (days + 4).rem_euclid(7),
        hour: time / 3_600_000,
        minute: time / 60_000 % 60,
        second: time / 1000 % 60,
        millisecond: time % 1000,
        stamp: millis.div_euclid(1000),
        offset,
    }
}

/// Reads an ISO date with an optional time and offset.
fn parse(text: &str) -> Option<i64> {
    let mut rest = text.trim();
    let year = number(&mut rest, 4)?;
    let month = if take(&mut rest, '-') { number(&mut rest, 2)? } else { 1 };
    let day = if take(&mut rest, '-') { number(&mut rest, 2)? } else { 1 };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let mut millis = (days_before(year, month) + day - 1) * 86_400_000;
    if rest.is_empty() {
        return Some(millis);
    }
    if !take(&mut rest, 'T') && !take(&mut rest, ' ') {
        return None;
    }
    let hour = number(&mut rest, 2)?;
    take(&mut rest, ':').then_some(())?;
    let minute = number(&mut rest, 2)?;
    let second = if take(&mut rest, ':') { number(&mut rest, 2)? } else { 0 };
    if hour > 24 || minute > 59 || second > 59 {
        return None;
    }
    millis += ((hour * 60 + minute) * 60 + second) * 1000;
    if take(&mut rest, '.') {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let mut part = 0;
        for index in 0..3 {
            let digit = rest.as_bytes().get(index).filter(|_| index < digits);
            part = part * 10 + digit.map_or(0, |digit| i64::from(digit - b'0'));
        }
        millis += part;
        rest = rest.get(digits..)?;
    }
    rest = rest.trim_start();
    if rest.is_empty() || rest == "Z" || rest == "z" {
        return Some(millis);
    }
    let sign = if take(&mut rest, '+') {
        1
    } else if take(&mut rest, '-') {
        -1
    } else {
        return None;
    };
    let hours = number(&mut rest, 2)?;
    take(&mut rest, ':');
    let minutes = number(&mut rest, 2)?;
    rest.is_empty().then_some(millis - sign * (hours * 60 + minutes) * 60_000)
}

fn take(rest: &mut &str, sign: char) -> bool {
    match rest.strip_prefix(sign) {
        Some(after) => {
            *rest = after;
            true
        }
        None => false,
    }
}

fn number(rest: &mut &str, digits: usize) -> Option<i64> {
    let text = rest.get(..digits)?;
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    *rest = rest.get(digits..)?;
    text.parse().ok()
}

fn write(at: &Moment, format: &str, out: &mut String) -> Result<(), RenderError> {
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        push(out, before)?;
        let flags = &after[..after.len() - after.trim_start_matches(['^', '#', '_', '-', '0', ':']).len()];
        let after_flags = &after[flags.len()..];
        let width =
            &after_flags[..after_flags.len() - after_flags.trim_start_matches(|c: char| c.is_ascii_digit()).len()];
        let mut letters = after_flags[width.len()..].chars();
        let letter = letters.next().unwrap_or('\0');
        match conversion(at, letter, flags.contains(':')) {
            Some(field) => {
                push(out, &pad(field, letter, flags, width.parse().ok()))?;
                rest = letters.as_str();
            }
            None => {
                push(out, "%")?;
                rest = after;
            }
        }
    }
    push(out, rest)
}

/// The text of a field and its usual width.
fn conversion(at: &Moment, letter: char, colon: bool) -> Option<(String, usize)> {
    let name = |names: &[&str], index: i64| (*names.get(index as usize).unwrap_or(&"")).to_owned();
    let short = |name: String| name.get(..3).unwrap_or_default().to_owned();
    let hour12 = (at.hour + 11) % 12 + 1;
    let week = |start: i64| (at.day_of_year - 1 - (at.weekday - start + 7) % 7 + 7) / 7;
    let nested = |format: &str| {
        let mut out = String::new();
        // Fixed formats are short.
        write(at, format, &mut out).is_ok().then_some((out, 0))
    };
    let (number, width) = match letter {
        'a' => return Some((short(name(&DAYS, at.weekday)), 0)),
        'A' => return Some((name(&DAYS, at.weekday), 0)),
        'b' | 'h' => return Some((short(name(&MONTHS, at.month - 1)), 0)),
        'B' => return Some((name(&MONTHS, at.month - 1), 0)),
        'c' => return nested("%-m/%-d/%Y, %-l:%M:%S %p"),
        'x' => return nested("%-m/%-d/%Y"),
        'X' => return nested("%-l:%M:%S %p"),
        'p' => return Some(((if at.hour < 12 { "AM" } else { "PM" }).to_owned(), 0)),
        'P' => return Some(((if at.hour < 12 { "am" } else { "pm" }).to_owned(), 0)),
        'q' => {
            let ending = match (at.day, at.day % 10) {
                (11..=13, _) => "th",
                (_, 1) => "st",
                (_, 2) => "nd",
                (_, 3) => "rd",
                _ => "th",
            };
            return Some((ending.to_owned(), 0));
        }
        'N' => {
            let mut digits = pad((at.millisecond.to_string(), 3), 'L', "", None);
            digits.push_str("000000");
            return Some((digits, 0));
        }
        'z' | 'Z' => {
            let mut out = String::from(if at.offset < 0 { "-" } else { "+" });
            let minutes = at.offset.abs();
            out.push_str(&pad(((minutes / 60).to_string(), 2), 'H', "", None));
            if colon {
                out.push(':');
            }
            out.push_str(&pad(((minutes % 60).to_string(), 2), 'M', "", None));
            return Some((out, 0));
        }
        't' => return Some(("\t".to_owned(), 0)),
        'n' => return Some(("\n".to_owned(), 0)),
        '%' => return Some(("%".to_owned(), 0)),
        'C' => (at.year.div_euclid(100), 2),
        'd' | 'e' => (at.day, 2),
        'H' | 'k' => (at.hour, 2),
        'I' | 'l' => (hour12, 2),
        'j' => (at.day_of_year, 3),
        'L' => (at.millisecond, 3),
        'm' => (at.month, 2),
        'M' => (at.minute, 2),
        's' => (at.stamp, 0),
        'S' => (at.second, 2),
        'u' => ((at.weekday + 6) % 7 + 1, 0),
        'U' => (week(0), 2),
        'w' => (at.weekday, 0),
        'W' => (week(1), 2),
        'y' => (at.year.rem_euclid(100), 2),
        'Y' => (at.year, 4),
        _ => return None,
    };
    Some((number.to_string(), width))
}

fn pad(field: (String, usize), letter: char, flags: &str, width: Option<usize>) -> String {
    let (mut text, usual) = field;
    if letter == 'N' {
        text.truncate(width.unwrap_or(9));
    }
    if flags.contains('^') {
        text = text.to_ascii_uppercase();
    } else if flags.contains('#') {
        let lower = text.bytes().any(|byte| byte.is_ascii_lowercase());
        text = if lower { text.to_ascii_uppercase() } else { text.to_ascii_lowercase() };
    }
    let width = match width {
        _ if flags.contains('-') => 0,
        Some(width) if width > 0 => width.min(99),
        _ => usual,
    };
    let spaces = flags.contains('_') || ("aAbBceklpP".contains(letter) && !flags.contains('0'));
    let sign = if !spaces && text.starts_with('-') { "-" } else { "" };
    let digits = &text[sign.len()..];
    let mut out = sign.to_owned();
    for _ in text.len()..width {
        out.push(if spaces { ' ' } else { '0' });
    }
    out.push_str(digits);
    out
}
