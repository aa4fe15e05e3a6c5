//! The list `Revisions`: who saved when, and which fields that changed.

use domain::history::HistoryFilterForm as Filter;
use domain::wire;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use super::{History, name, path};
use crate::components::{
    Button, ButtonKind, Choice, EmptyState, LinkButton, OlderPages, Select, Skeleton, StatusNote, Time,
};
use crate::erased::{hears, live};
use crate::halves::{Here, here};
use crate::history::{Aged, ListedRevisions};
use crate::loaded::{Loaded, suspended};
use crate::pages::activity::address::address;
use crate::pages::frame::Failure;
use crate::pages::passwordless::Refused;
use crate::pages::typed_filter::TypedFilter;
use crate::server_fns::history::list_revisions;

/// The filter, the list and its pages.
#[component]
pub fn RevisionList(
    /// What it is about.
    history: History,
) -> impl IntoView {
    let here = here();
    expect_context::<Refused>().0.set(false);
    let method = history.method;
    let asked = Memo::new(move |_| filter_of(here));
    let below = Memo::new(move |_| below_of(here));
    let found = history.listed.load(|| {
        Loaded::new(
            move || [wire::write(&filter_of(here)), wire::write(&below_of(here))].concat(),
            move |_| untrack(|| list_revisions(method, filter_of(here), below_of(here))),
        )
    });
    // The form outlives what it finds, and keeps the focus.
    let form = suspended(move || async move {
        match found.first().await {
            Ok(page) if page.present > 0 => filter_form(history, page.people, page.fields, asked, here),
            _ => ().into_any(),
        }
    });
    let said = suspended(move || async move {
        let just_restored = found.first().await.ok().and_then(|page| page.just_restored);
        let said = RwSignal::new(just_restored.map(in_words));
        // Said once the region is there, or a screen reader would not hear of it.
        Effect::new(move || {
            if let Some(restored) = history.restored.get_untracked() {
                history.restored.set(None);
                said.set(Some(in_words(restored)));
                focus(SAID);
            }
        });
        view! { <div class="said" id=SAID tabindex="-1"><StatusNote text=said tone="success"/></div> }.into_any()
    });
    let list = suspended(move || async move {
        match found.get().await {
            Ok(page) => listed(history, page, &asked.get_untracked(), below.get_untracked()),
            Err(error) => view! { <Failure error/> }.into_any(),
        }
    });
    view! {
        <Suspense>{said}</Suspense>
        <Suspense>{form}</Suspense>
        <Transition fallback=|| view! { <Skeleton lines=8/> }>{list}</Transition>
    }
}

fn listed(history: History, page: ListedRevisions, asked: &Filter, below: Option<i64>) -> AnyView {
    let (older, present) = (page.older, page.present);
    let list = if page.revisions.is_empty() {
        nothing(history, asked, below)
    } else {
        let rows = page.revisions.into_iter().map(|revision| row(history, revision, present)).collect_view();
        view! { <ul class="card revisions" aria-label="Revisions">{rows}</ul> }.into_any()
    };
    let newest = below.is_some().then(|| filtered(history, asked, None));
    view! {
        {list}
        <OlderPages newest older=older.map(|older| filtered(history, asked, Some(older)))/>
    }
    .into_any()
}

/// The id of what says that a revision was restored.
const SAID: &str = "history-said";

/// A version that was restored, and the revision that this made.
fn in_words((version, made): (i64, i64)) -> String {
    [&name(version), " is restored, as revision ", &made.to_string(), "."].concat()
}

/// The button that had the focus is gone; without a place the next key would begin at the top of the page.
fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Focus is a wish.
        let _ = element.focus();
    }
}

fn row(history: History, Aged { summary, ago }: Aged, present: i64) -> AnyView {
    let what = match summary.restored {
        Some(version) => [&name(version), " restored: ", &summary.fields.join(", ")].concat(),
        None => summary.fields.join(", "),
    };
    view! {
        <li>
            <div class="revision-what">
                <p>
                    <a href=path(history.method, Some(summary.version))>{name(summary.version)}</a>
                    {(summary.version == present).then(|| view! { <span class="status" data-state="on">"Present"</span> })}
                </p>
                <p class="revision-fields">{what}</p>
            </div>
            <div class="revision-who">
                <p>{summary.saved_by}</p>
                <p><Time ms=summary.saved_at/>", "{ago}</p>
            </div>
        </li>
    }
    .into_any()
}

fn nothing(history: History, asked: &Filter, below: Option<i64>) -> AnyView {
    if below.is_some() {
        let newest = filtered(history, asked, None);
        return view! {
            <EmptyState title="No older revisions" text="This is the end of the list.">
                <LinkButton kind=ButtonKind::Quiet href=newest>"Newest"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    if *asked == Filter::default() {
        let text = format!(
            "Until somebody saves the {} settings, Doorcode’s defaults count. Every save is then listed here, with who made it and what it changed, and can be brought back.",
            history.method.label()
        );
        return view! { <EmptyState title="Nothing saved yet" text/> }.into_any();
    }
    view! {
        <EmptyState title="Nothing matches" text="No revision fits these filters.">
            <LinkButton kind=ButtonKind::Quiet href=path(history.method, None)>"Show all"</LinkButton>
        </EmptyState>
    }
    .into_any()
}

/// Which revisions are shown: a form that leads to an address, with and without JavaScript.
fn filter_form(
    history: History,
    people: Vec<String>,
    fields: Vec<(String, String)>,
    asked: Memo<Filter>,
    here: Here,
) -> AnyView {
    let typed = TypedFilter::new(asked);
    let submit = hears(move |event: SubmitEvent| {
        event.prevent_default();
        here.turn(&typed.read(|typed| filtered(history, typed, None)), false);
    });
    // Whoever the address names is chosen, even if that is nobody.
    let by = asked.with_untracked(|asked| asked.by.clone());
    let stranger = Some(by).filter(|by| !by.is_empty() && !people.contains(by));
    let people: Vec<Choice> = [Choice::new("", "Anyone", "")]
        .into_iter()
        .chain(people.iter().chain(&stranger).map(|by| Choice::new(by, by, "")))
        .collect();
    let fields: Vec<Choice> = [Choice::new("", "Any field", "")]
        .into_iter()
        .chain(fields.iter().map(|(key, label)| Choice::new(key, label, "")))
        .collect();
    view! {
        <form class="filter revision-filter" aria-label="Filter revisions" action=path(history.method, None) method="get" on:submit=submit>
            <Select
                id="by"
                name="by"
                label="Saved by"
                choices=Signal::stored(people)
                value=typed.text(|form| &form.by)
                on_change=typed.set(|form| &mut form.by)
            />
            <Select
                id="field"
                name="field"
                label="Changed"
                choices=Signal::stored(fields)
                value=typed.text(|form| &form.field)
                on_change=typed.set(|form| &mut form.field)
            />
            <Button submit=true kind=ButtonKind::Quiet>"Filter"</Button>
            {live(move || asked.with(|asked| *asked != Filter::default()).then(|| view! { <LinkButton kind=ButtonKind::Link href=path(history.method, None)>"Clear filters"</LinkButton> }))}
        </form>
    }
    .into_any()
}

fn filter_of(here: Here) -> Filter {
    let value = |name: &str| here.query(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    Filter { by: value("by"), field: value("field") }
}

fn below_of(here: Here) -> Option<i64> {
    here.query("below").and_then(|below| below.parse().ok())
}

fn filtered(history: History, filter: &Filter, below: Option<i64>) -> String {
    let below = below.map(|below| below.to_string()).unwrap_or_default();
    address(&path(history.method, None), &[("by", &filter.by), ("field", &filter.field), ("below", &below)])
}
