//! Who may sign in to the console: inviting, changing roles, switching off, resetting.

use domain::Field;
use domain::admin::{AdminState, AdminSummary, Role};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use crate::components::{Button, ButtonKind, Choice, OnceOnly, Select, StatusNote, TextField, Time};
use crate::error::AppError;
use crate::outcome::{AdminsPage, FormOutcome, InviteForm, Invited, Refusals};
use crate::server_fns::settings::{
    InviteAdministrator, ResetAdministrator, SetAdministratorActive, SetAdministratorRole, invite_administrator,
    reset_administrator, set_administrator_active, set_administrator_role,
};

/// The section `Administrators`, for owners.
#[component]
pub fn Administrators(
    /// What the list starts from.
    page: AdminsPage,
    /// Counts changes; the page loads again at each.
    changed: RwSignal<u32>,
    /// The invitation that was just made.
    invited: RwSignal<Option<Invited>>,
) -> impl IntoView {
    if page.invited.is_some() {
        invited.set(page.invited);
    }
    let failure = RwSignal::new(page.failed);
    let rows = page
        .admins
        .into_iter()
        .map(|admin| view! { <AdminRow admin changed failure invited/> }.into_any())
        .collect_view();
    view! {
        <section class="block" aria-labelledby="administrators-title">
            <h2 id="administrators-title">"Administrators"</h2>
            <div class="card">
                <StatusNote text=failure tone="danger"/>
                {move || invited.get().map(|invited| view! { <InvitationLink invited/> })}
                <ul class="admins" aria-label="Administrators">{rows}</ul>
                <Invite refused=page.refused changed invited/>
            </div>
        </section>
    }
}

#[component]
fn InvitationLink(invited: Invited) -> impl IntoView {
    let words = format!("Give this link to {}: it is not shown again, and works once, for 24 hours.", invited.email);
    view! { <OnceOnly words name="Invitation link" copy="Copy invitation link" text=invited.link/> }
}

#[component]
fn AdminRow(
    admin: AdminSummary,
    changed: RwSignal<u32>,
    failure: RwSignal<Option<String>>,
    invited: RwSignal<Option<Invited>>,
) -> impl IntoView {
    let id = StoredValue::new(admin.id.clone());
    let role = RwSignal::new(admin.role.as_str().to_owned());
    let disabled = admin.state == AdminState::Disabled;
    let done = move |answer: Result<FormOutcome<()>, AppError>| match answer {
        Ok(FormOutcome::Done(())) => {
            failure.set(None);
            changed.update(|count| *count += 1);
        }
        Ok(FormOutcome::Refused(errors)) => {
            failure.set(errors.0.into_iter().next().map(|refusal| refusal.words));
        }
        Err(error) => failure.set(Some(error.to_string())),
    };
    let stored_role = admin.role;
    let set_role = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = role.get_untracked().parse().unwrap_or(stored_role);
        spawn_local(async move { done(set_administrator_role(id.get_value(), wanted).await) });
    };
    let set_active = move |event: SubmitEvent| {
        event.prevent_default();
        spawn_local(async move { done(set_administrator_active(id.get_value(), disabled).await) });
    };
    let reset = move |event: SubmitEvent| {
        event.prevent_default();
        spawn_local(async move {
            match reset_administrator(id.get_value()).await {
                Ok(link) => {
                    invited.set(Some(link));
                    failure.set(None);
                }
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    let email = admin.email.clone();
    let state = match admin.state {
        AdminState::Active => match admin.last_sign_in {
            Some(at) => view! { "Last signed in on " <Time ms=at/> }.into_any(),
            None => "Has not signed in yet".into_any(),
        },
        AdminState::Invited => "Invited, has not chosen a password yet".into_any(),
        AdminState::Disabled => "Switched off".into_any(),
    };
    view! {
        <li class="admin">
            <div class="admin-text"><p class="admin-email">{email.clone()}</p><p class="help">{state}</p></div>
            <form class="admin-role" action=SetAdministratorRole::PATH method="post" on:submit=set_role>
                <input type="hidden" name="id" value=admin.id.clone()/>
                <Select
                    id=format!("role-{}", admin.id)
                    name="role"
                    label=format!("Role of {email}")
                    hide_label=true
                    choices=Signal::stored(Role::ALL.map(|role| Choice::new(role.as_str(), role.label(), "")).to_vec())
                    value=role
                    on_change=Callback::new(move |chosen| role.set(chosen))
                />
                <Button kind=ButtonKind::Quiet submit=true label=format!("Change role of {email}")>"Change"</Button>
            </form>
            <div class="admin-actions">
                <form action=ResetAdministrator::PATH method="post" on:submit=reset>
                    <input type="hidden" name="id" value=admin.id.clone()/>
                    <Button kind=ButtonKind::Link submit=true label=format!("Reset password of {email}")>"Reset password"</Button>
                </form>
                <form action=SetAdministratorActive::PATH method="post" on:submit=set_active>
                    <input type="hidden" name="id" value=admin.id/>
                    <input type="hidden" name="on" value=if disabled { "true" } else { "false" }/>
                    <Button kind=ButtonKind::Link submit=true label=format!("{} {email}", if disabled { "Switch on" } else { "Switch off" })>
                        {if disabled { "Switch on" } else { "Switch off" }}
                    </Button>
                </form>
            </div>
        </li>
    }
}

#[component]
fn Invite(
    refused: Option<(InviteForm, Refusals)>,
    changed: RwSignal<u32>,
    invited: RwSignal<Option<Invited>>,
) -> impl IntoView {
    let (form, errors) =
        refused.unwrap_or_else(|| (InviteForm { email: String::new(), role: Role::Editor }, Refusals::default()));
    let email = RwSignal::new(form.email);
    let role = RwSignal::new(form.role.as_str().to_owned());
    let errors = RwSignal::new(errors);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let form =
            InviteForm { email: email.get_untracked(), role: role.get_untracked().parse().unwrap_or(Role::Viewer) };
        spawn_local(async move {
            let answer = invite_administrator(form).await;
            busy.set(false);
            match answer {
                Ok(FormOutcome::Done(link)) => {
                    errors.set(Refusals::default());
                    email.set(String::new());
                    invited.set(Some(link));
                    changed.update(|count| *count += 1);
                }
                Ok(FormOutcome::Refused(refused)) => errors.set(refused),
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    view! {
        <form class="section invite" aria-label="Invite administrator" action=InviteAdministrator::PATH method="post" on:submit=submit novalidate=true>
            <h3>"Invite administrator"</h3>
            <div class="pair">
                <TextField
                    field=Field::AdminEmail
                    kind="email"
                    value=email
                    on_input=Callback::new(move |text| email.set(text))
                    problem=Signal::derive(move || errors.with(|errors| errors.of(Field::AdminEmail)))
                    autocomplete="off"
                />
                <Select
                    field=Field::AdminRole
                    choices=Signal::stored(Role::ALL.map(|role| Choice::new(role.as_str(), role.label(), "")).to_vec())
                    value=role
                    on_change=Callback::new(move |chosen| role.set(chosen))
                />
            </div>
            <div class="actions">
                <Button submit=true busy>"Invite"</Button>
                <StatusNote text=failure tone="danger"/>
            </div>
        </form>
    }
}
