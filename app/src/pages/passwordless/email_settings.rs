//! The form `Email settings` with its preview.

use domain::Field;
use domain::connection::Method;
use domain::email::{AuthParam, EmailForm, EmailState, MAX_AUTH_PARAMS, is_blank};
use domain::template::{DEFAULT_BODY, DEFAULT_SUBJECT, Part};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::{
    Banner, Button, ButtonKind, EnterSaves, Findings, Hand, Help, Problems, TemplateEditor, TextField, Tone,
};
use crate::form_state::FormState;
use crate::pages::settings_form::fields::{needed, text};
use crate::pages::settings_form::save_area::SaveArea;
use crate::server_fns::email::{SaveEmail, meet_email, save_email};

use super::configuration::email_configuration;
use super::email_preview::EmailPreview;
use super::fields::{about, unwarned};
use super::parameters::{ParameterTable, chips};
use super::request_example::RequestExample;
use super::saving::Saving;
use super::settings_path;
use super::sms_preview::PlainPreviewButton;
use super::sms_settings::{LanguageNote, OtpSection, Resets, liquid};
use crate::erased::live;

type State = FormState<EmailForm>;

/// Blank rows for those who add parameters without JavaScript.
const PLAIN_ROWS: u8 = 3;

/// The view *Settings* of email.
#[component]
pub fn EmailSettings(
    /// The form, which lives above the views.
    state: State,
    /// Whether the administrator may change anything.
    may: bool,
) -> impl IntoView {
    let saving = Saving::new(state, Method::Email, "doorcode.email", meet_email);
    let submit = saving.submit(|form, base, draft| save_email(form, base, draft, None));
    view! {
        {saving.said(may, "email-form")}
        {state.lacks_provider.then(|| view! {
            <Banner tone=Tone::Warning title="Nobody carries emails out yet">
                <p><a href="/settings#email-provider" rel="external">"Set the email provider"</a>" first: a mail server, or the outbox."</p>
            </Banner>
        })}
        <form id="email-form" class="split wide-preview" aria-label="Email settings" action=SaveEmail::PATH method="post" on:submit=submit novalidate=true>
            <input type="hidden" name="base" value=live(move || state.base.get().to_string())/>
            <input type="hidden" name="draft" value=state.draft/>
            <EnterSaves/>
            <fieldset class="form-fields" disabled=!may>
                <EnvelopeSection state/>
                <BodySection state/>
                <EmailPreview state/>
                <LinkSection state/>
                <OtpSection state method=Method::Email/>
                {may.then(|| email_configuration(state))}
                {may.then(|| view! { <SaveArea state path=settings_path(Method::Email) saving=saving.busy on_discard=saving.discard()/> })}
            </fieldset>
            // Last, so that Enter in a field saves.
            <PlainPreviewButton/>
        </form>
        <RequestExample method=Method::Email/>
    }
}

fn missing(state: &EmailState) -> Vec<Field> {
    state.settings.missing()
}

#[component]
fn EnvelopeSection(state: State) -> impl IntoView {
    let from = Findings::new(state.text(Field::EmailFrom), about(state, Part::From), None);
    let subject = Findings::new(state.text(Field::Subject), about(state, Part::Subject), None);
    view! {
        <section class="section">
            <h2>"Sender and subject"</h2>
            <p class="lede">"What people see before they open the message. Code or link is not set here: the application chooses with each request, and the preview shows both."</p>
            {text(state, Field::EmailFrom, false, "An address, or a display name with one: {{ application.name }} <no-reply@example.com>. Parameters only in the display name.", needed(state, Field::EmailFrom, missing))}
            <Problems hand=Hand(Field::EmailFrom) findings=from praise=false/>
            <TextField
                field=Field::Subject
                value=state.text(Field::Subject)
                on_input=state.set_text(Field::Subject)
                on_blur=state.leave(Field::Subject)
                problem=state.problem(Field::Subject)
                help=Help::from("One line, in Liquid.")
                autocomplete="off"
            />
            <Problems hand=Hand(Field::Subject) findings=subject praise=false/>
            <Resets state field=Field::Subject default_text=DEFAULT_SUBJECT dialog="reset-subject"/>
        </section>
    }
}

#[component]
fn BodySection(state: State) -> impl IntoView {
    let editor = Hand(Field::Body);
    view! {
        <section class="section" id="body-section">
            <h2>"Message"</h2>
            <p class="lede">"HTML with Liquid. It must carry the code where a code is sent, and the link where a link is."</p>
            <TemplateEditor
                field=Field::Body
                value=state.text(Field::Body)
                on_input=state.set_text(Field::Body)
                on_blur=state.leave(Field::Body)
                problem=state.problem(Field::Body)
                help=Help::from(move || {
                    let count = state.form.with(|form| form.body.chars().count());
                    ["At most 20,480 characters; now ", &domain::otp::grouped(count as u64), "."].concat()
                })
                about=about(state, Part::Body)
                bar=chips(Method::Email, liquid(), editor)
                rows=18
                numbered=true
            />
            <Resets state field=Field::Body default_text=DEFAULT_BODY dialog="reset-body"/>
            <ParameterTable method=Method::Email syntax=liquid() editor/>
            <LanguageNote/>
        </section>
    }
}

/// The rows of Authentication Parameters.
#[component]
fn LinkSection(state: State) -> impl IntoView {
    let stored = state.form.with_untracked(|form| u8::try_from(form.auth_params.len()).unwrap_or(MAX_AUTH_PARAMS));
    // The server renders blank rows for those who cannot add any; once hydrated they go, unless something was typed into them.
    let rows = RwSignal::new(stored.saturating_add(PLAIN_ROWS));
    let trim = move || {
        state.form.with_untracked(|form| {
            form.auth_params.iter().rposition(|param| !is_blank(param)).map_or(1, |last| last + 1)
        })
    };
    Effect::new(move |trimmed: Option<()>| {
        if trimmed.is_none() {
            request_animation_frame(move || rows.set(u8::try_from(trim()).unwrap_or(MAX_AUTH_PARAMS)));
        }
    });
    // A discard or a merge may bring more rows than are shown.
    Effect::new(move |_| {
        let held = state.form.with(|form| u8::try_from(form.auth_params.len()).unwrap_or(MAX_AUTH_PARAMS));
        if held > rows.get_untracked() {
            rows.set(held);
        }
    });
    let add = move |()| {
        rows.update(|rows| *rows = rows.saturating_add(1).min(MAX_AUTH_PARAMS));
        state.form.update(|form| {
            while form.auth_params.len() < usize::from(rows.get_untracked()) {
                form.auth_params.push(AuthParam::default());
            }
        });
    };
    view! {
        <section class="section">
            <h2>"Sign-in link"</h2>
            <fieldset class="auth-params" id="auth-params" tabindex="-1">
                <legend>"Authentication Parameters"</legend>
                <p class="help">"They go into the query of the sign-in link. A row without name and value is ignored."</p>
                <For each=move || 1..=rows.get() key=|row| *row let:row>
                    {row_fields(state, row)}
                </For>
                <p class="problem">{state.problem(Field::AuthParams)}</p>
                <Button kind=ButtonKind::Quiet needs_js=true on_click=Callback::new(add)>"Add parameter"</Button>
            </fieldset>
        </section>
    }
}

fn row_fields(state: State, row: u8) -> AnyView {
    let field = move |field: Field, part: &str| {
        let name = ["form[auth_params][", &(row - 1).to_string(), "][", part, "]"].concat();
        view! {
            <TextField
                field
                name
                mono=true
                value=state.text(field)
                on_input=state.set_text(field)
                on_blur=state.leave(field)
                problem=state.problem(field)
                warning=unwarned()
                autocomplete="off"
            />
        }
        .into_any()
    };
    view! { <div class="pair">{field(Field::AuthParamName(row), "name")}{field(Field::AuthParamValue(row), "value")}</div> }.into_any()
}
