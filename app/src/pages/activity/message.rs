//! One message in the outbox, as it would have been received, with its code and its link at hand.

use domain::activity::OutboxMessage;
use domain::connection::Method;
use leptos::prelude::*;

use crate::components::{CheckboxField, Choice, ChoiceKind, CopyButton, MailFrame, RadioGroup, Time};
use crate::erased::live;

/// The message that is open.
#[component]
pub fn Message(
    /// The message.
    message: OutboxMessage,
) -> impl IntoView {
    let title = match message.method {
        Method::Sms => "Text message".to_owned(),
        Method::Email => message.subject.clone().unwrap_or_default(),
    };
    let code = message.code.expose().to_owned();
    let fact = |name: &'static str, value: AnyView| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    let copied = |name: &'static str, button: &'static str, text: String| {
        (!text.is_empty()).then(|| {
            let value =
                view! { <div class="copy-row"><code>{text.clone()}</code><CopyButton label=button text=text/></div> };
            fact(name, value.into_any())
        })
    };
    let link = message.link.as_ref().map(|link| link.expose().to_owned()).unwrap_or_default();
    let sender = if message.from.is_empty() { "No sender".to_owned() } else { message.from.clone() };
    let body = match message.html {
        Some(html) => view! { <Email html text=message.text/> }.into_any(),
        None if message.method == Method::Email => view! { <pre class="mail-plain">{message.text}</pre> }.into_any(),
        None => view! {
            <div class="phone">
                <p class="phone-from">{sender.clone()}</p>
                <p class="phone-when"><Time ms=message.at/></p>
                <p class="bubble" dir="auto">{marked(&message.text, &code)}</p>
            </div>
        }
        .into_any(),
    };
    view! {
        <article class="card message" aria-labelledby="message-title">
            <header>
                <h2 id="message-title" dir="auto">{title}</h2>
                <dl class="facts">
                    {copied("Code", "Copy code", code)}
                    {copied("Link", "Copy link", link)}
                    {fact("From", sender.into_any())}
                    {fact("To", view! { <span class="mono">{message.recipient}</span> }.into_any())}
                    {fact("Received", view! { <Time ms=message.at/> }.into_any())}
                    {fact("Application", view! { <a href=["/applications/", &message.client_id].concat()>{message.application_name}</a> }.into_any())}
                </dl>
            </header>
            {body}
        </article>
    }
}

/// The HTML in its frame, and the plain text that goes with it; without JavaScript the text alone.
#[component]
fn Email(html: String, text: String) -> impl IntoView {
    const VIEWS: [(&str, &str); 4] =
        [("desktop", "Desktop"), ("mobile", "Mobile"), ("dark", "Dark"), ("plain", "Plain text")];
    let view = RwSignal::new("desktop".to_owned());
    let remote = RwSignal::new(false);
    let choices = VIEWS.map(|(value, label)| Choice::new(value, label, "")).to_vec();
    let html = Memo::new(move |_| html.clone());
    let plain = live(move || if view.with(|view| view == "plain") { "mail-plain" } else { "mail-plain no-js" });
    view! {
        <div class="mail-tools needs-js">
            <RadioGroup id="message-view" name="message-view" label="View" choices kind=ChoiceKind::Segments hide_label=true value=view on_change=Callback::new(move |chosen| view.set(chosen))/>
            <CheckboxField id="remote-images" name="" label="Remote images" checked=remote on_change=Callback::new(move |on| remote.set(on))/>
        </div>
        <div class="needs-js"><MailFrame html view remote/></div>
        <pre class=plain tabindex="0" aria-label="Plain text">{text}</pre>
    }
}

/// The text with its code set apart.
fn marked(text: &str, code: &str) -> AnyView {
    match text.split_once(code) {
        Some((before, after)) if !code.is_empty() => {
            view! { {before.to_owned()}<b>{code.to_owned()}</b>{after.to_owned()} }.into_any()
        }
        _ => text.to_owned().into_any(),
    }
}
