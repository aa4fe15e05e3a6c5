//! The list of applications.

pub mod list;

use domain::admin::Role;
use leptos::prelude::*;

use crate::components::{LinkButton, PageHeader, Skeleton};
use crate::loaded::{OncePerPage, suspended};
use crate::pages::frame::signed_in;
use crate::pages::title::PageTitle;

use list::ApplicationList;

/// The page.
#[component]
pub fn ApplicationsPage() -> impl IntoView {
    let signed_in = signed_in();
    let listed = OncePerPage::empty();
    view! {
        <PageTitle h1="Applications" refused=false/>
        <PageHeader title="Applications" lede="Software that signs its users in through Doorcode.">
            <Suspense>
                {suspended(move || async move {
                    signed_in.may(Role::Editor).await.then(|| view! { <LinkButton href="/applications/new">"Register application"</LinkButton> }).into_any()
                })}
            </Suspense>
        </PageHeader>
        <Suspense fallback=|| view! { <Skeleton lines=6/> }>
            {suspended(move || async move {
                let may = signed_in.may(Role::Editor).await;
                view! { <ApplicationList listed method=None may base="/applications".to_owned()/> }.into_any()
            })}
        </Suspense>
    }
}
