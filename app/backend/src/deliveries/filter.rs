//! Which deliveries somebody wants, read from what was typed.

use domain::activity::{DeliveryFilterForm, FilterProblem};
use domain::delivery::Outcome;
use domain::recipient::Recipient;

use super::{Deliveries, DeliveryFilter};
use crate::moments::{note, span};
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
        let (from, until) = span(&form.from, &form.until, &mut problems);
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
