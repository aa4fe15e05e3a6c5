//! The tab `Audit trail`: filtered, newest first, a part at a time.

use domain::audit::{AuditFilterForm, AuditLine, AuditLines};
use domain::wire;
use leptos::prelude::*;

use super::AUDIT;
use super::address::{audit_filter_of, audit_filtered};
use super::audit_filter::AuditFilter;
use super::listed::{Listed, nothing};
use crate::components::{ErrorSummary, Skeleton, Table, Time};
use crate::halves::here;
use crate::loaded::{Loaded, suspended};
use crate::outcome::{FormOutcome, Refusals};
use crate::pages::frame::Failure;
use crate::pages::title::PageTitle;
use crate::server_fns::activity::{list_audit_trail, load_audit_choices};

/// Where the file for spreadsheets is.
const CSV: &str = "/activity/audit.csv";

/// The filter, the list and its pages.
#[component]
pub fn Audit() -> impl IntoView {
    let here = here();
    let asked = Memo::new(move |_| audit_filter_of(here));
    let at = Memo::new(move |_| here.query("at").unwrap_or_default());
    let choices = Loaded::once(load_audit_choices);
    let found = Loaded::new(
        move || asked.with(|asked| [wire::write(asked), at.get()].concat()),
        move |_| {
            let at = at.get_untracked();
            list_audit_trail(asked.get_untracked(), (!at.is_empty()).then_some(at))
        },
    );
    let errors = RwSignal::new(Refusals::default());
    // The form outlives what it finds, and keeps the focus; but its first rendering knows what was refused.
    let form = suspended(move || async move {
        if let Ok(FormOutcome::Refused(refused)) = found.first().await {
            errors.set(refused);
        }
        // Whoever may not see the trail is told so by the list.
        let form = choices
            .first()
            .await
            .ok()
            .map(|choices| view! { <ErrorSummary errors/><AuditFilter asked choices errors/> });
        view! {
            <PageTitle h1="Activity" refused=Signal::derive(move || !errors.with(Refusals::is_empty))/>
            {form}
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

fn shown(page: AuditLines, asked: &AuditFilterForm, at: &str) -> AnyView {
    let all = audit_filtered(AUDIT, asked, "");
    if page.lines.is_empty() {
        return if !at.is_empty() {
            nothing("No older entries", "This is the end of the list.", Some(("Newest", all)))
        } else if *asked == AuditFilterForm::default() {
            nothing(
                "No entries yet",
                "Whatever administrators do is listed here: who, what, when and from where.",
                None,
            )
        } else {
            nothing("Nothing matches", "No entry fits all of these filters.", Some(("Show all", AUDIT.to_owned())))
        };
    }
    let older = page.older.map(|older| audit_filtered(AUDIT, asked, &older));
    let newest = (!at.is_empty()).then_some(all);
    let csv = audit_filtered(CSV, asked, "");
    let rows = page.lines.into_iter().map(row).collect_view();
    view! {
        <Listed older_words="Older entries" newest older csv>
            <Table label="Audit trail" class="log trail" columns=&["Time", "Who", "What", "Object"]>{rows}</Table>
        </Listed>
    }
    .into_any()
}

fn row(line: AuditLine) -> AnyView {
    let plain = line.details.is_empty();
    let details = line
        .details
        .into_iter()
        .map(|(text, href)| match href.is_empty() {
            true => text.into_any(),
            // The page of a revision is in the other half of the console.
            false => view! { <a href=href rel="external">{text}</a> }.into_any(),
        })
        .collect_view();
    let object = if line.href.is_empty() {
        line.object.into_any()
    } else {
        view! { <a href=line.href>{line.object}</a> }.into_any()
    };
    view! {
        <tr role="row">
            <td role="cell" class="when"><Time ms=line.at/></td>
            <td role="cell" class="whom">
                <p>{line.who}</p>
                {(!line.address.is_empty()).then(|| view! { <p class="muted">"from "<span class="mono">{line.address}</span></p> })}
            </td>
            <td role="cell" class="what">
                <p class="action" data-tone=line.refused.then_some("danger")>{line.what}</p>
                {(!plain).then(|| view! { <p class="muted">{details}</p> })}
            </td>
            <td role="cell" class="object">{object}</td>
        </tr>
    }
    .into_any()
}
