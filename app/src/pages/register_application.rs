//! Registering an application.

use domain::Field;
use domain::application::{ApplicationType, RegistrationForm};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::components::{Button, Choice, ErrorSummary, Help, PageHeader, RadioGroup, Skeleton, StatusNote, TextField};
use crate::loaded::{Loaded, suspended};
use crate::outcome::{FormOutcome, Refusals, RegistrationPage};
use crate::pages::application::ShownOnce;
use crate::pages::frame::Failure;
use crate::pages::title::PageTitle;
use crate::server_fns::applications::{RegisterApplication, load_registration, register_application};

/// The page.
#[component]
pub fn RegisterApplicationPage() -> impl IntoView {
    let page = Loaded::once(load_registration);
    view! {
        <PageHeader
            crumb="Applications"
            crumb_href="/applications"
            title="Register application"
            lede="Tell Doorcode of software that will sign its users in. It gets a client ID and, if it can keep one, a client secret."
        />
        <Suspense fallback=|| view! { <Skeleton/> }>
            {suspended(move || async move {
                match page.get().await {
                    Ok(page) => view! { <Registration page/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Registration(page: RegistrationPage) -> impl IntoView {
    let errors = RwSignal::new(page.errors);
    let name = RwSignal::new(page.form.name);
    let kind = RwSignal::new(page.form.kind.as_str().to_owned());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let navigate = use_navigate();
    let shown_once = expect_context::<ShownOnce>();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let form =
            RegistrationForm { name: name.get_untracked(), kind: kind.get_untracked().parse().unwrap_or_default() };
        let navigate = navigate.clone();
        spawn_local(async move {
            let answer = register_application(form).await;
            busy.set(false);
            match answer {
                Ok(FormOutcome::Done(registered)) => {
                    shown_once.keep(&registered.client_id, registered.secret);
                    navigate(&format!("/applications/{}", registered.client_id), NavigateOptions::default());
                }
                Ok(FormOutcome::Refused(refused)) => errors.set(refused),
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    let kinds = ApplicationType::ALL.map(|kind| Choice::new(kind.as_str(), kind.label(), kind.meaning())).to_vec();
    view! {
        <PageTitle h1="Register application" refused=Signal::derive(move || !errors.with(Refusals::is_empty))/>
        <ErrorSummary errors/>
        <form class="card narrow" aria-label="Register application" action=RegisterApplication::PATH method="post" on:submit=submit novalidate=true>
            <section class="section">
                <TextField
                    field=Field::Name
                    value=name
                    on_input=Callback::new(move |text| name.set(text))
                    problem=Signal::derive(move || errors.with(|errors| errors.of(Field::Name)))
                    help=Help::from("Your users see it in messages. 1 to 255 characters.")
                    autocomplete="off"
                />
                <RadioGroup field=Field::ApplicationType choices=kinds value=kind on_change=Callback::new(move |chosen| kind.set(chosen))/>
            </section>
            <div class="section actions">
                <Button submit=true busy>"Register application"</Button>
                <StatusNote text=failure tone="danger"/>
            </div>
        </form>
    }
}
