//! What may be meant at a caret: parameters, filters and tags.

use super::{Mark, marks};
use crate::template::diagnose::{About, find, find_last};
use crate::template::diagnostics::Span;
use crate::template::filters::FILTERS;
use crate::template::keywords::TAGS;
use crate::template::lexer::is_word;
use crate::template::values::parameters;
use crate::template::{Syntax, macros};

/// One thing that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Its name.
    pub label: &'static str,
    /// What it stands for or does.
    pub meaning: &'static str,
    /// What is written when it is taken.
    pub insert: String,
}

/// What may be meant at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completions {
    /// What is replaced.
    pub span: Span,
    /// The choices, those that begin as typed first; never empty.
    pub items: Vec<Completion>,
}

/// Finds what may be meant before a caret, a byte of the source; `None` where nothing is being named.
pub fn completions(source: &str, caret: u32, about: About) -> Option<Completions> {
    let (before, after) = source.split_at_checked(caret as usize)?;
    let place = Place { before, after, about };
    if about.syntax == Syntax::Markdown {
        return place.in_macro();
    }
    let is_comment = |(span, mark): &(Span, Mark)| *mark == Mark::Comment && span.start < caret && caret <= span.end;
    if marks(source, about.syntax).iter().any(is_comment) {
        return None;
    }
    place.in_macro().or_else(|| place.in_liquid())
}

/// What is on both sides of a caret.
struct Place<'s> {
    before: &'s str,
    after: &'s str,
    about: About,
}

fn is_of_path(letter: char) -> bool {
    letter == '.' || is_word(letter)
}

/// How many bytes at the beginning belong to a name.
fn name_length(text: &str) -> usize {
    text.find(|letter| !is_of_path(letter)).unwrap_or(text.len())
}

impl<'s> Place<'s> {
    /// After `@@`: parameters, written with both signs.
    fn in_macro(&self) -> Option<Completions> {
        let open = find_last(self.before, *b"@@")?;
        let inner = self.before.get(open + 2..)?;
        let typed = inner.trim_start_matches(' ');
        if typed.chars().any(|letter| !is_of_path(letter)) || self.closes_a_macro(open) {
            return None;
        }
        // What is left of the name and its closing sign make way.
        let length = name_length(self.after);
        let rest = self.after.get(length..)?;
        let sign = rest.trim_start_matches(' ');
        let is_closed = sign.starts_with("@@") && (length > 0 || !opens_a_macro(sign));
        if is_closed && typed.is_empty() && length > 0 {
            return None;
        }
        let end = if is_closed { length + (rest.len() - sign.len()) + 2 } else { 0 };
        let only_code = self.about.syntax == Syntax::Liquid;
        let items = self.parameters(typed, only_code, ("@@", "@@"));
        self.answer(open, end, items)
    }

    /// Whether the signs at a place are the second ones of a macro.
    fn closes_a_macro(&self, open: usize) -> bool {
        let mut range = Span::new(0, open + 2);
        while let Some(found) = macros::find(self.before, range) {
            range.start = found.span.end;
            if found.span.end as usize == open + 2 {
                return true;
            }
        }
        false
    }

    /// Inside an output or a tag.
    fn in_liquid(&self) -> Option<Completions> {
        let open = find_last(self.before, *b"{{").max(find_last(self.before, *b"{%"))?;
        let is_tag = self.before.get(open..)?.starts_with("{%");
        let sign = if is_tag { "%}" } else { "}}" };
        let inner = self.before.get(open + 2..)?;
        if inner.contains(sign) || inner.len() > 1_000 {
            return None;
        }
        let mut quote = None;
        for letter in inner.chars() {
            match quote {
                None if matches!(letter, '"' | '\'') => quote = Some(letter),
                Some(mark) if mark == letter => quote = None,
                _ => {}
            }
        }
        if quote.is_some() {
            return None;
        }
        let typed = inner.rsplit(|letter| !is_of_path(letter)).next()?;
        let dash = if typed.len() == inner.len() && typed.starts_with('-') { "-" } else { "" };
        let typed = typed.strip_prefix(dash)?;
        let start = self.before.len() - typed.len();
        let lead = inner.get(..inner.len() - typed.len())?.trim_end();
        let length = if typed.is_empty() { 0 } else { name_length(self.after) };
        let rest = self.after.get(length..)?;
        let goes_on = rest.starts_with(is_of_path);
        if typed.is_empty() && goes_on {
            return None;
        }
        if lead.ends_with('|') {
            return self.answer(start, length, filters(typed, rest.starts_with(':')));
        }
        if lead.is_empty() || lead == "-" {
            if is_tag {
                return self.answer(start, length, tags(typed, rest.starts_with(' ')));
            }
            let is_last = rest.trim_start().starts_with("}}");
            if is_last || !is_closed(rest) {
                let opening = if lead.is_empty() && dash.is_empty() { "{{ " } else { "{{- " };
                let swallowed = if is_last { rest.len() - rest.trim_start().len() + 2 } else { 0 };
                return self.answer(open, length + swallowed, self.parameters(typed, false, (opening, " }}")));
            }
        } else if !expects_a_value(lead) {
            return None;
        }
        if typed.is_empty() {
            return None;
        }
        self.answer(start, length, self.parameters(typed, false, ("", "")))
    }

    fn parameters(&self, typed: &str, only_code: bool, signs: (&str, &str)) -> Vec<Completion> {
        let mut rows: Vec<(&'static str, &'static str)> = Vec::new();
        for row in parameters(self.about.method()) {
            if !only_code || macros::is_code(row.name) {
                rows.push((row.name, row.meaning));
            }
        }
        let mut items = chosen(&rows, typed);
        for item in &mut items {
            item.insert = match item.label.strip_suffix('*') {
                // Its last part is still to be written.
                Some(stem) => [signs.0, stem].concat(),
                None => [signs.0, item.label, signs.1].concat(),
            };
        }
        items.retain(|item| !item.label.ends_with('*') || !typed.ends_with('.') || !item.insert.ends_with(typed));
        items
    }

    /// Replaces from a byte before the caret to one that lies some way behind it.
    fn answer(&self, start: usize, behind: usize, items: Vec<Completion>) -> Option<Completions> {
        if items.is_empty() {
            return None;
        }
        Some(Completions { span: Span::new(start, self.before.len() + behind), items })
    }
}

/// Whether the signs at the beginning open a macro of their own.
fn opens_a_macro(text: &str) -> bool {
    macros::find(text, Span::new(0, text.len()))
        .is_some_and(|found| found.span.start == 0 && macros::is_parameter(found.name.text(text)))
}

/// Whether an output has its end in the same line.
fn is_closed(rest: &str) -> bool {
    let inside = rest.split_once("}}").map(|(inside, _)| inside);
    inside.is_some_and(|inside| !inside.contains('\n') && !inside.contains("{{") && !inside.contains("{%"))
}

/// Whether a value comes next behind what stands in an output or a tag.
fn expects_a_value(lead: &str) -> bool {
    if lead.ends_with(['=', '<', '>', ':', ',', '(', '[']) {
        return true;
    }
    let word = lead.rsplit(|letter| !is_word(letter)).next().unwrap_or_default();
    matches!(word, "if" | "elsif" | "unless" | "case" | "when" | "in" | "and" | "or" | "contains" | "not")
}

/// The rows that hold what is typed, those that begin with it first.
fn chosen(rows: &[(&'static str, &'static str)], typed: &str) -> Vec<Completion> {
    let mut items = Vec::new();
    for begins in [true, false] {
        for (label, meaning) in rows {
            let found = find(label, typed);
            if found.is_some() && begins == (found == Some(0)) {
                items.push(Completion { label, meaning, insert: (*label).to_owned() });
            }
        }
    }
    items
}

fn filters(typed: &str, has_colon: bool) -> Vec<Completion> {
    let mut rows = Vec::with_capacity(FILTERS.len());
    rows.extend(FILTERS.iter().map(|row| (row.0, row.2)));
    let mut items = chosen(&rows, typed);
    for item in &mut items {
        let takes = FILTERS.iter().any(|row| row.0 == item.label && row.1.takes_argument());
        if takes && !has_colon {
            item.insert.push_str(": ");
        }
    }
    items
}

fn tags(typed: &str, has_space: bool) -> Vec<Completion> {
    let mut items = chosen(&TAGS, typed);
    if !has_space {
        for item in &mut items {
            item.insert.push(' ');
        }
    }
    items
}
