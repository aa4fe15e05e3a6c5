//! Signing in.

use domain::Field;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::components::{Banner, Button, ErrorSummary, Mark, TextField, Tone};
use crate::entry::{EntryFlash, EntryProblem};
use crate::loaded::{Loaded, suspended};
use crate::outcome::Refusals;
use crate::pages::title::PageTitle;
use crate::server_fns::console::load_entry;

/// The form that signs an administrator in; it posts to a plain route of the server.
#[component]
pub fn LoginPage() -> impl IntoView {
    let entry = Loaded::once(load_entry);
    view! {
        <EntryFrame title="Sign in">
            <Suspense>
                {suspended(move || async move {
                    let flash = entry.get().await.ok().flatten();
                    view! { <LoginForm flash/> }.into_any()
                })}
            </Suspense>
        </EntryFrame>
    }
}

#[component]
fn LoginForm(flash: Option<EntryFlash>) -> impl IntoView {
    let query = use_query_map();
    let next = query.with_untracked(|query| query.get("next").unwrap_or_default());
    let refused = flash.is_some();
    view! {
        <PageTitle h1="Sign in" refused/>
        <EntryRefusal flash=flash.clone()/>
        <form class="entry-form" action="/login" method="post">
            <input type="hidden" name="next" value=next/>
            <EntryEmail flash/>
            <EntryPassword autocomplete="current-password" help=""/>
            <Button submit=true>"Sign in"</Button>
        </form>
    }
}

/// The frame of the pages before sign-in: the mark and one calm card.
#[component]
pub fn EntryFrame(
    /// The h1.
    title: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <main id="main" class="entry">
            <div class="entry-brand"><Mark/><span>"Doorcode"</span></div>
            <div class="entry-card card">
                <h1>{title}</h1>
                {children()}
            </div>
        </main>
    }
}

/// What the last post ran into, above the form.
#[component]
pub fn EntryRefusal(
    /// What the server kept of it.
    flash: Option<EntryFlash>,
) -> impl IntoView {
    flash.map(|flash| match flash.problem {
        EntryProblem::Fields(errors) => view! { <ErrorSummary errors=Signal::stored(errors)/> }.into_any(),
        EntryProblem::WrongPassword => view! {
            <Banner tone=Tone::Danger title="There is a problem">"Email or password is wrong."</Banner>
        }
        .into_any(),
        EntryProblem::Throttled { retry_after } => view! {
            <Banner tone=Tone::Danger title="Too many tries">
                {format!("Wait {} before you try again.", domain::otp::duration_in_words(u32::try_from(retry_after).unwrap_or(u32::MAX)))}
            </Banner>
        }
        .into_any(),
        EntryProblem::Gone => view! {
            <Banner tone=Tone::Danger title="This link no longer works">"It was used, replaced, or is older than 24 hours. Ask an owner for a new one."</Banner>
        }
        .into_any(),
    })
}

/// The problem of one field, in words.
pub fn entry_problem(flash: Option<&EntryFlash>, field: Field) -> Signal<Option<String>> {
    let problem = match flash.map(|flash| &flash.problem) {
        Some(EntryProblem::Fields(errors)) => errors.of(field),
        _ => None,
    };
    Signal::stored(problem)
}

/// `Email`, with what was typed before a refusal.
#[component]
pub fn EntryEmail(
    /// What the server kept of the last post.
    flash: Option<EntryFlash>,
) -> impl IntoView {
    let problem = entry_problem(flash.as_ref(), Field::AdminEmail);
    let typed = flash.map(|flash| flash.email).unwrap_or_default();
    view! {
        <TextField
            field=Field::AdminEmail
            prefix=""
            kind="email"
            autocomplete="username"
            value=Signal::stored(typed)
            on_input=Callback::new(|_| ())
            problem
        />
    }
}

/// `Password`, always empty.
#[component]
pub fn EntryPassword(
    /// What a password manager should do.
    autocomplete: &'static str,
    /// One line of help.
    help: &'static str,
    /// The problem of the last post.
    #[prop(optional)]
    errors: Option<Refusals>,
) -> impl IntoView {
    let problem = errors.and_then(|errors| errors.of(Field::Password));
    view! {
        <TextField
            field=Field::Password
            prefix=""
            kind="password"
            autocomplete
            help
            value=Signal::stored(String::new())
            on_input=Callback::new(|_| ())
            problem=Signal::stored(problem)
        />
    }
}

/// The refused fields of the last post.
pub fn entry_errors(flash: Option<&EntryFlash>) -> Refusals {
    match flash.map(|flash| &flash.problem) {
        Some(EntryProblem::Fields(errors)) => errors.clone(),
        _ => Refusals::default(),
    }
}
