//! A question that must be answered first.

use crate::erased::hears;
use leptos::{html, prelude::*};

/// A modal dialog named by its heading. Rendered open it also works without JavaScript, where it is part of the page.
#[component]
pub fn Dialog(
    /// The id.
    id: &'static str,
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// The heading, which names what is at stake.
    #[prop(into)]
    title: Signal<String>,
    /// Hears when it was closed by Esc or otherwise.
    #[prop(into)]
    on_close: Callback<()>,
    /// What it says, and its `actions`.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |shown: Option<bool>| {
        let wanted = open.get();
        let Some(dialog) = node.get() else {
            return false;
        };
        if wanted && shown != Some(true) {
            // One that the server rendered open is not modal yet.
            dialog.set_open(false);
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
        wanted
    });
    let title_id = [id, "-title"].concat();
    view! {
        <dialog
            class="dialog"
            id=id
            aria-labelledby=title_id
            open=open.get_untracked()
            node_ref=node
            on:close=hears(move |_| {
                if open.get_untracked() {
                    on_close.run(());
                }
            })
        >
            <h2 id=title_id.clone()>{title}</h2>
            {children()}
        </dialog>
    }
    .into_any()
}
