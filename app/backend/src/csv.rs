//! Lines of CSV (RFC 4180) that a spreadsheet opens without calculating anything in them.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// How many rows are read at once.
pub(crate) const ROWS: u32 = 1_000;

/// A part of a list as a spreadsheet reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvPart {
    /// The lines; the first part begins with the names of the columns.
    pub text: String,
    /// Where older rows begin, if there are any.
    pub older: Option<String>,
}

/// Appends one line.
pub(crate) fn put_line(cells: &[&str], csv: &mut String) {
    for (index, cell) in cells.iter().enumerate() {
        csv.push_str(if index == 0 { "\"" } else { ",\"" });
        // A spreadsheet takes what begins like this for a formula, unless a quote stands before it.
        if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
            csv.push('\'');
        }
        csv.push_str(&cell.replace('"', "\"\""));
        csv.push('"');
    }
    csv.push_str("\r\n");
}

/// A moment in UTC, as spreadsheets and scripts read one.
pub(crate) fn moment(ms: i64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000)
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_no_formula_and_no_cell_ends_early() {
        let mut csv = String::new();
        put_line(&["=HYPERLINK(\"https://evil.example\")", "@SUM(1)", "+1••0123", "-2+3", "\tfailed", "\r1"], &mut csv);
        put_line(&["a,\"b\"\r\nc", "", &moment(1_800_000_000_000)], &mut csv);
        assert_eq!(
            csv,
            "\"'=HYPERLINK(\"\"https://evil.example\"\")\",\"'@SUM(1)\",\"'+1••0123\",\"'-2+3\",\"'\tfailed\",\"'\r1\"\r\n\
             \"a,\"\"b\"\"\r\nc\",\"\",\"2027-01-15T08:00:00Z\"\r\n"
        );
    }
}
