//! Addresses of the lists: filter, place and what is open, all in the query.

use domain::activity::DeliveryFilterForm;
use domain::audit::AuditFilterForm;

use crate::halves::Here;
use crate::pages::applications::list::escaped;

/// A path with those of the values that are not empty.
pub fn address(path: &str, values: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    let mut join = '?';
    for (name, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
        address.push(join);
        address.push_str(name);
        address.push('=');
        address.push_str(&escaped(value));
        join = '&';
    }
    address
}

/// A path with a filter, and the place in the list where it is not the newest.
pub fn filtered(path: &str, filter: &DeliveryFilterForm, at: &str) -> String {
    address(
        path,
        &[
            ("connection", &filter.connection),
            ("application", &filter.application),
            ("outcome", &filter.outcome),
            ("from", &filter.from),
            ("until", &filter.until),
            ("recipient", &filter.recipient),
            ("at", at),
        ],
    )
}

/// As [`filtered`], for the audit trail.
pub fn audit_filtered(path: &str, filter: &AuditFilterForm, at: &str) -> String {
    address(
        path,
        &[
            ("person", &filter.person),
            ("kind", &filter.kind),
            ("object", &filter.object),
            ("from", &filter.from),
            ("until", &filter.until),
            ("at", at),
        ],
    )
}

/// The filter that the address says; it can be followed.
pub fn filter_of(here: Here) -> DeliveryFilterForm {
    DeliveryFilterForm {
        connection: value(here, "connection"),
        application: value(here, "application"),
        outcome: value(here, "outcome"),
        from: moment(here, "from"),
        until: moment(here, "until"),
        recipient: value(here, "recipient"),
    }
}

/// As [`filter_of`], for the audit trail.
pub fn audit_filter_of(here: Here) -> AuditFilterForm {
    AuditFilterForm {
        person: value(here, "person"),
        kind: value(here, "kind"),
        object: value(here, "object"),
        from: moment(here, "from"),
        until: moment(here, "until"),
    }
}

fn value(here: Here, name: &str) -> String {
    here.query(name).map(|value| value.trim().to_owned()).unwrap_or_default()
}

/// A moment as an input for date and time shows one; it shows nothing else.
fn moment(here: Here, name: &str) -> String {
    let moment = value(here, name);
    if moment.len() == 10 { [&moment, "T00:00"].concat() } else { moment }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_what_is_asked_for_and_no_more() {
        let filter = DeliveryFilterForm {
            connection: "sms".to_owned(),
            recipient: "+15550100123".to_owned(),
            ..DeliveryFilterForm::default()
        };
        assert_eq!(filtered("/a", &DeliveryFilterForm::default(), ""), "/a");
        assert_eq!(filtered("/a", &filter, "5.x"), "/a?connection=sms&recipient=%2B15550100123&at=5.x");
    }
}
