//! The section `Configuration` of a settings form: whether messages can go out with what the form says, item by item.

use std::future::Future;

use domain::email::EmailForm;
use domain::sms::SmsForm;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use crate::components::{Button, ButtonKind, StatusNote};
use crate::error::AppError;
use crate::form_state::{Examined, FormState, SettingsForm};
use crate::outcome::Checked;
use crate::server_fns::email::{CheckEmail, check_email};
use crate::server_fns::sms::{CheckSms, check_sms};

/// The section of the SMS form.
pub fn sms_configuration(state: FormState<SmsForm>) -> AnyView {
    let check = move |()| {
        let (form, base, draft) = state.sent();
        spawn_check(state, async move { check_sms(form, base, draft, None).await });
    };
    section(state, CheckSms::PATH, Callback::new(check))
}

/// The section of the email form.
pub fn email_configuration(state: FormState<EmailForm>) -> AnyView {
    let check = move |()| {
        let (form, base, draft) = state.sent();
        spawn_check(state, async move { check_email(form, base, draft, None).await });
    };
    section(state, CheckEmail::PATH, Callback::new(check))
}

fn section<F: SettingsForm>(state: FormState<F>, path: &'static str, check: Callback<()>) -> AnyView {
    // What was found holds for what the form said then.
    Effect::new(move |ran: Option<()>| {
        state.form.track();
        if ran.is_some() && state.examined.with_untracked(|examined| !examined.found.is_empty()) {
            state.examined.set(Examined::default());
        }
    });
    view! { <Configuration examined=state.examined path check/> }.into_any()
}

fn spawn_check<F: SettingsForm>(
    state: FormState<F>,
    answer: impl Future<Output = Result<Vec<Checked>, AppError>> + 'static,
) {
    let examined = state.examined;
    examined.set(Examined { busy: true, ..Examined::default() });
    spawn_local(async move {
        examined.set(match answer.await {
            Ok(found) => Examined { found, ..Examined::default() },
            Err(error) => Examined { failure: Some(error.to_string()), ..Examined::default() },
        });
    });
}

#[component]
fn Configuration(examined: RwSignal<Examined>, path: &'static str, check: Callback<()>) -> impl IntoView {
    let item = |checked: Checked| {
        let state = if checked.fit { "on" } else { "setup" };
        let said = if checked.fit { "Fit: " } else { "Not fit: " };
        view! { <li class="status" data-state=state><span><span class="visually-hidden">{said}</span>{checked.words}</span></li> }
            .into_any()
    };
    let items = move || {
        let found = examined.with(|examined| examined.found.clone());
        (!found.is_empty()).then(|| {
            let items = found.into_iter().map(item).collect_view();
            view! { <ul class="examined" aria-label="Configuration">{items}</ul> }
        })
    };
    let busy = Signal::derive(move || examined.with(|examined| examined.busy));
    let failure = Signal::derive(move || examined.with(|examined| examined.failure.clone()));
    view! {
        <section class="section" id="configuration">
            <h2>"Configuration"</h2>
            <p class="lede">"Looks at everything that a message needs on its way, as the form says it now, asks the provider, and sends nothing."</p>
            <div role="status">{items}</div>
            <div class="actions">
                <Button kind=ButtonKind::Quiet submit=true formaction=Some(path) busy on_click=check>"Check configuration"</Button>
                <StatusNote text=failure tone="danger"/>
            </div>
        </section>
    }
}
