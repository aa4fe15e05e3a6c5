//! Applications, filtered and paged on the server, with the toggles of a method where one is named.

use domain::application::{APPLICATIONS_PER_PAGE, ApplicationPage, ApplicationSummary};
use domain::connection::{Method, applications_in_words};
use domain::otp::grouped;
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use crate::components::{
    Button, ButtonKind, Dialog, EmptyState, LinkButton, Pages, Skeleton, StatusNote, TextField, Toggle,
};
use crate::erased::{hears, live};
use crate::halves::here;
use crate::loaded::{Loaded, OncePerPage, suspended};
use crate::pages::frame::Failure;
use crate::pages::methods_changed::MethodsChanged;
use crate::server_fns::applications::{
    SetAllApplicationsEnabled, SetApplicationEnabled, list_applications, set_all_applications_enabled,
    set_application_enabled,
};

/// The filter, the list and the pages.
#[component]
pub fn ApplicationList(
    /// The applications, which the page around the list keeps.
    listed: OncePerPage<ApplicationPage>,
    /// The method whose toggles are shown.
    method: Option<Method>,
    /// Whether the administrator may change anything.
    may: bool,
    /// The address of the list, without its query.
    base: String,
) -> impl IntoView {
    let here = here();
    let asked = move || here.query("q").unwrap_or_default();
    let q = Memo::new(move |_| asked());
    let page = move || here.query("page").and_then(|page| page.parse().ok()).unwrap_or(1_u32);
    let changed = RwSignal::new(0_u32);
    let found = listed.load(|| {
        Loaded::new(
            move || [&page().to_string(), " ", &changed.get().to_string(), " ", &asked()].concat(),
            move |_| untrack(|| list_applications(method, asked(), page())),
        )
    });
    let place = StoredValue::new(base.clone());
    let shown = suspended(move || async move {
        match found.get().await {
            Ok(found) => view! { <Found found method may q=q.get_untracked() place changed/> }.into_any(),
            Err(error) => view! { <Failure error/> }.into_any(),
        }
    });
    view! {
        <FilterForm q base/>
        <Transition fallback=|| view! { <Skeleton lines=6/> }>{shown}</Transition>
    }
}

/// The searchbox; hydrated it filters while one types.
#[component]
fn FilterForm(q: Memo<String>, base: String) -> impl IntoView {
    let here = here();
    let place = StoredValue::new(base.clone());
    let typed = RwSignal::new(q.get_untracked());
    let go = Callback::new(move |text: String| {
        let path = address(&place.get_value(), &text, 1);
        typed.set(text);
        here.turn(&path, true);
    });
    // Back and Forward change the filter too; what is being typed wins over an address that lags behind.
    Effect::new(move |before: Option<String>| {
        let asked = q.get();
        if before.is_some_and(|before| before != asked && before == typed.get_untracked()) {
            typed.set(asked.clone());
        }
        asked
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
    };
    view! {
        <form class="filter" role="search" action=base method="get" on:submit=submit>
            <TextField id="filter" name="q" kind="search" label="Filter applications" placeholder="Name or client ID" value=typed on_input=go autocomplete="off"/>
            <span class="no-js"><Button submit=true kind=ButtonKind::Quiet>"Filter"</Button></span>
        </form>
    }
}

#[component]
fn Found(
    found: ApplicationPage,
    method: Option<Method>,
    may: bool,
    q: String,
    place: StoredValue<String>,
    changed: RwSignal<u32>,
) -> impl IntoView {
    if found.registered == 0 {
        return view! {
            <EmptyState title="No applications yet" text="Register the first one: the software that your users sign in to.">
                // The page of all applications has this link in its header.
                {(may && method.is_some()).then(|| view! { <LinkButton href="/applications/new">"Register application"</LinkButton> })}
            </EmptyState>
        }
        .into_any();
    }
    if found.total == 0 {
        return view! {
            <EmptyState title="Nothing matches" text=format!("No application has “{q}” in its name or at the start of its client ID.")>
                <LinkButton kind=ButtonKind::Quiet href=place.get_value()>"Show all"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let base = place.get_value();
    let link = |page: u32| address(&base, &q, page);
    let previous = (found.page > 1).then(|| link(found.page - 1));
    let next = (found.page < found.pages).then(|| link(found.page + 1));
    let first = (found.page - 1) * APPLICATIONS_PER_PAGE + 1;
    let last = found.total.min(found.page * APPLICATIONS_PER_PAGE);
    let text = format!("{} to {} of {}", grouped(first.into()), grouped(last.into()), grouped(found.total.into()));
    let total = found.total;
    let rows = found.applications.into_iter().map(|application| row(application, method, may)).collect_view();
    view! {
        {method.filter(|_| may).map(|method| view! { <Bulk method q=q.clone() total place changed/> })}
        <ul class="card applications" aria-label="Applications">{rows}</ul>
        <Pages previous next text/>
    }
    .into_any()
}

fn row(application: ApplicationSummary, method: Option<Method>, may: bool) -> AnyView {
    let ApplicationSummary { client_id, name, kind, enabled } = application;
    view! {
        <li class="application">
            <div class="application-text">
                <a href=format!("/applications/{client_id}")>{name.clone()}</a>
                <p><span>{kind.label()}</span>" · "<code>{client_id.clone()}</code></p>
            </div>
            {method.map(|method| view! { <EnablementToggle client_id label=name method enabled may/> })}
        </li>
    }
    .into_any()
}

/// A toggle that switches a method on or off for an application, at once.
#[component]
pub fn EnablementToggle(
    /// The application.
    client_id: String,
    /// The accessible name.
    label: String,
    /// The method.
    method: Method,
    /// Whether it is on.
    enabled: bool,
    /// Whether the administrator may change it.
    may: bool,
    /// Hears of every change that the server made.
    #[prop(optional)]
    switched: Option<Callback<bool>>,
) -> impl IntoView {
    let state = RwSignal::new(enabled);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let id = StoredValue::new(client_id.clone());
    let methods = use_context::<MethodsChanged>();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let on = !state.get_untracked();
        state.set(on);
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = set_application_enabled(id.get_value(), method, on).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    if let Some(methods) = methods {
                        methods.reload();
                    }
                    if let Some(switched) = switched {
                        switched.run(on);
                    }
                }
                Err(error) => {
                    state.set(!on);
                    failure.set(Some(error.to_string()));
                }
            }
        });
    };
    view! {
        <form action=SetApplicationEnabled::PATH method="post" on:submit=submit class="toggle-form">
            <input type="hidden" name="client_id" value=client_id.clone()/>
            <input type="hidden" name="method" value=method.as_str()/>
            <input type="hidden" name="on" value=live(move || if state.get() { "false" } else { "true" })/>
            <Toggle
                id=format!("toggle-{}-{client_id}", method.as_str())
                label
                checked=state
                busy
                reason=(!may).then(|| "Your role, Viewer, cannot change this.".to_owned())
            />
            <StatusNote text=failure tone="danger"/>
        </form>
    }
}

/// `Enable all` and `Disable all`: they act on what matches, and ask first.
#[component]
fn Bulk(method: Method, q: String, total: u32, place: StoredValue<String>, changed: RwSignal<u32>) -> impl IntoView {
    let confirm = untrack(|| here().query("confirm"));
    let asked = match confirm.as_deref() {
        Some("enable") => Some(true),
        Some("disable") => Some(false),
        _ => None,
    };
    let asking = RwSignal::new(asked);
    let busy = RwSignal::new(false);
    let said = RwSignal::new(None::<String>);
    let methods = use_context::<MethodsChanged>();
    let q = StoredValue::new(q);
    let base_address = move || address(&place.get_value(), &q.get_value(), 1);
    let question = move |on: bool| {
        let base = base_address();
        let join = if base.contains('?') { '&' } else { '?' };
        format!("{base}{join}confirm={}", if on { "enable" } else { "disable" })
    };
    let ask = move |on: bool, label: &'static str| {
        view! {
            <a
                class="button"
                data-kind="quiet"
                href=question(on)
                rel="external"
                on:click=hears(move |event: MouseEvent| {
                    event.prevent_default();
                    asking.set(Some(on));
                })
            >
                {label}
            </a>
        }
    };
    let title = Signal::derive(move || {
        let verb = if asking.get() == Some(false) { "Disable" } else { "Enable" };
        format!("{verb} {} for {}?", method.label(), applications_in_words(total))
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(on) = asking.get_untracked() else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = set_all_applications_enabled(method, q.get_value(), on).await;
            busy.set(false);
            asking.set(None);
            match answer {
                Ok(count) => {
                    let verb = if on { "on" } else { "off" };
                    said.set(Some(format!("{} switched {verb} for {}.", method.label(), applications_in_words(count))));
                    changed.update(|count| *count += 1);
                    if let Some(methods) = methods {
                        methods.reload();
                    }
                }
                Err(error) => said.set(Some(error.to_string())),
            }
        });
    };
    view! {
        <div class="row bulk">
            <p>{applications_in_words(total)}{if q.with_value(String::is_empty) { "" } else { " match" }}</p>
            <div class="actions">{ask(true, "Enable all")}{ask(false, "Disable all")}</div>
        </div>
        <StatusNote text=said/>
        <Dialog id="bulk" open=Signal::derive(move || asking.get().is_some()) title on_close=Callback::new(move |()| asking.set(None))>
            <p>{if q.with_value(String::is_empty) {
                "Every application is changed, in one step.".to_owned()
            } else {
                format!("Every application that matches “{}” is changed, in one step.", q.get_value())
            }}</p>
            <form action=SetAllApplicationsEnabled::PATH method="post" on:submit=submit class="actions">
                <input type="hidden" name="method" value=method.as_str()/>
                <input type="hidden" name="q" value=q.get_value()/>
                <input type="hidden" name="on" value=live(move || if asking.get() == Some(false) { "false" } else { "true" })/>
                <a
                    class="button"
                    data-kind="quiet"
                    href=base_address()
                    rel="external"
                    on:click=hears(move |event: MouseEvent| {
                        event.prevent_default();
                        asking.set(None);
                    })
                >
                    "Cancel"
                </a>
                <Button submit=true busy>{live(move || if asking.get() == Some(false) { "Disable all" } else { "Enable all" })}</Button>
            </form>
        </Dialog>
    }
}

/// The address of a page of the list.
fn address(base: &str, q: &str, page: u32) -> String {
    let mut path = base.to_owned();
    let mut join = '?';
    if !q.is_empty() {
        path.push(join);
        path.push_str("q=");
        path.push_str(&escaped(q));
        join = '&';
    }
    if page > 1 {
        path.push(join);
        path.push_str("page=");
        path.push_str(&page.to_string());
    }
    path
}

/// Percent-encodes a value of a query.
pub fn escaped(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            escaped.push(char::from(HEX[usize::from(byte >> 4)]));
            escaped.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_the_filter_and_the_page() {
        for (q, page, path) in
            [("", 1, "/a"), ("", 2, "/a?page=2"), ("a&b", 1, "/a?q=a%26b"), ("é", 3, "/a?q=%C3%A9&page=3")]
        {
            assert_eq!(address("/a", q, page), path);
        }
    }
}
