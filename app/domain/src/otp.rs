//! One-time passwords: their length, how long they live, and how hard they are to guess.

use serde::{Deserialize, Serialize};

use crate::field_errors::Problem;

/// How many wrong answers spend a code.
pub const GUESSES: u32 = 3;

/// An expiry above this many seconds gets a warning.
pub const LONG_EXPIRY: u32 = 600;

/// How many seconds a code can be used: 60 to 86,400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OtpExpiry(u32);

impl OtpExpiry {
    /// The smallest number of seconds.
    pub const MIN: u32 = 60;
    /// The largest number of seconds: a day.
    pub const MAX: u32 = 86_400;

    /// Reads what was typed.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        parse_number(text, Self::MIN, Self::MAX, "seconds").map(Self)
    }

    /// The expiry in seconds.
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl Default for OtpExpiry {
    fn default() -> Self {
        Self(180)
    }
}

/// How many digits a code has: 4 to 40.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OtpLength(u32);

impl OtpLength {
    /// The smallest number of digits.
    pub const MIN: u32 = 4;
    /// The largest number of digits.
    pub const MAX: u32 = 40;

    /// Reads what was typed.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        parse_number(text, Self::MIN, Self::MAX, "digits").map(Self)
    }

    /// The number of digits.
    pub const fn digits(self) -> u32 {
        self.0
    }

    /// One in how many: the chance that all the allowed guesses find the code, in words such as `1 in 333,333`.
    pub fn odds(self) -> String {
        if self.0 > 15 {
            return format!("1 in 10^{} or less", self.0 - 1);
        }
        format!("1 in {}", grouped(10_u64.pow(self.0) / u64::from(GUESSES)))
    }

    /// The length that keeps a code as hard to guess when it lives longer than the default: one digit for each tenfold.
    pub fn advised(expiry: OtpExpiry) -> u32 {
        match expiry.seconds() {
            0..=LONG_EXPIRY => 6,
            601..=6_000 => 7,
            _ => 8,
        }
    }
}

impl Default for OtpLength {
    fn default() -> Self {
        Self(6)
    }
}

/// Seconds as people say them: `3 minutes`, `1 hour 30 minutes`, `1 minute 5 seconds`.
pub fn duration_in_words(seconds: u32) -> String {
    let mut words = String::new();
    for (count, unit) in [
        (seconds / 86_400, "day"),
        (seconds % 86_400 / 3_600, "hour"),
        (seconds % 3_600 / 60, "minute"),
        (seconds % 60, "second"),
    ] {
        if count > 0 {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(&count.to_string());
            words.push(' ');
            words.push_str(unit);
            if count > 1 {
                words.push('s');
            }
        }
    }
    if words.is_empty() { "0 seconds".to_owned() } else { words }
}

/// A number with commas between its groups of three digits.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn parse_number(text: &str, min: u32, max: u32, unit: &str) -> Result<u32, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Required);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::NotANumber { unit: unit.to_owned() });
    }
    match text.parse::<u32>() {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ => Err(Problem::OutOfRange { min, max, unit: unit.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_takes_60_to_86400_seconds() {
        for (text, passes) in [
            ("60", true),
            ("86400", true),
            (" 180 ", true),
            ("59", false),
            ("86401", false),
            ("99999999999", false),
            ("1e3", false),
            ("-60", false),
            ("", false),
        ] {
            assert_eq!(OtpExpiry::parse(text).is_ok(), passes, "{text:?}");
        }
    }

    #[test]
    fn length_takes_4_to_40_digits() {
        for (text, passes) in [("4", true), ("40", true), ("3", false), ("41", false), ("six", false)] {
            assert_eq!(OtpLength::parse(text).is_ok(), passes, "{text:?}");
        }
    }

    #[test]
    fn odds_are_said_in_words() {
        assert_eq!(OtpLength(6).odds(), "1 in 333,333");
        assert_eq!(OtpLength(4).odds(), "1 in 3,333");
        assert_eq!(OtpLength(40).odds(), "1 in 10^39 or less");
    }

    #[test]
    fn durations_are_said_as_people_say_them() {
        for (seconds, words) in
            [(180, "3 minutes"), (65, "1 minute 5 seconds"), (5_400, "1 hour 30 minutes"), (86_400, "1 day")]
        {
            assert_eq!(duration_in_words(seconds), words);
        }
    }
}
