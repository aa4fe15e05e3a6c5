//! The messages of a revision, as the engine that sends makes them.

use domain::connection::Method;
use domain::renditions::Rendition;
use leptos::prelude::*;

use crate::components::{Choice, MailFrame, Select, lang_of};
use crate::erased::live;

/// The messages. Without JavaScript an email is text here, and a page of its own as it looks.
pub fn preview(
    method: Method,
    renditions: Vec<Rendition>,
    not_shown: Vec<String>,
    posted: Vec<(String, String)>,
) -> AnyView {
    let not_shown = (!not_shown.is_empty())
        .then(|| view! { <p class="help">"Too many to show all. Left out: "{not_shown.join("; ")}"."</p> });
    let messages = match method {
        Method::Sms => {
            let bubbles = renditions.into_iter().map(bubble).collect_view();
            view! { <div class="bubbles">{bubbles}</div> }.into_any()
        }
        Method::Email => email(renditions, posted),
    };
    view! {
        {messages}
        {not_shown}
    }
    .into_any()
}

fn bubble(message: Rendition) -> AnyView {
    let Rendition { title, language, text, .. } = message;
    view! {
        <div>
            <h4>{title}</h4>
            <div class="phone"><p class="bubble" lang=lang_of(&language) dir="auto">{text}</p></div>
        </div>
    }
    .into_any()
}

fn email(renditions: Vec<Rendition>, posted: Vec<(String, String)>) -> AnyView {
    let choices: Vec<Choice> = renditions
        .iter()
        .enumerate()
        .map(|(index, message)| Choice::new(&index.to_string(), &message.title, ""))
        .collect();
    let texts = renditions
        .iter()
        .map(|message| {
            view! {
                <details>
                    <summary>{message.title.clone()}</summary>
                    {head(message)}
                    <pre class="mail-plain" tabindex="0" lang=lang_of(&message.language) aria-label=message.title.clone()>{message.text.clone()}</pre>
                </details>
            }
        })
        .collect_view();
    let fields =
        posted.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let chosen = RwSignal::new("0".to_owned());
    let view = RwSignal::new("desktop".to_owned());
    let renditions = StoredValue::new(renditions);
    let message = Memo::new(move |_| {
        let index = chosen.with(|chosen| chosen.parse().unwrap_or(0_usize));
        renditions.with_value(|all| all.get(index).cloned().unwrap_or_default())
    });
    let html = Memo::new(move |_| message.with(|message| message.html.clone()));
    view! {
        <div class="needs-js">
            <Select id="shown-message" name="" label="Message" choices=Signal::stored(choices) value=chosen on_change=Callback::new(move |index| chosen.set(index))/>
            <div class="card mail">
                {live(move || message.with(head))}
                <MailFrame html view remote=RwSignal::new(false)/>
            </div>
        </div>
        <div class="no-js">
            {texts}
            <form action="/preview/frame" method="post" target="_blank">
                {fields}
                <button type="submit" class="button" data-kind="quiet">"Preview"</button>
            </form>
        </div>
    }
    .into_any()
}

fn head(message: &Rendition) -> AnyView {
    let rows = message
        .head
        .iter()
        .map(|(label, value)| view! { <div><dt>{label.clone()}</dt><dd lang=lang_of(&message.language)>{value.clone()}</dd></div> })
        .collect_view();
    view! { <dl class="mail-head">{rows}</dl> }.into_any()
}
