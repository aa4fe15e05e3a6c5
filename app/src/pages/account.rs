//! One's own account: appearance, password and sessions.

use domain::admin::{Appearance, SessionSummary};
use domain::{Field, Secret};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use crate::components::{
    Button, ButtonKind, Choice, ErrorSummary, Help, PageHeader, RadioGroup, Skeleton, StatusNote, TextField, Time,
};
use crate::loaded::{Loaded, suspended};
use crate::outcome::{self, FormOutcome, Refusals};
use crate::pages::frame::Failure;
use crate::pages::title::PageTitle;
use crate::server_fns::account::{
    ChangePassword, RevokeOtherSessions, RevokeSession, SetAppearance, change_password, load_account,
    revoke_other_sessions, revoke_session, set_appearance,
};

/// The page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let changed = RwSignal::new(0_u32);
    let page = Loaded::new(move || changed.get().to_string(), |_| load_account());
    view! {
        <PageHeader title="Account" lede="Your password, your sessions, and how the console looks to you."/>
        <Transition fallback=|| view! { <Skeleton lines=6/> }>
            {suspended(move || async move {
                match page.get().await {
                    Ok(page) => view! { <Content page changed/> }.into_any(),
                    Err(error) => view! { <PageTitle h1="Account" refused=false/><Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Content(page: outcome::AccountPage, changed: RwSignal<u32>) -> impl IntoView {
    let errors = RwSignal::new(page.errors);
    view! {
        <PageTitle h1="Account" refused=Signal::derive(move || !errors.with(Refusals::is_empty))/>
        <p class="signed-in-as">"Signed in as "<strong>{page.email}</strong>", "{page.role.label()}"."</p>
        <Look appearance=page.appearance/>
        <Password errors changed=page.password_changed/>
        <Sessions sessions=page.sessions changed/>
    }
}

#[component]
fn Look(appearance: Appearance) -> impl IntoView {
    let chosen = RwSignal::new(appearance.as_str().to_owned());
    let failure = RwSignal::new(None::<String>);
    let apply = move |wanted: String| {
        chosen.set(wanted.clone());
        spawn_local(async move {
            match set_appearance(Appearance::from_cookie(&wanted)).await {
                Ok(appearance) => {
                    failure.set(None);
                    show(appearance);
                }
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    let choices = Appearance::ALL.map(|choice| Choice::new(choice.as_str(), choice.label(), "")).to_vec();
    view! {
        <section class="block">
            <h2>"Look"</h2>
            <form class="card narrow section" action=SetAppearance::PATH method="post">
                <RadioGroup id="appearance" name="appearance" label="Appearance" choices value=chosen on_change=Callback::new(apply) help=Help::from("For this browser.")/>
                <StatusNote text=failure tone="danger"/>
                <span class="no-js"><Button kind=ButtonKind::Quiet submit=true>"Save appearance"</Button></span>
            </form>
        </section>
    }
}

/// Shows the look at once, as the server will from the next page on.
fn show(appearance: Appearance) {
    let Some(root) = document().document_element() else { return };
    // Neither can fail for an attribute with a valid name.
    let _ = match appearance {
        Appearance::System => root.remove_attribute("data-theme"),
        chosen => root.set_attribute("data-theme", chosen.as_str()),
    };
}

#[component]
fn Password(errors: RwSignal<Refusals>, changed: bool) -> impl IntoView {
    const CHANGED: &str = "Password changed. Your other sessions have ended.";
    let current = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let said = RwSignal::new(changed.then(|| Ok::<String, String>(CHANGED.to_owned())));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        said.set(None);
        spawn_local(async move {
            let answer = change_password(Secret::new(current.get_untracked()), Secret::new(new.get_untracked())).await;
            busy.set(false);
            match answer {
                Ok(FormOutcome::Done(())) => {
                    errors.set(Refusals::default());
                    current.set(String::new());
                    new.set(String::new());
                    said.set(Some(Ok(CHANGED.to_owned())));
                }
                Ok(FormOutcome::Refused(refused)) => errors.set(refused),
                Err(error) => said.set(Some(Err(error.to_string()))),
            }
        });
    };
    let problem = move |field: Field| Signal::derive(move || errors.with(|errors| errors.of(field)));
    view! {
        <section class="block">
            <h2>"Password"</h2>
            <ErrorSummary errors/>
            <form class="card narrow section" aria-label="Password" action=ChangePassword::PATH method="post" on:submit=submit novalidate=true>
                <TextField
                    field=Field::CurrentPassword
                    prefix=""
                    kind="password"
                    autocomplete="current-password"
                    value=current
                    on_input=Callback::new(move |text| current.set(text))
                    problem=problem(Field::CurrentPassword)
                />
                <TextField
                    field=Field::NewPassword
                    prefix=""
                    kind="password"
                    autocomplete="new-password"
                    value=new
                    on_input=Callback::new(move |text| new.set(text))
                    problem=problem(Field::NewPassword)
                    help=Help::from("12 to 128 characters. Your other sessions end.")
                />
                <div class="actions">
                    <Button submit=true busy>"Change password"</Button>
                    <StatusNote
                        text=Signal::derive(move || said.get().map(|said| said.unwrap_or_else(|error| error)))
                        tone=Signal::derive(move || match said.get() { Some(Ok(_)) => "success", Some(Err(_)) => "danger", None => "" })
                    />
                </div>
            </form>
        </section>
    }
}

#[component]
fn Sessions(sessions: Vec<SessionSummary>, changed: RwSignal<u32>) -> impl IntoView {
    let several = sessions.len() > 1;
    let failure = RwSignal::new(None::<String>);
    let rows =
        sessions.into_iter().map(|session| view! { <SessionRow session changed failure/> }.into_any()).collect_view();
    let end_others = move |event: SubmitEvent| {
        event.prevent_default();
        spawn_local(async move {
            match revoke_other_sessions().await {
                Ok(()) => changed.update(|count| *count += 1),
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    view! {
        <section class="block">
            <h2>"Sessions"</h2>
            <p class="lede">"Where you are signed in. A session ends after 12 hours without use, and after 7 days in all."</p>
            <ul class="card narrow sessions" aria-label="Sessions">{rows}</ul>
            <StatusNote text=failure tone="danger"/>
            {several.then(|| view! {
                <form action=RevokeOtherSessions::PATH method="post" on:submit=end_others>
                    <Button kind=ButtonKind::Quiet submit=true>"End all other sessions"</Button>
                </form>
            })}
        </section>
    }
}

#[component]
fn SessionRow(session: SessionSummary, changed: RwSignal<u32>, failure: RwSignal<Option<String>>) -> impl IntoView {
    let id = StoredValue::new(session.id.clone());
    let end = move |event: SubmitEvent| {
        event.prevent_default();
        spawn_local(async move {
            match revoke_session(id.get_value()).await {
                Ok(()) => changed.update(|count| *count += 1),
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    let browser = browser_name(&session.user_agent);
    view! {
        <li class="session">
            <div class="session-text">
                <p>{browser.clone()}{session.current.then_some(" · this session")}</p>
                <p class="help">"From "<code>{session.address.clone()}</code>", last used on "<Time ms=session.seen_at/>", signed in on "<Time ms=session.created_at/></p>
            </div>
            {(!session.current).then(|| view! {
                <form action=RevokeSession::PATH method="post" on:submit=end>
                    <input type="hidden" name="id" value=session.id/>
                    <Button kind=ButtonKind::Link submit=true label=format!("End session: {browser}, {}", session.address)>"End session"</Button>
                </form>
            })}
        </li>
    }
}

/// A browser and its system, as far as the name it gives itself tells.
fn browser_name(user_agent: &str) -> String {
    let browsers = [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_as_people_know_them() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
        assert_eq!(browser_name(chrome), "Chrome on Linux");
        assert_eq!(browser_name("curl/8"), "Unknown browser");
    }
}
