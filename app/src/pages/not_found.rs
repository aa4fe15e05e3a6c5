//! What stands where there is nothing.

use leptos::prelude::*;

use crate::components::LinkButton;
use crate::error::StatusSetter;
use crate::pages::title::PageTitle;

/// The page for an address that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    if let Some(setter) = use_context::<StatusSetter>() {
        (setter.0)(404);
    }
    view! {
        <PageTitle h1="Page not found" refused=false/>
        <main id="main" class="not-found">
            <p class="crumbs">"404"</p>
            <h1>"Page not found"</h1>
            <p class="lede">"This address leads nowhere. It may have been mistyped, or what it showed has been deleted."</p>
            <LinkButton href="/connections/passwordless">"Go to Passwordless"</LinkButton>
        </main>
    }
}
