//! What became of the messages, and who did what: the deliveries, the audit trail, and the messages that stayed in the outbox.

pub mod address;
mod audit;
mod audit_filter;
mod deliveries;
mod delivery_filter;
mod filters;
mod listed;
mod message;
mod outbox;

use domain::admin::Role;
use leptos::prelude::*;
use leptos_router::components::Outlet;

use crate::components::{PageHeader, Tab, TabPanel, Tabs};
use crate::erased::live;
use crate::halves::here;
use crate::loaded::suspended;
use crate::pages::frame::signed_in;

use audit::Audit;
use deliveries::Deliveries;
use outbox::Outbox;

/// The address of the deliveries.
const DELIVERIES: &str = "/activity";
/// The address of the audit trail.
const AUDIT: &str = "/activity/audit";
/// The address of the outbox.
const OUTBOX: &str = "/activity/outbox";

/// The page; its tabs are routes below it.
#[component]
pub fn ActivityPage() -> impl IntoView {
    const TABS: [(&str, &str, &str); 3] = [
        ("deliveries-tab", "Deliveries", DELIVERIES),
        ("audit-tab", "Audit trail", AUDIT),
        ("outbox-tab", "Outbox", OUTBOX),
    ];
    let here = here();
    let shown = Memo::new(move |_| {
        let path = here.path();
        TABS.iter().position(|(.., href)| *href == path.trim_end_matches('/')).unwrap_or_default()
    });
    let signed_in = signed_in();
    let tabs = suspended(move || async move {
        // Deliveries are for everyone.
        let count = if signed_in.may(Role::Editor).await { TABS.len() } else { 1 };
        let tab = |(index, (id, label, href)): (usize, (&'static str, &'static str, &'static str))| Tab {
            id,
            label,
            href: href.to_owned(),
            selected: Signal::derive(move || shown.get() == index),
        };
        let tabs = TABS.into_iter().enumerate().take(count).map(tab).collect::<Vec<_>>();
        view! { <Tabs label="Activity" tabs panel="activity"/> }.into_any()
    });
    let panel = live(move || match TABS[shown.get()].2 {
        AUDIT => view! { <Audit/> }.into_any(),
        OUTBOX => view! { <Outbox/> }.into_any(),
        _ => view! { <Deliveries/> }.into_any(),
    });
    view! {
        <PageHeader title="Activity" lede="What became of the messages that carry codes and links, and who changed what in this console."/>
        <Suspense>{tabs}</Suspense>
        <TabPanel id="activity" labelled_by=Signal::derive(move || TABS[shown.get()].0)>{panel}</TabPanel>
        // Shows nothing; but until the view of a route is placed somewhere, the router does not write its address.
        <Outlet/>
    }
}
