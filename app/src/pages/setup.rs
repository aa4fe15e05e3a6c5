//! Creating the first owner.

use domain::Field;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::{Button, LinkButton, TextField};
use crate::entry::{EntryFlash, EntryProblem};
use crate::loaded::{Loaded, suspended};
use crate::pages::login::{EntryEmail, EntryFrame, EntryPassword, EntryRefusal, entry_errors, entry_problem};
use crate::pages::title::PageTitle;
use crate::server_fns::console::load_entry;

/// The form that creates the first owner; the server takes it only while there is no administrator.
#[component]
pub fn SetupPage() -> impl IntoView {
    let entry = Loaded::once(load_entry);
    view! {
        <EntryFrame title="Set up Doorcode">
            <Suspense>
                {suspended(move || async move {
                    let flash = entry.get().await.ok().flatten();
                    view! { <SetupForm flash/> }.into_any()
                })}
            </Suspense>
        </EntryFrame>
    }
}

#[component]
fn SetupForm(flash: Option<EntryFlash>) -> impl IntoView {
    if flash.as_ref().is_some_and(|flash| flash.problem == EntryProblem::Gone) {
        return view! {
            <PageTitle h1="Set up Doorcode" refused=false/>
            <p class="entry-lede">"This installation is set up already: there is an administrator. Sign in, or ask an owner to invite you."</p>
            <LinkButton href="/login" external=true>"Sign in"</LinkButton>
        }
        .into_any();
    }
    let query = use_query_map();
    let token = query.with_untracked(|query| query.get("token").unwrap_or_default());
    let problem = entry_problem(flash.as_ref(), Field::SetupToken);
    let errors = entry_errors(flash.as_ref());
    view! {
        <PageTitle h1="Set up Doorcode" refused=flash.is_some()/>
        <p class="entry-lede">"Create the first administrator. More can be invited afterwards."</p>
        <EntryRefusal flash=flash.clone()/>
        <form class="entry-form" action="/setup" method="post">
            <TextField
                field=Field::SetupToken
                prefix=""
                mono=true
                autocomplete="off"
                help="From the Set up line that the server printed when it started."
                value=Signal::stored(token)
                on_input=Callback::new(|_| ())
                problem
            />
            <EntryEmail flash/>
            <EntryPassword autocomplete="new-password" help="12 to 128 characters." errors/>
            <Button submit=true>"Create administrator"</Button>
        </form>
    }
    .into_any()
}
