//! Addresses of the lists: filter, place and what is open, all in the query.

use domain::activity::DeliveryFilterForm;

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

/// The filter that the address says; it can be followed.
pub fn filter_of(here: Here) -> DeliveryFilterForm {
    let value = |name: &str| here.query(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    // An input for date and time shows nothing else.
    let moment = |name: &str| {
        let moment = value(name);
        if moment.len() == 10 { [&moment, "T00:00"].concat() } else { moment }
    };
    DeliveryFilterForm {
        connection: value("connection"),
        application: value("application"),
        outcome: value("outcome"),
        from: moment("from"),
        until: moment("until"),
        recipient: value("recipient"),
    }
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
