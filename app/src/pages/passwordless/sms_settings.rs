//! The form `SMS settings` with its preview.

use domain::Field;
use domain::connection::Method;
use domain::otp::{LONG_EXPIRY, OtpExpiry, OtpLength, duration_in_words};
use domain::sms::{SmsForm, SmsState};
use domain::template::{DEFAULT_MESSAGE, Part, Syntax, convert};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::components::{
    Banner, Button, ButtonKind, CheckboxField, Choice, Dialog, EnterSaves, Hand, Help, SecretField, TemplateEditor,
    Tone,
};
use crate::form_state::FormState;
use crate::pages::settings_form::fields::{needed, number, radios, text};
use crate::pages::settings_form::save_area::SaveArea;
use crate::server_fns::sms::{SaveSms, meet_sms, save_sms};

use super::configuration::sms_configuration;
use super::fields::{about, switch, unwarned};
use super::parameters::{ParameterTable, chips};
use super::request_example::RequestExample;
use super::saving::Saving;
use super::settings_path;
use super::sms_preview::{PlainPreviewButton, SmsPreview};
use crate::erased::live;

type State = FormState<SmsForm>;

/// The view *Settings* of SMS.
#[component]
pub fn SmsSettings(
    /// The form, which lives above the views.
    state: State,
    /// Whether the administrator may change anything.
    may: bool,
) -> impl IntoView {
    let saving = Saving::new(state, Method::Sms, "doorcode.sms", meet_sms);
    let submit = saving.submit(|form, base, draft| save_sms(form, base, draft, None));
    view! {
        {saving.said(may, "sms-form")}
        <NeedsSetUp state/>
        <form id="sms-form" class="split" aria-label="SMS settings" action=SaveSms::PATH method="post" on:submit=submit novalidate=true>
            <input type="hidden" name="base" value=live(move || state.base.get().to_string())/>
            <input type="hidden" name="draft" value=state.draft/>
            <EnterSaves/>
            <fieldset class="form-fields" disabled=!may>
                <ProviderSection state/>
                <MessageSection state/>
                <SmsPreview state/>
                <OtpSection state method=Method::Sms/>
                {may.then(|| sms_configuration(state))}
                {may.then(|| view! { <SaveArea state path=settings_path(Method::Sms) saving=saving.busy on_discard=saving.discard()/> })}
            </fieldset>
            // Last, so that Enter in a field saves.
            <PlainPreviewButton/>
        </form>
        <RequestExample method=Method::Sms/>
    }
}

fn missing(state: &SmsState) -> Vec<Field> {
    state.settings.missing(state.twilio_token.is_some(), state.gateway_secret.is_some())
}

/// Names what the chosen provider still needs, each a link to its field.
#[component]
fn NeedsSetUp(state: State) -> impl IntoView {
    move || {
        let missing = state.state.with(missing);
        if missing.is_empty() {
            return None;
        }
        let links = missing
            .into_iter()
            .map(|field| view! { <li><a href=format!("#{}", field.id())>{field.label()}</a></li> })
            .collect_view();
        Some(view! {
            <Banner tone=Tone::Warning title="Set-up is not complete">
                <p>"No message can go out until these are saved:"</p>
                <ul class="inline-list">{links}</ul>
            </Banner>
        })
    }
}

#[component]
fn ProviderSection(state: State) -> impl IntoView {
    let providers = vec![
        Choice::new("twilio", "Twilio", "Your account, billed by Twilio"),
        Choice::new("gateway", "Custom gateway", "A URL of yours takes each message"),
        Choice::new("outbox", "Outbox", "Kept inside Doorcode, for testing"),
    ];
    let sources = vec![
        Choice::new("from", "Use From", "One number or sender name"),
        Choice::new("messaging_service", "Use Messaging Service", "Twilio Copilot picks the number"),
    ];
    view! {
        <section class="section">
            <h2>"Delivery"</h2>
            <p class="lede">"Who carries the messages out."</p>
            {radios(state, Field::Provider, false, providers, "")}
            <div class="when-twilio">
                <aside class="note" aria-label="Twilio account">
                    <h3>"Twilio account"</h3>
                    <p>
                        "You need an account with Twilio first. The Account SID names it, the Auth Token lets Doorcode send in its name; the "
                        <a href="https://console.twilio.com/" rel="noreferrer external">"Twilio Console"</a>
                        " shows both on its first page, under Account Info."
                    </p>
                </aside>
                {text(state, Field::TwilioSid, true, "AC and 32 digits and letters.", needed(state, Field::TwilioSid, missing))}
                {live(move || view! { <TwilioToken state note=state.state.with(|state| state.twilio_token.clone())/> })}
                {radios(state, Field::SmsSource, false, sources, "What your users see as the sender of the message.")}
                <div class="when-from">
                    {text(state, Field::SmsFrom, true, "A number such as +15557122661, a short code, or a sender name of up to 11 letters and digits.", needed(state, Field::SmsFrom, missing))}
                </div>
                <div class="when-messaging-service">
                    {text(state, Field::MessagingServiceSid, true, "MG and 32 digits and letters.", needed(state, Field::MessagingServiceSid, missing))}
                    <p class="help">
                        "Copilot, Twilio’s Messaging Service, picks the sender from a pool of numbers. "
                        <a href="https://www.twilio.com/docs/messaging/services" rel="noreferrer external">"About Messaging Services"</a>
                    </p>
                </div>
            </div>
            <div class="when-gateway">
                {text(state, Field::GatewayUrl, true, "Doorcode posts each message there as JSON, over https.", needed(state, Field::GatewayUrl, missing))}
                {radios(state, Field::GatewayAuthentication, false, vec![
                    Choice::new("none", "None", "Anyone who knows the URL can post to it"),
                    Choice::new("bearer", "Bearer JWT", "Each request carries a signed token"),
                ], "How the gateway knows that it is Doorcode that calls.")}
                <div class="when-bearer">
                    <div class="pair">
                        {text(state, Field::GatewaySubject, true, "The token’s sub.", unwarned())}
                        {text(state, Field::GatewayAudience, true, "The token’s aud.", unwarned())}
                    </div>
                    {live(move || view! { <GatewaySecret state note=state.state.with(|state| state.gateway_secret.clone())/> })}
                    <CheckboxField
                        field=Field::GatewaySecretBase64url
                        checked=state.flag(Field::GatewaySecretBase64url)
                        on_change=state.set_flag(Field::GatewaySecretBase64url)
                    />
                </div>
                {switch(state, Field::ForwardRequestInfo, "Adds the caller’s IP address and user agent to each request.")}
            </div>
            <p class="when-outbox help">"Messages stay inside Doorcode: nothing is sent, nothing is billed."</p>
        </section>
    }
}

#[component]
fn TwilioToken(state: State, note: Option<domain::secret::SecretNote>) -> impl IntoView {
    let warning = Signal::derive(move || {
        let lacking = state.state.with(missing).contains(&Field::TwilioToken)
            && state.form.with(|form| form.twilio_token.is_empty());
        lacking.then(|| "Needed before messages can go out.".to_owned())
    });
    secret(state, Field::TwilioToken, note, warning, "32 characters or more.")
}

#[component]
fn GatewaySecret(state: State, note: Option<domain::secret::SecretNote>) -> impl IntoView {
    let warning = Signal::derive(move || {
        let lacking = state.state.with(missing).contains(&Field::GatewaySecret)
            && state.form.with(|form| form.gateway_secret.is_empty());
        lacking.then(|| "Needed before messages can go out.".to_owned())
    });
    secret(state, Field::GatewaySecret, note, warning, "The key that signs the token (HS256).")
}

fn secret(
    state: State,
    field: Field,
    note: Option<domain::secret::SecretNote>,
    warning: Signal<Option<String>>,
    help: &'static str,
) -> AnyView {
    view! {
        <SecretField
            field
            note
            value=state.text(field)
            on_input=state.set_text(field)
            on_blur=state.leave(field)
            removed=state.flag(field)
            on_remove=state.set_flag(field)
            problem=state.problem(field)
            warning
            help=Help::from(help)
        />
    }
    .into_any()
}

#[component]
fn MessageSection(state: State) -> impl IntoView {
    let editor = Hand(Field::Message);
    let syntax = Signal::derive(move || state.form.with(|form| form.syntax));
    // The syntax that the message was written in, so that a change can offer to convert it.
    let written_in = RwSignal::new(state.form.with_untracked(|form| form.syntax));
    let offer = move || {
        let (from, to) = (written_in.get(), syntax.get());
        let converted = state.form.with(|form| convert(&form.message, from, to));
        (from != to && state.form.with(|form| form.message != converted)).then(|| {
            view! {
                <Banner title="The parameters are written in the other syntax">
                    <div class="actions">
                        <Button
                            kind=ButtonKind::Quiet
                            on_click=Callback::new(move |()| {
                                editor.replace_all(&converted);
                                written_in.set(to);
                            })
                        >
                            "Convert the parameters"
                        </Button>
                        <Button kind=ButtonKind::Link on_click=Callback::new(move |()| written_in.set(to))>"Leave the text as it is"</Button>
                    </div>
                </Banner>
            }
        })
    };
    view! {
        <section class="section" id="message-section">
            <h2>"Text"</h2>
            <p class="lede">"What people receive."</p>
            {radios(state, Field::Syntax, false, vec![
                Choice::new("md_with_macros", "Markdown", "Parameters as @@password@@"),
                Choice::new("liquid", "Liquid", "Parameters as {{ password }}"),
            ], "")}
            {offer}
            <TemplateEditor
                field=Field::Message
                value=state.text(Field::Message)
                on_input=state.set_text(Field::Message)
                on_blur=state.leave(Field::Message)
                problem=state.problem(Field::Message)
                help=Help::from(|| view! { "It must carry the code: "<code>"@@password@@"</code>". At most 1,600 characters once rendered." })
                about=about(state, Part::Message)
                bar=chips(Method::Sms, syntax, editor)
                rows=4
            />
            <Resets state field=Field::Message default_text=DEFAULT_MESSAGE dialog="reset-message"/>
            <ParameterTable method=Method::Sms syntax editor/>
            <LanguageNote/>
        </section>
    }
}

/// How the language of a message is chosen.
#[component]
pub fn LanguageNote() -> impl IntoView {
    view! {
        <p class="help">
            "The language comes from the request’s "<code>"x-request-language"</code>" header, else "<code>"accept-language"</code>
            ", else the installation’s default, and reaches the text as "<code>"request_language"</code>"."
        </p>
    }
    .into_any()
}

/// `Reset to last saved` and `Reset to default`; the second asks first, and both still need `Save`.
#[component]
pub fn Resets<F: crate::form_state::SettingsForm>(
    /// The form.
    state: FormState<F>,
    /// The template's field.
    field: Field,
    /// The text that Doorcode ships.
    default_text: &'static str,
    /// The id of the dialog that asks.
    dialog: &'static str,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let to_saved =
        move |()| Hand(field).replace_all(&state.stored.with_untracked(|stored| stored.text(field).into_owned()));
    let to_default = move |()| {
        asking.set(false);
        // Not before the dialog has closed: what lies behind it cannot be typed into.
        request_animation_frame(move || Hand(field).replace_all(default_text));
    };
    let label = field.label();
    view! {
        <div class="row resets needs-js">
            <Button kind=ButtonKind::Link on_click=Callback::new(to_saved)>"Reset to last saved"</Button>
            <Button kind=ButtonKind::Link on_click=Callback::new(move |()| asking.set(true))>"Reset to default"</Button>
        </div>
        <Dialog id=dialog open=asking title=Signal::stored(format!("Reset {label} to default?")) on_close=Callback::new(move |()| asking.set(false))>
            <p>{format!("Your text of {label} is replaced by the one that Doorcode ships. What is stored stays until you save.")}</p>
            <div class="actions">
                <Button kind=ButtonKind::Quiet on_click=Callback::new(move |()| asking.set(false))>"Keep my text"</Button>
                <Button on_click=Callback::new(to_default)>"Reset to default"</Button>
            </div>
        </Dialog>
    }
    .into_any()
}

/// How long a code lives, and how hard it is to guess.
#[component]
pub fn OtpSection<F: crate::form_state::SettingsForm>(
    /// The form.
    state: FormState<F>,
    /// Its method.
    method: Method,
) -> impl IntoView {
    let expiry = Memo::new(move |_| state.form.with(|form| OtpExpiry::parse(&form.text(Field::OtpExpiry)).ok()));
    let length = Memo::new(move |_| state.form.with(|form| OtpLength::parse(&form.text(Field::OtpLength)).ok()));
    let expiry_words = move || match expiry.get() {
        Some(expiry) => ["seconds: ", &duration_in_words(expiry.seconds())].concat(),
        None => "seconds".to_owned(),
    };
    let long = Signal::derive(move || {
        expiry.get().is_some_and(|expiry| expiry.seconds() > LONG_EXPIRY).then(|| {
            "Longer than 10 minutes: a code that is found in a mailbox or on a screen still opens the door.".to_owned()
        })
    });
    let odds = move || length.get().unwrap_or_default().odds();
    let advice = move || {
        let (expiry, length) = (expiry.get()?, length.get()?);
        let advised = OtpLength::advised(expiry);
        (length.digits() < advised)
            .then(|| format!(" A code that lives this long should have {advised} digits or more."))
    };
    let known = match method {
        Method::Sms => "Only existing users may sign in. Strangers can then find out which numbers are known.",
        Method::Email => "Only existing users may sign in. Strangers can then find out which addresses are known.",
    };
    view! {
        <section class="section">
            <h2>"One-time password"</h2>
            <p class="lede">"How long a code lives, and how hard it is to guess."</p>
            <div class="pair">
                {number(state, Field::OtpExpiry, (OtpExpiry::MIN, OtpExpiry::MAX), Help::from(expiry_words), long)}
                {number(state, Field::OtpLength, (OtpLength::MIN, OtpLength::MAX), Help::from("digits"), unwarned())}
            </div>
            <p class="odds"><b>{odds}</b><span>"is the chance that three guesses find a code before it is spent."{advice}</span></p>
            {switch(state, Field::DisableSignUps, known)}
            {switch(state, Field::BruteForceProtection, "Slows down whoever tries code after code.")}
        </section>
    }
}

/// The syntax in words, for those who come with a Liquid-only template.
pub fn liquid() -> Signal<Syntax> {
    Signal::stored(Syntax::Liquid)
}
