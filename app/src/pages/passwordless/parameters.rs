//! The parameters of a template: buttons that insert one at the caret, and what each means.

use domain::connection::Method;
use domain::template::{Syntax, parameters};
use leptos::prelude::*;

use crate::components::Hand;
use crate::erased::hears;

/// The parameters that stand above the editor.
const COMMON: usize = 4;

/// The table of parameters: name, meaning, and a button that inserts it at the caret.
#[component]
pub fn ParameterTable(
    /// The method whose template it is.
    method: Method,
    /// The syntax that a parameter is inserted in.
    #[prop(into)]
    syntax: Signal<Syntax>,
    /// What types into the template.
    editor: Hand,
) -> impl IntoView {
    let rows = parameters(method)
        .iter()
        .map(|parameter| {
            let name = parameter.name;
            view! {
                <tr>
                    <th scope="row"><code>{name}</code></th>
                    <td>{parameter.meaning}</td>
                    <td class="needs-js">
                        <button type="button" class="link" aria-label=["Insert ", name].concat() on:click=hears(move |_| insert(editor, syntax, name))>
                            "Insert"
                        </button>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details class="parameters">
            <summary>"Parameters and what they mean"</summary>
            <table>
                <thead>
                    <tr><th scope="col">"Parameter"</th><th scope="col">"Meaning"</th><th scope="col" class="needs-js"><span class="visually-hidden">"Insert"</span></th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
    .into_any()
}

/// The buttons above the editor, for the parameters that most templates use.
pub fn chips(method: Method, syntax: Signal<Syntax>, editor: Hand) -> AnyView {
    let common = match method {
        Method::Sms => ["password", "application.name", "phone_number", "request_language"],
        Method::Email => ["code", "link", "application.name", "request_language"],
    };
    debug_assert_eq!(common.len(), COMMON);
    let chips = common
        .map(|name| {
            view! {
                <button type="button" class="chip" title=["Insert ", name].concat() on:click=hears(move |_| insert(editor, syntax, name))>{name}</button>
            }
        })
        .into_iter()
        .collect_view();
    view! { <div class="bar needs-js" role="group" aria-label="Insert a parameter"><span class="bar-label">"Insert"</span>{chips}</div> }.into_any()
}

/// Inserts a parameter at the caret, as if it had been typed.
fn insert(editor: Hand, syntax: Signal<Syntax>, name: &str) {
    editor.write(&match syntax.get_untracked() {
        Syntax::Markdown => ["@@", name, "@@"].concat(),
        Syntax::Liquid => ["{{ ", name, " }}"].concat(),
    });
}
