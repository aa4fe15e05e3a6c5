//! What was typed and could not be saved is never lost: says which draft is shown, or that one waits.

use domain::connection::Method;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use crate::components::{Banner, Button, ButtonKind, LinkButton, Time};
use crate::form_state::{FormState, SettingsForm};
use crate::server_fns::connections::{DiscardDraft, discard_draft};

use super::settings_path;

/// Says which draft is shown, or that one waits.
#[component]
pub fn DraftNotice<F: SettingsForm>(
    /// The form.
    state: FormState<F>,
    /// Its method.
    method: Method,
) -> impl IntoView {
    let discard = move |event: SubmitEvent| {
        event.prevent_default();
        spawn_local(async move {
            if discard_draft(method).await.is_ok() {
                state.draft_waiting.set(None);
                if state.draft_kept_at.get_untracked().is_some() {
                    state.discard();
                }
            }
        });
    };
    let discard_form = move || {
        view! {
            <form action=DiscardDraft::PATH method="post" on:submit=discard>
                <input type="hidden" name="method" value=method.as_str()/>
                <Button kind=ButtonKind::Quiet submit=true>"Discard draft"</Button>
            </form>
        }
    };
    move || {
        if let Some(kept_at) = state.draft_kept_at.get() {
            return Some(
                view! {
                    <Banner title="This is your draft">
                        <p>"It was kept on "<Time ms=kept_at/>", and is not saved yet. Secrets are not kept: type them again."</p>
                        <div class="actions">{discard_form()}</div>
                    </Banner>
                }
                .into_any(),
            );
        }
        if let Some(version) = state.taken_from.get() {
            return Some(
                view! {
                    <Banner title=["The form shows revision ", &version.to_string()].concat()>
                        <p>"It is not saved yet. Change what you need, then save it."</p>
                    </Banner>
                }
                .into_any(),
            );
        }
        let (id, kept_at) = state.draft_waiting.get()?;
        Some(
            view! {
                <Banner title="You have an unsaved draft">
                    <p>"It was kept on "<Time ms=kept_at/>", and is not saved yet."</p>
                    <div class="actions">
                        <LinkButton kind=ButtonKind::Quiet href=format!("{}?draft={id}", settings_path(method)) external=true>"Open draft"</LinkButton>
                        {discard_form()}
                    </div>
                </Banner>
            }
            .into_any(),
        )
    }
}
