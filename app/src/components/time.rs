//! Moments: UTC in the first render, local once the page is hydrated.

use leptos::{prelude::*, wasm_bindgen::JsValue, web_sys::js_sys::Date};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A moment in a `time` element.
#[component]
pub fn Time(
    /// Milliseconds since the Unix epoch.
    ms: i64,
) -> impl IntoView {
    let civil = Civil::new(ms);
    let text = RwSignal::new(civil.words() + " UTC");
    Effect::new(move || text.set(Civil::new(local(ms)).words()));
    view! { <time datetime=civil.machine()>{text}</time> }.into_any()
}

/// The moment moved so that its UTC reading is the local one.
fn local(ms: i64) -> i64 {
    #[expect(clippy::cast_precision_loss, reason = "a date that a browser knows fits a double")]
    let date = Date::new(&JsValue::from_f64(ms as f64));
    #[expect(clippy::cast_possible_truncation, reason = "an offset is at most a day of minutes")]
    let offset = date.get_timezone_offset() as i64;
    ms - offset * 60_000
}

/// A UTC date and time of day in the proleptic Gregorian calendar.
struct Civil {
    year: i64,
    month: usize,
    day: i64,
    /// Seconds since midnight.
    second: i64,
}

impl Civil {
    fn new(ms: i64) -> Self {
        let seconds = ms.div_euclid(1000);
        // Days are counted from 1 March of year 0, so that a leap day ends its year; 146,097 days make 400 years.
        let days = seconds.div_euclid(86_400) + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * of_year + 2) / 153;
        let month = usize::try_from((march_month + 2) % 12).unwrap_or_default();
        Self {
            year: year_of_era + era * 400 + i64::from(month < 2),
            month,
            day: of_year - (153 * march_month + 2) / 5 + 1,
            second: seconds.rem_euclid(86_400),
        }
    }

    /// `25 Nov 2026, 10:12`
    fn words(&self) -> String {
        let month = MONTHS[self.month % 12];
        [&self.day.to_string(), " ", month, " ", &self.year.to_string(), ", ", &self.clock(false)].concat()
    }

    /// `2026-11-25T10:12:00Z`
    fn machine(&self) -> String {
        let month = two(i64::try_from(self.month).unwrap_or_default() + 1);
        let year = self.year.to_string();
        let zeros = &"0000"[year.len().min(4)..];
        [zeros, &year, "-", &month, "-", &two(self.day), "T", &self.clock(true), "Z"].concat()
    }

    fn clock(&self, seconds: bool) -> String {
        let minutes = [two(self.second / 3600), two(self.second / 60 % 60)].join(":");
        if seconds { [minutes, two(self.second % 60)].join(":") } else { minutes }
    }
}

/// Two digits.
fn two(number: i64) -> String {
    let digits = number.to_string();
    if number < 10 { ["0", &digits].concat() } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_as_people_and_machines_write_them() {
        for (ms, words, machine) in [
            (0, "1 Jan 1970, 00:00", "1970-01-01T00:00:00Z"),
            (951_782_399_999, "28 Feb 2000, 23:59", "2000-02-28T23:59:59Z"),
            (951_782_400_000, "29 Feb 2000, 00:00", "2000-02-29T00:00:00Z"),
            (1_795_601_520_000, "25 Nov 2026, 10:12", "2026-11-25T10:12:00Z"),
            (4_107_542_400_000, "1 Mar 2100, 00:00", "2100-03-01T00:00:00Z"),
            (-1, "31 Dec 1969, 23:59", "1969-12-31T23:59:59Z"),
        ] {
            let civil = Civil::new(ms);
            assert_eq!((civil.words().as_str(), civil.machine().as_str()), (words, machine));
        }
    }
}
