//! The mirror behind the textarea: the same text, one element a line, with parameters tinted and problems underlined.
//!
//! It is drawn by hand: of a long text only the lines that changed are made again.

use domain::template::{Diagnostic, Mark, Severity, Span, Syntax, marks};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{self, Element, HtmlElement, Node};

use super::Hand;

const PARAMETER: u8 = 1;
const TAG: u8 = 2;
const COMMENT: u8 = 3;
const WARNING: u8 = 4;
const ERROR: u8 = 8;
/// The classes of a style: what it is, and what is wrong with it.
const CLASSES: [&str; 12] =
    ["", "tok", "tag", "com", "warn", "tok warn", "tag warn", "com warn", "bad", "tok bad", "tag bad", "com bad"];

/// A text with the style of each of its bytes, as it is on the page.
#[derive(Default)]
pub struct Drawn {
    text: String,
    styles: Vec<u8>,
}

impl Drawn {
    fn new(text: String, syntax: Syntax, findings: &[Diagnostic]) -> Self {
        let mut styles = vec![0; text.len()];
        let mut paint = |span: Span, style: u8| {
            for byte in styles.get_mut(span.start as usize..span.end as usize).unwrap_or_default() {
                // An error shows through a warning, not the other way round.
                *byte |= if *byte & ERROR == 0 { style } else { style & !WARNING };
                if style == ERROR {
                    *byte &= !WARNING;
                }
            }
        };
        for (span, mark) in marks(&text, syntax) {
            let style = match mark {
                Mark::Parameter => PARAMETER,
                Mark::Tag => TAG,
                Mark::Comment => COMMENT,
            };
            paint(span, style);
        }
        for finding in findings {
            paint(finding.span, if finding.severity == Severity::Error { ERROR } else { WARNING });
        }
        Self { text, styles }
    }

    /// Where each line is, without its line break.
    fn lines(&self) -> Vec<(usize, usize)> {
        let mut start = 0;
        let line = |line: &str| {
            let from = start;
            start += line.len() + 1;
            (from, from + line.len())
        };
        self.text.split('\n').map(line).collect()
    }

    fn line(&self, (start, end): (usize, usize)) -> (&str, &[u8]) {
        (self.text.get(start..end).unwrap_or_default(), self.styles.get(start..end).unwrap_or_default())
    }

    /// Puts a text on the page; the lines that are there already stay.
    pub fn draw(&mut self, mirror: &HtmlElement, text: String, syntax: Syntax, findings: &[Diagnostic]) {
        let new = Self::new(text, syntax, findings);
        let (before, after) = (self.lines(), new.lines());
        // Nothing, at first.
        let there = mirror.child_nodes();
        let mut old_end = before.len().min(there.length() as usize);
        let mut new_end = after.len();
        let same = |old: usize, now: usize| match (before.get(old), after.get(now)) {
            (Some(old), Some(now)) => self.line(*old) == new.line(*now),
            _ => false,
        };
        let mut first = 0;
        while first < old_end && same(first, first) {
            first += 1;
        }
        while old_end > first && new_end > first && same(old_end - 1, new_end - 1) {
            old_end -= 1;
            new_end -= 1;
        }
        for _ in first..old_end {
            if let Some(line) = there.item(first as u32) {
                // It was found there a moment ago.
                let _ = mirror.remove_child(&line);
            }
        }
        let next = there.item(first as u32);
        for line in after.get(first..new_end).unwrap_or_default() {
            let (text, styles) = new.line(*line);
            if let Some(line) = line_of(text, styles) {
                let _ = mirror.insert_before(&line, next.as_ref());
            }
        }
        *self = new;
    }
}

fn line_of(text: &str, styles: &[u8]) -> Option<Element> {
    let document = document();
    let line = document.create_element("div").ok()?;
    let mut from = 0;
    for at in 1..=styles.len() {
        let style = styles.get(from).copied().unwrap_or_default();
        if styles.get(at) == Some(&style) {
            continue;
        }
        let piece = text.get(from..at).unwrap_or_default();
        let node: Node = if style == 0 {
            document.create_text_node(piece).into()
        } else {
            let span = document.create_element("span").ok()?;
            span.set_class_name(CLASSES.get(usize::from(style)).copied().unwrap_or_default());
            span.set_text_content(Some(piece));
            span.into()
        };
        let _ = line.append_child(&node);
        from = at;
    }
    Some(line)
}

/// The mirror behind a textarea.
fn mirror_of(hand: Hand) -> Option<Element> {
    let before = document().get_element_by_id(&hand.0.id())?.previous_element_sibling()?;
    before.class_list().contains("mirror").then_some(before)
}

/// Brings the line of a place into view.
pub fn show_line(hand: Hand, line: u32) {
    if let Some(line) = mirror_of(hand).and_then(|mirror| mirror.child_nodes().item(line.saturating_sub(1))) {
        into_view(line.unchecked_ref());
    }
}

/// Scrolls no more than it takes to see an element.
pub fn into_view(element: &Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Tells the styles where the caret is within the editor, so that completions open there.
pub fn place_at_caret(hand: Hand, text: &str, caret: u32) {
    let Some(mirror) = mirror_of(hand) else { return };
    let Some(editor) = mirror.closest(".editor").ok().flatten() else { return };
    let before = text.get(..caret as usize).unwrap_or_default();
    let line = before.bytes().filter(|byte| *byte == b'\n').count();
    let Some(line) = mirror.child_nodes().item(line as u32) else { return };
    let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count() as u32;
    let Some(at) = rectangle(&line, column) else { return };
    let frame = editor.get_bounding_client_rect();
    let style = editor.unchecked_into::<HtmlElement>().style();
    // Without a place the list opens at the start of the text.
    let _ = style.set_property("--caret-x", &[&pixels(at.right() - frame.left()), "px"].concat());
    let _ = style.set_property("--caret-y", &[&pixels(at.bottom() - frame.top()), "px"].concat());
}

fn pixels(number: f64) -> String {
    (number as i32).to_string()
}

/// Where the character before a column of a line is on the screen.
fn rectangle(line: &Node, column: u32) -> Option<web_sys::DomRect> {
    let range = document().create_range().ok()?;
    let mut left = column;
    let pieces = line.child_nodes();
    for index in 0..pieces.length() {
        let piece = pieces.item(index)?;
        let text = piece.first_child().unwrap_or(piece);
        let length = text.text_content().unwrap_or_default().encode_utf16().count() as u32;
        if left <= length {
            range.set_start(&text, left.saturating_sub(1)).ok()?;
            range.set_end(&text, left).ok()?;
            return Some(range.get_bounding_client_rect());
        }
        left -= length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::template::{About, Part, diagnose};

    #[test]
    fn each_byte_has_its_style() {
        let about = About { part: Part::Message, syntax: Syntax::Markdown, otp_expiry: 180, otp_length: 6 };
        let text = "Hi\n@@code@@ @@cod@@".to_owned();
        let findings = diagnose(&text, about);
        let drawn = Drawn::new(text, about.syntax, &findings);
        assert_eq!(drawn.lines(), [(0, 2), (3, 19)]);
        let (text, styles) = drawn.line((3, 19));
        assert_eq!(text, "@@code@@ @@cod@@");
        assert_eq!(styles.first(), Some(&PARAMETER));
        assert_eq!(styles.get(8), Some(&0));
        assert_eq!(styles.get(9), Some(&PARAMETER));
        assert_eq!(styles.get(11), Some(&(PARAMETER | WARNING)));
    }
}
