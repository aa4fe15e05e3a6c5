//! Which users are shown: a form that leads to an address, with and without JavaScript.

use domain::connection::Method;
use domain::user::{UserFilterForm, UserState};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::{USERS, filtered};
use crate::components::{Button, ButtonKind, Choice, LinkButton, Select, TextField};
use crate::erased::live;
use crate::halves::here;

/// The form `Filter users`.
#[component]
pub fn SearchForm(
    /// The filter of the address.
    asked: Memo<UserFilterForm>,
) -> impl IntoView {
    let here = here();
    let typed = RwSignal::new(asked.get_untracked());
    // Back and Forward change the filter too.
    Effect::new(move |before: Option<()>| {
        let asked = asked.get();
        if before.is_some() {
            typed.set(asked);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        here.turn(&typed.with_untracked(|typed| filtered(typed, "", "")), false);
    };
    let text = move |of: fn(&UserFilterForm) -> &String| Signal::derive(move || typed.with(|typed| of(typed).clone()));
    let set = move |of: fn(&mut UserFilterForm) -> &mut String| {
        Callback::new(move |text| typed.update(|typed| *of(typed) = text))
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
                value=text(|form| &form.q)
                on_input=set(|form| &mut form.q)
                autocomplete="off"
            />
            <Select id="connection" name="connection" label="Connection" choices=Signal::stored(connections) value=text(|form| &form.connection) on_change=set(|form| &mut form.connection)/>
            <Select id="status" name="status" label="Status" choices=Signal::stored(states) value=text(|form| &form.status) on_change=set(|form| &mut form.status)/>
            <Button submit=true kind=ButtonKind::Quiet>"Search"</Button>
            {filters}
        </form>
    }
}
