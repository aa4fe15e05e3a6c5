//! The question before a revision is brought back: what that changes, or why it cannot be done.

use domain::connection::Revision;
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use super::{History, path};
use crate::components::{Button, Dialog, LinkButton, StatusNote, changed_lines};
use crate::erased::{hears, live};
use crate::halves::here;
use crate::history::{Compared, RestoreOutcome};
use crate::outcome::Refusals;
use crate::server_fns::history::{RestoreRevision, restore_revision};

/// The dialog.
#[component]
pub fn Restore(
    /// What it is about.
    history: History,
    /// The revision.
    version: i64,
    /// The version that counted when the page was made.
    present: Revision,
    /// What would change.
    changes: Compared,
    /// What today's rules have against it.
    problems: Refusals,
    /// Whether somebody saved between the question and the answer.
    overtaken: bool,
    /// Whether the question is asked.
    asking: RwSignal<bool>,
) -> impl IntoView {
    let here = here();
    let busy = RwSignal::new(false);
    let problems = RwSignal::new(problems);
    let failure = RwSignal::new(overtaken.then(|| {
        [&present.saved_by, " saved meanwhile, and nothing was restored. This is what restoring changes now."].concat()
    }));
    // Whether the page has to be made again before anything can be restored.
    let outdated = RwSignal::new(false);
    let address = path(history.method, Some(version));
    let back = address.clone();
    let question = [&address, "?restore=ask"].concat();
    let base = present.version;
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = restore_revision(history.method, version, base).await;
            let gone = busy.try_set(false).is_some();
            match answer {
                Ok(RestoreOutcome::Restored(revision)) => {
                    history.restored.set(Some((version, revision.version)));
                    history.counts.run(history.method);
                    if !gone {
                        here.go(&path(history.method, None));
                    }
                }
                Ok(RestoreOutcome::Refused(refused)) => problems.set(refused),
                Ok(RestoreOutcome::Same) => {
                    failure.set(Some("The settings say the same already, so there is nothing to restore.".to_owned()));
                }
                Ok(RestoreOutcome::Overtaken(revision)) => {
                    outdated.set(true);
                    failure.set(Some([&revision.saved_by, " saved meanwhile, and nothing was restored."].concat()));
                }
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    let close = move || {
        asking.set(false);
        failure.set(None);
    };
    let cancel = move |event: MouseEvent| {
        event.prevent_default();
        close();
    };
    let method = history.method;
    let changes = words(&changes);
    let refused = move || !problems.with(Refusals::is_empty);
    let title = ["Restore revision ", &version.to_string(), "?"].concat();
    view! {
        <Dialog
            id="restore"
            open=asking
            title=Signal::stored(title)
            on_close=Callback::new(move |()| close())
        >
            {live(move || {
                if !refused() {
                    let changes = changes.iter().map(|change| view! { <li>{change.clone()}</li> }).collect_view();
                    return view! {
                        <p>"It is saved again as a new revision, and counts at once. This changes:"</p>
                        <ul class="restore-changes">{changes}</ul>
                        <p>{["Secrets, the toggle and the applications that use ", method.label(), " stay as they are."].concat()}</p>
                    }
                    .into_any();
                }
                let problems = problems
                    .get()
                    .0
                    .into_iter()
                    .map(|problem| view! { <li>{problem.label}": "{problem.words}</li> })
                    .collect_view();
                view! {
                    <p>"It cannot be restored as it is: the settings would be refused today."</p>
                    <ul class="restore-problems">{problems}</ul>
                    <p>"Take it into the form, mend it there, and save."</p>
                }
                .into_any()
            })}
            <form action=RestoreRevision::PATH method="post" on:submit=hears(submit)>
                <input type="hidden" name="method" value=method.as_str()/>
                <input type="hidden" name="version" value=version/>
                <input type="hidden" name="base" value=base/>
                <StatusNote text=failure tone="danger"/>
                <div class="actions">
                    <a class="button" data-kind="quiet" href=back.clone() rel="external" on:click=hears(cancel)>"Cancel"</a>
                    {live(move || if refused() {
                        view! { <LinkButton external=true href=in_form(history, version)>"Use in the form"</LinkButton> }.into_any()
                    } else if outdated.get() {
                        view! { <LinkButton external=true href=question.clone()>"See what it changes now"</LinkButton> }.into_any()
                    } else {
                        view! { <Button submit=true busy>"Restore"</Button> }.into_any()
                    })}
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}

/// The address of the settings form with a revision in it.
pub fn in_form(history: History, version: i64) -> String {
    ["/connections/passwordless/", history.method.as_str(), "?revision=", &version.to_string()].concat()
}

/// What would change, a line each.
fn words(changes: &Compared) -> Vec<String> {
    let setting =
        changes.settings.iter().map(|setting| [&setting.label, ": ", &setting.was, " becomes ", &setting.is].concat());
    let template =
        changes.templates.iter().map(|(label, difference)| [label, ": ", &changed_lines(difference)].concat());
    setting.chain(template).collect()
}
