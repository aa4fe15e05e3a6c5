//! Long lists, newest first, read a part at a time: where a part begins, and which rows are wanted.

use sqlx::any::AnyArguments;
use sqlx::query::QueryAs;
use sqlx::{Any, any::AnyRow};

/// A place in a list that is ordered by time and id: rows before it are older.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    at: i64,
    id: String,
}

impl Cursor {
    /// The place of a row.
    pub(crate) fn of(at: i64, id: &str) -> String {
        format!("{at}.{id}")
    }

    /// Reads what [`Cursor::of`] wrote; `None` for anything else, which then begins at the newest row.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        id.bytes().all(fits).then_some(Self { at: at.parse().ok()?, id: id.to_owned() })
    }
}

enum Value {
    Text(String),
    Number(i64),
}

/// The conditions of a statement, with the values that they compare to.
///
/// A condition that nobody asked for is left out instead of being written so that it always holds: databases choose an index by
/// what a statement says.
#[derive(Default)]
pub(crate) struct Conditions {
    sql: String,
    values: Vec<Value>,
}

impl Conditions {
    /// Adds those of the columns that have a value to be equal to. The index of the first one is used, those of the others are not.
    pub(crate) fn texts<const N: usize>(&mut self, columns: [(&'static str, Option<&str>); N]) {
        for (column, value) in columns {
            if let Some(value) = value {
                // An expression is in no index.
                let condition = if self.values.is_empty() { [column, " ="] } else { [column, " || '' ="] };
                // PostgreSQL takes no text with a NUL, and none is stored.
                self.add(&condition.concat(), Value::Text(value.replace('\0', "\u{fffd}")));
            }
        }
    }

    /// Adds one about a number, such as `at >=`.
    pub(crate) fn number(&mut self, condition: &'static str, value: i64) {
        self.add(condition, Value::Number(value));
    }

    /// Keeps what comes before a place, or after it.
    pub(crate) fn place(&mut self, comparison: &'static str, cursor: Cursor) {
        let next = self.values.len() + 1;
        self.begin();
        self.sql.push_str(&format!("(at, id) {comparison} (${next}, ${})", next + 1));
        self.values.extend([Value::Number(cursor.at), Value::Text(cursor.id)]);
    }

    /// The conditions as they follow the tables, then order and number of rows, newest first.
    pub(crate) fn newest(&self, limit: u32) -> String {
        format!("{} order by at desc, id desc limit {limit}", self.sql)
    }

    /// Gives a query its values.
    pub(crate) fn bind<'q, T>(
        self,
        mut query: QueryAs<'q, Any, T, AnyArguments<'q>>,
    ) -> QueryAs<'q, Any, T, AnyArguments<'q>>
    where
        T: for<'r> sqlx::FromRow<'r, AnyRow>,
    {
        for value in self.values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
            };
        }
        query
    }

    fn add(&mut self, condition: &str, value: Value) {
        self.begin();
        self.values.push(value);
        self.sql.push_str(&format!("{condition} ${}", self.values.len()));
    }

    fn begin(&mut self) {
        self.sql.push_str(if self.sql.is_empty() { " where " } else { " and " });
    }
}

/// Takes the row off that was read only to see whether there are older ones, and answers where those begin.
pub(crate) fn older<T>(rows: &mut Vec<T>, limit: u32, place: impl Fn(&T) -> String) -> Option<String> {
    let limit = limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    rows.last().filter(|_| more).map(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let place = Cursor { at: -5, id: "0a-_Z".to_owned() };
        assert_eq!(Cursor::parse(&Cursor::of(-5, "0a-_Z")), Some(place));
        for text in ["", "5", "x.y", "5.\0", "5.a b", "99999999999999999999.a"] {
            assert_eq!(Cursor::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn only_what_is_asked_for_is_in_the_statement() {
        let mut conditions = Conditions::default();
        assert_eq!(conditions.newest(2), " order by at desc, id desc limit 2");
        conditions.texts([("client_id", None), ("outcome", Some("failed")), ("method", Some("sms"))]);
        conditions.place("<", Cursor { at: 1, id: "a".to_owned() });
        conditions.number("at >=", 0);
        assert_eq!(
            conditions.newest(2),
            " where outcome = $1 and method || '' = $2 and (at, id) < ($3, $4) and at >= $5 order by at desc, id desc limit 2"
        );
    }
}
