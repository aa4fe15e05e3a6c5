//! The difference between two texts, as people read one: lines that went and lines that came, and in them the words that changed.
//!
//! Which lines and words belong together is found by the crate `similar`; what is shown of that, and how much, is decided here.
//! Only the server compares; a page gets the [`Difference`].

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// How many lines that did not change stand around those that did.
const CONTEXT: usize = 2;
/// Lines or words of both texts together above which no pairs are looked for: comparing takes up to their number squared.
const MAX_PARTS: usize = 4_000;
/// The most comparisons of words in one difference, in pairs.
const MAX_WORK: usize = 20_000_000;
/// A piece that did not change is shortened above this many characters.
const MAX_PIECE: usize = 240;
/// How many characters of it stay at either end.
const PIECE_END: usize = 80;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is in both texts.
    Same,
    /// It is in the first text only.
    Removed,
    /// It is in the second text only.
    Added,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Whether the other text lacks it.
    pub changed: bool,
    /// What it says.
    pub text: String,
}

/// A row of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// One line.
    Line {
        /// What became of it.
        change: Change,
        /// Which line it is, counted from 1: of the first text where it was removed, else of the second.
        number: u32,
        /// The line in pieces; where most of it changed, one piece that is not marked.
        pieces: Vec<Piece>,
    },
    /// Lines that are in both texts and not shown.
    Skipped {
        /// How many.
        lines: u32,
    },
}

/// The difference between two texts; no rows when they are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// The rows, from top to bottom.
    pub rows: Vec<Row>,
    /// How many lines were removed.
    pub removed: u32,
    /// How many lines were added.
    pub added: u32,
}

/// What must be done to the first text to get the second.
pub fn difference(before: &str, after: &str) -> Difference {
    difference_within(before, after, &mut 0)
}

/// As [`difference`], for one of many: adds to `work` what comparing words took, and marks no more words once all together took as much
/// as one may.
pub fn difference_within(before: &str, after: &str, work: &mut usize) -> Difference {
    let mut difference = Difference::default();
    if before == after {
        return difference;
    }
    let (old, new) = (lines(before), lines(after));
    let operations = operations(Algorithm::Patience, &old, &new);
    for (index, operation) in operations.iter().enumerate() {
        if let DiffOp::Equal { new_index, len, .. } = *operation {
            let first = index == 0;
            let last = index + 1 == operations.len();
            difference.keep(&new, new_index, len, (first, last));
        } else {
            let (gone, come) = (operation.old_range(), operation.new_range());
            let (removed, added) = marked(&old[gone.clone()], &new[come.clone()], work);
            difference.put(Change::Removed, gone.start, removed);
            difference.put(Change::Added, come.start, added);
        }
    }
    difference
}

impl Difference {
    /// Whether the texts are the same.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Shows as many lines that did not change as help to find one's way.
    fn keep(&mut self, lines: &[&str], start: usize, count: usize, (first, last): (bool, bool)) {
        let above = if first { 0 } else { CONTEXT.min(count) };
        let below = if last { 0 } else { CONTEXT.min(count - above) };
        // One line takes no more room than the words that it is not shown.
        let skipped = count - above - below;
        let (above, skipped) = if skipped == 1 { (above + 1, 0) } else { (above, skipped) };
        self.same(lines, start, above);
        if skipped > 0 {
            self.rows.push(Row::Skipped { lines: count_of(skipped) });
        }
        self.same(lines, start + count - below, below);
    }

    fn same(&mut self, lines: &[&str], start: usize, count: usize) {
        for (index, line) in lines.iter().enumerate().skip(start).take(count) {
            let pieces = shortened(vec![Piece { changed: false, text: (*line).to_owned() }]);
            self.rows.push(Row::Line { change: Change::Same, number: count_of(index + 1), pieces });
        }
    }

    fn put(&mut self, change: Change, start: usize, lines: Vec<Vec<Piece>>) {
        let count = if change == Change::Removed { &mut self.removed } else { &mut self.added };
        *count += count_of(lines.len());
        self.rows.extend(lines.into_iter().enumerate().map(|(index, pieces)| Row::Line {
            change,
            number: count_of(start + index + 1),
            pieces,
        }));
    }
}

fn count_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The lines of a text; a text that ends in a line end has an empty last line, so that the end counts.
fn lines(text: &str) -> Vec<&str> {
    if text.is_empty() { Vec::new() } else { text.split('\n').collect() }
}

/// What leads from one list of parts to another. What is too long to compare is replaced as a whole, but for its two ends.
fn operations(algorithm: Algorithm, old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old_len, new_len) = (old_rest.len() - end, new_rest.len() - end);
    if old_len + new_len <= MAX_PARTS {
        return capture_diff_slices(algorithm, old, new);
    }
    let equal = |old_index, new_index, len| DiffOp::Equal { old_index, new_index, len };
    let replaced = DiffOp::Replace { old_index: start, old_len, new_index: start, new_len };
    let all = [equal(0, 0, start), replaced, equal(start + old_len, start + new_len, end)];
    all.into_iter().filter(|operation| !operation.old_range().is_empty() || !operation.new_range().is_empty()).collect()
}

/// The lines that went and those that came in their place, with the words marked that the other side lacks.
fn marked(old: &[&str], new: &[&str], work: &mut usize) -> (Vec<Vec<Piece>>, Vec<Vec<Piece>>) {
    let whole =
        |lines: &[&str]| lines.iter().map(|line| vec![Piece { changed: false, text: (*line).to_owned() }]).collect();
    let (old_text, new_text) = (old.join("\n"), new.join("\n"));
    let (old_words, new_words) = (words(&old_text), words(&new_text));
    let parts = old_words.len() + new_words.len();
    if old.is_empty() || new.is_empty() || parts > MAX_PARTS || *work > MAX_WORK {
        return (whole(old), whole(new));
    }
    *work = work.saturating_add(parts.saturating_mul(parts));
    let operations = capture_diff_slices(Algorithm::Myers, &old_words, &new_words);
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for operation in &operations {
        let changed = !matches!(operation, DiffOp::Equal { .. });
        put(&mut gone, changed, old_words[operation.old_range()].concat());
        put(&mut come, changed, new_words[operation.new_range()].concat());
    }
    join_across_gaps(&mut gone);
    join_across_gaps(&mut come);
    // Where little stayed, marks would only be noise: the lines say it themselves.
    let stayed = |pieces: &[Piece]| {
        pieces.iter().filter(|piece| !piece.changed).map(|piece| piece.text.trim().len()).sum::<usize>()
    };
    if stayed(&gone) * 3 < old_text.len().max(new_text.len()) {
        return (whole(old), whole(new));
    }
    (by_line(gone), by_line(come))
}

/// Words, runs of blanks, and everything else letter by letter.
fn words(text: &str) -> Vec<&str> {
    let kind = |letter: char| match letter {
        '\n' => 0,
        letter if letter.is_alphanumeric() || letter == '_' => 1,
        letter if letter.is_whitespace() => 2,
        _ => 3,
    };
    let mut words = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, letter) in text.char_indices() {
        let kind = kind(letter);
        if at > start && (before != Some(kind) || kind == 0 || kind == 3) {
            words.push(&text[start..at]);
            start = at;
        }
        before = Some(kind);
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

fn put(pieces: &mut Vec<Piece>, changed: bool, text: String) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.changed == changed => last.text.push_str(&text),
        _ => pieces.push(Piece { changed, text }),
    }
}

/// Two changed words with a blank between them read as one change.
fn join_across_gaps(pieces: &mut Vec<Piece>) {
    let all = std::mem::take(pieces);
    let gap = |index: usize| {
        let neighbours = [index.checked_sub(1), Some(index + 1)];
        all[index].text.trim().is_empty()
            && !all[index].text.contains('\n')
            && neighbours.iter().all(|at| at.and_then(|at| all.get(at)).is_some_and(|piece| piece.changed))
    };
    for (index, piece) in all.iter().enumerate() {
        put(pieces, piece.changed || gap(index), piece.text.clone());
    }
}

fn by_line(pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    let mut lines = vec![Vec::new()];
    for Piece { changed, text } in pieces {
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut() {
                put(line, changed, part.to_owned());
            }
        }
    }
    lines.into_iter().map(shortened).collect()
}

/// Leaves the middle of long pieces out that did not change: some templates are one line of many thousand characters.
fn shortened(mut pieces: Vec<Piece>) -> Vec<Piece> {
    for piece in pieces.iter_mut().filter(|piece| !piece.changed) {
        let count = piece.text.chars().count();
        if count > MAX_PIECE {
            let start: String = piece.text.chars().take(PIECE_END).collect();
            let end: String = piece.text.chars().skip(count - PIECE_END).collect();
            piece.text = format!("{start} […] {end}");
        }
    }
    pieces
}

#[cfg(test)]
mod tests;
