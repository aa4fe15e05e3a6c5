//! Rows of the same columns.

use leptos::prelude::*;

/// A named table. The roles are written out because a phone shows its rows as a list, and some browsers would take it for one.
#[component]
pub fn Table(
    /// The name.
    #[prop(into)]
    label: String,
    /// For the style sheet.
    class: &'static str,
    /// The headings of the columns.
    columns: &'static [&'static str],
    /// The rows.
    children: Children,
) -> impl IntoView {
    let heading = |label: &&'static str| view! { <th role="columnheader" scope="col">{*label}</th> };
    view! {
        <table class=class role="table" aria-label=label>
            <thead role="rowgroup">
                <tr role="row">{columns.iter().map(heading).collect_view()}</tr>
            </thead>
            <tbody role="rowgroup">{children()}</tbody>
        </table>
    }
    .into_any()
}
