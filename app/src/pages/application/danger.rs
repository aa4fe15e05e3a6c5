//! Deleting an application, confirmed by its name.

use domain::{Field, FieldErrors, Problem};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::components::{Button, ButtonKind, Dialog, StatusNote, TextField};
use crate::outcome::{FormOutcome, Refusals};
use crate::server_fns::applications::{DeleteApplication, delete_application};

/// The section that deletes the application.
#[component]
pub fn DeleteApplicationForm(
    /// The application.
    client_id: String,
    /// Its name as stored.
    name: RwSignal<String>,
) -> impl IntoView {
    let query = use_query_map();
    let (confirm, differs) = query.with_untracked(|query| (query.get("confirm"), query.get("differs").is_some()));
    let asking = RwSignal::new(confirm.as_deref() == Some("delete"));
    let typed = RwSignal::new(String::new());
    let errors = RwSignal::new(if differs {
        Refusals::from(FieldErrors::one(Field::ConfirmName, Problem::NameDiffers))
    } else {
        Refusals::default()
    });
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let id = StoredValue::new(client_id.clone());
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            let answer = delete_application(id.get_value(), typed.get_untracked()).await;
            busy.set(false);
            match answer {
                Ok(FormOutcome::Done(())) => navigate("/applications", NavigateOptions::default()),
                Ok(FormOutcome::Refused(refused)) => errors.set(refused),
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    let page = format!("/applications/{client_id}");
    let close = move || {
        asking.set(false);
        errors.set(Refusals::default());
    };
    view! {
        <section class="block">
            <h2>"Delete"</h2>
            <div class="card narrow danger-zone">
                <p>"Its users can no longer sign in, and its client ID is gone for good."</p>
                <a
                    class="button"
                    data-kind="danger"
                    href=format!("{page}?confirm=delete")
                    rel="external"
                    on:click=move |event| {
                        event.prevent_default();
                        asking.set(true);
                    }
                >
                    "Delete application"
                </a>
            </div>
        </section>
        <Dialog id="delete" open=asking title=Signal::derive(move || format!("Delete {}?", name.get())) on_close=Callback::new(move |()| close())>
            <p>"This cannot be undone. Its users can no longer sign in."</p>
            <form action=DeleteApplication::PATH method="post" on:submit=submit novalidate=true>
                <input type="hidden" name="client_id" value=client_id/>
                <TextField
                    field=Field::ConfirmName
                    prefix=""
                    value=typed
                    on_input=Callback::new(move |text| typed.set(text))
                    problem=Signal::derive(move || errors.with(|errors| errors.of(Field::ConfirmName)))
                    autocomplete="off"
                />
                <StatusNote text=failure tone="danger"/>
                <div class="actions">
                    <a
                        class="button"
                        data-kind="quiet"
                        href=page
                        rel="external"
                        on:click=move |event| {
                            event.prevent_default();
                            close();
                        }
                    >
                        "Cancel"
                    </a>
                    <Button kind=ButtonKind::Danger submit=true busy>"Delete application"</Button>
                </div>
            </form>
        </Dialog>
    }
}
