//! The tab `Deliveries`: filtered, newest first, a part at a time.

use domain::activity::{DeliveryFilterForm as Filter, DeliveryPage, DeliverySummary, SETTINGS_NOT_SAVED};
use domain::connection::Method;
use domain::delivery::{Outcome, provider_label};
use domain::wire;
use leptos::prelude::*;

use super::DELIVERIES;
use super::address::{filter_of, filtered};
use super::delivery_filter::FilterForm;
use super::listed::{Listed, nothing};
use crate::components::{ErrorSummary, Skeleton, Table, Time};
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
                (Refusals::default(), shown(page, &asked, &at))
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

fn shown(page: DeliveryPage, asked: &Filter, at: &str) -> AnyView {
    let all = filtered(DELIVERIES, asked, "");
    if page.deliveries.is_empty() {
        return if !at.is_empty() {
            nothing("No older deliveries", "This is the end of the list.", Some(("Newest", all)))
        } else if *asked == Filter::default() {
            nothing(
                "No deliveries yet",
                "Every message that a connection hands to its provider is listed here, with what became of it.",
                None,
            )
        } else {
            nothing(
                "Nothing matches",
                "No delivery fits all of these filters.",
                Some(("Show all", DELIVERIES.to_owned())),
            )
        };
    }
    let older = page.older.map(|older| filtered(DELIVERIES, asked, &older));
    let newest = (!at.is_empty()).then_some(all);
    let csv = filtered(CSV, asked, "");
    let rows = page.deliveries.into_iter().map(row).collect_view();
    view! {
        <Listed older_words="Older deliveries" newest older csv>
            <Table label="Deliveries" class="log deliveries" columns=&["Time", "Recipient", "Sent by", "Outcome", "Details"]>{rows}</Table>
        </Listed>
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
                <p>{duration(delivery.took_ms)}", "{revision(delivery.method, delivery.revision)}</p>
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

/// The revision of the settings, in the history; an administrator may try what nobody has saved.
fn revision(method: Method, version: i64) -> AnyView {
    if version == SETTINGS_NOT_SAVED {
        return "settings not saved".into_any();
    }
    let version = version.to_string();
    let href = ["/connections/passwordless/", method.as_str(), "/history/", &version].concat();
    view! { <a href=href rel="external">"revision "{version}</a> }.into_any()
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
