//! How a page says that someone else has saved. Server-only.

use backend::Admin;
use domain::connection::Revision;

use super::history::ago;
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
