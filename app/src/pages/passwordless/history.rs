//! The view *History* of a method: its revisions, newest first, and one of them.

mod compared;
mod list;
mod preview;
mod restore;
mod revision;

use domain::connection::Method;
use leptos::prelude::*;

use crate::history::{ListedRevisions, RevisionPage};
use crate::loaded::OncePerPage;
use list::RevisionList;
use revision::OneRevision;

/// What the view and the page around it tell each other.
#[derive(Clone, Copy)]
pub struct History {
    /// The method.
    pub method: Method,
    /// Whether the administrator may restore.
    pub may: bool,
    /// The version that was restored last, and the revision that this made; said by the list.
    pub restored: RwSignal<Option<(i64, i64)>>,
    /// Hears of a method whose settings are other ones from now on.
    pub counts: Callback<Method>,
    /// The revisions.
    pub listed: OncePerPage<ListedRevisions>,
    /// One of them.
    pub shown: OncePerPage<RevisionPage>,
}

/// The view.
#[component]
pub fn HistoryView(
    /// What it is about.
    history: History,
    /// The revision to show; without one, all of them.
    version: Option<i64>,
) -> impl IntoView {
    match version {
        Some(version) => view! { <OneRevision history version/> }.into_any(),
        None => view! { <RevisionList history/> }.into_any(),
    }
}

/// The address of a method's revisions, or of one of them.
fn path(method: Method, version: Option<i64>) -> String {
    let list = ["/connections/passwordless/", method.as_str(), "/history"].concat();
    match version {
        Some(version) => [&list, "/", &version.to_string()].concat(),
        None => list,
    }
}

/// `Revision 12`; what Doorcode ships has no number.
fn name(version: i64) -> String {
    named("Revision ", version)
}

/// As [`name`], within a sentence.
fn name_within(version: i64) -> String {
    named("revision ", version)
}

fn named(word: &str, version: i64) -> String {
    if version == domain::history::SHIPPED {
        "Doorcode’s defaults".to_owned()
    } else {
        [word, &version.to_string()].concat()
    }
}
