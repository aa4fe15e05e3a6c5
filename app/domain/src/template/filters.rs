//! The filters, as LiquidJS has them: numbers and lists here, texts and dates in `filters/`.

use std::rc::Rc;

use super::RenderError;
use super::data::Data;
use super::numbers;
use super::scope::{self, Key};
use super::values::Values;

mod case;
mod date;
mod encoding;
mod text;

pub(super) use encoding::unquote;
pub(super) use text::escape;

/// A filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Liquid's")]
pub enum FilterName {
    Abs,
    AtLeast,
    AtMost,
    Ceil,
    DividedBy,
    Floor,
    Minus,
    Modulo,
    Plus,
    Round,
    Times,
    Append,
    Capitalize,
    Downcase,
    Escape,
    EscapeOnce,
    Lstrip,
    NewlineToBr,
    Prepend,
    Remove,
    RemoveFirst,
    Replace,
    ReplaceFirst,
    Rstrip,
    Split,
    Strip,
    StripHtml,
    StripNewlines,
    Truncate,
    Truncatewords,
    Upcase,
    UrlDecode,
    UrlEncode,
    First,
    Join,
    Last,
    Map,
    Reverse,
    Size,
    Slice,
    Sort,
    SortNatural,
    Date,
    Default,
}

/// All filters by name, with what becomes of a value, grouped by what they work on.
pub static FILTERS: [(&str, FilterName, &str); 44] = [
    ("abs", FilterName::Abs, "The number without its sign"),
    ("at_least", FilterName::AtLeast, "The number, but no less"),
    ("at_most", FilterName::AtMost, "The number, but no more"),
    ("ceil", FilterName::Ceil, "Rounded up"),
    ("divided_by", FilterName::DividedBy, "Divided by a number"),
    ("floor", FilterName::Floor, "Rounded down"),
    ("minus", FilterName::Minus, "Less a number"),
    ("modulo", FilterName::Modulo, "What a division leaves"),
    ("plus", FilterName::Plus, "Plus a number"),
    ("round", FilterName::Round, "Rounded, to some decimals"),
    ("times", FilterName::Times, "Times a number"),
    ("append", FilterName::Append, "With a text after it"),
    ("capitalize", FilterName::Capitalize, "With a large first letter"),
    ("downcase", FilterName::Downcase, "In small letters"),
    ("escape", FilterName::Escape, "Safe in HTML"),
    ("escape_once", FilterName::EscapeOnce, "Safe in HTML, if not already"),
    ("lstrip", FilterName::Lstrip, "Without space before it"),
    ("newline_to_br", FilterName::NewlineToBr, "With <br /> for line breaks"),
    ("prepend", FilterName::Prepend, "With a text before it"),
    ("remove", FilterName::Remove, "Without a text"),
    ("remove_first", FilterName::RemoveFirst, "Without the first such text"),
    ("replace", FilterName::Replace, "With a text in another’s place"),
    ("replace_first", FilterName::ReplaceFirst, "The same, for the first only"),
    ("rstrip", FilterName::Rstrip, "Without space after it"),
    ("split", FilterName::Split, "Cut into a list"),
    ("strip", FilterName::Strip, "Without space around it"),
    ("strip_html", FilterName::StripHtml, "Without HTML tags"),
    ("strip_newlines", FilterName::StripNewlines, "Without line breaks"),
    ("truncate", FilterName::Truncate, "Cut to some characters"),
    ("truncatewords", FilterName::Truncatewords, "Cut to some words"),
    ("upcase", FilterName::Upcase, "In capital letters"),
    ("url_decode", FilterName::UrlDecode, "As it was before url_encode"),
    ("url_encode", FilterName::UrlEncode, "As a part of an address"),
    ("first", FilterName::First, "The first item or letter"),
    ("join", FilterName::Join, "A list as one text"),
    ("last", FilterName::Last, "The last item or letter"),
    ("map", FilterName::Map, "One part of every item"),
    ("reverse", FilterName::Reverse, "The list backwards"),
    ("size", FilterName::Size, "How many items or letters"),
    ("slice", FilterName::Slice, "Some letters: from, how many"),
    ("sort", FilterName::Sort, "The list in order"),
    ("sort_natural", FilterName::SortNatural, "In order, capitals ignored"),
    ("date", FilterName::Date, "A date in a pattern"),
    ("default", FilterName::Default, "Or this, if it is empty"),
];

impl FilterName {
    pub(super) fn find(name: &str) -> Option<Self> {
        FILTERS.iter().find(|row| row.0 == name).map(|row| row.1)
    }

    /// Whether it does nothing useful without an argument.
    #[rustfmt::skip]
    pub(super) const fn takes_argument(self) -> bool {
        matches!(
            self,
            Self::AtLeast | Self::AtMost | Self::DividedBy | Self::Minus | Self::Modulo | Self::Plus | Self::Times
            | Self::Append | Self::Prepend | Self::Remove | Self::RemoveFirst | Self::Replace | Self::ReplaceFirst
            | Self::Split | Self::Truncate | Self::Truncatewords | Self::Join | Self::Map | Self::Slice
            | Self::Date | Self::Default
        )
    }
}

/// Passes a value through a filter; a missing argument counts as undefined.
pub(super) fn apply(values: &Values, name: FilterName, input: Data, arguments: &[Data]) -> Result<Data, RenderError> {
    use FilterName as F;
    let nil = Data::Nil;
    let first = arguments.first().unwrap_or(&nil);
    let second = arguments.get(1);
    Ok(match name {
        F::Abs | F::Ceil | F::Floor => {
            let number = input.to_number();
            Data::Number(match name {
                F::Abs => number.abs(),
                F::Ceil => number.ceil(),
                _ => number.floor(),
            })
        }
        F::AtLeast | F::AtMost | F::DividedBy | F::Minus | F::Modulo | F::Plus | F::Times => {
            let floors = second.is_some_and(Data::is_truthy);
            Data::Number(calculate(name, input.to_number(), first.to_number(), floors))
        }
        F::Round => Data::Number(round(input.to_number(), first.to_number())),
        F::Default => match &input {
            Data::List(items) if !items.is_empty() => input,
            Data::List(_) | Data::Nil | Data::Bool(false) | Data::Empty | Data::Blank => first.clone(),
            _ if input.as_text() == Some("") => first.clone(),
            _ => input,
        },
        F::First | F::Last => {
            let key = if name == F::First { "first" } else { "last" };
            match &input {
                Data::List(_) | Data::Range(_) => scope::part(values, &input, Key::Name(key)),
                _ => text::end_letter(input.as_text().unwrap_or_default(), name == F::First),
            }
        }
        F::Size => match &input {
            Data::Object(_) => Data::Number(0.0),
            _ => match scope::part(values, &input, Key::Name("size")) {
                Data::Nil => Data::Number(0.0),
                size => size,
            },
        },
        F::Join => {
            let separator = match first {
                Data::Nil => Rc::from(" "),
                separator => separator.to_text()?,
            };
            text::join(&input.to_list()?, &separator)?
        }
        F::Reverse => Data::List(input.to_list()?.iter().rev().cloned().collect()),
        F::Map => {
            let property = first.to_text()?;
            let key = Key::Name(&property);
            let part = |item: &Data| scope::part(values, item, key);
            Data::List(input.to_list()?.iter().map(part).collect())
        }
        F::Sort | F::SortNatural => {
            let property = match first {
                Data::Nil => None,
                property => Some(property.to_text()?),
            };
            sort(values, &input.to_list()?, property.as_deref(), name == F::SortNatural)?
        }
        F::Slice => match &input {
            Data::Nil => Data::list(Vec::new()),
            Data::List(_) | Data::Range(_) => {
                let items = input.to_list()?;
                let (from, to) = bounds(items.len(), first, second);
                Data::list(items.get(from..to).unwrap_or_default().to_vec())
            }
            _ => {
                let whole = input.to_text()?;
                let (from, to) = bounds(whole.chars().count(), first, second);
                Data::text(text::letters(&whole, from, to))
            }
        },
        F::Date => date::date(&input, first, second)?,
        _ => text::apply(name, input, arguments)?,
    })
}

fn calculate(name: FilterName, number: f64, other: f64, floors: bool) -> f64 {
    match name {
        FilterName::AtLeast => number.max(other),
        FilterName::AtMost => number.min(other),
        FilterName::DividedBy if floors => (number / other).floor(),
        FilterName::DividedBy => number / other,
        FilterName::Minus => number - other,
        FilterName::Modulo => numbers::remainder(numbers::remainder(number, other) + other, other),
        FilterName::Plus => number + other,
        _ => number * other,
    }
}

/// Rounds half away from zero; the decimal point is moved in the text, so 1.005 is what it looks like.
fn round(number: f64, decimals: f64) -> f64 {
    let decimals = decimals.trunc().clamp(-30.0, 30.0);
    let shift = |number: f64, places: f64| {
        let mut text = numbers::write(number);
        if !text.contains('e') {
            text.push('e');
            text.push_str(&numbers::write(places));
        }
        numbers::parse(&text).unwrap_or(f64::NAN)
    };
    let scaled = shift(number.abs(), decimals);
    if scaled.is_nan() || scaled > 9_007_199_254_740_991.0 {
        return number;
    }
    let rounded = shift((scaled + 0.5).floor(), -decimals);
    if number < 0.0 { -rounded } else { rounded }
}

/// Where a slice begins and ends; one before the beginning is empty.
fn bounds(length: usize, begin: &Data, count: Option<&Data>) -> (usize, usize) {
    let mut begin = begin.to_number().trunc();
    let count = count.map_or(1.0, |count| count.to_number().trunc());
    if begin < 0.0 {
        begin += length as f64;
    }
    if begin < 0.0 || count < 0.0 {
        return (0, 0);
    }
    // Float to integer conversions saturate, and the sum may be larger than any length.
    let from = (begin as usize).min(length);
    (from, from.saturating_add(count as usize).min(length))
}

/// Sorts without ever failing, also when the items cannot be compared with each other.
fn sort(values: &Values, items: &[Data], property: Option<&str>, natural: bool) -> Result<Data, RenderError> {
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let mut key = item.clone();
        for name in property.into_iter().flat_map(|property| property.split('.')) {
            key = scope::part(values, &key, Key::Name(name));
        }
        if natural && !matches!(key, Data::Nil) {
            key = Data::text(&case::lower(&key.to_text()?));
        }
        keyed.push((key, item.clone()));
    }
    // A merge sort of our own: that of the standard library may panic when the order is not total.
    let mut width = 1;
    while width < keyed.len() {
        let mut merged = Vec::with_capacity(keyed.len());
        for pair in keyed.chunks(width * 2) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let (Some(a), Some(b)) = (left.first(), right.first()) {
                if comes_before(&b.0, &a.0)? {
                    merged.push(b.clone());
                    right = &right[1..];
                } else {
                    merged.push(a.clone());
                    left = &left[1..];
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        keyed = merged;
        width *= 2;
    }
    Ok(Data::List(keyed.into_iter().map(|(_, item)| item).collect()))
}

/// Undefined values come last.
fn comes_before(a: &Data, b: &Data) -> Result<bool, RenderError> {
    match (a, b) {
        (Data::Nil, _) => Ok(false),
        (_, Data::Nil) => Ok(true),
        _ => a.compare(super::tree::Operator::Less, b),
    }
}
