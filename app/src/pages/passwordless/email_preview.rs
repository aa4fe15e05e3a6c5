//! The email as a mailbox shows it: rendered in the browser by the engine that will send it, shown in a frame that can do nothing.

use domain::email::{EmailForm, mailbox, split_from};
use domain::field_errors::unix_lines;
use domain::template::{Part, Send, Syntax, Template, plain_text};
use leptos::prelude::*;

use crate::components::{CheckboxField, Choice, ChoiceKind, MailFrame, RadioGroup};
use crate::form_state::FormState;

use super::sms_preview::{SampleFields, SampleValues, languages, pieces};
use crate::erased::live;

/// The region `Preview`.
#[component]
pub fn EmailPreview(
    /// The form.
    state: FormState<EmailForm>,
) -> impl IntoView {
    let values = state.samples.with_untracked(|samples| SampleValues::new(samples, "ines@example.com"));
    let view = RwSignal::new("desktop".to_owned());
    let send = RwSignal::new("code".to_owned());
    let remote = RwSignal::new(false);
    let given = Memo::new(move |_| {
        let send = if send.with(|send| send == "link") { Send::Link } else { Send::Code };
        state.samples.with(|samples| values.values(samples, "email", send))
    });
    let rendered = move |part: Part, source: &str| {
        given.with(|values| Template::parse(source, Syntax::Liquid).preview(part, values))
    };
    let html = Memo::new(move |_| {
        let body = state.form.with(|form| unix_lines(&form.body));
        given.with(|values| Template::parse(&body, Syntax::Liquid).preview_html(values))
    });
    let from = move || {
        state.form.with(|form| {
            let (name, address) = split_from(&form.from);
            let address = if address.is_empty() { "no sender yet" } else { address };
            let address = if name.is_empty() { address.to_owned() } else { [" <", address, ">"].concat() };
            let name = rendered(Part::From, name);
            // Quoted as the message will have it.
            let written = mailbox(&name.iter().map(|piece| piece.text.as_str()).collect::<String>(), "");
            let quote = written.starts_with('"').then_some("\"");
            view! { {quote} {pieces(name)} {quote} {address} }
        })
    };
    let subject = move || state.form.with(|form| pieces(rendered(Part::Subject, &form.subject)));
    let is_plain = move || view.with(|view| view == "plain");
    let languages = Signal::derive(move || {
        let sources = state.form.with(|form| [form.subject.clone(), form.body.clone()]);
        languages(&sources.map(|source| Template::parse(&source, Syntax::Liquid)), state)
    });
    view! {
        <section class="preview" aria-label="Preview" tabindex="0">
            <div class="card mail">
                <dl class="mail-head">
                    <div><dt>"From"</dt><dd>{from}</dd></div>
                    <div><dt>"Subject"</dt><dd>{subject}</dd></div>
                </dl>
                <div class="mail-tools">
                    // Posted too: without JavaScript the button Preview shows that one.
                    {segments("send_as", "Send as", &[("code", "Code"), ("link", "Link")], send)}
                </div>
                <div class="mail-tools needs-js">
                    {segments("preview-view", "View", &[("desktop", "Desktop"), ("mobile", "Mobile"), ("dark", "Dark"), ("plain", "Plain text")], view)}
                    <CheckboxField id="remote-images" name="" label="Remote images" checked=remote on_change=Callback::new(move |on| remote.set(on))/>
                </div>
                <MailFrame html view remote/>
                <Show when=is_plain>
                    <pre class="mail-plain" tabindex="0" aria-label="Plain text">{live(move || html.with(|html| plain_text(html)))}</pre>
                </Show>
            </div>
            <SampleFields values recipient_label="Email address" languages/>
        </section>
    }
}

/// Radios for choosing what is seen.
pub fn segments(id: &'static str, label: &'static str, choices: &[(&str, &str)], value: RwSignal<String>) -> AnyView {
    let choices = choices.iter().map(|(value, label)| Choice::new(value, label, "")).collect();
    view! {
        <RadioGroup id name=id label choices kind=ChoiceKind::Segments hide_label=true value on_change=Callback::new(move |chosen| value.set(chosen))/>
    }
    .into_any()
}
