//! What differs between two versions: settings as they were and are, templates and messages line by line.

use domain::renditions::RenderedDifference;
use leptos::prelude::*;

use crate::components::{DifferenceView, Table};
use crate::history::{Compared, Was};

/// All that differs; `older` and `newer` name the two.
pub fn compared(compared: Compared, older: &str, newer: &str) -> AnyView {
    if compared.is_empty() {
        return view! { <p>"Nothing differs."</p> }.into_any();
    }
    let Compared { settings, templates, secrets, rendered, looks, alike, left_out } = compared;
    let secrets = (!secrets.is_empty()).then(|| {
        view! { <p>{secrets.join(" and ")}" changed. Values of secrets are never kept in the history."</p> }
    });
    let any_message = [rendered.is_empty(), looks.is_empty(), alike.is_empty(), left_out.is_empty()].contains(&false);
    let templates = templates
        .into_iter()
        .map(|(label, difference)| view! { <h4>{label}</h4> <DifferenceView difference/> })
        .collect_view();
    let messages = any_message.then(|| {
        let rendered = rendered
            .into_iter()
            .map(|message| {
                let RenderedDifference { title, language, parts } = message;
                let part = |(label, difference)| view! { <p class="help">{label}</p> <DifferenceView difference language=language.clone()/> };
                let parts = parts.into_iter().map(part).collect_view();
                view! { <h4>{title}</h4> {parts} }
            })
            .collect_view();
        let named = |words: &'static str, titles: Vec<String>| {
            (!titles.is_empty()).then(|| view! { <p class="help">{words}{titles.join("; ")}"."</p> })
        };
        let looks = named("Say the same and look different: ", looks);
        let alike = named("The same in both: ", alike);
        let left_out = named("Too many to compare: ", left_out);
        view! {
            <section class="compared-part">
                <h3>"Messages as people receive them"</h3>
                {rendered}
                {looks}
                {alike}
                {left_out}
            </section>
        }
    });
    view! {
        <p class="help">{["Removed is what only ", older, " says, added what only ", newer, " says."].concat()}</p>
        {(!settings.is_empty()).then(|| settings_view(settings))}
        {secrets}
        {templates}
        {messages}
    }
    .into_any()
}

fn settings_view(settings: Vec<Was>) -> AnyView {
    let rows = settings
        .into_iter()
        .map(|Was { label, was, is }| {
            view! {
                <tr role="row">
                    <th role="rowheader" scope="row">{label}</th>
                    <td role="cell"><span class="changes-word">"Was "</span>{was}</td>
                    <td role="cell"><span class="changes-word">"Is "</span>{is}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label="Settings that differ" class="changes" columns=&["Setting", "Was", "Is"]>{rows}</Table> }
        .into_any()
}
