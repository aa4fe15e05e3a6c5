//! The end of a settings form: `Save`, what changed, and what the last save answered.

use leptos::prelude::*;

use crate::components::{SaveBar, StatusNote, Time};
use crate::error::AppError;
use crate::form_state::{FormState, SaveNote, SettingsForm};

/// `Save`, `Discard changes`, and the answer.
#[component]
pub fn SaveArea<F: SettingsForm>(
    /// The form.
    state: FormState<F>,
    /// Where it is: whoever has to sign in again comes back there.
    path: String,
    /// Whether a save is under way.
    saving: RwSignal<bool>,
    /// Puts back what is stored.
    on_discard: Callback<()>,
) -> impl IntoView {
    let text = Signal::derive(move || {
        let mut text = String::from("Unsaved changes to ");
        state.changed.with(|changed| {
            for (index, field) in changed.iter().enumerate() {
                if index == 3 {
                    text.push_str(" and more");
                    break;
                }
                if index > 0 {
                    text.push_str(", ");
                }
                text.push_str(&field.label());
            }
        });
        text
    });
    let tone = Signal::derive(move || match state.note.get() {
        Some(SaveNote::Saved(_)) => "success",
        Some(SaveNote::Failed(_)) => "danger",
        None => "",
    });
    let answer = move || {
        if saving.get() {
            return Some("Saving…".into_any());
        }
        state.note.get().map(|note| match note {
            SaveNote::Saved(revision) => {
                view! { "Saved on " <Time ms=revision.saved_at/> " by " {revision.saved_by} }.into_any()
            }
            SaveNote::Failed(AppError::SignedOut { draft }) => {
                let draft = draft.map(|draft| ["%3Fdraft%3D", &draft].concat()).unwrap_or_default();
                let href = ["/login?next=", &path, &draft].concat();
                view! {
                    "Your session has ended. What you typed is kept. "
                    <a href=href rel="external">"Sign in again"</a>
                }
                .into_any()
            }
            SaveNote::Failed(error) => error.to_string().into_any(),
        })
    };
    view! {
        <SaveBar
            dirty=Signal::derive(move || state.is_dirty())
            text
            saving
            on_discard
        >
            <StatusNote tone>{answer}</StatusNote>
        </SaveBar>
    }
}
