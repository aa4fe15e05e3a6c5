//! The browser's entry point: hydrates the page that the server rendered.

use wasm_bindgen::prelude::wasm_bindgen;

/// Hydrates the page, then marks its `html` element with `data-hydrated`, which styles and tests wait for.
#[wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
    }));
    let path = leptos::prelude::window().location().pathname().unwrap_or_default();
    wasm_bindgen_futures::spawn_local(async move {
        // Without its code the page stays as the server rendered it, and works as it does without JavaScript.
        if !app::halves::ready(&path).await {
            return;
        }
        leptos::mount::hydrate_body(app::App);
        leptos::task::tick().await;
        if let Some(root) = leptos::prelude::document().document_element() {
            // An attribute with a valid name can always be set.
            let _ = root.set_attribute("data-hydrated", "");
        }
    });
}
