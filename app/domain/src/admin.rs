//! Administrators: their roles, addresses and passwords.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Problem, Secret};

/// What an administrator may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Changes methods and applications, tries them, reads outbox and deliveries.
    Editor,
    /// Everything.
    Owner,
}

impl Role {
    /// Every role, from the most to the least powerful.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Editor, Self::Viewer];

    /// The name in forms, commands and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Editor => "editor",
            Self::Viewer => "viewer",
        }
    }

    /// The name that people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Editor => "Editor",
            Self::Viewer => "Viewer",
        }
    }

    /// What the role may do, in one line.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Owner => "Everything, administrators included",
            Self::Editor => "Changes methods and applications",
            Self::Viewer => "Sees settings and applications, changes nothing",
        }
    }

    /// Whether this role may do what `needed` may.
    pub fn covers(self, needed: Self) -> bool {
        self >= needed
    }
}

/// The text names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role is owner, editor or viewer")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

/// The address of an administrator, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AdminEmail(String);

impl AdminEmail {
    /// Reads what was typed.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        crate::email::check_address(text).map(|address| Self(address.to_lowercase()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password that may be chosen: 12 to 128 characters.
#[derive(Clone, Debug)]
pub struct NewPassword(Secret);

impl NewPassword {
    /// Fewest characters (NIST SP 800-63B asks for at least 8 beside another factor, 15 alone; we stand between).
    pub const MIN: u32 = 12;
    /// Most characters.
    pub const MAX: u32 = 128;

    /// Reads what was typed.
    pub fn parse(typed: &Secret) -> Result<Self, Problem> {
        let length = u32::try_from(typed.expose().chars().count()).unwrap_or(u32::MAX);
        match length {
            0 => Err(Problem::Required),
            length if length < Self::MIN => Err(Problem::TooShort { min: Self::MIN }),
            length if length > Self::MAX => Err(Problem::SecretLength { min: Self::MIN, max: Self::MAX }),
            _ => Ok(Self(typed.clone())),
        }
    }

    /// The password, for hashing.
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

/// An administrator as lists show one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminSummary {
    /// The stable id.
    pub id: String,
    /// The address.
    pub email: String,
    /// The role.
    pub role: Role,
    /// What state the account is in.
    pub state: AdminState,
    /// The last sign-in, in milliseconds since the Unix epoch.
    pub last_sign_in: Option<i64>,
}

/// The state of an administrator's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AdminState {
    /// Can sign in.
    Active,
    /// Has an invitation that was not taken up yet.
    Invited,
    /// Cannot sign in.
    Disabled,
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSummary {
    /// An id that names the session without opening it.
    pub id: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// When it began, in milliseconds since the Unix epoch.
    pub created_at: i64,
    /// When it was last used.
    pub seen_at: i64,
    /// The address it came from.
    pub address: String,
    /// The browser, as it named itself.
    pub user_agent: String,
}

/// The look that an administrator chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Appearance {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Appearance {
    /// Every choice, in the order of the page.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The name in the cookie and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The name that people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// Reads the cookie; anything unknown is the system's choice.
    pub fn from_cookie(text: &str) -> Self {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_include_one_another() {
        assert!(Role::Owner.covers(Role::Editor) && Role::Editor.covers(Role::Viewer));
        assert!(!Role::Viewer.covers(Role::Editor));
    }

    #[test]
    fn addresses_are_kept_in_lower_case() {
        assert_eq!(AdminEmail::parse(" Ines@Acme.Example ").expect("an address").as_str(), "ines@acme.example");
        assert_eq!(AdminEmail::parse("ines"), Err(Problem::NotAnAddress));
    }

    #[test]
    fn passwords_have_12_to_128_characters() {
        for (length, passes) in [(0, false), (11, false), (12, true), (128, true), (129, false)] {
            assert_eq!(NewPassword::parse(&Secret::new("é".repeat(length))).is_ok(), passes, "{length}");
        }
    }
}
