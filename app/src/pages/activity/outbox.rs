//! The tab `Outbox`: a mailbox of the messages that were kept instead of being sent.

use domain::activity::{OutboxPage, OutboxSummary};
use domain::connection::Method;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::OUTBOX;
use super::address::address;
use super::message::Message;
use crate::components::{
    Button, ButtonKind, EmptyState, ErrorSummary, Icon, LinkButton, OlderPages, Shape, Skeleton, TextField, Time,
};
use crate::erased::live;
use crate::halves::here;
use crate::loaded::{Loaded, suspended};
use crate::outcome::{FormOutcome, Refusals};
use crate::pages::frame::Failure;
use crate::pages::title::PageTitle;
use crate::server_fns::activity::{list_outbox, load_outbox_message};

/// The search, the list, and the message that is open.
#[component]
pub fn Outbox() -> impl IntoView {
    let here = here();
    let query = move |name: &'static str| Memo::new(move |_| here.query(name).unwrap_or_default());
    let (recipient, at, open) = (query("recipient"), query("at"), query("message"));
    let found = Loaded::new(
        move || [at.get().as_str(), " ", &recipient.get()].concat(),
        move |_| {
            let at = at.get_untracked();
            list_outbox(recipient.get_untracked(), (!at.is_empty()).then_some(at))
        },
    );
    let message = Loaded::new(
        move || open.get(),
        move |id| async move { if id.is_empty() { Ok(None) } else { load_outbox_message(id).await.map(Some) } },
    );
    let errors = RwSignal::new(Refusals::default());
    let form = suspended(move || async move {
        let found = found.first().await;
        if let Ok(FormOutcome::Refused(refused)) = &found {
            errors.set(refused.clone());
        }
        let may = found.is_ok();
        view! {
            <PageTitle h1="Activity" refused=Signal::derive(move || !errors.with(Refusals::is_empty))/>
            {may.then(|| view! { <ErrorSummary errors/><SearchForm recipient errors/> })}
        }
        .into_any()
    });
    let list = suspended(move || async move {
        let (refused, shown) = match found.get().await {
            Ok(FormOutcome::Done(page)) => {
                let (recipient, at) = (recipient.get_untracked(), at.get_untracked());
                (Refusals::default(), view! { <List page recipient at open/> }.into_any())
            }
            Ok(FormOutcome::Refused(refused)) => (refused, ().into_any()),
            Err(error) => (Refusals::default(), view! { <Failure error/> }.into_any()),
        };
        if errors.with_untracked(|errors| *errors != refused) {
            errors.set(refused);
        }
        shown
    });
    let opened = suspended(move || async move {
        let back = untrack(|| address(OUTBOX, &[("recipient", &recipient.get()), ("at", &at.get())]));
        match message.get().await {
            Ok(Some(message)) => view! { <Back back/><Message message/> }.into_any(),
            Ok(None) => ().into_any(),
            // The list says it already when nothing here may be read.
            Err(error) if found.first().await.is_ok() => view! { <Back back/><Failure error/> }.into_any(),
            Err(_) => ().into_any(),
        }
    });
    view! {
        <div class="mailbox" data-open=live(move || open.with(|open| !open.is_empty()).then_some("true"))>
            <div class="mailbox-list">
                <Suspense>{form}</Suspense>
                <Transition fallback=|| view! { <Skeleton lines=8/> }>{list}</Transition>
            </div>
            <div class="mailbox-open">
                <Transition fallback=|| view! { <Skeleton lines=8/> }>{opened}</Transition>
            </div>
        </div>
    }
}

/// The way back to the list, where the message has taken its place.
#[component]
fn Back(back: String) -> impl IntoView {
    view! { <p class="crumbs mailbox-back"><a href=back>"All messages"</a></p> }
}

#[component]
fn SearchForm(recipient: Memo<String>, errors: RwSignal<Refusals>) -> impl IntoView {
    let here = here();
    let typed = RwSignal::new(recipient.get_untracked());
    Effect::new(move |before: Option<()>| {
        let asked = recipient.get();
        if before.is_some() {
            typed.set(asked);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        here.turn(&typed.with_untracked(|typed| address(OUTBOX, &[("recipient", typed.trim())])), false);
    };
    view! {
        <form class="filter" role="search" aria-label="Search the outbox" action=OUTBOX method="get" on:submit=submit>
            <TextField
                id="recipient"
                name="recipient"
                kind="search"
                label="Recipient"
                placeholder="The whole number or address"
                value=typed
                on_input=Callback::new(move |text| typed.set(text))
                problem=Signal::derive(move || errors.with(|errors| errors.at("recipient")))
                autocomplete="off"
            />
            <Button submit=true kind=ButtonKind::Quiet>"Search"</Button>
            {live(move || recipient.with(|recipient| !recipient.is_empty()).then(|| view! { <LinkButton kind=ButtonKind::Link href=OUTBOX>"Show all"</LinkButton> }))}
        </form>
    }
}

#[component]
fn List(page: OutboxPage, recipient: String, at: String, open: Memo<String>) -> impl IntoView {
    if page.messages.is_empty() {
        return if recipient.is_empty() && at.is_empty() {
            view! {
                <EmptyState
                    title="The outbox is empty"
                    text="It keeps messages inside Doorcode instead of sending them, for development and tests: the newest 1,000, with their codes and links. Choose Outbox as the provider of a connection, and its messages come here."
                >
                    <div class="actions">
                        <LinkButton kind=ButtonKind::Quiet href="/connections/passwordless/sms">"SMS settings"</LinkButton>
                        <LinkButton kind=ButtonKind::Quiet href="/settings">"Email provider"</LinkButton>
                    </div>
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <EmptyState title="Nothing matches" text="The outbox has no such message, or no longer: it keeps the newest 1,000.">
                    <LinkButton kind=ButtonKind::Quiet href=OUTBOX>"Show all"</LinkButton>
                </EmptyState>
            }
            .into_any()
        };
    }
    let link =
        |at: &str, message: &str| address(OUTBOX, &[("recipient", &recipient), ("at", at), ("message", message)]);
    let older = page.older.map(|older| link(&older, ""));
    let newest = (!at.is_empty()).then(|| link("", ""));
    let rows = page
        .messages
        .into_iter()
        .map(|message| {
            let href = link(&at, &message.id);
            view! { <Row message href open/> }.into_any()
        })
        .collect_view();
    view! {
        <ul class="card messages" aria-label="Messages">{rows}</ul>
        <OlderPages newest older/>
    }
    .into_any()
}

#[component]
fn Row(message: OutboxSummary, href: String, open: Memo<String>) -> impl IntoView {
    let (icon, kind) = match message.method {
        Method::Sms => (Shape::SMS, "SMS"),
        Method::Email => (Shape::EMAIL, "Email"),
    };
    let id = message.id;
    let current = live(move || open.with(|open| *open == id).then_some("true"));
    view! {
        <li>
            <a href=href aria-current=current>
                <Icon shape=icon/>
                <span class="visually-hidden">{kind}" to "</span>
                <span class="message-to">{message.recipient}</span>
                <Time ms=message.at/>
                <span class="message-title">{message.title}</span>
                <span class="message-for">{message.application_name}</span>
            </a>
        </li>
    }
}
