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
pub(crate) struct Conditions {
    /// The column that says when.
    at: &'static str,
    sql: String,
    values: Vec<Value>,
}

/// Of a table whose rows happened `at` a time.
impl Default for Conditions {
    fn default() -> Self {
        Self::by("at")
    }
}

impl Conditions {
    /// No conditions yet, for a table that is ordered by this column and the id.
    pub(crate) fn by(at: &'static str) -> Self {
        Self { at, sql: String::new(), values: Vec::new() }
    }

    /// Adds those of the columns that have a value to be equal to. The index of the first one is used, those of the others are not,
    /// nor is any after another condition.
    pub(crate) fn texts<const N: usize>(&mut self, columns: [(&'static str, Option<&str>); N]) {
        for (column, value) in columns {
            if let Some(value) = value {
                // An expression is in no index.
                let condition = if self.sql.is_empty() { [column, " ="] } else { [column, " || '' ="] };
                // PostgreSQL takes no text with a NUL, and none is stored.
                self.add(&condition.concat(), Value::Text(value.replace('\0', "\u{fffd}")));
            }
        }
    }

    /// Adds one about a number, such as `at >=`.
    pub(crate) fn number(&mut self, condition: &'static str, value: i64) {
        self.add(condition, Value::Number(value));
    }

    /// Adds one that has no value, such as `blocked_at is null`.
    pub(crate) fn fact(&mut self, condition: &str) {
        self.begin();
        self.sql.push_str(condition);
    }

    /// Keeps the rows whose column fits one of two patterns, written by [`containing`].
    pub(crate) fn either_like(&mut self, column: &'static str, patterns: [String; 2]) {
        let next = self.values.len() + 1;
        self.begin();
        self.sql.push_str(&format!(r"({column} like ${next} escape '\' or {column} like ${} escape '\')", next + 1));
        self.values.extend(patterns.map(Value::Text));
    }

    /// Keeps what comes before a place, or after it.
    pub(crate) fn place(&mut self, comparison: &'static str, cursor: Cursor) {
        let next = self.values.len() + 1;
        self.begin();
        self.sql.push_str(&format!("({}, id) {comparison} (${next}, ${})", self.at, next + 1));
        self.values.extend([Value::Number(cursor.at), Value::Text(cursor.id)]);
    }

    /// The conditions as they follow the tables, then order and number of rows, newest first.
    pub(crate) fn newest(&self, limit: u32) -> String {
        format!("{} order by {} desc, id desc limit {limit}", self.sql, self.at)
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

/// A pattern for `like … escape '\'` that fits every text with this one in it.
pub(crate) fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
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
    fn what_a_pattern_means_otherwise_stands_for_itself() {
        assert_eq!(containing(r"50%_a\b"), r"%50\%\_a\\b%");
    }

    #[test]
    fn a_fact_that_comes_first_leaves_the_others_no_index() {
        let mut conditions = Conditions::by("created_at");
        conditions.fact("blocked_at is not null");
        conditions.texts([("method", Some("sms"))]);
        conditions.either_like("recipient", [containing("a"), containing("b")]);
        conditions.place("<", Cursor { at: 1, id: "a".to_owned() });
        assert_eq!(
            conditions.newest(2),
            r" where blocked_at is not null and method || '' = $1 and (recipient like $2 escape '\' or recipient like $3 escape '\') and (created_at, id) < ($4, $5) order by created_at desc, id desc limit 2"
        );
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
