//! Where the region of a merge stands. Its code is loaded when there is something to merge.

use leptos::prelude::*;

use super::later;
use super::merge::MergeView;
use crate::components::{Banner, Tone};
use crate::form_state::{FormState, SettingsForm};
use crate::loaded::suspended;

/// What someone else saved meanwhile, while it is to be merged; `form` is the id of the form's element.
pub fn merging<F: SettingsForm>(state: FormState<F>, form: &'static str) -> AnyView {
    let (view, merge, draft) = (MergeView::of(state, form), state.merging.merge, state.draft);
    let region = suspended(move || {
        let there = merge.with(Option::is_some);
        async move { if there { later::merge(view).await.unwrap_or_else(|_| not_merged(draft)) } else { ().into_any() } }
    });
    view! { <Transition fallback=|| ()>{region}</Transition> }.into_any()
}

/// Without its code a merge is made on a page that needs none: the draft is kept. Before a save there is none yet.
fn not_merged(draft: RwSignal<String>) -> AnyView {
    let open = move || {
        let id = draft.get();
        if id.is_empty() {
            return view! { <p>"What you typed is still in the form. Copy what you need of it, then load the page again; nothing can be saved before."</p> }.into_any();
        }
        let href = [&window().location().pathname().unwrap_or_default(), "?draft=", &id].concat();
        view! {
            <p>"What you typed is kept as a draft."</p>
            <div class="actions"><a class="button" data-kind="quiet" href=href rel="external">"Open the draft"</a></div>
        }
        .into_any()
    };
    view! {
        <Banner tone=Tone::Danger title="Someone else saved this">
            <p>"Nothing was overwritten, but what they changed could not be shown."</p>
            {open}
        </Banner>
    }
    .into_any()
}
