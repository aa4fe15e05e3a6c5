//! Leaving with something unsaved: a link asks, closing and reloading use the browser's own question.

use leptos::ev::beforeunload;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys;

use super::{Button, ButtonKind, Dialog};
use crate::halves::followed_link;

/// Guards what is not saved; once on a page.
#[component]
pub fn LeaveQuestion(
    /// Whether leaving loses something.
    dirty: Callback<(), bool>,
    /// Which other pages lose nothing, by their paths; a link within the page never does.
    #[prop(optional)]
    stays: Option<fn(&str) -> bool>,
    /// Whether the person has chosen to leave: then nothing is asked again.
    leaving: StoredValue<bool>,
) -> impl IntoView {
    let wanted = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        let document = document();
        let listener = Closure::<dyn Fn(web_sys::MouseEvent)>::new(move |event: web_sys::MouseEvent| {
            let Some(link) = followed_link(&event) else { return };
            let (href, path) = (link.href(), link.pathname());
            let here = window().location().pathname().is_ok_and(|here| here == path);
            if dirty.run(()) && !here && !stays.is_some_and(|stays| stays(&path)) {
                event.prevent_default();
                event.stop_propagation();
                wanted.set(Some(href));
            }
        });
        let function = listener.as_ref().unchecked_ref::<js_sys::Function>().clone();
        // In the capturing phase, so that it comes before the router's own listener.
        let _ = document.add_event_listener_with_callback_and_bool("click", &function, true);
        let listener = StoredValue::new_local(Some(listener));
        on_cleanup(move || {
            let _ = leptos::prelude::document().remove_event_listener_with_callback_and_bool("click", &function, true);
            listener.try_update_value(|listener| listener.take());
        });
    });
    let unload = window_event_listener(beforeunload, move |event| {
        if dirty.run(()) && !leaving.get_value() {
            event.prevent_default();
        }
    });
    on_cleanup(move || unload.remove());

    let leave = move |()| {
        let Some(href) = wanted.get_untracked() else { return };
        leaving.set_value(true);
        wanted.set(None);
        // Whatever is not this page is another page to load. Should that fail, everything is still here.
        let _ = window().location().set_href(&href);
    };
    view! {
        <Dialog
            id="leave"
            open=Signal::derive(move || wanted.with(Option::is_some))
            title="Leave without saving?"
            on_close=Callback::new(move |()| wanted.set(None))
        >
            <p>"What you changed on this page is not saved yet. If you leave, it is lost."</p>
            <div class="actions">
                <Button kind=ButtonKind::Quiet on_click=Callback::new(leave)>"Leave"</Button>
                <Button on_click=Callback::new(move |()| wanted.set(None))>"Stay"</Button>
            </div>
        </Dialog>
    }
}
