//! Between which moments somebody looks for something, read from what was typed.

use domain::activity::FilterProblem;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The moments from which and before which rows are wanted; what is wrong with them is added to the problems.
pub(crate) fn span(from: &str, until: &str, problems: &mut Vec<FilterProblem>) -> (Option<i64>, Option<i64>) {
    let from = note(problems, moment(from, FilterProblem::From));
    let until = note(problems, moment(until, FilterProblem::Until));
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        problems.push(FilterProblem::Order);
    }
    (from, until)
}

/// What was read, or nothing and a problem more.
pub(crate) fn note<T>(problems: &mut Vec<FilterProblem>, read: Result<Option<T>, FilterProblem>) -> Option<T> {
    read.unwrap_or_else(|problem| {
        problems.push(problem);
        None
    })
}

/// Reads a moment as browsers write one that was chosen, to the day, minute or second, in UTC.
fn moment(text: &str, problem: FilterProblem) -> Result<Option<i64>, FilterProblem> {
    let text = text.trim().replace(' ', "T");
    if text.is_empty() {
        return Ok(None);
    }
    ["", "Z", ":00Z", "T00:00:00Z"]
        .iter()
        .find_map(|end| OffsetDateTime::parse(&[&text, *end].concat(), &Rfc3339).ok())
        .and_then(|moment| i64::try_from(moment.unix_timestamp_nanos().div_euclid(1_000_000)).ok())
        .map(Some)
        .ok_or(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_to_the_day_the_minute_and_the_second() {
        for (text, wanted) in [
            ("", Ok(None)),
            ("2027-01-15T08:00", Ok(Some(1_800_000_000_000))),
            (" 2027-01-15 08:00 ", Ok(Some(1_800_000_000_000))),
            ("2027-01-15T08:00:01.5", Ok(Some(1_800_000_001_500))),
            ("2027-01-15", Ok(Some(1_799_971_200_000))),
            ("2027-01-15T09:00:00+01:00", Ok(Some(1_800_000_000_000))),
            ("2027-02-30T08:00", Err(FilterProblem::From)),
            ("yesterday", Err(FilterProblem::From)),
        ] {
            assert_eq!(moment(text, FilterProblem::From), wanted, "{text:?}");
        }
    }
}
