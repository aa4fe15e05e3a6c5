//! Users: people who signed in, or whom an administrator let in, each by one number or address.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::connection::Method;
use crate::recipient::Recipient;
use crate::{Field, FieldErrors};

/// How many users a page of the list has.
pub const USERS_PER_PAGE: u32 = 50;

/// Somebody who may sign in by one number or address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The id: 24 hex digits, drawn at random, so that whoever gets a number next does not inherit it.
    pub id: String,
    /// The number or address.
    pub recipient: Recipient,
    /// Since when, in milliseconds since the Unix epoch.
    pub created_at: i64,
    /// When this user last signed in.
    pub last_sign_in: Option<i64>,
    /// How often.
    pub sign_ins: i64,
    /// Since when this user is kept out.
    pub blocked_at: Option<i64>,
    /// The address of the administrator who created this user; `None` for one who signed up.
    pub created_by: Option<String>,
}

impl User {
    /// What applications know this user by, in the claim `sub`.
    pub fn subject(&self) -> String {
        [self.recipient.method().as_str(), "|", &self.id].concat()
    }

    /// Whether this user may sign in.
    pub fn state(&self) -> UserState {
        if self.blocked_at.is_some() { UserState::Blocked } else { UserState::Active }
    }
}

/// The id in what applications know a user by, or in an id by itself; `None` for everything else.
pub fn user_id(text: &str) -> Option<&str> {
    let id = match text.split_once('|') {
        Some((method, id)) => Method::from_str(method).ok().map(|_| id)?,
        None => text,
    };
    let fits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (id.len() == 24 && id.bytes().all(fits)).then_some(id)
}

/// Whether a user may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserState {
    /// Yes.
    Active,
    /// No: an administrator keeps this user out.
    Blocked,
}

impl UserState {
    /// Both states, in the order of the page.
    pub const ALL: [Self; 2] = [Self::Active, Self::Blocked];

    /// The name in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Blocked => "blocked",
        }
    }

    /// The name that people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Blocked => "Blocked",
        }
    }
}

/// The text names no state of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a state of a user")]
pub struct UnknownUserState;

impl FromStr for UserState {
    type Err = UnknownUserState;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(UnknownUserState)
    }
}

/// Which users are wanted, as typed and as it stands in an address; what is empty excludes nobody.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserFilterForm {
    /// `Search users`: part of a number or address, or an id.
    pub q: String,
    /// `Connection`, in one word.
    pub connection: String,
    /// `Status`, in one word.
    pub status: String,
}

/// Prints nothing of what was typed: whole recipients must not reach a log.
impl std::fmt::Debug for UserFilterForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UserFilterForm")
    }
}

/// A part of the list of users, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserPage {
    /// The users.
    pub users: Vec<User>,
    /// Where older ones begin, if there are any.
    pub older: Option<String>,
}

/// The form `Create user` as typed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewUserForm {
    /// `Connection`.
    pub method: Method,
    /// `Phone number or email address`.
    pub recipient: String,
}

impl Default for NewUserForm {
    fn default() -> Self {
        Self { method: Method::Sms, recipient: String::new() }
    }
}

/// Prints nothing of what was typed: whole recipients must not reach a log.
impl std::fmt::Debug for NewUserForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewUserForm")
    }
}

impl NewUserForm {
    /// Checks the number or address; the connection says which of the two is wanted.
    pub fn check(&self) -> Result<Recipient, FieldErrors> {
        Recipient::parse(self.method, &self.recipient)
            .map_err(|problem| FieldErrors::one(Field::UserRecipient, problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Problem, wire};

    fn user() -> User {
        User {
            id: "0123456789abcdef01234567".to_owned(),
            recipient: Recipient::looked_for("ines@acme.example").expect("an address"),
            created_at: 5,
            last_sign_in: None,
            sign_ins: 0,
            blocked_at: Some(7),
            created_by: Some("owner@acme.example".to_owned()),
        }
    }

    #[test]
    fn a_user_is_known_by_connection_and_id() {
        let user = user();
        assert_eq!(user.subject(), "email|0123456789abcdef01234567");
        assert_eq!(user_id(&user.subject()), Some(user.id.as_str()));
        assert_eq!(user_id(&user.id), Some(user.id.as_str()));
        for text in
            ["", "email|", "fax|0123456789abcdef01234567", "0123456789ABCDEF01234567", "0123456789abcdef0123456"]
        {
            assert_eq!(user_id(text), None, "{text}");
        }
    }

    #[test]
    fn a_user_arrives_as_it_was_sent_and_prints_no_address() {
        let user = user();
        assert_eq!(wire::read(&wire::write(&user)), Some(user.clone()));
        assert!(!format!("{user:?}").contains("ines@"), "{user:?}");
    }

    #[test]
    fn the_connection_says_what_is_to_be_typed() {
        for (method, recipient, wanted) in [
            (Method::Sms, "+1 555 010 0123", Ok("+15550100123")),
            (Method::Sms, "ines@acme.example", Err(Problem::NotAPhoneNumber)),
            (Method::Email, "Ines@Acme.Example", Ok("ines@acme.example")),
            (Method::Email, "+15550100123", Err(Problem::NotAnAddress)),
            (Method::Email, " ", Err(Problem::Required)),
        ] {
            let checked = NewUserForm { method, recipient: recipient.to_owned() }.check();
            let checked =
                checked.as_ref().map(Recipient::expose).map_err(|errors| errors.of(Field::UserRecipient).cloned());
            assert_eq!(checked, wanted.map_err(Some), "{recipient}");
        }
    }
}
