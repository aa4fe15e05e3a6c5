//! The route table.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Route, Routes};
use leptos_router::{SsrMode, path};

use crate::halves::{self, PasswordlessPage};
use crate::pages::account::AccountPage;
use crate::pages::activity::ActivityPage;
use crate::pages::application::ApplicationPage;
use crate::pages::applications::ApplicationsPage;
use crate::pages::frame::ConsoleFrame;
use crate::pages::invite::InvitePage;
use crate::pages::login::LoginPage;
use crate::pages::not_found::NotFoundPage;
use crate::pages::register_application::RegisterApplicationPage;
use crate::pages::settings::SettingsPage;
use crate::pages::setup::SetupPage;
use crate::pages::users::UsersPage;

/// The console.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! { <halves::Root/> }
}

/// Every page by its path.
#[component]
pub fn Table() -> impl IntoView {
    // The views of a method are rendered by `PasswordlessPage` itself, which keeps what is typed above them; likewise the tabs of
    // `ActivityPage`.
    let nothing = || ();
    view! {
        <Routes fallback=NotFoundPage>
            <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async/>
            <Route path=path!("/setup") view=SetupPage ssr=SsrMode::Async/>
            <Route path=path!("/invite/:token") view=InvitePage ssr=SsrMode::Async/>
            <ParentRoute path=path!("") view=ConsoleFrame ssr=SsrMode::Async>
                <ParentRoute path=path!("/connections/passwordless") view=PasswordlessPage ssr=SsrMode::Async>
                    <Route path=path!("") view=nothing ssr=SsrMode::Async/>
                    <Route path=path!("/sms") view=nothing ssr=SsrMode::Async/>
                    <Route path=path!("/sms/applications") view=nothing ssr=SsrMode::Async/>
                    <Route path=path!("/sms/try") view=nothing ssr=SsrMode::Async/>
                    <Route path=path!("/sms/history") view=nothing ssr=SsrMode::Async/>
                    <Route path=path!("/sms/history/:version") view=nothing ssr=SsrMode::Async/>
                    <Route path=path!("/email") view=nothing ssr=SsrMode::Async/>
                    <Route path=path!("/email/applications") view=nothing ssr=SsrMode::Async/>
                    <Route path=path!("/email/try") view=nothing ssr=SsrMode::Async/>
                    <Route path=path!("/email/history") view=nothing ssr=SsrMode::Async/>
                    <Route path=path!("/email/history/:version") view=nothing ssr=SsrMode::Async/>
                </ParentRoute>
                <Route path=path!("/applications") view=ApplicationsPage ssr=SsrMode::Async/>
                <Route path=path!("/applications/new") view=RegisterApplicationPage ssr=SsrMode::Async/>
                <Route path=path!("/applications/:client_id") view=ApplicationPage ssr=SsrMode::Async/>
                <Route path=path!("/users") view=UsersPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("/activity") view=ActivityPage ssr=SsrMode::Async>
                    <Route path=path!("") view=nothing ssr=SsrMode::Async/>
                    <Route path=path!("/audit") view=nothing ssr=SsrMode::Async/>
                    <Route path=path!("/outbox") view=nothing ssr=SsrMode::Async/>
                </ParentRoute>
                <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async/>
                <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async/>
            </ParentRoute>
        </Routes>
    }
}
