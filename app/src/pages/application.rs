//! One application.

mod danger;
mod quick_start;
mod settings_form;

use domain::admin::Role;
use domain::application::Application;
use domain::connection::Method;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;

use crate::components::{Button, ButtonKind, CopyButton, OnceOnly, PageHeader, Skeleton, StatusNote, Time};
use crate::loaded::{Loaded, suspended};
use crate::outcome::ApplicationDetails;
use crate::pages::applications::list::EnablementToggle;
use crate::pages::frame::{Failure, signed_in};
use crate::pages::title::PageTitle;
use crate::server_fns::applications::{RotateClientSecret, load_application, rotate_client_secret};

use danger::DeleteApplicationForm;
use quick_start::QuickStart;
use settings_form::ApplicationSettingsForm;

/// A client secret on its way from registering to the page that shows it, once.
#[derive(Clone, Copy)]
pub struct ShownOnce(StoredValue<Option<(String, String)>>);

impl ShownOnce {
    /// Keeps a new client secret for the page that is opened next.
    pub fn keep(self, client_id: &str, secret: Option<String>) {
        self.0.set_value(secret.map(|secret| (client_id.to_owned(), secret)));
    }
}

/// Gives the pages inside the frame a place for a client secret that is shown once.
pub fn provide_shown_once() {
    provide_context(ShownOnce(StoredValue::new(None)));
}

fn take_shown_once(client_id: &str) -> Option<String> {
    let kept = use_context::<ShownOnce>()?.0;
    let (of, secret) = kept.get_value()?;
    kept.set_value(None);
    (of == client_id).then_some(secret)
}

/// The page.
#[component]
pub fn ApplicationPage() -> impl IntoView {
    let params = use_params_map();
    let client_id = Memo::new(move |_| params.with(|params| params.get("client_id").unwrap_or_default()));
    let details = Loaded::new(move || client_id.get(), load_application);
    let signed_in = signed_in();
    let handed_over = take_shown_once(&client_id.get_untracked());
    view! {
        <Suspense fallback=|| view! { <Skeleton lines=6/> }>
            {suspended(move || {
                let handed_over = handed_over.clone();
                async move {
                    let may = signed_in.may(Role::Editor).await;
                    match details.get().await {
                        Ok(mut details) => {
                            details.secret = details.secret.or(handed_over);
                            view! { <Details details may/> }.into_any()
                        }
                        Err(error) => view! { <PageTitle h1="Application" refused=true/><PageHeader crumb="Applications" crumb_href="/applications" title="Application"/><Failure error/> }.into_any(),
                    }
                }
            })}
        </Suspense>
    }
}

#[component]
fn Details(details: ApplicationDetails, may: bool) -> impl IntoView {
    let application = details.application.clone();
    let stored = RwSignal::new(application.clone());
    let installation = details.installation.clone();
    let name = RwSignal::new(application.settings.name.clone());
    let secret = RwSignal::new(details.secret.clone());
    let refused = RwSignal::new(!details.errors.is_empty());
    view! {
        <PageTitle h1=name refused/>
        {move || view! { <PageHeader crumb="Applications" crumb_href="/applications" title=name.get()/> }}
        <Identity application=application.clone() may secret/>
        <Connections application=stored may/>
        <ApplicationSettingsForm details may name application=stored refused/>
        <QuickStart installation application=stored/>
        {may.then(|| view! { <DeleteApplicationForm client_id=application.client_id name/> })}
    }
}

#[component]
fn Identity(application: Application, may: bool, secret: RwSignal<Option<String>>) -> impl IntoView {
    let client_id = application.client_id.clone();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let id = StoredValue::new(application.client_id.clone());
    let rotate = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = rotate_client_secret(id.get_value()).await;
            busy.set(false);
            match answer {
                Ok(new) => secret.set(Some(new)),
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    let shown = move || {
        secret.get().map(|text| {
            view! {
                <OnceOnly
                    words="Copy the client secret now: it is not shown again."
                    name="Client Secret"
                    copy="Copy Client Secret"
                    text
                />
            }
        })
    };
    view! {
        <div class="card narrow">
            <dl class="facts section">
                <div>
                    <dt>"Client ID"</dt>
                    <dd class="copy-row"><code>{client_id.clone()}</code><CopyButton label="Copy Client ID" text=client_id.clone()/></dd>
                </div>
                <div><dt>"Type"</dt><dd>{application.kind.label()}</dd></div>
                <div><dt>"Registered"</dt><dd><Time ms=application.created_at/></dd></div>
                {application.kind.is_confidential().then(|| view! {
                    <div>
                        <dt>"Client Secret"</dt>
                        <dd>
                            <p class="help">"Stored only as a hash; it was shown once. A new one takes its place at once."</p>
                            {may.then(|| view! {
                                <form action=RotateClientSecret::PATH method="post" on:submit=rotate>
                                    <input type="hidden" name="client_id" value=client_id/>
                                    <Button kind=ButtonKind::Quiet submit=true busy>"Rotate secret"</Button>
                                    <StatusNote text=failure tone="danger"/>
                                </form>
                            })}
                        </dd>
                    </div>
                })}
            </dl>
            {shown}
        </div>
    }
}

#[component]
fn Connections(application: RwSignal<Application>, may: bool) -> impl IntoView {
    let Application { client_id, sms, email, .. } = application.get_untracked();
    let rows = [(Method::Sms, sms), (Method::Email, email)]
        .map(|(method, enabled)| {
            let switched = Callback::new(move |on| {
                application.update(|application| match method {
                    Method::Sms => application.sms = on,
                    Method::Email => application.email = on,
                });
            });
            view! {
                <li class="application">
                    <div class="application-text"><p>{method.label()}</p></div>
                    <EnablementToggle client_id=client_id.clone() label=method.label().to_owned() method enabled may switched/>
                </li>
            }
        })
        .into_iter()
        .collect_view();
    view! {
        <section class="block" id="connections">
            <h2>"Connections"</h2>
            <p class="lede">"How its users may sign in."</p>
            <ul class="card narrow applications" aria-label="Connections">{rows}</ul>
        </section>
    }
}
