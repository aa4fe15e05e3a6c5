//! The people who sign in: searched, created, kept out and deleted.

mod delete;
mod list;
mod new_user;
mod search_form;

use domain::connection::Method;
use domain::user::{UserFilterForm, UserState};
use domain::wire;
use leptos::prelude::*;

use crate::components::{LinkButton, PageHeader, Skeleton, StatusNote};
use crate::halves::{Here, here};
use crate::loaded::{Loaded, suspended};
use crate::outcome::Refusals;
use crate::pages::activity::address::address;
use crate::pages::frame::Failure;
use crate::pages::title::PageTitle;
use crate::server_fns::users::{list_users, load_new_user};

use list::Found;
use new_user::NewUser;
use search_form::SearchForm;

/// The address of the page.
const USERS: &str = "/users";

/// The page.
#[component]
pub fn UsersPage() -> impl IntoView {
    let here = here();
    let asked = Memo::new(move |_| filter_of(here));
    let at = Memo::new(move |_| here.query("at").unwrap_or_default());
    let changed = RwSignal::new(0_u32);
    let found = Loaded::new(
        move || [wire::write(&asked.get()), at.get(), changed.get().to_string()].concat(),
        move |_| {
            let at = at.get_untracked();
            list_users(asked.get_untracked(), (!at.is_empty()).then_some(at))
        },
    );
    let new_user = Loaded::once(load_new_user);
    // Whom the address asks to delete, until that was answered.
    let asked_to_delete = StoredValue::new(untrack(|| here.query("delete")));
    let said = RwSignal::new(None::<String>);
    let errors = RwSignal::new(Refusals::default());
    let search =
        suspended(move || async move { found.first().await.is_ok().then(|| view! { <SearchForm asked/> }).into_any() });
    // The list may be long.
    let jump = suspended(move || async move {
        let may = found.first().await.is_ok();
        may.then(|| view! { <LinkButton href="#create-user" external=true>"Create user"</LinkButton> }).into_any()
    });
    let list = suspended(move || async move {
        match found.get().await {
            Ok(listed) => {
                let (asked, at) = (asked.get_untracked(), at.get_untracked());
                view! { <Found listed asked at asked_to_delete changed said/> }.into_any()
            }
            Err(error) => view! { <Failure error/> }.into_any(),
        }
    });
    let form = suspended(move || async move {
        match new_user.get().await {
            Ok(page) => {
                errors.set(page.errors.clone());
                view! {
                    <PageTitle h1="Users" refused=Signal::derive(move || !errors.with(Refusals::is_empty))/>
                    <NewUser page errors changed/>
                }
                .into_any()
            }
            // The list says why.
            Err(_) => view! { <PageTitle h1="Users" refused=false/> }.into_any(),
        }
    });
    view! {
        <PageHeader title="Users" lede="The people who sign in to your applications, each by one phone number or email address.">
            <Suspense>{jump}</Suspense>
        </PageHeader>
        <Suspense>{search}</Suspense>
        <div class="said" id="users-said" tabindex="-1"><StatusNote text=said/></div>
        <Transition fallback=|| view! { <Skeleton lines=8/> }>{list}</Transition>
        <Suspense>{form}</Suspense>
    }
}

/// The filter that the address says; it can be followed. What names no connection or status is none.
fn filter_of(here: Here) -> UserFilterForm {
    let value = |name: &str| here.query(name).unwrap_or_default();
    let connection = value("connection").parse().map(Method::as_str).unwrap_or_default();
    let status = value("status").parse().map(UserState::as_str).unwrap_or_default();
    UserFilterForm { q: value("q").trim().to_owned(), connection: connection.to_owned(), status: status.to_owned() }
}

/// The address of a part of the list.
fn filtered(filter: &UserFilterForm, at: &str, delete: &str) -> String {
    address(
        USERS,
        &[
            ("q", &filter.q),
            ("connection", &filter.connection),
            ("status", &filter.status),
            ("at", at),
            ("delete", delete),
        ],
    )
}
