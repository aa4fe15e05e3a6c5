//! The frame around every page of the console: skip link, banner, navigation, and why a plain post failed.

use domain::admin::Role;
use leptos::prelude::*;
use leptos_router::components::Outlet;

use crate::components::{Banner, Icon, Mark, Shape, Tone};
use crate::erased::live;
use crate::error::AppError;
use crate::halves::here;
use crate::loaded::{Loaded, suspended};
use crate::outcome::Console;
use crate::pages::application::provide_shown_once;
use crate::server_fns::console::load_console;

/// Who is signed in, for every page inside the frame.
#[derive(Clone, Copy)]
pub struct SignedIn(Loaded<Console>);

impl SignedIn {
    /// Whether the signed-in administrator may do what `role` may; `false` until that is known.
    pub async fn may(self, role: Role) -> bool {
        self.0.get().await.is_ok_and(|console| console.role.covers(role))
    }
}

/// Who is signed in; only inside [`ConsoleFrame`].
pub fn signed_in() -> SignedIn {
    expect_context::<SignedIn>()
}

/// Skip link, banner, navigation and the page.
#[component]
pub fn ConsoleFrame() -> impl IntoView {
    framed(view! { <Outlet/> }.into_any())
}

/// Skip link, banner, navigation and a page, which is not rendered before them.
pub fn framed(page: AnyView) -> AnyView {
    let console = Loaded::once(load_console);
    provide_context(SignedIn(console));
    provide_shown_once();
    view! {
        <a class="skip" href="#main" rel="external">"Skip to content"</a>
        <div class="frame">
            <header class="side">
                <Transition>
                    {suspended(move || async move {
                        let console = console.get().await;
                        let editor = console.as_ref().is_ok_and(|console| console.role.covers(Role::Editor));
                        let name = console.as_ref().map_or_else(|_| "Doorcode".to_owned(), |console| console.installation_name.clone());
                        let email = console.map(|console| console.email).unwrap_or_default();
                        view! { <BannerContent name email editor/> }.into_any()
                    })}
                </Transition>
            </header>
            <main id="main" tabindex="-1">
                <PlainFailure/>
                {page}
            </main>
        </div>
    }
    .into_any()
}

#[component]
fn BannerContent(name: String, email: String, editor: bool) -> impl IntoView {
    let menu = NodeRef::<leptos::html::Details>::new();
    let here = here();
    Effect::new(move |_| {
        here.path();
        if let Some(menu) = menu.get() {
            // Closing a menu that is closed changes nothing.
            let _ = menu.remove_attribute("open");
        }
    });
    view! {
        <a class="brand" href="/connections/passwordless"><Mark/><span class="brand-name">{name}</span></a>
        <details class="menu" node_ref=menu>
            <summary>"Menu"</summary>
            <div class="menu-content">
                <Navigation editor/>
                <div class="who">
                    <p class="who-email" title=email.clone()>{email.clone()}</p>
                    <ul>
                        <li><NavLink href="/account" shape=Shape::PERSON label="Account"/></li>
                    </ul>
                    <form action="/logout" method="post">
                        <button type="submit" class="link">"Sign out"</button>
                    </form>
                </div>
            </div>
        </details>
    }
}

#[component]
fn Navigation(editor: bool) -> impl IntoView {
    view! {
        <nav class="nav" aria-label="Main">
            <p class="nav-heading">"Connections"</p>
            <ul>
                <li><NavLink href="/connections/passwordless" shape=Shape::PASSWORDLESS label="Passwordless"/></li>
            </ul>
            <p class="nav-heading">"Workspace"</p>
            <ul>
                <li><NavLink href="/applications" shape=Shape::APPS label="Applications"/></li>
                {editor.then(|| view! { <li><NavLink href="/users" shape=Shape::USERS label="Users"/></li> })}
                <li><NavLink href="/activity" shape=Shape::ACTIVITY label="Activity"/></li>
                <li><NavLink href="/settings" shape=Shape::SETTINGS label="Settings"/></li>
            </ul>
        </nav>
    }
}

#[component]
fn NavLink(href: &'static str, shape: Shape, label: &'static str) -> impl IntoView {
    let here = here();
    let current = move || {
        here.path().strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')).then_some("page")
    };
    view! { <a href=href aria-current=current><Icon shape/>{label}</a> }
}

/// Says why a plain post failed; the words come from a closed list, so a crafted link says nothing new.
#[component]
fn PlainFailure() -> impl IntoView {
    let here = here();
    move || {
        let code = here.query("failed")?;
        let error = match code.as_str() {
            "signed-out" => {
                return Some(view! {
                    <Banner tone=Tone::Danger title="Not done">"Your session had ended, so what you sent did not count. Go back in your browser to find what you typed."</Banner>
                });
            }
            "forbidden" => AppError::Forbidden,
            "not-found" => AppError::NotFound,
            "too-many" => AppError::TooMany { retry_after: 600 },
            "bad-request" => AppError::BadRequest,
            "busy" => AppError::Busy { reference: String::new() },
            _ => AppError::Internal { reference: String::new() },
        };
        Some(view! { <Banner tone=Tone::Danger title="Not done">{error.to_string()}</Banner> })
    }
}

/// What stands in place of a page or list that could not be loaded.
#[component]
pub fn Failure(
    /// Why.
    error: AppError,
) -> impl IntoView {
    let signed_out = matches!(error, AppError::SignedOut { .. });
    let here = here();
    view! {
        <Banner tone=Tone::Danger title="This could not be loaded">
            <p>{error.to_string()}</p>
            {signed_out.then(|| view! { <p><a href=live(move || format!("/login?next={}", here.path())) rel="external">"Sign in"</a></p> })}
        </Banner>
    }
}
