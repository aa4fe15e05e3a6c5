//! What names stand for: the parameters, and the parts of objects, lists and texts.

use super::data::Data;
use super::numbers;
use super::values::{Send, Values};

/// A value with named parts.
#[derive(Clone, Copy)]
pub(super) enum Object {
    Application,
    Metadata,
    User,
    Connection,
    Loop(LoopState),
}

/// How far a loop is.
#[derive(Clone, Copy)]
pub(super) struct LoopState {
    pub index: f64,
    pub length: f64,
    /// Cells in a row of a `tablerow`; 0 in a `for`.
    pub columns: f64,
}

/// The name or number of a part.
#[derive(Clone, Copy)]
pub(super) enum Key<'k> {
    Name(&'k str),
    Number(f64),
}

/// Finds a parameter by the first name of its path.
pub(super) fn parameter(values: &Values, name: &str) -> Data {
    let text = match name {
        "code" | "password" => &values.code,
        "link" => &values.link,
        "phone_number" => &values.phone_number,
        "email" => &values.email,
        "request_language" => &values.request_language,
        "operation" => &values.operation,
        "tenant" => &values.tenant,
        "friendly_name" => &values.friendly_name,
        "support_email" => &values.support_email,
        "support_url" => &values.support_url,
        "send" => match values.send {
            Send::Code => "code",
            Send::Link => "link",
        },
        "application" => return Data::Object(Object::Application),
        "user" => return Data::Object(Object::User),
        "connection" => return Data::Object(Object::Connection),
        _ => return Data::Nil,
    };
    Data::parameter(text)
}

/// Finds a parameter by its whole path, as a macro names it.
pub(super) fn path(values: &Values, path: &str) -> Data {
    let mut names = path.split('.');
    let mut data = parameter(values, names.next().unwrap_or_default());
    for name in names {
        data = part(values, &data, Key::Name(name));
    }
    whole(values, data)
}

/// `connection` is an object with a name, and also that name itself.
pub(super) fn whole(values: &Values, data: Data) -> Data {
    match data {
        Data::Object(Object::Connection) => Data::parameter(&values.connection),
        data => data,
    }
}

/// Finds a part of a value; there is none of a value that has no parts.
pub(super) fn part(values: &Values, data: &Data, key: Key<'_>) -> Data {
    match (data, key) {
        (Data::List(items), Key::Number(index)) => item(items, index),
        (Data::List(items), Key::Name(name)) => match name {
            "size" => Data::Number(items.len() as f64),
            "first" => item(items, 0.0),
            "last" => item(items, -1.0),
            _ => match name.parse::<u32>() {
                Ok(index) => item(items, f64::from(index)),
                Err(_) => Data::Nil,
            },
        },
        (Data::Range(range), key) => match key {
            Key::Number(index) if index < 0.0 => range.item(range.length + index),
            Key::Number(index) => range.item(index),
            Key::Name("size") => Data::Number(range.length),
            Key::Name("first") => range.item(0.0),
            Key::Name("last") => range.item(range.length - 1.0),
            Key::Name(_) => Data::Nil,
        },
        (Data::Text(text) | Data::Markup(text), Key::Name("size")) => Data::Number(length(text) as f64),
        (Data::Text(text) | Data::Markup(text), Key::Number(index)) if index >= 0.0 => {
            let mut letter = [0; 4];
            match text.chars().nth(index as usize) {
                Some(found) => Data::text(found.encode_utf8(&mut letter)),
                None => Data::Nil,
            }
        }
        (Data::Object(object), Key::Name(name)) => part_of_object(values, *object, name),
        _ => Data::Nil,
    }
}

/// The length of a text as JavaScript counts it.
pub(super) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

fn item(items: &[Data], index: f64) -> Data {
    let index = if index < 0.0 { items.len() as f64 + index } else { index };
    if index < 0.0 || index.trunc() != index {
        return Data::Nil;
    }
    items.get(index as usize).cloned().unwrap_or(Data::Nil)
}

fn part_of_object(values: &Values, object: Object, name: &str) -> Data {
    match (object, name) {
        (Object::Application, "name") => Data::parameter(&values.application_name),
        (Object::Application, "clientID") => Data::parameter(&values.client_id),
        (Object::Application, "client_metadata") => Data::Object(Object::Metadata),
        (Object::User, "email") => Data::parameter(&values.email),
        (Object::Connection, "name") => Data::parameter(&values.connection),
        (Object::Metadata, _) => match values.client_metadata.iter().find(|(key, _)| key == name) {
            Some((_, value)) => Data::parameter(value),
            None if name == "size" => Data::Number(values.client_metadata.len() as f64),
            None => Data::Nil,
        },
        (Object::Loop(state), _) => part_of_loop(state, name),
        _ => Data::Nil,
    }
}

fn part_of_loop(state: LoopState, name: &str) -> Data {
    let LoopState { index, length, columns } = state;
    let column = if columns > 0.0 { numbers::remainder(index, columns) } else { 0.0 };
    let number = match name {
        "index" => index + 1.0,
        "index0" => index,
        "rindex" => length - index,
        "rindex0" => length - index - 1.0,
        "length" => length,
        "first" => return Data::Bool(index == 0.0),
        "last" => return Data::Bool(index + 1.0 == length),
        _ if columns == 0.0 => return Data::Nil,
        "row" => (index / columns).floor() + 1.0,
        "col" => column + 1.0,
        "col0" => column,
        "col_first" => return Data::Bool(column == 0.0),
        "col_last" => return Data::Bool(column + 1.0 == columns),
        _ => return Data::Nil,
    };
    Data::Number(number)
}
