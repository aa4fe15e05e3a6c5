//! What the view *History* shows, in words: the server makes them, and the browser puts them in their places.

use domain::connection::{Method, Revision};
use domain::difference::Difference;
use domain::history::RevisionSummary;
use domain::renditions::{RenderedDifference, Rendition};

use crate::outcome::Refusals;

/// A revision and its age, which is made when the page is, so that it is there without JavaScript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aged {
    /// The revision.
    pub summary: RevisionSummary,
    /// Such as `3 minutes ago`.
    pub ago: String,
}

/// A part of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRevisions {
    /// The revisions, newest first.
    pub revisions: Vec<Aged>,
    /// Where older ones begin.
    pub older: Option<i64>,
    /// The version that counts now.
    pub present: i64,
    /// Everyone who ever saved.
    pub people: Vec<String>,
    /// The fields to filter by, key and label.
    pub fields: Vec<(String, String)>,
    /// The version that a plain post has just restored, and the revision that this made.
    pub just_restored: Option<(i64, i64)>,
}

/// A setting that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Was {
    /// Its label.
    pub label: String,
    /// Its value in the older of the two.
    pub was: String,
    /// Its value in the newer one.
    pub is: String,
}

/// What differs between two versions, the older one first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Settings.
    pub settings: Vec<Was>,
    /// Templates, each with its label.
    pub templates: Vec<(String, Difference)>,
    /// The labels of secrets that were set or removed.
    pub secrets: Vec<String>,
    /// Messages.
    pub rendered: Vec<RenderedDifference>,
    /// The messages that say the same and look different.
    pub looks: Vec<String>,
    /// The messages that both make alike; empty where no template differs.
    pub alike: Vec<String>,
    /// The messages that were not compared, because there are too many.
    pub left_out: Vec<String>,
}

impl Compared {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty() && self.templates.is_empty() && self.secrets.is_empty()
    }
}

/// A field as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its label.
    pub label: String,
    /// Its value.
    pub value: String,
    /// Whether it is a text of several lines.
    pub long: bool,
}

/// One revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionPage {
    /// The connection.
    pub method: Method,
    /// The revision.
    pub shown: Aged,
    /// The version that counts now, and who saved it.
    pub present: Revision,
    /// The revision that it is compared with.
    pub with: Aged,
    /// What differs.
    pub compared: Compared,
    /// Every field as it was.
    pub fields: Vec<Held>,
    /// Its messages.
    pub renditions: Vec<Rendition>,
    /// The titles of messages that are not among them, because there are too many.
    pub not_shown: Vec<String>,
    /// Its templates and what they depend on, as the preview of a browser without JavaScript takes them.
    pub posted: Vec<(String, String)>,
    /// What bringing it back would change.
    pub restores: Compared,
    /// Why it cannot be brought back.
    pub problems: Refusals,
    /// What was wrong with the revision that it was to be compared with.
    pub errors: Refusals,
    /// Whether a plain post that was to bring it back came after somebody else's save.
    pub overtaken: bool,
}

/// What became of bringing a revision back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RestoreOutcome {
    /// It counts now, as this revision.
    Restored(Revision),
    /// Today's rules forbid it.
    Refused(Refusals),
    /// The settings say the same already, so nothing was saved.
    Same,
    /// Someone else saved since the page was made.
    Overtaken(Revision),
}
