//! Changes to a text field as a person would make them: the browser can undo each.

use domain::Field;
use domain::template::Span;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{self, HtmlTextAreaElement};

/// The hand that types into a field, a textarea or a line of text.
#[derive(Clone, Copy)]
pub struct Hand(pub Field);

impl Hand {
    /// The control. An input is called one too: what is used of them has the same name on both.
    fn area(self) -> Option<HtmlTextAreaElement> {
        document().get_element_by_id(&self.0.id()).map(JsCast::unchecked_into)
    }

    /// The text, and where the caret is in it, in bytes.
    pub fn caret(self) -> Option<(String, u32)> {
        let area = self.area()?;
        let text = area.value();
        let units = area.selection_start().ok()??;
        let caret = bytes_of(&text, units);
        Some((text, caret))
    }

    /// Selects a range and brings it into view.
    pub fn select(self, span: Span) {
        let Some(area) = self.area() else { return };
        let text = area.value();
        // Focus and selection are wishes: without them nothing is lost.
        let _ = area.focus();
        let _ = area.set_selection_range(units_of(&text, span.start), units_of(&text, span.end));
    }

    /// Replaces a range.
    pub fn replace(self, span: Span, by: &str) {
        self.select(span);
        self.write(by);
    }

    /// Replaces everything.
    pub fn replace_all(self, by: &str) {
        let Some(area) = self.area() else { return };
        let _ = area.focus();
        area.select();
        self.write(by);
    }

    /// Types a text over the selection, or at the caret.
    pub fn write(self, text: &str) {
        let Some(area) = self.area() else { return };
        let _ = area.focus();
        let command = if text.is_empty() { "delete" } else { "insertText" };
        let typed = document()
            .unchecked_into::<web_sys::HtmlDocument>()
            .exec_command_with_show_ui_and_value(command, false, text)
            .unwrap_or(false);
        if !typed
            && area.set_range_text(text).is_ok()
            && let Ok(event) = web_sys::Event::new("input")
        {
            let _ = area.dispatch_event(&event);
        }
    }
}

/// A place in bytes as the browser counts it.
fn units_of(text: &str, bytes: u32) -> u32 {
    let before = text.get(..bytes as usize).unwrap_or(text);
    before.chars().map(|letter| letter.len_utf16() as u32).sum()
}

/// A place as the browser counts it in bytes.
fn bytes_of(text: &str, units: u32) -> u32 {
    let mut left = units;
    let mut bytes = 0;
    for letter in text.chars() {
        let size = letter.len_utf16() as u32;
        if left < size {
            break;
        }
        left -= size;
        bytes += letter.len_utf8() as u32;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_the_browser_does() {
        let text = "aé€😀b";
        for (bytes, units) in [(0, 0), (1, 1), (3, 2), (6, 3), (10, 5), (11, 6)] {
            assert_eq!(units_of(text, bytes), units);
            assert_eq!(bytes_of(text, units), bytes);
        }
        // Within a pair of units there is no place.
        assert_eq!(bytes_of(text, 4), 6);
        assert_eq!(bytes_of(text, 99), 11);
    }
}
