//! API tokens: what a program shows instead of a password, and what it may do with that.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::field_errors::text_of;
use crate::{Field, FieldErrors, Problem};

/// One thing that a token allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApiScope {
    /// Reading the outbox.
    #[serde(rename = "outbox:read")]
    OutboxRead,
}

impl ApiScope {
    /// Every scope, in the order of the page.
    pub const ALL: [Self; 1] = [Self::OutboxRead];

    /// The name in the database and on the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OutboxRead => "outbox:read",
        }
    }

    /// What the scope allows, in one line.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::OutboxRead => "Reads the messages in the outbox, codes included",
        }
    }
}

/// The text names no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a scope")]
pub struct UnknownScope;

impl FromStr for ApiScope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or(UnknownScope)
    }
}

/// The form that makes a token, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApiTokenForm {
    /// `Name`.
    pub name: String,
    /// `outbox:read`.
    pub outbox_read: bool,
}

/// A token to be made; only [`ApiTokenForm::check`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewApiToken {
    /// What it is for.
    pub name: String,
    /// What it allows; never nothing.
    pub scopes: Vec<ApiScope>,
}

impl ApiTokenForm {
    /// Checks both fields.
    pub fn check(&self) -> Result<NewApiToken, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = match self.name.trim() {
            name if name.contains(char::is_control) => Err(Problem::LineBreak),
            name => text_of(name, 100),
        };
        let name = errors.note(Field::Name, name);
        let scopes = if self.outbox_read { vec![ApiScope::OutboxRead] } else { Vec::new() };
        if scopes.is_empty() {
            errors.push(Field::ApiScopes, Problem::NoScope);
        }
        errors.into_result(NewApiToken { name, scopes })
    }
}

/// A token as lists show one: everything but the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenSummary {
    /// The id.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it allows.
    pub scopes: Vec<ApiScope>,
    /// The address of the administrator who made it.
    pub created_by: String,
    /// When, in milliseconds since the Unix epoch.
    pub created_at: i64,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<i64>,
    /// Since when it allows nothing any more.
    pub revoked_at: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_a_name_and_allows_something() {
        let form = ApiTokenForm { name: " Playwright ".to_owned(), outbox_read: true };
        let expected = NewApiToken { name: "Playwright".to_owned(), scopes: vec![ApiScope::OutboxRead] };
        assert_eq!(form.check(), Ok(expected));
        let errors = ApiTokenForm::default().check().expect_err("nothing typed");
        let fields: Vec<Field> = errors.iter().map(|error| error.field).collect();
        assert_eq!(fields, [Field::Name, Field::ApiScopes]);
    }

    #[test]
    fn scopes_are_read_as_they_are_written() {
        for scope in ApiScope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(scope));
        }
        assert_eq!("outbox:write".parse::<ApiScope>(), Err(UnknownScope));
    }
}
