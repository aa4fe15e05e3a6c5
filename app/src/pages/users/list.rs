//! The users who were found, newest first, and what can be done with each.

use domain::otp::grouped;
use domain::user::{User, UserFilterForm, UserState};
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use super::delete::Delete;
use super::{USERS, filtered};
use crate::components::{Button, ButtonKind, CopyButton, EmptyState, LinkButton, OlderPages, StatusNote, Table, Time};
use crate::erased::{hears, live};
use crate::outcome::ListedUsers;
use crate::server_fns::users::{LiftSignInBlock, SetUserBlocked, lift_sign_in_block, set_user_blocked};

/// The table `Users` and its pages, or why there is nobody in it.
#[component]
pub fn Found(
    /// Whom the filter matches.
    listed: ListedUsers,
    /// The filter.
    asked: UserFilterForm,
    /// Where this part of the list begins; empty for the newest.
    at: String,
    /// The id of the user whom the address asks to delete, until that was answered.
    asked_to_delete: StoredValue<Option<String>>,
    /// Counts changes; the list loads again at each.
    changed: RwSignal<u32>,
    /// What became of the last of them.
    said: RwSignal<Option<String>>,
) -> impl IntoView {
    let ListedUsers { page, sign_in_blocks } = listed;
    if page.users.is_empty() {
        return nobody(&asked, &at);
    }
    let here = filtered(&asked, &at, "");
    let newest = (!at.is_empty()).then(|| filtered(&asked, "", ""));
    let older = page.older.map(|older| filtered(&asked, &older, ""));
    let wanted = asked_to_delete.get_value();
    let about = page.users.iter().find(|user| Some(&user.id) == wanted.as_ref());
    let asking = RwSignal::new(about.cloned());
    let rows = page
        .users
        .into_iter()
        .zip(sign_in_blocks)
        .map(|(user, blocks)| {
            let question = filtered(&asked, &at, &user.id);
            view! { <Row user blocks question asking/> }.into_any()
        })
        .collect_view();
    view! {
        <div class="card">
            <Table label="Users" class="users" columns=&["User", "Created", "Last sign-in", "Status", "Actions"]>{rows}</Table>
        </div>
        <OlderPages newest older/>
        <Delete asking asked_to_delete back=here changed said/>
    }
    .into_any()
}

fn nobody(asked: &UserFilterForm, at: &str) -> AnyView {
    if !at.is_empty() {
        let newest = filtered(asked, "", "");
        return view! {
            <EmptyState title="No older users" text="This is the end of the list.">
                <LinkButton kind=ButtonKind::Quiet href=newest>"Newest"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    if *asked == UserFilterForm::default() {
        return view! { <EmptyState title="No users yet" text="Whoever signs in with a code or a link for the first time becomes a user, and is listed here. You can also create one below, before the first sign-in."/> }
            .into_any();
    }
    view! {
        <EmptyState title="Nobody matches" text="No user fits this search and these filters.">
            <LinkButton kind=ButtonKind::Quiet href=USERS>"Show all"</LinkButton>
        </EmptyState>
    }
    .into_any()
}

#[component]
fn Row(user: User, blocks: u32, question: String, asking: RwSignal<Option<User>>) -> impl IntoView {
    let (method, name, subject) = (user.recipient.method(), user.recipient.expose().to_owned(), user.subject());
    // Whether the user is kept out, and since when, as far as the server said so.
    let blocked = RwSignal::new((user.state() == UserState::Blocked, user.blocked_at));
    let about = user.clone();
    let ask = hears(move |event: MouseEvent| {
        event.prevent_default();
        asking.set(Some(about.clone()));
    });
    let sign_ins = match user.sign_ins {
        0 => None,
        1 => Some("1 sign-in".to_owned()),
        count => Some([grouped(count.unsigned_abs()), " sign-ins".to_owned()].concat()),
    };
    view! {
        <tr role="row">
            <td role="cell" class="whom">
                <p class="user-name">{name.clone()}</p>
                <p class="user-id">
                    <span class="muted">{method.label()}</span>
                    <code>{subject.clone()}</code>
                    <CopyButton label=["Copy user ID of ", &name].concat() text=subject/>
                </p>
            </td>
            <td role="cell" class="since">
                <p><span class="heading">"Created "</span><Time ms=user.created_at/></p>
                {user.created_by.map(|by| view! { <p class="muted">"by "{by}</p> })}
            </td>
            <td role="cell" class="last">
                {match user.last_sign_in {
                    Some(at) => view! { <p><span class="heading">"Last sign-in "</span><Time ms=at/></p> }.into_any(),
                    None => view! { <p class="muted">"Not signed in yet"</p> }.into_any(),
                }}
                {sign_ins.map(|sign_ins| view! { <p class="muted">{sign_ins}</p> })}
            </td>
            <td role="cell" class="what">
                {live(move || {
                    let (is_blocked, since) = blocked.get();
                    let (state, tone) = if is_blocked { (UserState::Blocked, "danger") } else { (UserState::Active, "success") };
                    view! {
                        <p class="outcome" data-tone=tone>{state.label()}</p>
                        {since.filter(|_| is_blocked).map(|since| view! { <p class="muted">"since "<Time ms=since/></p> })}
                    }
                })}
                {(blocks > 0).then(|| view! { <SignInBlock id=user.id.clone() name=name.clone() blocks/> })}
            </td>
            <td role="cell" class="do">
                <div class="user-actions">
                    <Block id=user.id name=name.clone() blocked/>
                    <a class="button" data-kind="link" href=question rel="external" aria-label=["Delete ", &name].concat() on:click=ask>"Delete"</a>
                </div>
            </td>
        </tr>
    }
}

/// `Block` or `Unblock`: it changes the row in place, so whoever pressed it is still there.
#[component]
fn Block(id: String, name: String, blocked: RwSignal<(bool, Option<i64>)>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let known = StoredValue::new(id.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let on = !blocked.get_untracked().0;
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = set_user_blocked(known.get_value(), on).await;
            busy.set(false);
            match answer {
                Ok(()) => blocked.set((on, None)),
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    let word = move || if blocked.get().0 { "Unblock" } else { "Block" };
    view! {
        <form action=SetUserBlocked::PATH method="post" on:submit=submit>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="on" value=live(move || if blocked.get().0 { "false" } else { "true" })/>
            <Button kind=ButtonKind::Link submit=true busy>{live(word)}<span class="visually-hidden">" "{name}</span></Button>
            <StatusNote text=failure tone="danger"/>
        </form>
    }
}

/// What too many wrong codes have brought about, and `Lift sign-in block`.
#[component]
fn SignInBlock(id: String, name: String, blocks: u32) -> impl IntoView {
    let busy = RwSignal::new(false);
    let lifted = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let known = StoredValue::new(id.clone());
    let place = NodeRef::<Div>::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = lift_sign_in_block(known.get_value()).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    lifted.set(true);
                    // The button that had the focus is gone; focus is a wish.
                    if let Some(place) = place.get_untracked() {
                        let _ = place.focus();
                    }
                }
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    let words = if blocks == 1 {
        "Too many wrong codes from 1 network address: sign-in is blocked from there.".to_owned()
    } else {
        format!("Too many wrong codes from {blocks} network addresses: sign-in is blocked from there.")
    };
    view! {
        <div class="sign-in-block" tabindex="-1" node_ref=place>
            <p class="muted" hidden=lifted>{words}</p>
            <form action=LiftSignInBlock::PATH method="post" on:submit=submit hidden=lifted>
                <input type="hidden" name="id" value=id/>
                <Button kind=ButtonKind::Link submit=true busy>"Lift sign-in block"<span class="visually-hidden">" of "{name}</span></Button>
            </form>
            <StatusNote
                text=Signal::derive(move || if lifted.get() { Some("Sign-in block lifted.".to_owned()) } else { failure.get() })
                tone=Signal::derive(move || if lifted.get() { "success" } else { "danger" })
            />
        </div>
    }
}
