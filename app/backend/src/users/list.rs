//! The list of users: searched, filtered and read a page at a time, newest first.

use domain::connection::Method;
use domain::recipient::Recipient;
use domain::user::{USERS_PER_PAGE, UserFilterForm, UserPage, UserState, user_id};

use super::{COLUMNS, Row, Users, user};
use crate::Error;
use crate::paging::{Conditions, Cursor, containing, older};

/// The most of a search that is looked at; no address is longer.
const MAX_TEXT: usize = 320;

/// Which users are wanted; an empty filter wants all.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Those whose number or address holds this text; a whole one, or an id, means that user alone.
    pub text: String,
    /// Those of one connection.
    pub method: Option<Method>,
    /// Those who may sign in, or may not.
    pub state: Option<UserState>,
}

/// Prints no text: whole recipients must not reach a log.
impl std::fmt::Debug for UserFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserFilter").field("method", &self.method).field("state", &self.state).finish_non_exhaustive()
    }
}

impl From<&UserFilterForm> for UserFilter {
    fn from(form: &UserFilterForm) -> Self {
        Self { text: form.q.clone(), method: form.connection.parse().ok(), state: form.status.parse().ok() }
    }
}

impl Users<'_> {
    /// A page of the users who match, newest first, from a place that an earlier page answered as `older`.
    pub async fn page(&self, filter: &UserFilter, from: Option<&str>) -> Result<UserPage, Error> {
        let text: String = filter.text.trim().chars().filter(|letter| *letter != '\0').take(MAX_TEXT).collect();
        let one = self.meant(&text).await?;
        // The condition that fits the fewest rows comes first: its index is the one that is used.
        let mut wanted = Conditions::by("created_at");
        wanted.texts([("id", one.as_deref())]);
        if filter.state == Some(UserState::Blocked) {
            wanted.fact("blocked_at is not null");
        }
        wanted.texts([("method", filter.method.map(Method::as_str))]);
        if filter.state == Some(UserState::Active) {
            wanted.fact("blocked_at is null");
        }
        if one.is_none() && !text.is_empty() {
            wanted.either_like("recipient", readings(&text).map(|reading| containing(&reading)));
        }
        if let Some(place) = from.and_then(Cursor::parse) {
            wanted.place("<", place);
        }
        let statement = format!("select {COLUMNS} from users{}", wanted.newest(USERS_PER_PAGE + 1));
        let mut rows: Vec<Row> = wanted.bind(sqlx::query_as(&statement)).fetch_all(self.0.database().reader()).await?;
        let older = older(&mut rows, USERS_PER_PAGE, |row| Cursor::of(row.created_at, &row.id));
        Ok(UserPage { users: rows.into_iter().map(user).collect::<Result<_, _>>()?, older })
    }

    /// The id of the one user whom a text means: by an id, or by a whole number or address.
    async fn meant(&self, text: &str) -> Result<Option<String>, Error> {
        if let Some(id) = user_id(text) {
            return Ok(Some(id.to_owned()));
        }
        for reading in readings(text) {
            if let Ok(recipient) = Recipient::looked_for(&reading)
                && let Some(user) = self.by_recipient(&recipient).await?
            {
                return Ok(Some(user.id));
            }
        }
        Ok(None)
    }
}

/// A text as it may stand in an address, and as it may stand in a number.
///
/// Neither has a space in it: in an address one was a plus before it went through a URL, in a number people write it between the
/// digits, as they do other signs.
fn readings(text: &str) -> [String; 2] {
    let address = text.to_lowercase().replace(' ', "+");
    let is_number = text.chars().all(|letter| letter.is_ascii_digit() || is_between_digits(letter) || letter == '+');
    let number = text.chars().filter(|letter| !is_between_digits(*letter)).collect::<String>();
    if is_number && !number.is_empty() { [address, number] } else { [address.clone(), address] }
}

fn is_between_digits(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '-' | '.' | '(' | ')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_part_of_an_address_and_of_a_number() {
        for (text, address, number) in [
            ("Ines", "ines", "ines"),
            ("ines test@acme", "ines+test@acme", "ines+test@acme"),
            ("(555) 010-0", "(555)+010-0", "5550100"),
            ("+1555", "+1555", "+1555"),
            (".", ".", "."),
        ] {
            assert_eq!(readings(text), [address, number], "{text}");
        }
    }
}
