//! What programs show instead of a password: making tokens, and letting them count no more.

use domain::Field;
use domain::api_token::{ApiTokenForm, ApiTokenSummary};
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use crate::components::{
    Button, ButtonKind, CheckboxField, Checks, Dialog, Help, OnceOnly, StatusNote, TextField, Time,
};
use crate::halves::here;
use crate::loaded::{Loaded, suspended};
use crate::outcome::{ApiTokensPage, FormOutcome, MadeToken, Refusals};
use crate::pages::frame::Failure;
use crate::server_fns::api_tokens::{
    CreateApiToken, RevokeApiToken, create_api_token, load_api_tokens, revoke_api_token,
};

/// The section `API tokens`; there is none but for an owner.
#[component]
pub fn ApiTokens() -> impl IntoView {
    let changed = RwSignal::new(0_u32);
    let page = Loaded::new(move || changed.get().to_string(), |_| load_api_tokens());
    // Above what is loaded again after each change, so that a token that is shown once outlives the list.
    let made = RwSignal::new(None);
    let asked = StoredValue::new(untrack(|| here().query("revoke")));
    view! {
        <Transition>
            {suspended(move || async move {
                match page.get().await {
                    Ok(Some(page)) => view! { <Section page changed made asked/> }.into_any(),
                    Ok(None) => ().into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Section(
    page: ApiTokensPage,
    changed: RwSignal<u32>,
    made: RwSignal<Option<MadeToken>>,
    asked: StoredValue<Option<String>>,
) -> impl IntoView {
    if page.made.is_some() {
        made.set(page.made);
    }
    // Which token the question is about, and what it is called. The address asks until it was answered.
    let wanted = asked.get_value();
    let about = page.tokens.iter().find(|token| token.revoked_at.is_none() && Some(&token.id) == wanted.as_ref());
    let asking = RwSignal::new(about.map(named));
    let none = page.tokens.is_empty();
    let rows = page.tokens.into_iter().map(|token| view! { <Row token asking/> }.into_any()).collect_view();
    view! {
        <section class="block" id="api-tokens" aria-labelledby="api-tokens-title">
            <h2 id="api-tokens-title">"API tokens"</h2>
            <p class="lede">"What a program shows instead of a password, such as a test that reads its codes from the outbox."</p>
            <div class="card">
                {move || made.get().map(|made| view! { <Token made/> })}
                {if none {
                    view! { <p class="nothing">"No API tokens yet."</p> }.into_any()
                } else {
                    view! { <ul class="api-tokens" aria-label="API tokens">{rows}</ul> }.into_any()
                }}
                <NewToken refused=page.refused changed made/>
            </div>
        </section>
        <Revoke asking asked changed made/>
    }
}

fn named(token: &ApiTokenSummary) -> (String, String) {
    (token.id.clone(), token.name.clone())
}

#[component]
fn Token(made: MadeToken) -> impl IntoView {
    let words = format!("Copy the token “{}” now: it is not shown again.", made.name);
    view! { <OnceOnly words name="API token" copy="Copy API token" text=made.token/> }
}

#[component]
fn Row(token: ApiTokenSummary, asking: RwSignal<Option<(String, String)>>) -> impl IntoView {
    let about = named(&token);
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.meaning()).collect();
    let used = match token.last_used_at {
        Some(at) => view! { "last used on "<Time ms=at/> }.into_any(),
        None => "not used yet".into_any(),
    };
    let ask = move |event: MouseEvent| {
        event.prevent_default();
        asking.set(Some(about.clone()));
    };
    view! {
        <li class="api-token" data-revoked=token.revoked_at.map(|_| "true")>
            <div class="session-text">
                <p>{token.name.clone()}</p>
                <p class="help">{scopes.join(" · ")}</p>
                <p class="help">"Made by "{token.created_by}" on "<Time ms=token.created_at/>", "{used}</p>
            </div>
            {match token.revoked_at {
                Some(at) => view! { <p class="help">"Revoked on "<Time ms=at/></p> }.into_any(),
                None => view! {
                    <a class="button" data-kind="link" href=["/settings?revoke=", &token.id].concat() rel="external" aria-label=["Revoke ", &token.name].concat() on:click=ask>"Revoke"</a>
                }
                .into_any(),
            }}
        </li>
    }
}

#[component]
fn Revoke(
    asking: RwSignal<Option<(String, String)>>,
    asked: StoredValue<Option<String>>,
    changed: RwSignal<u32>,
    made: RwSignal<Option<MadeToken>>,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let close = move || {
        asked.set_value(None);
        asking.set(None);
        failure.set(None);
    };
    // While the dialog closes it still names what it was about.
    let about = Memo::new(move |before: Option<&(String, String)>| {
        asking.get().or_else(|| before.cloned()).unwrap_or_default()
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let (id, name) = about.get_untracked();
            let answer = revoke_api_token(id).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    close();
                    // Nobody should copy one that no longer counts.
                    made.update(|made| *made = made.take().filter(|made| made.name != name));
                    changed.update(|count| *count += 1);
                }
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    view! {
        <Dialog
            id="revoke"
            open=Signal::derive(move || asking.with(Option::is_some))
            title=Signal::derive(move || about.with(|(_, name)| format!("Revoke {name}?")))
            on_close=Callback::new(move |()| close())
        >
            <p>"Programs that show this token are refused from their next request on. This cannot be undone."</p>
            <form action=RevokeApiToken::PATH method="post" on:submit=submit>
                <input type="hidden" name="id" value=move || about.with(|(id, _)| id.clone())/>
                <StatusNote text=failure tone="danger"/>
                <div class="actions">
                    <a
                        class="button"
                        data-kind="quiet"
                        href="/settings#api-tokens"
                        rel="external"
                        on:click=move |event| {
                            event.prevent_default();
                            close();
                        }
                    >
                        "Cancel"
                    </a>
                    <Button kind=ButtonKind::Danger submit=true busy>"Revoke"</Button>
                </div>
            </form>
        </Dialog>
    }
}

#[component]
fn NewToken(
    refused: Option<(ApiTokenForm, Refusals)>,
    changed: RwSignal<u32>,
    made: RwSignal<Option<MadeToken>>,
) -> impl IntoView {
    // There is one scope, so a token without it would be good for nothing.
    let (form, errors) =
        refused.unwrap_or_else(|| (ApiTokenForm { name: String::new(), outbox_read: true }, Refusals::default()));
    let form = RwSignal::new(form);
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
        spawn_local(async move {
            let answer = create_api_token(form.get_untracked()).await;
            busy.set(false);
            match answer {
                Ok(FormOutcome::Done(token)) => {
                    errors.set(Refusals::default());
                    form.update(|form| form.name.clear());
                    made.set(Some(token));
                    changed.update(|count| *count += 1);
                }
                Ok(FormOutcome::Refused(refused)) => errors.set(refused),
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    let problem = move |field: Field| Signal::derive(move || errors.with(|errors| errors.of(field)));
    view! {
        <form class="section" aria-label="New API token" action=CreateApiToken::PATH method="post" on:submit=submit novalidate=true>
            <h3>"New API token"</h3>
            <TextField
                field=Field::Name
                value=Signal::derive(move || form.with(|form| form.name.clone()))
                on_input=Callback::new(move |text| form.update(|form| form.name = text))
                problem=problem(Field::Name)
                help=Help::from("What it is for, such as the name of a test suite.")
                autocomplete="off"
            />
            <Checks field=Field::ApiScopes problem=problem(Field::ApiScopes)>
                <CheckboxField
                    id="outbox-read"
                    name="form[outbox_read]"
                    label="Read the outbox"
                    checked=Signal::derive(move || form.with(|form| form.outbox_read))
                    on_change=Callback::new(move |on| form.update(|form| form.outbox_read = on))
                    help=Help::from("Messages, with the codes and links in them.")
                />
            </Checks>
            <div class="actions">
                <Button submit=true busy>"Create API token"</Button>
                <StatusNote text=failure tone="danger"/>
            </div>
        </form>
    }
}
