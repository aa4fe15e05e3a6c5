//! The form `Email provider`: a mail server, or the outbox.

use domain::Field;
use domain::mail::EmailProviderForm;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use crate::components::{Banner, Button, ButtonKind, Choice, EnterSaves, ErrorSummary, Help, SecretField, StatusNote};
use crate::erased::live;
use crate::form_state::{FormState, SaveNote};
use crate::outcome::{Checked, EmailProviderPage, FormOutcome, Refusals};
use crate::pages::settings_form::conflict::Conflict;
use crate::pages::settings_form::fields::{needed, number, radios, text};
use crate::pages::settings_form::save_area::SaveArea;
use crate::server_fns::email_provider::{
    CheckEmailProvider, SaveEmailProvider, check_email_provider, save_email_provider,
};

use super::Part;

type State = FormState<EmailProviderForm>;

/// The section with the form.
#[component]
pub fn EmailProvider(
    /// What the form starts from.
    page: EmailProviderPage,
    /// Whether an owner looks at it.
    owner: bool,
    /// Tells the page.
    part: Part,
) -> impl IntoView {
    let state = State::new(page.settings);
    let checked = RwSignal::new(page.checked);
    let saving = RwSignal::new(false);
    let is_refused = move || !state.summary.with(Refusals::is_empty) || state.conflict.get();
    // Once for the title that the server writes, then at each change.
    part.refused.set(untrack(is_refused));
    Effect::new(move || part.refused.set(is_refused()));
    Effect::new(move || part.dirty.set(state.is_dirty()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if saving.get_untracked() {
            return;
        }
        saving.set(true);
        checked.set(None);
        let sent = state.form.get_untracked();
        let base = state.base.get_untracked();
        spawn_local(async move {
            let answer = save_email_provider(sent.clone(), base).await;
            saving.set(false);
            state.answered(&sent, answer);
        });
    };
    view! {
        <section class="block">
            <h2 id="email-provider">"Email provider"</h2>
            <ErrorSummary errors=state.summary/>
            <Conflict state/>
            {(!owner).then(|| view! { <Banner title="You can look but not change">"Only an owner changes this."</Banner> })}
            <form class="card narrow" aria-label="Email provider" action=SaveEmailProvider::PATH method="post" on:submit=submit novalidate=true>
                <fieldset class="section" disabled=!owner>
                    <input type="hidden" name="base" value=live(move || state.base.get().to_string())/>
                    <EnterSaves/>
                    {provider(state)}
                    <div class="when-smtp">{server(state)} {owner.then(|| view! { <Check state checked/> })}</div>
                    {owner.then(|| view! { <SaveArea state path="/settings".to_owned() saving on_discard=Callback::new(move |()| state.discard())/> })}
                </fieldset>
            </form>
        </section>
    }
}

fn provider(state: State) -> AnyView {
    let providers = vec![
        Choice::new("smtp", "SMTP", "Your mail server, or the one of a mail service"),
        Choice::new("outbox", "Outbox", "Kept inside Doorcode, for testing"),
    ];
    radios(state, Field::Provider, false, providers, "")
}

fn server(state: State) -> AnyView {
    let security = vec![
        Choice::new("starttls", "STARTTLS", "Encrypted before anything is said; usual on 587"),
        Choice::new("tls", "TLS", "Encrypted from the first byte; usual on 465"),
        Choice::new("none", "None", "Readable on the way; only for a server close by"),
    ];
    let password_note = move || state.state.with(|state| state.smtp_password.clone());
    let password = Field::SmtpPassword;
    let missing = |state: &domain::mail::EmailProviderState| state.missing();
    view! {
        <div class="pair">
            {text(state, Field::SmtpHost, true, "A name or an address, such as smtp.example.com.", needed(state, Field::SmtpHost, missing))}
            {number(state, Field::SmtpPort, (1, 65_535), Help::from("1 to 65535."), Signal::stored(None))}
        </div>
        {radios(state, Field::SmtpSecurity, false, security, "")}
        {text(state, Field::SmtpUserName, false, "Empty where the server asks for none.", Signal::stored(None))}
        {live(move || {
            view! {
                <SecretField
                    field=password
                    note=password_note()
                    value=state.text(password)
                    on_input=state.set_text(password)
                    on_blur=state.leave(password)
                    removed=state.flag(password)
                    on_remove=state.set_flag(password)
                    problem=state.problem(password)
                    warning=needed(state, password, missing)
                    help="Another host or port asks for it again."
                />
            }
        })}
    }
    .into_any()
}

/// The button `Check connection`, and what it found.
#[component]
fn Check(state: State, checked: RwSignal<Option<Checked>>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let check = move |()| {
        busy.set(true);
        checked.set(None);
        let form = state.form.get_untracked();
        let base = state.base.get_untracked();
        spawn_local(async move {
            let answer = check_email_provider(form, base).await;
            busy.set(false);
            match answer {
                Ok(FormOutcome::Done(found)) => {
                    state.summary.set(Refusals::default());
                    checked.set(Some(found));
                }
                Ok(FormOutcome::Refused(errors)) => state.refused(errors),
                Err(error) => state.note.set(Some(SaveNote::Failed(error))),
            }
        });
    };
    let words = Signal::derive(move || {
        if busy.get() { Some("Connecting…".to_owned()) } else { checked.get().map(|checked| checked.words) }
    });
    let tone = Signal::derive(move || match checked.get() {
        Some(checked) if checked.fit => "success",
        Some(_) => "danger",
        None => "",
    });
    view! {
        <div class="actions">
            <Button kind=ButtonKind::Quiet submit=true formaction=Some(CheckEmailProvider::PATH) busy on_click=Callback::new(check)>"Check connection"</Button>
            <StatusNote text=words tone/>
        </div>
        <p class="help">"Connects, encrypts and signs in with what the form says now, saved or not, and sends nothing."</p>
    }
}
