//! Someone else saved meanwhile: who, when, and both versions of each field that differs.

use domain::form::in_words;
use leptos::prelude::*;

use crate::components::Time;
use crate::form_state::{FormState, SettingsForm};
use crate::outcome::Revised;

/// Both versions side by side; saving again keeps yours.
#[component]
pub fn Conflict<F: SettingsForm>(
    /// The form.
    state: FormState<F>,
) -> impl IntoView {
    move || {
        if !state.conflict.get() {
            return None;
        }
        let (saved_by, saved_at) =
            state.state.with(|state| (state.revision().saved_by.clone(), state.revision().saved_at));
        let rows = state.form.with(|yours| {
            state.stored.with(|theirs| {
                yours
                    .differing(theirs)
                    .into_iter()
                    .map(|field| (field.label(), in_words(yours, field), in_words(theirs, field)))
                    .collect::<Vec<_>>()
            })
        });
        let rows = rows
            .into_iter()
            .map(|(label, yours, theirs)| {
                view! {
                    <div class="conflict-field">
                        <h3>{label}</h3>
                        <dl>
                            <div><dt>"Yours"</dt><dd>{yours}</dd></div>
                            <div><dt>"Theirs"</dt><dd>{theirs}</dd></div>
                        </dl>
                    </div>
                }
            })
            .collect_view();
        Some(view! {
            <section class="conflict card" tabindex="-1" id="conflict" aria-labelledby="conflict-title">
                <h2 id="conflict-title">"Someone else saved this"</h2>
                <p>
                    {saved_by}" saved on "<Time ms=saved_at/>", after you opened this form. Nothing was overwritten. "
                    "Compare, change what you need below, and save again to keep yours, or discard your changes to keep theirs."
                </p>
                {rows}
            </section>
        })
    }
}
