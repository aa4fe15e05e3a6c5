//! Which deliveries somebody wants, read from what was typed.

use domain::activity::{DeliveryFilterForm, FilterProblem};
use domain::delivery::Outcome;
use domain::recipient::Recipient;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Deliveries, DeliveryFilter};
use crate::sessions::storable;
use crate::{Error, Meant};

impl Deliveries<'_> {
    /// The filter that was typed, or everything that is wrong with it. A connection or outcome that does not exist is none.
    pub async fn filter(&self, form: &DeliveryFilterForm) -> Result<Result<DeliveryFilter, Vec<FilterProblem>>, Error> {
        let mut problems = Vec::new();
        let client_id = match form.application.trim() {
            "" => None,
            text => match self.0.applications().meant(text).await? {
                Meant::One { client_id, .. } => Some(client_id),
                // An application that was deleted has its deliveries still, under its client id.
                Meant::None => Some(storable(text).to_owned()),
                Meant::Several => {
                    problems.push(FilterProblem::SeveralApplications);
                    None
                }
            },
        };
        let from = note(&mut problems, moment(&form.from, FilterProblem::From));
        let until = note(&mut problems, moment(&form.until, FilterProblem::Until));
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            problems.push(FilterProblem::Order);
        }
        let recipient = match form.recipient.trim() {
            "" => Ok(None),
            text => Recipient::looked_for(text).map(Some).map_err(FilterProblem::Recipient),
        };
        let filter = DeliveryFilter {
            method: form.connection.parse().ok(),
            client_id,
            outcome: Outcome::WORDS.into_iter().find(|word| *word == form.outcome).map(str::to_owned),
            from,
            until,
            recipient: note(&mut problems, recipient),
        };
        Ok(if problems.is_empty() { Ok(filter) } else { Err(problems) })
    }
}

fn note<T>(problems: &mut Vec<FilterProblem>, read: Result<Option<T>, FilterProblem>) -> Option<T> {
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
