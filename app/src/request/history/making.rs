//! Puts the page of one revision together: compares, renders, and says it in words. It asks nobody anything.

use backend::Past;
use domain::connection::Revision;
use domain::difference::difference;
use domain::form::in_words;
use domain::history::RevisionSummary;
use domain::renditions::{compare, messages};
use domain::template::Values;
use domain::{Field, Form};

use super::Historic;
use crate::history::{Aged, Compared, Held, RevisionPage, Was};
use crate::outcome::Refusals;

/// What the page is made of.
pub struct Found<S: Historic> {
    /// The revision.
    pub shown: Past<S>,
    /// The one that it is compared with.
    pub with: Past<S>,
    /// The one that counts now.
    pub present: Past<S>,
    /// The secrets that changed between the first two.
    pub secrets: Vec<Field>,
    /// The values that stand in for a request's.
    pub values: Values,
    /// What today's rules ask of the installation.
    pub context: S::Context,
    /// What was wrong with the choice of the second.
    pub errors: Refusals,
    /// Whether a plain post that was to bring it back came after somebody else's save.
    pub overtaken: bool,
    /// The time, in milliseconds since the Unix epoch.
    pub now: i64,
}

/// The page.
pub fn page<S: Historic>(found: Found<S>) -> RevisionPage {
    let Found { shown, with, present, secrets, values, context, errors, overtaken, now } = found;
    let mut work = 0;
    let older_first = shown.summary.version <= with.summary.version;
    let (older, newer) =
        if older_first { (&shown.settings, &with.settings) } else { (&with.settings, &shown.settings) };
    let (renditions, not_shown) = messages(&shown.settings, &values, &mut work);
    let mut compared = compared(older, newer, secrets.into_iter().map(Field::label).collect());
    // A message also depends on how its template is read, and on who sends it.
    let (before, after) = (older.form(), newer.form());
    let messages_differ = !compared.templates.is_empty()
        || [Field::Syntax, Field::EmailFrom].iter().any(|field| before.text(*field) != after.text(*field));
    if messages_differ {
        let comparison = compare(older, newer, &values, &mut work);
        (compared.rendered, compared.looks) = (comparison.differing, comparison.looks);
        (compared.alike, compared.left_out) = (comparison.alike, comparison.left_out);
    }
    // Secrets stay as they are, so bringing a revision back changes none.
    let restores = self::compared(&present.settings, &shown.settings, Vec::new());
    let form = shown.settings.form();
    let held = |field: Field| Held {
        label: field.label(),
        value: in_words(&form, field),
        long: S::TEMPLATES.contains(&field) || field == Field::AuthParams,
    };
    RevisionPage {
        method: S::METHOD,
        fields: form.fields().into_iter().filter(|field| !field.is_secret()).map(held).collect(),
        renditions,
        not_shown,
        posted: posted::<S>(&form),
        restores,
        problems: shown.settings.checked(&context).err().map(Refusals::from).unwrap_or_default(),
        errors,
        compared,
        overtaken,
        present: Revision {
            version: present.summary.version,
            saved_at: present.summary.saved_at,
            saved_by: present.summary.saved_by,
        },
        shown: aged(now, shown.summary),
        with: aged(now, with.summary),
    }
}

/// What a preview without JavaScript is made of: the names of the form's fields, and their values.
fn posted<S: Historic>(form: &S::Form) -> Vec<(String, String)> {
    let of_this_form = form.fields();
    [&[Field::Syntax, Field::EmailFrom, Field::OtpExpiry, Field::OtpLength], S::TEMPLATES]
        .concat()
        .into_iter()
        .filter(|field| of_this_form.contains(field))
        .map(|field| (format!("form[{}]", field.key()), form.text(field).into_owned()))
        .collect()
}

/// What differs between two settings, but for their messages.
fn compared<S: Historic>(older: &S, newer: &S, secrets: Vec<String>) -> Compared {
    let (older, newer) = (older.form(), newer.form());
    let mut compared = Compared { secrets, ..Compared::default() };
    for field in older.differing(&newer) {
        if S::TEMPLATES.contains(&field) {
            compared.templates.push((field.label(), difference(&older.text(field), &newer.text(field))));
        } else {
            let (was, is) = (in_words(&older, field), in_words(&newer, field));
            compared.settings.push(Was { label: field.label(), was, is });
        }
    }
    compared
}

/// A revision with its age.
pub fn aged(now: i64, summary: RevisionSummary) -> Aged {
    Aged { ago: ago(now - summary.saved_at), summary }
}

/// How long ago, in the largest unit that has passed once.
pub fn ago(ms: i64) -> String {
    const UNITS: [(i64, &str); 6] = [
        (31_536_000, "year"),
        (2_592_000, "month"),
        (604_800, "week"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
    ];
    let seconds = ms / 1000;
    match UNITS.into_iter().find(|(length, _)| seconds >= *length) {
        None => "just now".to_owned(),
        Some((length, unit)) => {
            let count = seconds / length;
            format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_read_in_the_largest_unit() {
        for (ms, words) in [
            (-5, "just now"),
            (59_999, "just now"),
            (60_000, "1 minute ago"),
            (3_599_999, "59 minutes ago"),
            (7_199_000, "1 hour ago"),
            (172_800_000, "2 days ago"),
            (31_536_000_000, "1 year ago"),
        ] {
            assert_eq!(ago(ms), words);
        }
    }
}
