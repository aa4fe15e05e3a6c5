//! Says, unasked, that someone else has saved the settings that somebody looks at, before work is wasted on the old ones.

use std::time::Duration;

use domain::connection::Method;
use leptos::ev::{focus, visibilitychange};
use leptos::html::Div;
use leptos::leptos_dom::helpers::set_interval_with_handle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::{Banner, Button, ButtonKind};
use crate::erased::live;
use crate::error::AppError;
use crate::outcome::Newest;
use crate::server_fns::connections::newest_revision;

/// How often a page asks while somebody looks at it.
const EVERY: Duration = Duration::from_secs(60);

/// Asks when the page is looked at again, and once a minute while it is.
#[component]
pub fn Newer(
    /// The form's method.
    method: Method,
    /// The version that the form is on top of.
    base: RwSignal<i64>,
    /// Whether a save is under way.
    saving: RwSignal<bool>,
    /// What was taken over from a newer version, in words.
    taken: RwSignal<String>,
    /// Shows what the newer version changed.
    show: Callback<()>,
) -> impl IntoView {
    let newest = RwSignal::new(Newest::default());
    let (asking, signed_out) = (StoredValue::new(false), StoredValue::new(false));
    let ask = move || {
        if asking.get_value() || saving.get_untracked() || document().hidden() {
            return;
        }
        asking.set_value(true);
        spawn_local(async move {
            let answer = newest_revision(method).await;
            // A save of one's own that is under way is no news.
            if let (Ok(found), Some(false)) = (&answer, saving.try_get_untracked()) {
                newest.try_set(found.clone());
            }
            // Once the session has ended there is nothing to ask for, until somebody comes back from another tab; a save says so.
            signed_out.try_set_value(matches!(answer, Err(AppError::SignedOut { .. })));
            asking.try_set_value(false);
        });
    };
    Effect::new(move |_| {
        let each_minute = move || {
            if !signed_out.get_value() {
                ask();
            }
        };
        let minutes = set_interval_with_handle(each_minute, EVERY).ok();
        let listeners =
            [window_event_listener(focus, move |_| ask()), window_event_listener(visibilitychange, move |_| ask())];
        on_cleanup(move || {
            for listener in listeners {
                listener.remove();
            }
            if let Some(minutes) = minutes {
                minutes.clear();
            }
        });
    });
    let node = NodeRef::<Div>::new();
    let pressed = move |()| {
        if let Some(place) = node.get_untracked() {
            // The button goes; its place keeps the focus until something else takes it.
            let _ = place.focus();
        }
        show.run(());
    };
    let news = live(move || {
        if newest.with(|newest| newest.version) > base.get() {
            return Some(view! {
                <Banner>
                    <p>{newest.get().words}</p>
                    <div class="actions"><Button kind=ButtonKind::Quiet on_click=Callback::new(pressed)>"Show their changes"</Button></div>
                </Banner>
            }.into_any());
        }
        let words = taken.get();
        (!words.is_empty()).then(|| view! { <Banner><p>{words}</p></Banner> }.into_any())
    });
    view! { <div class="newer" role="status" tabindex="-1" node_ref=node>{news}</div> }.into_any()
}
