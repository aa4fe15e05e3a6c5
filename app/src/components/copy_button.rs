//! Copying a text.

use std::time::Duration;

use leptos::{
    prelude::*,
    wasm_bindgen::{JsValue, closure::Closure},
};

use super::icon::{Icon, Shape};
use crate::erased::hears;

/// A button that copies a text and says whether it did.
#[component]
pub fn CopyButton(
    /// The accessible name, such as `Copy Client ID`.
    #[prop(into)]
    label: String,
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let told = RwSignal::new("");
    view! {
        <span class="copy-button needs-js">
            <button
                class="button"
                data-kind="quiet"
                type="button"
                aria-label=label
                on:click=hears(move |_| copy(&text.get_untracked(), told))
            >
                <Icon shape=Shape::COPY/>
                "Copy"
            </button>
            <span role="status">{told}</span>
        </span>
    }
    .into_any()
}

fn copy(text: &str, told: RwSignal<&'static str>) {
    let say = move |words| {
        told.set(words);
        set_timeout(move || told.set(""), Duration::from_secs(3));
    };
    let clipboard = window().navigator().clipboard();
    // Browsers offer the clipboard to https and to this machine only.
    if JsValue::from(clipboard.clone()).is_undefined() {
        say("Select the text and copy it: this page is not served over https.");
        return;
    }
    let done = Closure::once(move |_| say("Copied"));
    let failed = Closure::once(move |_| say("Select the text and copy it: the browser refused."));
    let _ = clipboard.write_text(text).then2(&done, &failed);
    // One of the two runs and frees itself; the other is a few bytes.
    done.forget();
    failed.forget();
}
