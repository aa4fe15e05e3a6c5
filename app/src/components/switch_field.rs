//! A switch in a form: it counts once the form is saved. For one that saves at once see [`Toggle`](super::Toggle).

use domain::Field;
use leptos::prelude::*;

use super::checkbox_field::ticked;
use super::field::{Help, Names};

/// A labelled checkbox that looks and reads like a switch; it posts `true` or nothing.
#[component]
pub fn SwitchField(
    /// Which field of a form it is; gives id, name and label unless these are overridden.
    #[prop(optional)]
    field: Option<Field>,
    /// Whether it is on.
    #[prop(into)]
    checked: Signal<bool>,
    /// Hears of every change.
    #[prop(into)]
    on_change: Callback<bool>,
    /// What it does.
    #[prop(optional, into)]
    help: Option<Help>,
    /// What the name is wrapped in: `form` makes `form[key]`, empty leaves `key`.
    #[prop(default = "form")]
    prefix: &'static str,
    /// Whether it cannot be changed.
    #[prop(optional)]
    disabled: bool,
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
    ticked(Names::new(field, prefix, id, name, label), true, checked, on_change, Help::view(help), disabled)
}
