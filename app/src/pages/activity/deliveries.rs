//! The tab `Deliveries`: filtered, newest first, a part at a time.

use domain::activity::{DeliveryFilterForm as Filter, DeliveryPage, DeliverySummary, SETTINGS_NOT_SAVED};
use domain::delivery::{Outcome, provider_label};
use domain::wire;
use leptos::prelude::*;

use super::DELIVERIES;
use super::address::{filter_of, filtered};
use super::delivery_filter::FilterForm;
use crate::components::{ButtonKind, EmptyState, ErrorSummary, LinkButton, OlderPages, Skeleton, Table, Time};
use crate::halves::here;
use crate::loaded::{Loaded, suspended};
use crate::outcome::{FormOutcome, Refusals};
use crate::pages::frame::Failure;
use crate::pages::title::PageTitle;
use crate::server_fns::activity::list_deliveries;

/// Where the file for spreadsheets is.
const CSV: &str = "/activity/deliveries.csv";

/// The filter, the list and its pages.
#[component]
pub fn Deliveries() -> impl IntoView {
    let here = here();
    let asked = Memo::new(move |_| filter_of(here));
    let at = Memo::new(move |_| here.query("at").unwrap_or_default());
    let found = Loaded::new(
        move || asked.with(|asked| [wire::write(asked), at.get()].concat()),
        move |_| {
            let at = at.get_untracked();
            list_deliveries(asked.get_untracked(), (!at.is_empty()).then_some(at))
        },
    );
    let errors = RwSignal::new(Refusals::default());
    // The form outlives what it finds, and keeps the focus; but its first rendering knows what was refused.
    let form = suspended(move || async move {
        if let Ok(FormOutcome::Refused(refused)) = found.first().await {
            errors.set(refused);
        }
        view! {
            <PageTitle h1="Activity" refused=Signal::derive(move || !errors.with(Refusals::is_empty))/>
            <ErrorSummary errors/>
            <FilterForm asked errors/>
        }
        .into_any()
    });
    let list = suspended(move || async move {
        let (refused, shown) = match found.get().await {
            Ok(FormOutcome::Done(page)) => {
                let (asked, at) = (asked.get_untracked(), at.get_untracked());
                (Refusals::default(), view! { <Found page asked at/> }.into_any())
            }
            Ok(FormOutcome::Refused(refused)) => (refused, ().into_any()),
            Err(error) => (Refusals::default(), view! { <Failure error/> }.into_any()),
        };
        if errors.with_untracked(|errors| *errors != refused) {
            errors.set(refused);
        }
        shown
    });
    view! {
        <Suspense>{form}</Suspense>
        <Transition fallback=|| view! { <Skeleton lines=8/> }>{list}</Transition>
    }
}

#[component]
fn Found(page: DeliveryPage, asked: Filter, at: String) -> impl IntoView {
    let all = filtered(DELIVERIES, &asked, "");
    if page.deliveries.is_empty() {
        return if !at.is_empty() {
            view! {
                <EmptyState title="No older deliveries" text="This is the end of the list.">
                    <LinkButton kind=ButtonKind::Quiet href=all>"Newest"</LinkButton>
                </EmptyState>
            }
            .into_any()
        } else if asked == Filter::default() {
            view! { <EmptyState title="No deliveries yet" text="Every message that a connection hands to its provider is listed here, with what became of it."/> }
                .into_any()
        } else {
            view! {
                <EmptyState title="Nothing matches" text="No delivery fits all of these filters.">
                    <LinkButton kind=ButtonKind::Quiet href=DELIVERIES>"Show all"</LinkButton>
                </EmptyState>
            }
            .into_any()
        };
    }
    let older = page.older.map(|older| filtered(DELIVERIES, &asked, &older));
    let newest = (!at.is_empty()).then_some(all);
    let csv = filtered(CSV, &asked, "");
    let rows = page.deliveries.into_iter().map(row).collect_view();
    view! {
        <div class="row bulk">
            <p>{if newest.is_some() { "Older deliveries" } else { "Newest first" }}</p>
            <LinkButton kind=ButtonKind::Link href=csv external=true>"Download CSV"</LinkButton>
        </div>
        <div class="card">
            <Table label="Deliveries" class="deliveries" columns=&["Time", "Recipient", "Sent by", "Outcome", "Details"]>{rows}</Table>
        </div>
        <OlderPages newest older/>
    }
    .into_any()
}

fn row(delivery: DeliverySummary) -> AnyView {
    let outcome = Outcome::of(&delivery.outcome, &delivery.reason);
    let tone = match outcome {
        Some(Outcome::Accepted) => "",
        Some(Outcome::Delivered) => "success",
        _ => "danger",
    };
    // What an older or newer version wrote is shown as it stands.
    let words = outcome.map_or(delivery.outcome, |outcome| outcome.to_string());
    let reason = outcome.map_or(Some(delivery.reason).filter(|reason| !reason.is_empty()), |outcome| {
        outcome.reason().map(|reason| reason.to_string())
    });
    view! {
        <tr role="row">
            <td role="cell" class="when"><Time ms=delivery.at/></td>
            <td role="cell" class="whom">
                <p class="mono">{delivery.recipient}</p>
                <p><a href=["/applications/", &delivery.client_id].concat()>{delivery.application_name}</a></p>
            </td>
            <td role="cell" class="by"><p>{delivery.method.label()}</p><p class="muted">{provider_label(&delivery.provider).to_owned()}</p></td>
            <td role="cell" class="what">
                <p class="outcome" data-tone=tone>{words}</p>
                {reason.map(|reason| view! { <p class="muted">{reason}</p> })}
                {delivery.provider_code.map(|code| view! { <p class="muted">"Code "<code>{code}</code></p> })}
            </td>
            <td role="cell" class="details">
                <p>{duration(delivery.took_ms)}", "{revision(delivery.revision)}</p>
                {delivery.provider_id.map(|id| view! { <p><code>{id}</code></p> })}
                {delivery.actor.map(|actor| view! { <p>"Test by "{actor}</p> })}
            </td>
        </tr>
    }
    .into_any()
}

/// `412 ms`, or `1.2 s`.
fn duration(ms: u64) -> String {
    if ms < 1000 {
        return [&ms.to_string(), " ms"].concat();
    }
    [&(ms / 1000).to_string(), ".", &(ms % 1000 / 100).to_string(), " s"].concat()
}

/// The revision of the settings; an administrator may try what nobody has saved.
fn revision(version: i64) -> String {
    if version == SETTINGS_NOT_SAVED { "settings not saved".to_owned() } else { format!("revision {version}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_in_the_unit_that_fits() {
        for (ms, words) in [(0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (10_250, "10.2 s")] {
            assert_eq!(duration(ms), words);
        }
    }
}
