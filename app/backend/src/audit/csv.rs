//! The trail as lines of CSV.

use domain::audit::person_label;

use super::{Audit, AuditEntry, AuditFilter};
use crate::Error;
use crate::csv::{CsvPart, ROWS, moment, put_line};

const COLUMNS: [&str; 8] = ["time", "who", "from", "action", "what", "object_id", "object", "details"];

impl Audit<'_> {
    /// The next thousand of the lines that match, as CSV (RFC 4180), from a place that an earlier part answered as `older`.
    pub async fn csv(&self, filter: &AuditFilter, from: Option<&str>) -> Result<CsvPart, Error> {
        let page = self.part(filter, from, ROWS).await?;
        let mut text = String::new();
        if from.is_none() {
            put_line(&COLUMNS, &mut text);
        }
        for entry in &page.entries {
            put(entry, &mut text);
        }
        Ok(CsvPart { text, older: page.older })
    }
}

fn put(entry: &AuditEntry, csv: &mut String) {
    let mut what = entry.what().to_owned();
    for (index, (words, _)) in entry.words().iter().enumerate() {
        what.push_str(if index == 0 { ": " } else { "" });
        what.push_str(words);
    }
    put_line(
        &[
            &moment(entry.at),
            person_label(&entry.actor.name),
            &entry.actor.address,
            &entry.action,
            &what,
            &entry.target,
            &entry.object,
            &entry.details,
        ],
        csv,
    );
}

#[cfg(test)]
mod tests {
    use domain::audit::AuditKind;

    use super::*;
    use crate::Actor;

    #[test]
    fn a_line_says_what_the_page_says_and_holds_no_formula() {
        let entry = AuditEntry {
            at: 1_800_000_000_000,
            actor: Actor::nobody("203.0.113.7"),
            action: AuditKind::ApplicationDisabled.as_str().to_owned(),
            target: "@SUM(1)".to_owned(),
            object: "=HYPERLINK(\"https://evil.example\")".to_owned(),
            exists: true,
            details: "{\"method\":\"sms\"}".to_owned(),
        };
        let mut csv = String::new();
        put(&entry, &mut csv);
        put(&AuditEntry { action: "-later.version".to_owned(), ..entry }, &mut csv);
        assert_eq!(
            csv,
            "\"2027-01-15T08:00:00Z\",\"Not signed in\",\"203.0.113.7\",\"application.disabled\",\"Application switched off: For SMS\",\
             \"'@SUM(1)\",\"'=HYPERLINK(\"\"https://evil.example\"\")\",\"{\"\"method\"\":\"\"sms\"\"}\"\r\n\
             \"2027-01-15T08:00:00Z\",\"Not signed in\",\"203.0.113.7\",\"'-later.version\",\"'-later.version\",\
             \"'@SUM(1)\",\"'=HYPERLINK(\"\"https://evil.example\"\")\",\"{\"\"method\"\":\"\"sms\"\"}\"\r\n"
        );
    }
}
