//! The list of methods: what each is, whether it is on, and the toggle.

use domain::connection::{Method, MethodSummary, Status, applications_in_words};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use crate::components::{Icon, Shape, Status as StatusWords, StatusNote, Toggle};
use crate::halves::here;
use crate::server_fns::connections::{SetMethodEnabled, set_method_enabled};

use super::settings_path;
use crate::erased::live;

/// Why a viewer cannot change anything.
pub const VIEWER: &str = "Your role, Viewer, cannot change this.";

/// The list named `Methods`.
#[component]
pub fn MethodList(
    /// What is known of both methods; a toggle writes it.
    summaries: RwSignal<Vec<MethodSummary>>,
    /// Whether the administrator may change anything.
    may: bool,
) -> impl IntoView {
    view! {
        <ul class="card methods" aria-label="Methods">
            {Method::ALL.map(|method| view! { <MethodRow method summaries may/> }.into_any()).into_iter().collect_view()}
        </ul>
    }
}

#[component]
fn MethodRow(method: Method, summaries: RwSignal<Vec<MethodSummary>>, may: bool) -> impl IntoView {
    let summary = Memo::new(move |_| {
        summaries.with(|summaries| summaries.iter().find(|summary| summary.method == method).cloned())
    });
    // What was asked for and is not yet answered.
    let wanted = RwSignal::new(None::<bool>);
    let failure = RwSignal::new(None::<String>);
    let enabled = move || summary.with(|summary| summary.as_ref().is_some_and(|summary| summary.enabled));
    let checked = Signal::derive(move || wanted.get().unwrap_or_else(enabled));
    let status =
        Signal::derive(move || summary.with(|summary| summary.as_ref().map_or(Status::Off, MethodSummary::status)));
    let count = move || summary.with(|summary| summary.as_ref().map_or(0, |summary| summary.applications));
    let here = here();

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if wanted.get_untracked().is_some() {
            return;
        }
        let on = !checked.get_untracked();
        wanted.set(Some(on));
        failure.set(None);
        spawn_local(async move {
            let answer = set_method_enabled(method, on).await;
            wanted.set(None);
            match answer {
                Ok(methods) => {
                    let lacking = methods.iter().any(|summary| summary.method == method && summary.needs_set_up);
                    summaries.set(methods);
                    if on && lacking {
                        here.turn(&settings_path(method), false);
                    }
                }
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    let (shape, meaning) = match method {
        Method::Sms => (Shape::SMS, "One-time codes by text message"),
        Method::Email => (Shape::EMAIL, "One-time codes and links by email"),
    };
    view! {
        <li class="method" data-on=live(move || checked.get().then_some(""))>
            <span class="tile"><Icon shape/></span>
            <div class="method-text">
                <h2>{method.label()}</h2>
                <p>{meaning}" · "{live(move || applications_in_words(count()))}</p>
            </div>
            <StatusWords state=status/>
            <form action=SetMethodEnabled::PATH method="post" on:submit=submit>
                <input type="hidden" name="method" value=method.as_str()/>
                <input type="hidden" name="on" value=live(move || if checked.get() { "false" } else { "true" })/>
                <Toggle
                    id=format!("toggle-{}", method.as_str())
                    label=method.label()
                    checked
                    busy=Signal::derive(move || wanted.get().is_some())
                    reason=(!may).then(|| VIEWER.to_owned())
                />
            </form>
            <div class="method-note">
                <StatusNote
                    text=Signal::derive(move || match (wanted.get(), failure.get()) {
                        (Some(_), _) => Some("Saving…".to_owned()),
                        (None, failure) => failure,
                    })
                    tone=Signal::derive(move || if wanted.get().is_none() && failure.with(Option::is_some) { "danger" } else { "" })
                />
            </div>
        </li>
    }
}
