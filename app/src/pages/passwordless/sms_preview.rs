//! The text message as a phone shows it, rendered in the browser by the engine that will send it.

use domain::field_errors::unix_lines;
use domain::otp::OtpLength;
use domain::segments::{count, extended, foreign};
use domain::sms::{SmsForm, SmsProvider, SmsSource};
use domain::template::{Part, Piece, PieceKind, Send, Template, Values, at_most};
use domain::{Field, Form};
use leptos::prelude::*;

use crate::components::TextField;
use crate::form_state::{FormState, SettingsForm};
use crate::outcome::Samples;
use crate::server_fns::connections::search_applications;

/// The sample values that stand in for a real request.
#[derive(Clone, Copy)]
pub struct SampleValues {
    /// The one-time code.
    pub code: RwSignal<String>,
    /// The number or address.
    pub recipient: RwSignal<String>,
    /// The application's name.
    pub application: RwSignal<String>,
    /// The language asked for.
    pub language: RwSignal<String>,
    /// The applications that were found.
    found: RwSignal<Vec<(String, String)>>,
}

impl SampleValues {
    /// Samples that fit the installation.
    pub fn new(samples: &Samples, recipient: &str) -> Self {
        let application = samples.applications.first().map_or("Acme Wallet", |(_, name)| name).to_owned();
        Self {
            code: RwSignal::new("482913".to_owned()),
            recipient: RwSignal::new(recipient.to_owned()),
            application: RwSignal::new(application),
            language: RwSignal::new(samples.installation.default_language.clone()),
            found: RwSignal::new(samples.applications.clone()),
        }
    }

    /// What a template is given.
    pub fn values(self, samples: &Samples, connection: &str, send: Send) -> Values {
        let name = self.application.get();
        let client_id =
            self.found.with(|found| found.iter().find(|(_, found)| *found == name).map(|(id, _)| id.clone()));
        let recipient = self.recipient.get();
        let (phone_number, email) =
            if connection == "sms" { (recipient, String::new()) } else { (String::new(), recipient) };
        Values {
            code: self.code.get(),
            link: if send == Send::Link {
                "https://signin.example/passwordless/verify_redirect?verification_code=482913".to_owned()
            } else {
                String::new()
            },
            phone_number,
            email,
            application_name: name,
            client_id: client_id.unwrap_or_else(|| "k3J9xQ2mV7pT4wZ8bN6cR1sD5fG0hLyA".to_owned()),
            request_language: self.language.get(),
            send,
            connection: connection.to_owned(),
            tenant: samples.installation.name.clone(),
            friendly_name: samples.installation.name.clone(),
            support_email: samples.installation.support_email.clone(),
            support_url: samples.installation.support_url.clone(),
            ..Values::default()
        }
    }
}

/// The controls that change the sample values; none belongs to the form around them, so Enter in one saves nothing.
#[component]
pub fn SampleFields(
    /// The values.
    values: SampleValues,
    /// The label of the recipient.
    recipient_label: &'static str,
    /// The languages to suggest.
    #[prop(into)]
    languages: Signal<Vec<String>>,
) -> impl IntoView {
    let (search, names) = suggested(values.application, values.found);
    view! {
        <div class="card samples needs-js">
            {sample("sample-code", "Code", values.code)}
            {sample("sample-recipient", recipient_label, values.recipient)}
            <TextField id="sample-application" name="" label="Application" value=values.application on_input=search suggestions=names/>
            <TextField id="sample-language" name="" label="Language" value=values.language on_input=Callback::new(move |text| values.language.set(text)) suggestions=languages/>
        </div>
    }
    .into_any()
}

/// Looks for applications by what is typed: what to call at each change, and the names that were found.
pub fn suggested(
    typed: RwSignal<String>,
    found: RwSignal<Vec<(String, String)>>,
) -> (Callback<String>, Signal<Vec<String>>) {
    let search = Callback::new(move |text: String| {
        typed.set(text.clone());
        leptos::task::spawn_local(async move {
            // A search that fails leaves the suggestions as they are: free entry still works.
            if let Ok(answer) = search_applications(text.clone()).await
                // An answer that was overtaken says nothing.
                && typed.with_untracked(|now| *now == text)
            {
                found.set(answer);
            }
        });
    });
    let names =
        Signal::derive(move || found.with(|found| found.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>()));
    (search, names)
}

fn sample(id: &'static str, label: &'static str, value: RwSignal<String>) -> AnyView {
    view! { <TextField id name="" label mono=true value on_input=Callback::new(move |text| value.set(text))/> }
        .into_any()
}

/// The rendered pieces, with the code and the holes marked.
pub fn pieces(pieces: Vec<Piece>) -> AnyView {
    pieces
        .into_iter()
        .map(|piece| match piece.kind {
            PieceKind::Code => view! { <b>{piece.text}</b> }.into_any(),
            PieceKind::Hole => view! { <mark>{piece.text}</mark> }.into_any(),
            PieceKind::Text | PieceKind::Value => piece.text.into_any(),
        })
        .collect_view()
        .into_any()
}

/// The region `Preview`.
#[component]
pub fn SmsPreview(
    /// The form.
    state: FormState<SmsForm>,
) -> impl IntoView {
    let values = state.samples.with_untracked(|samples| SampleValues::new(samples, "+15550100123"));
    let sender = move || {
        state.form.with(|form| match (form.provider, form.source) {
            (SmsProvider::Twilio, SmsSource::From) if !form.from.trim().is_empty() => form.from.trim().to_owned(),
            (SmsProvider::Twilio, SmsSource::MessagingService) => "Messaging Service".to_owned(),
            (SmsProvider::Gateway, _) => "Custom gateway".to_owned(),
            (SmsProvider::Outbox, _) => "Outbox".to_owned(),
            _ => "Sender".to_owned(),
        })
    };
    let template = move || state.form.with(|form| Template::parse(&unix_lines(&form.message), form.syntax));
    let given = move || state.samples.with(|samples| values.values(samples, "sms", Send::Code));
    let message = move || pieces(template().preview(Part::Message, &given()));
    let meter = move || {
        let (template, values) = (template(), given());
        let text = template.preview(Part::Message, &values).into_iter().map(|piece| piece.text).collect::<String>();
        let digits = OtpLength::parse(&state.form.with(|form| form.text(Field::OtpLength).into_owned()));
        let most = state
            .samples
            .with(|samples| at_most(&template, &values, digits.unwrap_or_default().digits(), &samples.costly_names));
        let most = most.map(|most| view! { <p>"At most: "{most.in_words()}</p> });
        view! {
            <p>{count(&text).in_words()}</p>
            {most}
            {characters("Not in GSM-7, so each message costs more: ", foreign(&text))}
            {characters("Count as two characters: ", extended(&text))}
        }
    };
    let languages = Signal::derive(move || languages(&[template()], state));
    view! {
        <section class="preview" aria-label="Preview" tabindex="0">
            <div class="phone">
                <p class="phone-from">{sender}</p>
                <p class="phone-when">"Now"</p>
                <p class="bubble">{message}</p>
            </div>
            <div class="card meter">{meter}</div>
            <SampleFields values recipient_label="Phone number" languages/>
        </section>
    }
}

/// Names the characters that make a message dear, each once.
fn characters(why: &'static str, found: Vec<(usize, &str)>) -> Option<AnyView> {
    const SHOWN: usize = 12;
    let mut named: Vec<&str> = Vec::new();
    for (_, character) in found {
        if !named.contains(&character) {
            named.push(character);
        }
    }
    let more = if named.len() > SHOWN { " …" } else { "" };
    named.truncate(SHOWN);
    (!named.is_empty()).then(|| view! { <p>{why}<code>{named.join(" ")}</code>{more}</p> }.into_any())
}

/// The languages to choose from: the installation's own, then those that the templates mention.
pub fn languages<F: SettingsForm>(templates: &[Template], state: FormState<F>) -> Vec<String> {
    let mut languages = vec![state.samples.with(|samples| samples.installation.default_language.clone())];
    for language in templates.iter().flat_map(Template::languages) {
        if !languages.contains(&language) {
            languages.push(language);
        }
    }
    languages
}

/// Without JavaScript the preview is a button: the same form, posted to the preview frame.
#[component]
pub fn PlainPreviewButton() -> impl IntoView {
    view! {
        <button type="submit" class="button no-js" data-kind="quiet" formaction="/preview/frame" formtarget="_blank">"Preview"</button>
    }
    .into_any()
}
