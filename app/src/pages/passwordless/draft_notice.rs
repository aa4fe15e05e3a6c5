//! What was typed and could not be saved is never lost: says which draft is shown, and which ones wait.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use domain::connection::Method;
use leptos::ev::SubmitEvent;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use crate::components::{Banner, Button, ButtonKind, LinkButton, StatusNote, Time};
use crate::erased::{hears, live};
use crate::error::AppError;
use crate::form_state::{FormState, SettingsForm};
use crate::outcome::DraftNote;
use crate::server_fns::connections::{BringBackDraft, DiscardDraft, bring_back_draft, discard_draft};

use super::settings_path;

/// Says which draft is shown, and which ones wait.
#[component]
pub fn DraftNotice<F: SettingsForm>(
    /// The form.
    state: FormState<F>,
    /// Its method.
    method: Method,
    /// Merges the form with what someone else has saved since.
    meet: Callback<()>,
) -> impl IntoView {
    // The answer may come when this view is gone and the form is not.
    let discarded = move |id: &str| {
        let is_shown =
            state.draft_kept_at.with_untracked(Option::is_some) && state.draft.with_untracked(|shown| shown == id);
        if is_shown {
            state.set_aside();
        } else {
            set_discarded(state.drafts, id, true);
        }
    };
    let brought_back = move |id: &str| {
        set_discarded(state.drafts, id, false);
        let note = state.drafts.with_untracked(|drafts| drafts.iter().find(|draft| draft.id == id).cloned());
        let Some(older) = note.and_then(|note| state.take_back(&note)) else { return };
        state.drafts.update(|drafts| drafts.retain(|draft| draft.id != id));
        if older {
            meet.try_run(());
        }
    };
    let hear = StoredValue::new(Hear { discarded: Arc::new(discarded), brought_back: Arc::new(brought_back) });
    view! { <Notices kept_at=state.draft_kept_at draft=state.draft taken_from=state.taken_from drafts=state.drafts method hear/> }
}

/// What the form does once the server has discarded a draft, or brought it back.
struct Hear {
    discarded: Done,
    brought_back: Done,
}

type Done = Arc<dyn Fn(&str) + Send + Sync>;

/// How many of the drafts that wait are shown at once.
const SHOWN: usize = 3;

type Sending = Pin<Box<dyn Future<Output = Result<(), AppError>>>>;

fn set_discarded(drafts: RwSignal<Vec<DraftNote>>, id: &str, on: bool) {
    drafts.update(|drafts| {
        for draft in drafts.iter_mut().filter(|draft| draft.id == id) {
            draft.discarded = on;
        }
    });
}

#[component]
fn Notices(
    kept_at: RwSignal<Option<i64>>,
    draft: RwSignal<String>,
    taken_from: RwSignal<Option<i64>>,
    drafts: RwSignal<Vec<DraftNote>>,
    method: Method,
    hear: StoredValue<Hear>,
) -> impl IntoView {
    let failure = RwSignal::new(None::<String>);
    let place = NodeRef::<Div>::new();
    // Hears of what became of a press. The button goes; its place keeps the focus.
    let answered = Callback::new(move |answer: Result<(), AppError>| {
        failure.set(answer.err().map(|error| error.to_string()));
        if let (Some(place), true) = (place.get_untracked(), failure.with_untracked(Option::is_none)) {
            // Focus is a wish.
            let _ = place.focus();
        }
    });
    // Posts a button's draft, and says what became of it.
    let post = move |id: String, send: fn(Method, String) -> Sending, done: Done| {
        hears(move |event: SubmitEvent| {
            event.prevent_default();
            let (id, done) = (id.clone(), done.clone());
            spawn_local(async move {
                let answer = send(method, id.clone()).await;
                if answer.is_ok() {
                    done(&id);
                }
                answered.try_run(answer);
            });
        })
    };
    let discard = move |id: String| {
        let send = post(
            id.clone(),
            |method, id| Box::pin(discard_draft(method, id)),
            hear.with_value(|hear| hear.discarded.clone()),
        );
        view! {
            <form action=DiscardDraft::PATH method="post" on:submit=send>
                {hidden(method, id)}
                <Button kind=ButtonKind::Quiet submit=true>"Discard draft"</Button>
            </form>
        }
        .into_any()
    };
    let bring_back = move |id: String| {
        let send = post(
            id.clone(),
            |method, id| Box::pin(bring_back_draft(method, id)),
            hear.with_value(|hear| hear.brought_back.clone()),
        );
        view! {
            <form action=BringBackDraft::PATH method="post" on:submit=send>
                {hidden(method, id)}
                <Button kind=ButtonKind::Quiet submit=true>"Bring it back"</Button>
            </form>
        }
        .into_any()
    };
    let shown = live(move || {
        let kept_at = kept_at.get()?;
        Some(view! {
            <Banner title="This is your draft">
                <p>"It was kept on "<Time ms=kept_at/>", and is not saved yet. Secrets are not kept: type them again."</p>
                <div class="actions">{discard(draft.get())}</div>
            </Banner>
        })
    });
    let taken = live(move || {
        let version = taken_from.get()?;
        Some(view! {
            <Banner title=["The form shows revision ", &version.to_string()].concat()>
                <p>"It is not saved yet. Change what you need, then save it."</p>
            </Banner>
        })
    });
    let others = live(move || {
        let note = move |note: DraftNote| {
            if note.discarded {
                return view! {
                    <Banner title="The draft is discarded">
                        <p>"It was kept on "<Time ms=note.kept_at/>"."</p>
                        <div class="actions">{bring_back(note.id)}</div>
                    </Banner>
                }
                .into_any();
            }
            let fields =
                if note.fields.is_empty() { String::new() } else { ["It changes ", &note.fields, ". "].concat() };
            view! {
                <Banner title="You have an unsaved draft">
                    <p>{fields}"It was kept on "<Time ms=note.kept_at/>", and is not saved yet."</p>
                    <div class="actions">
                        <LinkButton kind=ButtonKind::Quiet href=[&settings_path(method), "?draft=", &note.id].concat() external=true>"Continue"</LinkButton>
                        {discard(note.id)}
                    </div>
                </Banner>
            }
            .into_any()
        };
        let mut notes = drafts.get().into_iter().map(note).collect::<Vec<_>>();
        let more = notes.split_off(notes.len().min(SHOWN));
        let more = (!more.is_empty()).then(|| {
            let summary =
                [more.len().to_string().as_str(), if more.len() == 1 { " older draft" } else { " older drafts" }]
                    .concat();
            view! { <details class="more-drafts"><summary>{summary}</summary>{more}</details> }
        });
        view! {
            {notes}
            {more}
        }
    });
    view! { <div class="said" tabindex="-1" node_ref=place>{shown} {taken} {others} <StatusNote text=failure tone="danger"/></div> }.into_any()
}

fn hidden(method: Method, draft: String) -> AnyView {
    view! {
        <input type="hidden" name="method" value=method.as_str()/>
        <input type="hidden" name="draft" value=draft/>
    }
    .into_any()
}
