//! An email in a frame that can do nothing.

use leptos::html::Iframe;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsValue;

use crate::erased::live;

/// The sandboxed frame; it asks for its content when it is ready, and is told again at each change.
#[component]
pub fn MailFrame(
    /// The email.
    html: Memo<String>,
    /// How it is looked at: `desktop`, `mobile` or `dark`; as `plain` text it is not shown.
    view: RwSignal<String>,
    /// Whether images are fetched from where they are.
    remote: RwSignal<bool>,
) -> impl IntoView {
    let frame = NodeRef::<Iframe>::new();
    let ready = RwSignal::new(0_u32);
    let listener = window_event_listener(leptos::ev::message, move |event| {
        let ours = frame.get_untracked().and_then(|frame| frame.content_window()).map(JsValue::from);
        // Compared as values: a window of another origin is no `Window` of ours.
        if ours.is_some() && event.source().map(JsValue::from) == ours {
            ready.update(|count| *count += 1);
        }
    });
    on_cleanup(move || listener.remove());
    Effect::new(move || {
        // A frame that was ready before the page came alive has said so to nobody: it is told at once, and again whenever it
        // is loaded anew.
        ready.track();
        let message = js_sys::Object::new();
        let set = |key: &str, value: JsValue| {
            // Setting a property of a fresh object cannot fail.
            let _ = js_sys::Reflect::set(&message, &JsValue::from_str(key), &value);
        };
        html.with(|html| set("html", JsValue::from_str(html)));
        set("dark", JsValue::from_bool(view.with(|view| view == "dark")));
        if let Some(window) = frame.get().and_then(|frame| frame.content_window()) {
            // The frame has an opaque origin, which no target can name; nothing but the rendered message goes there.
            let _ = window.post_message(&message, "*");
        }
    });
    let src = move || if remote.get() { "/preview/frame?remote=1" } else { "/preview/frame" };
    view! {
        <iframe
            class="mail-frame"
            title="Email preview"
            name="email-preview"
            sandbox="allow-scripts"
            src=src
            data-view=live(move || view.get())
            hidden=live(move || view.with(|view| view == "plain"))
            node_ref=frame
        ></iframe>
    }
}
