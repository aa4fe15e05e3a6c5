//! How a page says that someone else has saved. Server-only.

use backend::Admin;
use domain::connection::Revision;

use crate::outcome::Newest;

/// Says who saved the newest revision, how long ago, and whether it was restored.
pub fn newest(admin: &Admin, now: i64, revision: &Revision, restored: Option<i64>) -> Newest {
    let Revision { version, saved_at, saved_by } = revision;
    let by_oneself = saved_by == admin.email();
    let who = if by_oneself { "You" } else { saved_by };
    let did = match restored {
        None => "saved these settings".to_owned(),
        Some(0) => "restored the settings that Doorcode ships".to_owned(),
        Some(restored) => format!("restored revision {restored} of these settings"),
    };
    let place = if by_oneself && restored.is_none() { " in another window" } else { "" };
    let ago = ago(now - saved_at);
    Newest { version: *version, words: format!("{who} {did}{place} {ago}, after you opened them here.") }
}

fn ago(milliseconds: i64) -> String {
    let (count, unit) = match milliseconds / 60_000 {
        ..1 => return "just now".to_owned(),
        minutes @ 1..60 => (minutes, "minute"),
        minutes @ 60..1440 => (minutes / 60, "hour"),
        minutes => (minutes / 1440, "day"),
    };
    if count == 1 { format!("1 {unit} ago") } else { format!("{count} {unit}s ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_ago_is_said_in_the_largest_whole_unit() {
        for (milliseconds, words) in [
            (-5, "just now"),
            (59_999, "just now"),
            (60_000, "1 minute ago"),
            (3_599_999, "59 minutes ago"),
            (7_200_000, "2 hours ago"),
            (86_400_000, "1 day ago"),
        ] {
            assert_eq!(ago(milliseconds), words);
        }
    }
}
