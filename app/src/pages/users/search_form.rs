//! Which users are shown: a form that leads to an address, with and without JavaScript.

use domain::connection::Method;
use domain::user::{UserFilterForm, UserState};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::{USERS, filtered};
use crate::components::{Button, ButtonKind, Choice, LinkButton, Select, TextField};
use crate::erased::live;
use crate::halves::here;
use crate::pages::typed_filter::TypedFilter;

/// The form `Filter users`.
#[component]
pub fn SearchForm(
    /// The filter of the address.
    asked: Memo<UserFilterForm>,
) -> impl IntoView {
    let here = here();
    let typed = TypedFilter::new(asked);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        here.turn(&typed.read(|typed| filtered(typed, "", "")), false);
    };
    let any = || vec![Choice::new("", "Any", "")];
    let mut connections = any();
    connections.extend(Method::ALL.map(|method| Choice::new(method.as_str(), method.label(), "")));
    let mut states = any();
    states.extend(UserState::ALL.map(|state| Choice::new(state.as_str(), state.label(), "")));
    let filters = live(move || {
        asked
            .with(|asked| *asked != UserFilterForm::default())
            .then(|| view! { <LinkButton kind=ButtonKind::Link href=USERS>"Clear"</LinkButton> })
    });
    view! {
        <form class="filter users-filter" role="search" aria-label="Filter users" action=USERS method="get" on:submit=submit>
            <TextField
                id="search-users"
                name="q"
                kind="search"
                label="Search users"
                placeholder="Part of a number or address, or a user ID"
                value=typed.text(|form| &form.q)
                on_input=typed.set(|form| &mut form.q)
                autocomplete="off"
            />
            <Select id="connection" name="connection" label="Connection" choices=Signal::stored(connections) value=typed.text(|form| &form.connection) on_change=typed.set(|form| &mut form.connection)/>
            <Select id="status" name="status" label="Status" choices=Signal::stored(states) value=typed.text(|form| &form.status) on_change=typed.set(|form| &mut form.status)/>
            <Button submit=true kind=ButtonKind::Quiet>"Search"</Button>
            {filters}
        </form>
    }
}
