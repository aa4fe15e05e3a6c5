//! What became of the messages: the deliveries, and the messages that stayed in the outbox.

pub mod address;
mod deliveries;
mod delivery_filter;
mod message;
mod outbox;

use domain::admin::Role;
use leptos::prelude::*;
use leptos_router::components::Outlet;

use crate::components::{PageHeader, Tab, TabPanel, Tabs};
use crate::halves::here;
use crate::loaded::suspended;
use crate::pages::frame::signed_in;

use deliveries::Deliveries;
use outbox::Outbox;

/// The address of the deliveries.
const DELIVERIES: &str = "/activity";
/// The address of the outbox.
const OUTBOX: &str = "/activity/outbox";

/// The page; its tabs are routes below it.
#[component]
pub fn ActivityPage() -> impl IntoView {
    const TABS: [&str; 2] = ["deliveries-tab", "outbox-tab"];
    let here = here();
    let outbox = Memo::new(move |_| here.path().trim_end_matches('/') == OUTBOX);
    let signed_in = signed_in();
    let tabs = suspended(move || async move {
        let mut tabs = vec![Tab {
            id: TABS[0],
            label: "Deliveries",
            href: DELIVERIES.to_owned(),
            selected: Signal::derive(move || !outbox.get()),
        }];
        if signed_in.may(Role::Editor).await {
            tabs.push(Tab { id: TABS[1], label: "Outbox", href: OUTBOX.to_owned(), selected: outbox.into() });
        }
        view! { <Tabs label="Activity" tabs panel="activity"/> }.into_any()
    });
    view! {
        <PageHeader title="Activity" lede="What became of the messages that carry codes and links."/>
        <Suspense>{tabs}</Suspense>
        <TabPanel id="activity" labelled_by=Signal::derive(move || TABS[usize::from(outbox.get())])>
            {move || if outbox.get() { view! { <Outbox/> }.into_any() } else { view! { <Deliveries/> }.into_any() }}
        </TabPanel>
        // Shows nothing; but until the view of a route is placed somewhere, the router does not write its address.
        <Outlet/>
    }
}
