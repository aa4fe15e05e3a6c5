//! Choosing a password after an invitation or a reset.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::components::{Banner, Button, Tone};
use crate::entry::EntryFlash;
use crate::loaded::{Loaded, suspended};
use crate::pages::login::{EntryFrame, EntryPassword, EntryRefusal, entry_errors};
use crate::pages::title::PageTitle;
use crate::server_fns::console::{load_entry, load_invitation};

/// The form with which an invited or reset administrator chooses a password.
#[component]
pub fn InvitePage() -> impl IntoView {
    let params = use_params_map();
    let token = params.with_untracked(|params| params.get("token").unwrap_or_default());
    let key = token.clone();
    let invitation = Loaded::new(move || key.clone(), load_invitation);
    let entry = Loaded::once(load_entry);
    view! {
        <EntryFrame title="Choose a password">
            <Suspense>
                {suspended(move || {
                    let token = token.clone();
                    async move {
                    let flash = entry.get().await.ok().flatten();
                    match invitation.get().await {
                        Ok(Some(email)) => view! { <InviteForm email token flash/> }.into_any(),
                        _ => view! {
                            <PageTitle h1="Choose a password" refused=true/>
                            <Banner tone=Tone::Danger title="This link no longer works">
                                "It was used, replaced, or is older than 24 hours. Ask an owner for a new one."
                            </Banner>
                        }
                        .into_any(),
                    }
                    }
                })}
            </Suspense>
        </EntryFrame>
    }
}

#[component]
fn InviteForm(email: String, token: String, flash: Option<EntryFlash>) -> impl IntoView {
    let errors = entry_errors(flash.as_ref());
    view! {
        <PageTitle h1="Choose a password" refused=flash.is_some()/>
        <p class="entry-lede">"You will sign in as "<strong>{email.clone()}</strong>"."</p>
        <EntryRefusal flash/>
        <form class="entry-form" action=format!("/invite/{token}") method="post">
            <input type="hidden" name="username" autocomplete="username" value=email/>
            <EntryPassword autocomplete="new-password" help="12 to 128 characters." errors/>
            <Button submit=true>"Save password"</Button>
        </form>
    }
}
