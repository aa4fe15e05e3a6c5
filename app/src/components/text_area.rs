//! Several lines of text.

use domain::Field;
use leptos::{html::Textarea, prelude::*};

use super::field::{Help, Names, described_by, framed, invalid, keep_textarea, left};
use crate::erased::hears;

/// A labelled textarea.
#[component]
pub fn TextArea(
    /// Which field of a form it is; gives id, name and label unless these are overridden.
    #[prop(optional)]
    field: Option<Field>,
    /// What it holds.
    #[prop(into)]
    value: Signal<String>,
    /// Hears of every change.
    #[prop(into)]
    on_input: Callback<String>,
    /// Hears when the field is left.
    #[prop(optional, into)]
    on_blur: Option<Callback<()>>,
    /// Why it was refused.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// What is unwise about it.
    #[prop(optional, into)]
    warning: Signal<Option<String>>,
    /// How to fill it in.
    #[prop(optional, into)]
    help: Option<Help>,
    /// What the name is wrapped in: `form` makes `form[key]`, empty leaves `key`.
    #[prop(default = "form")]
    prefix: &'static str,
    /// How many lines it shows.
    #[prop(default = 4)]
    rows: u32,
    /// Whether machines read it.
    #[prop(optional)]
    mono: bool,
    /// Whether it cannot be changed.
    #[prop(optional)]
    disabled: bool,
    /// Whether the label is for screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// Overrides the id.
    #[prop(optional, into)]
    id: Option<String>,
    /// Overrides the name.
    #[prop(optional, into)]
    name: Option<String>,
    /// Overrides the label.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let names = Names::new(field, prefix, id, name, label);
    let help = Help::view(help);
    let node_ref = NodeRef::<Textarea>::new();
    keep_textarea(node_ref, value, on_input);
    let area = view! {
        <textarea
            class=if mono { "input mono" } else { "input" }
            id=names.id.clone()
            name=names.name.clone()
            rows=rows
            disabled=disabled
            spellcheck=mono.then_some("false")
            aria-describedby=described_by(&names.id, help.is_some())
            aria-invalid=invalid(problem)
            node_ref=node_ref
            inner_html=markup(&value.get_untracked())
            on:input=hears(move |event| on_input.run(event_target_value(&event)))
            on:blur=hears(move |event| left(&event, on_blur))
        ></textarea>
    };
    framed(names, hide_label, help, warning, problem, area.into_any())
}

/// The text as the content of a textarea.
///
/// HTML drops the first line break of a textarea, so a leading one is written twice. Where this is parsed as a fragment it is
/// not dropped; the effect that keeps text and signal in step then removes it.
pub(super) fn markup(text: &str) -> String {
    let mut html = text.replace('&', "&amp;").replace('<', "&lt;");
    if html.starts_with('\n') {
        html.insert(0, '\n');
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_survives_the_way_through_html() {
        for (text, html) in
            [("", ""), ("a\nb", "a\nb"), ("\na", "\n\na"), ("</textarea>&lt;", "&lt;/textarea>&amp;lt;"), (" ", " ")]
        {
            assert_eq!(markup(text), html);
        }
    }
}
