//! Several checkboxes that answer one question.

use domain::Field;
use leptos::prelude::*;

use super::field::{Names, described_by, notes};
use crate::erased::live;

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
    let refused = live(move || problem.with(Option::is_some).then_some("true"));
    view! {
        <fieldset class="checks" id=id.clone() tabindex="-1" aria-describedby=described_by(&id, false) data-refused=refused>
            <legend>{label}</legend>
            {children()}
            {notes(&id, Signal::default(), problem)}
        </fieldset>
    }
    .into_any()
}
