//! Deliveries as lines of CSV.

use domain::activity::DeliverySummary;

use crate::csv::{moment, put_line};

const COLUMNS: [&str; 13] = [
    "time",
    "connection",
    "application",
    "client_id",
    "recipient",
    "provider",
    "outcome",
    "reason",
    "provider_id",
    "provider_code",
    "took_ms",
    "revision",
    "tried_by",
];

/// Appends the names of the columns.
pub(super) fn put_header(csv: &mut String) {
    put_line(&COLUMNS, csv);
}

/// Appends one delivery.
pub(super) fn put(delivery: &DeliverySummary, csv: &mut String) {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    put_line(
        &[
            &moment(delivery.at),
            delivery.method.as_str(),
            &delivery.application_name,
            &delivery.client_id,
            &delivery.recipient,
            &delivery.provider,
            &delivery.outcome,
            &delivery.reason,
            &optional(&delivery.provider_id),
            &optional(&delivery.provider_code),
            &delivery.took_ms.to_string(),
            &delivery.revision.to_string(),
            &optional(&delivery.actor),
        ],
        csv,
    );
}

#[cfg(test)]
mod tests {
    use domain::connection::Method;

    use super::*;

    #[test]
    fn a_line_holds_no_formula_and_no_cell_ends_early() {
        let delivery = DeliverySummary {
            id: "0".to_owned(),
            at: 1_800_000_000_000,
            method: Method::Sms,
            client_id: "@SUM(1)".to_owned(),
            application_name: "=HYPERLINK(\"https://evil.example\";\"Wallet\")".to_owned(),
            recipient: "+1••••••0123".to_owned(),
            provider: "-2+3".to_owned(),
            outcome: "\tfailed".to_owned(),
            reason: "a,\"b\"\r\nc".to_owned(),
            provider_id: None,
            provider_code: Some("\r1".to_owned()),
            took_ms: 12,
            revision: 3,
            actor: Some("ines@acme.example".to_owned()),
        };
        let mut csv = String::new();
        put(&delivery, &mut csv);
        assert_eq!(
            csv,
            "\"2027-01-15T08:00:00Z\",\"sms\",\"'=HYPERLINK(\"\"https://evil.example\"\";\"\"Wallet\"\")\",\"'@SUM(1)\",\
             \"'+1••••••0123\",\"'-2+3\",\"'\tfailed\",\"a,\"\"b\"\"\r\nc\",\"\",\"'\r1\",\"12\",\"3\",\"ines@acme.example\"\r\n"
        );
    }

    #[test]
    fn the_header_names_every_column() {
        let mut csv = String::new();
        put_header(&mut csv);
        assert!(csv.starts_with("\"time\",\"connection\",") && csv.ends_with(",\"tried_by\"\r\n"), "{csv}");
    }
}
