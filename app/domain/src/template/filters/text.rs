//! Filters that work on texts.

use std::rc::Rc;

use super::FilterName;
use super::case;
use super::encoding::{url_decode, url_encode};
use crate::template::RenderError;
use crate::template::data::{Data, push};

pub(super) fn apply(name: FilterName, input: Data, arguments: &[Data]) -> Result<Data, RenderError> {
    use FilterName as F;
    let whole = input.to_text()?;
    let text: &str = &whole;
    let argument = |index: usize| match arguments.get(index) {
        Some(data) => data.to_text(),
        None => Ok(Rc::from("")),
    };
    let out = match name {
        F::Append => concat("", &[text, &*argument(0)?])?,
        F::Prepend => concat("", &[&*argument(0)?, text])?,
        F::Capitalize => {
            let first = text.chars().next().map_or(0, char::len_utf8);
            let (first, rest) = text.split_at(first);
            concat("", &[&case::upper(first), &case::lower(rest)])?
        }
        F::Downcase => case::lower(text),
        F::Upcase => case::upper(text),
        F::Escape => escape(text)?,
        F::EscapeOnce => escape(&unescape(text))?,
        F::NewlineToBr => swap(text, &[("\r\n", "<br />\n"), ("\n", "<br />\n")])?,
        F::StripNewlines => swap(text, &[("\r\n", ""), ("\n", "")])?,
        F::Remove => replace(text, &argument(0)?, "")?,
        F::Replace => replace(text, &argument(0)?, &argument(1)?)?,
        F::RemoveFirst => replace_first(text, &argument(0)?, "")?,
        F::ReplaceFirst => replace_first(text, &argument(0)?, &argument(1)?)?,
        F::Strip | F::Lstrip | F::Rstrip => {
            let set = argument(0)?;
            // Nobody lists more letters, and a longer list would make the search slow.
            let set = letters(&set, 0, 200);
            let trims = |letter: char| {
                if set.is_empty() { letter.is_whitespace() } else { set.contains(letter) }
            };
            let text = if name == F::Rstrip { text } else { text.trim_start_matches(trims) };
            let text = if name == F::Lstrip { text } else { text.trim_end_matches(trims) };
            return Ok(match input {
                Data::Markup(_) => Data::Markup(Rc::from(text)),
                _ => Data::text(text),
            });
        }
        F::StripHtml => strip_html(text),
        F::Split => return Ok(split(text, &argument(0)?)),
        F::Truncate => {
            let end = match arguments.get(1) {
                Some(end) => end.to_text()?,
                None => Rc::from("..."),
            };
            let length = arguments.first().map_or(50.0, Data::to_number).max(0.0) as usize;
            if text.chars().count() <= length {
                return Ok(input);
            }
            let kept = length.saturating_sub(end.chars().count());
            concat("", &[letters(text, 0, kept), &*end])?
        }
        F::Truncatewords => {
            let end = match arguments.get(1) {
                Some(end) => end.to_text()?,
                None => Rc::from("..."),
            };
            let count = arguments.first().map_or(15.0, Data::to_number).max(1.0) as usize;
            truncate_words(text, count, &end)?
        }
        F::UrlEncode => url_encode(text)?,
        F::UrlDecode => url_decode(text),
        // The others do not work on texts.
        _ => return Ok(input),
    };
    Ok(Data::Text(Rc::from(out)))
}

/// Joins texts within the bound.
fn concat(separator: &str, parts: &[&str]) -> Result<String, RenderError> {
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            push(&mut out, separator)?;
        }
        push(&mut out, part)?;
    }
    Ok(out)
}

pub(super) fn join(items: &[Data], separator: &str) -> Result<Data, RenderError> {
    let mut out = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            push(&mut out, separator)?;
        }
        push(&mut out, &item.to_text()?)?;
    }
    Ok(Data::Text(Rc::from(out)))
}

/// The letters from one position to another.
pub(super) fn letters(text: &str, from: usize, to: usize) -> &str {
    let place = |count| text.char_indices().nth(count).map_or(text.len(), |(at, _)| at);
    text.get(place(from)..place(to)).unwrap_or_default()
}

pub(super) fn end_letter(text: &str, first: bool) -> Data {
    let mut all = text.chars();
    let letter = if first { all.next() } else { all.next_back() };
    let mut buffer = [0; 4];
    Data::text(letter.map_or("", |letter| letter.encode_utf8(&mut buffer)))
}

/// Escapes what has a meaning in HTML.
pub(in crate::template) fn escape(text: &str) -> Result<String, RenderError> {
    swap(text, &[("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&#34;"), ("'", "&#39;")])
}

fn unescape(text: &str) -> String {
    swap(text, &[("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&#34;", "\""), ("&#39;", "'")])
        // What shrinks stays within the bound.
        .unwrap_or_default()
}

/// Replaces each of several texts, in one pass.
fn swap(text: &str, pairs: &[(&str, &str)]) -> Result<String, RenderError> {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        match pairs.iter().find(|(from, _)| rest.starts_with(from.as_bytes())) {
            Some((from, to)) => {
                push(&mut out, text.get(done..at).unwrap_or_default())?;
                push(&mut out, to)?;
                at += from.len();
                done = at;
            }
            None => at += 1,
        }
    }
    push(&mut out, text.get(done..).unwrap_or_default())?;
    Ok(out)
}

fn replace(text: &str, from: &str, to: &str) -> Result<String, RenderError> {
    let mut out = String::new();
    if from.is_empty() {
        // As in JavaScript, nothing is found between any two letters.
        let mut buffer = [0; 4];
        for (index, letter) in text.chars().enumerate() {
            if index > 0 {
                push(&mut out, to)?;
            }
            push(&mut out, letter.encode_utf8(&mut buffer))?;
        }
        return Ok(out);
    }
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(from) {
        push(&mut out, before)?;
        push(&mut out, to)?;
        rest = after;
    }
    push(&mut out, rest)?;
    Ok(out)
}

fn replace_first(text: &str, from: &str, to: &str) -> Result<String, RenderError> {
    match text.split_once(from) {
        Some((before, after)) => concat("", &[before, to, after]),
        None => Ok(text.to_owned()),
    }
}

fn split(text: &str, separator: &str) -> Data {
    let mut items: Vec<Data> = Vec::new();
    let mut filled = 0;
    let mut add = |part: &str| {
        items.push(Data::text(part));
        if !part.is_empty() {
            filled = items.len();
        }
    };
    if separator.is_empty() {
        let mut buffer = [0; 4];
        for letter in text.chars() {
            add(letter.encode_utf8(&mut buffer));
        }
    } else {
        text.split(separator).for_each(&mut add);
    }
    // As in Ruby, empty items at the end are left out.
    items.truncate(filled);
    Data::list(items)
}

/// Removes tags, comments, and scripts and styles with their content.
fn strip_html(text: &str) -> String {
    let blocks = [("<script", "</script>"), ("<style", "</style>"), ("<!--", "-->"), ("<", ">")];
    // Looking for an end that does not exist once is enough.
    let mut missing = [false; 4];
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let tag = &rest[before.len()..];
        let mut next = None;
        for (index, (open, close)) in blocks.into_iter().enumerate() {
            if missing[index] {
                continue;
            }
            let Some(inner) = tag.strip_prefix(open) else {
                continue;
            };
            match inner.split_once(close) {
                Some((_, after)) => {
                    next = Some(after);
                    break;
                }
                None => missing[index] = true,
            }
        }
        match next {
            Some(next) => rest = next,
            None => {
                out.push('<');
                out.push_str(after);
                return out;
            }
        }
    }
    out.push_str(rest);
    out
}

fn truncate_words(text: &str, count: usize, end: &str) -> Result<String, RenderError> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    // As in JavaScript, white space at the end begins one more word, an empty one.
    if words.is_empty() || text.ends_with(char::is_whitespace) {
        words.push("");
    }
    let mut out = concat(" ", words.get(..count).unwrap_or(&words))?;
    if words.len() >= count {
        push(&mut out, end)?;
    }
    Ok(out)
}
