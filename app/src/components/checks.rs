//! Several checkboxes that answer one question.

use domain::Field;
use leptos::prelude::*;

use super::field::{Names, described_by, notes};

/// A named group of checkboxes, which may be refused as a whole.
#[component]
pub fn Checks(
    /// Which field of a form it is; gives id and name.
    field: Field,
    /// Why it was refused.
    #[prop(into)]
    problem: Signal<Option<String>>,
    /// The checkboxes.
    children: Children,
) -> impl IntoView {
    let Names { id, label, .. } = Names::new(Some(field), "", None, None, None);
    view! {
        <fieldset class="checks" id=id.clone() tabindex="-1" aria-describedby=described_by(&id, false)>
            <legend>{label}</legend>
            {children()}
            {notes(&id, Signal::default(), problem)}
        </fieldset>
    }
    .into_any()
}
