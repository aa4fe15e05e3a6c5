//! Tabs that are links: each has its own URL and works without JavaScript.

use crate::erased::{hears, live};
use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};

/// One tab.
#[derive(Clone)]
pub struct Tab {
    /// The id of the link, which names the panel.
    pub id: &'static str,
    /// The text.
    pub label: &'static str,
    /// Where it leads.
    pub href: String,
    /// Whether its panel is shown.
    pub selected: Signal<bool>,
}

/// A tablist with manual activation: arrow keys, Home and End move the focus, Enter and Space open.
#[component]
pub fn Tabs(
    /// The name of the list.
    #[prop(into)]
    label: String,
    /// The tabs.
    tabs: Vec<Tab>,
    /// The id of the one panel, see [`TabPanel`].
    panel: &'static str,
) -> impl IntoView {
    // Without JavaScript there are no arrow keys, so every tab stays in the tab order until the page is hydrated.
    let roving = RwSignal::new(false);
    Effect::new(move || roving.set(true));
    let tabs = tabs
        .into_iter()
        .map(|Tab { id, label, href, selected }| {
            view! {
                <a
                    role="tab"
                    id=id
                    href=href
                    aria-controls=panel
                    aria-selected=live(move || if selected.get() { "true" } else { "false" })
                    tabindex=live(move || (roving.get() && !selected.get()).then_some("-1"))
                >
                    {label}
                </a>
            }
        })
        .collect_view();
    view! {
        <div class="tabs" role="tablist" aria-label=label on:keydown=hears(|event| move_focus(&event))>
            {tabs}
        </div>
    }
    .into_any()
}

/// What the selected tab shows.
#[component]
pub fn TabPanel(
    /// The id that the tabs point at.
    id: &'static str,
    /// The id of the selected tab.
    #[prop(into)]
    labelled_by: Signal<&'static str>,
    /// What is shown.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="tab-panel" role="tabpanel" id=id aria-labelledby=labelled_by>
            {children()}
        </div>
    }
    .into_any()
}

fn move_focus(event: &web_sys::KeyboardEvent) {
    let Some(tab) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    let list = tab.parent_element();
    let first = || list.as_ref().and_then(web_sys::Element::first_element_child);
    let last = || list.as_ref().and_then(web_sys::Element::last_element_child);
    let next = match event.key().as_str() {
        "ArrowRight" => tab.next_element_sibling().or_else(first),
        "ArrowLeft" => tab.previous_element_sibling().or_else(last),
        "Home" => first(),
        "End" => last(),
        " " => {
            event.prevent_default();
            tab.click();
            return;
        }
        _ => return,
    };
    event.prevent_default();
    if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = next.focus();
    }
}
