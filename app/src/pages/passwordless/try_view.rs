//! The view *Try* of a method: a test message with the settings as they are typed, what became of it, and its code.

use domain::Field;
use domain::connection::Method;
use domain::template::Send;
use domain::trial::{TRIAL_MINUTES, TRIALS, TryForm};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use super::Refused;
use super::email_preview::segments;
use super::methods::VIEWER;
use super::sms_preview::suggested;
use crate::components::{Banner, Button, ErrorSummary, Help, MailFrame, StatusNote, TextField};
use crate::erased::live;
use crate::form_state::TryState;
use crate::outcome::{FormOutcome, Refusals, Samples, Tried};
use crate::server_fns::trial::{SendTest, VerifyTest, follow_test, send_test, verify_test};

/// The view.
#[component]
pub fn TryView(
    /// What was typed and what came of it.
    trial: TryState,
    /// The method.
    method: Method,
    /// Whether the administrator may send.
    may: bool,
    /// The applications to suggest.
    samples: RwSignal<Samples>,
    /// The settings as the form shows them now, written as they travel.
    settings: Callback<(), String>,
    /// Whether they are not saved yet.
    dirty: Signal<bool>,
) -> impl IntoView {
    let refused = expect_context::<Refused>().0;
    let is_refused = move || !trial.errors.with(Refusals::is_empty);
    // Once for the title that the server writes, then at each change.
    refused.set(untrack(is_refused));
    Effect::new(move || refused.set(is_refused()));
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let found = RwSignal::new(samples.with_untracked(|samples| samples.applications.clone()));
    let (search, names) = suggested(trial.application, found);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        clear(trial, failure);
        trial.tried.set(None);
        trial.code.set(String::new());
        let settings = settings.run(());
        spawn_local(async move {
            let answer = send_test(method, typed(trial), Some(settings.clone())).await;
            busy.set(false);
            let Some(tried) = taken(trial, failure, answer) else { return };
            let (open, delivery) = (tried.report.open, tried.delivery.clone());
            trial.tried.set(Some(tried));
            // What Twilio says later; without an answer the first one stands.
            if open && let Ok(Some(news)) = follow_test(method, delivery.clone(), Some(settings)).await {
                trial.tried.update(|tried| {
                    if let Some(tried) = tried.as_mut().filter(|tried| tried.delivery == delivery) {
                        tried.report.hears(news);
                    }
                });
            }
        });
    };
    let field = move |field: Field, value: RwSignal<String>, help: &'static str| {
        view! {
            <TextField
                field
                value
                on_input=Callback::new(move |text| value.set(text))
                problem=problem(trial, field)
                help=Help::from(help)
                autocomplete="off"
            />
        }
        .into_any()
    };
    let limit = format!("At most {TRIALS} in {TRIAL_MINUTES} minutes.");
    let (recipient_help, send_as) = match method {
        Method::Sms => ("A phone number with its country code, such as +15555550123.", None),
        Method::Email => {
            ("An address.", Some(segments("form[send]", "Send as", &[("code", "Code"), ("link", "Link")], trial.send)))
        }
    };
    view! {
        {(!may).then(|| view! { <Banner title="You can look but not send">{VIEWER}</Banner> })}
        <ErrorSummary errors=trial.errors/>
        <div class="try">
            <form class="card" aria-label="Try" action=SendTest::PATH method="post" on:submit=send novalidate=true>
                <fieldset class="section" disabled=!may>
                    <h2>"Send a test message"</h2>
                    <p class="lede no-js">"It is made from the settings as they are saved."</p>
                    <p class="lede needs-js">
                        {live(move || if dirty.get() { "It is made from the settings as you typed them, which are not saved yet." } else { "It is made from the settings as they are saved." })}
                    </p>
                    <input type="hidden" name="method" value=method.as_str()/>
                    {field(Field::TryRecipient, trial.recipient, recipient_help)}
                    <TextField
                        field=Field::TryApplication
                        value=trial.application
                        on_input=search
                        suggestions=names
                        problem=problem(trial, Field::TryApplication)
                        help=Help::from("Its name or client ID.")
                        autocomplete="off"
                    />
                    {field(Field::TryLanguage, trial.language, "As a request would ask for it; empty for the default.")}
                    {send_as}
                    <p class="help">{limit}</p>
                    <div class="actions">
                        <Button submit=true busy>"Send test message"</Button>
                        <StatusNote text=Signal::derive(move || if busy.get() { Some("Sending…".to_owned()) } else { failure.get() }) tone=Signal::derive(move || if busy.get() { "" } else { "danger" })/>
                    </div>
                </fieldset>
            </form>
            {move || {
                let answered = trial.tried.with(Option::is_some) || trial.verified.with(Option::is_some);
                let lacks_code = trial.errors.with(|errors| errors.of(Field::TryCode).is_some());
                (answered || lacks_code).then(|| view! { <Outcome trial method failure/> })
            }}
        </div>
    }
}

/// The region `Result`.
#[component]
fn Outcome(trial: TryState, method: Method, failure: RwSignal<Option<String>>) -> impl IntoView {
    let report = move || {
        trial.tried.get().map(|tried| {
            let state = if tried.report.fit { "on" } else { "failed" };
            let facts = tried
                .report
                .facts
                .into_iter()
                .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
                .collect_view();
            view! {
                <div class="card section">
                    <h2 class="status" data-state=state>{tried.report.outcome}</h2>
                    <p>{tried.report.words}</p>
                    <dl class="facts">{facts}</dl>
                </div>
            }
        })
    };
    let waits = move || trial.tried.with(|tried| tried.as_ref().is_none_or(|tried| tried.report.code_went_out));
    let region = NodeRef::<leptos::html::Section>::new();
    // On a phone it is below what is seen.
    Effect::new(move || {
        if let Some(region) = region.get() {
            // Focus is a wish; a browser that refuses it still shows the region.
            let _ = region.focus();
        }
    });
    view! {
        <section class="preview" aria-label="Result" tabindex="-1" node_ref=region>
            <div role="status">{report}</div>
            {move || waits().then(|| view! { <Verify trial method failure/> })}
            {move || trial.tried.with(|tried| tried.as_ref().filter(|tried| !tried.text.is_empty()).map(message))}
        </section>
    }
}

/// The message as it was sent.
fn message(tried: &Tried) -> AnyView {
    let text = tried.text.clone();
    if tried.html.is_empty() {
        return view! { <div class="phone"><p class="bubble">{text}</p></div> }.into_any();
    }
    let html = tried.html.clone();
    let html = Memo::new(move |_| html.clone());
    view! {
        <div class="card mail">
            <dl class="mail-head">
                <div><dt>"From"</dt><dd>{tried.from.clone()}</dd></div>
                <div><dt>"Subject"</dt><dd>{tried.subject.clone()}</dd></div>
            </dl>
            <div class="needs-js"><MailFrame html view=RwSignal::new("desktop".to_owned()) remote=RwSignal::new(false)/></div>
            <pre class="mail-plain" tabindex="0" aria-label="Plain text">{text}</pre>
            {(!tried.link.is_empty()).then(|| view! {
                <p class="mail-head"><a href=tried.link.clone() target="_blank" rel="noreferrer external">"Open the sign-in link"</a></p>
            })}
        </div>
    }
    .into_any()
}

/// The form that takes the code that arrived.
#[component]
fn Verify(trial: TryState, method: Method, failure: RwSignal<Option<String>>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let verify = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        clear(trial, failure);
        spawn_local(async move {
            // To whom it was sent, whatever the form says by now.
            let mut form = typed(trial);
            trial.tried.with_untracked(|tried| {
                if let Some(tried) = tried {
                    form.recipient.clone_from(&tried.recipient);
                    form.application.clone_from(&tried.client_id);
                }
            });
            let answer = verify_test(method, form).await;
            busy.set(false);
            if let Some(checked) = taken(trial, failure, answer) {
                trial.verified.set(Some(checked));
            }
        });
    };
    // Without JavaScript the code goes with what the message was asked for.
    let hidden = [
        ("form[recipient]", trial.recipient),
        ("form[application]", trial.application),
        ("form[language]", trial.language),
        ("form[send]", trial.send),
    ]
    .map(|(name, value)| view! { <input type="hidden" name=name value=value.get_untracked()/> });
    view! {
        <form class="card section" aria-label="Verify code" action=VerifyTest::PATH method="post" on:submit=verify novalidate=true>
            <input type="hidden" name="method" value=method.as_str()/>
            {hidden.into_iter().collect_view()}
            <TextField
                field=Field::TryCode
                value=trial.code
                on_input=Callback::new(move |text| trial.code.set(text))
                problem=problem(trial, Field::TryCode)
                mono=true
                inputmode="numeric"
                autocomplete="off"
            />
            <div class="actions">
                <Button submit=true busy>"Verify code"</Button>
                <StatusNote
                    text=Signal::derive(move || trial.verified.get().map(|checked| checked.words))
                    tone=Signal::derive(move || if trial.verified.with(|checked| checked.as_ref().is_some_and(|checked| checked.fit)) { "success" } else { "danger" })
                />
            </div>
        </form>
    }
}

fn problem(trial: TryState, field: Field) -> Signal<Option<String>> {
    Signal::derive(move || trial.errors.with(|errors| errors.of(field)))
}

fn typed(trial: TryState) -> TryForm {
    TryForm {
        recipient: trial.recipient.get_untracked(),
        application: trial.application.get_untracked(),
        language: trial.language.get_untracked(),
        send: if trial.send.with_untracked(|send| send == "link") { Send::Link } else { Send::Code },
        code: domain::Secret::new(trial.code.get_untracked()),
    }
}

fn clear(trial: TryState, failure: RwSignal<Option<String>>) {
    failure.set(None);
    trial.errors.set(Refusals::default());
    trial.verified.set(None);
}

/// What an answer brings, if it is no refusal and no failure: those are shown.
fn taken<T>(
    trial: TryState,
    failure: RwSignal<Option<String>>,
    answer: Result<FormOutcome<T>, crate::error::AppError>,
) -> Option<T> {
    match answer {
        Ok(FormOutcome::Done(value)) => return Some(value),
        Ok(FormOutcome::Refused(errors)) => trial.errors.set(errors),
        Err(error) => failure.set(Some(error.to_string())),
    }
    None
}
