//! The listbox `Completions`: what may follow where the caret is.
//!
//! It is drawn by hand when something is typed; the server never renders any of it.

use domain::Field;
use domain::template::{About, Completions, completions};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;

use super::{Hand, mirror};
use crate::components::field::part;

/// The most that is offered at once, so that the list need not scroll, also on a phone; a letter more finds the others.
const MOST: usize = 10;

/// What is offered, and which of it Enter takes.
#[derive(Clone, Copy)]
pub struct Popup {
    field: Field,
    offered: StoredValue<Option<(Completions, usize)>>,
}

impl Popup {
    /// Nothing is offered yet.
    pub fn new(field: Field) -> Self {
        Self { field, offered: StoredValue::new(None) }
    }

    /// The id of the listbox.
    pub fn id(self) -> String {
        part(&self.field.id(), "completions")
    }

    /// Offers what may follow at the caret, if anything.
    pub fn open(self, about: About) {
        let Some((text, caret)) = Hand(self.field).caret() else { return };
        let Some(mut found) = completions(&text, caret, about) else { return self.close() };
        // What stands there already is no offer.
        let is_written = found.items.first().is_none_or(|first| found.span.text(&text).trim() == first.insert.trim());
        if is_written {
            return self.close();
        }
        found.items.truncate(MOST);
        self.offered.set_value(Some((found, 0)));
        mirror::place_at_caret(Hand(self.field), &text, caret);
        self.draw();
    }

    /// Offers nothing.
    pub fn close(self) {
        if self.offered.with_value(Option::is_some) {
            self.offered.set_value(None);
            self.draw();
        }
    }

    /// Follows the keys of a listbox.
    pub fn key(self, event: &KeyboardEvent, about: About) {
        if event.is_composing() {
            // The key belongs to the input method.
            return;
        }
        let key = event.key();
        let Some((count, active)) =
            self.offered.with_value(|offered| offered.as_ref().map(|(found, active)| (found.items.len(), *active)))
        else {
            if key == " " && event.ctrl_key() {
                event.prevent_default();
                self.open(about);
            }
            return;
        };
        match key.as_str() {
            "ArrowDown" => self.point(active + 1, count),
            "ArrowUp" => self.point(active + count - 1, count),
            "Enter" => self.accept(active),
            "Escape" => self.close(),
            "ArrowLeft" | "ArrowRight" | "Home" | "End" | "PageUp" | "PageDown" => return self.close(),
            _ => return,
        }
        event.prevent_default();
    }

    /// Takes what was clicked.
    pub fn click(self, event: &MouseEvent) {
        let option = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("[role=option]").ok().flatten());
        let index = option.and_then(|option| option.id().rsplit('-').next().and_then(|index| index.parse().ok()));
        if let Some(index) = index {
            self.accept(index);
        }
    }

    fn point(self, to: usize, count: usize) {
        self.offered.update_value(|offered| {
            if let Some((_, active)) = offered {
                *active = to.checked_rem(count).unwrap_or_default();
            }
        });
        self.draw();
    }

    fn accept(self, index: usize) {
        let chosen = self.offered.with_value(|offered| {
            let (found, _) = offered.as_ref()?;
            found.items.get(index).map(|item| (found.span, item.insert.clone()))
        });
        self.close();
        if let Some((span, text)) = chosen {
            Hand(self.field).replace(span, &text);
        }
    }

    /// Puts the offer on the page, and tells the textarea of it.
    fn draw(self) {
        let id = self.id();
        let Some(list) = document().get_element_by_id(&id) else { return };
        let Some(area) = document().get_element_by_id(&self.field.id()) else { return };
        // Attributes and nodes of elements that are there can always be set.
        list.set_text_content(None);
        self.offered.with_value(|offered| {
            let Some((found, active)) = offered else {
                let _ = list.set_attribute("hidden", "");
                let _ = area.remove_attribute("aria-controls");
                let _ = area.remove_attribute("aria-activedescendant");
                return;
            };
            let _ = list.remove_attribute("hidden");
            let _ = area.set_attribute("aria-controls", &id);
            for (index, item) in found.items.iter().enumerate() {
                let Some(option) = child(&list, "li", "") else { return };
                let option_id = part(&id, &index.to_string());
                let _ = option.set_attribute("role", "option");
                let _ = option.set_attribute("id", &option_id);
                let _ = option.set_attribute("aria-selected", if index == *active { "true" } else { "false" });
                child(&option, "code", item.label);
                child(&option, "span", item.meaning);
                if index == *active {
                    let _ = area.set_attribute("aria-activedescendant", &option_id);
                    mirror::into_view(&option);
                }
            }
        });
    }
}

/// Adds an element with a text.
fn child(parent: &Element, name: &str, text: &str) -> Option<Element> {
    let element = document().create_element(name).ok()?;
    element.set_text_content(Some(text));
    parent.append_child(&element).ok()?;
    Some(element)
}
