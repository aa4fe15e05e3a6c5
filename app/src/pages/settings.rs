//! The installation, who carries its emails out, and its administrators.

mod administrators;
mod api_tokens;
mod email_provider;

use domain::admin::Role;
use domain::installation::InstallationForm;
use domain::wire::Wire;
use domain::{Field, Form};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use crate::components::{
    Banner, ErrorSummary, Help, LeaveQuestion, PageHeader, SaveBar, Skeleton, StatusNote, TextField,
};
use crate::loaded::{Loaded, suspended};
use crate::outcome::{FormOutcome, InstallationPage, Refusals};
use crate::pages::frame::{Failure, signed_in};
use crate::pages::title::PageTitle;
use crate::server_fns::email_provider::load_email_provider;
use crate::server_fns::settings::{SaveInstallation, load_administrators, load_settings, save_installation};

use administrators::Administrators;
use api_tokens::ApiTokens;
use email_provider::EmailProvider;

/// What the page must know of one of its forms.
#[derive(Clone, Copy)]
struct Part {
    /// Whether it was refused, for the title.
    refused: RwSignal<bool>,
    /// Whether it holds something unsaved.
    dirty: RwSignal<bool>,
}

impl Part {
    fn new() -> Self {
        Self { refused: RwSignal::new(false), dirty: RwSignal::new(false) }
    }
}

/// The page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let parts = [Part::new(), Part::new()];
    let [installation_part, provider_part] = parts;
    let refused = Signal::derive(move || parts.iter().any(|part| part.refused.get()));
    let dirty = Callback::new(move |()| parts.iter().any(|part| part.dirty.get_untracked()));
    view! {
        <PageTitle h1="Settings" refused/>
        <PageHeader title="Settings" lede="What holds for the whole installation."/>
        {installation(installation_part)}
        {email_provider(provider_part)}
        {administrators()}
        <ApiTokens/>
        <LeaveQuestion dirty leaving=StoredValue::new(false)/>
    }
}

fn installation(part: Part) -> AnyView {
    let page = Loaded::once(load_settings);
    section(page, move |page, owner| view! { <Installation page owner part/> }.into_any())
}

fn email_provider(part: Part) -> AnyView {
    let page = Loaded::once(load_email_provider);
    section(page, move |page, owner| view! { <EmailProvider page owner part/> }.into_any())
}

fn administrators() -> AnyView {
    let signed_in = signed_in();
    let changed = RwSignal::new(0_u32);
    // Above what is loaded again after each change, so that a link that is shown once outlives the list.
    let invited = RwSignal::new(None);
    let page = Loaded::new(
        move || changed.get().to_string(),
        move |_| async move {
            if signed_in.may(Role::Owner).await { load_administrators().await.map(Some) } else { Ok(None) }
        },
    );
    section(page, move |page, _| page.map(|page| view! { <Administrators page changed invited/> }).into_any())
}

/// A part of the page that waits for what it shows; the view is told whether an owner looks at it.
fn section<T>(page: Loaded<T>, view: impl Fn(T, bool) -> AnyView + Copy + Send + Sync + 'static) -> AnyView
where
    T: Wire + Clone + Send + Sync + 'static,
{
    let signed_in = signed_in();
    view! {
        <Transition fallback=|| view! { <Skeleton lines=6/> }>
            {suspended(move || async move {
                let owner = signed_in.may(Role::Owner).await;
                match page.get().await {
                    Ok(page) => view(page, owner),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Installation(page: InstallationPage, owner: bool, part: Part) -> impl IntoView {
    let stored = RwSignal::new(page.form.clone());
    let form = RwSignal::new(page.form);
    let errors = RwSignal::new(page.errors);
    let is_refused = move || !errors.with(Refusals::is_empty);
    // Once for the title that the server writes, then at each change.
    part.refused.set(untrack(is_refused));
    Effect::new(move || part.refused.set(is_refused()));
    let saving = RwSignal::new(false);
    let said = RwSignal::new(page.just_saved.then(|| Ok::<String, String>("Saved.".to_owned())));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if saving.get_untracked() {
            return;
        }
        saving.set(true);
        said.set(None);
        let sent = form.get_untracked();
        spawn_local(async move {
            let answer = save_installation(sent.clone()).await;
            saving.set(false);
            match answer {
                Ok(FormOutcome::Done(())) => {
                    errors.set(Refusals::default());
                    let checked =
                        sent.check().map(|checked| InstallationForm::from_installation(&checked)).unwrap_or(sent);
                    form.set(checked.clone());
                    stored.set(checked);
                    said.set(Some(Ok("Saved.".to_owned())));
                }
                Ok(FormOutcome::Refused(refused)) => errors.set(refused),
                Err(error) => said.set(Some(Err(error.to_string()))),
            }
        });
    };
    let field = move |field: Field, help: &'static str, kind: &'static str| {
        view! {
            <TextField
                field
                kind
                value=Signal::derive(move || form.with(|form| form.text(field).into_owned()))
                on_input=Callback::new(move |text| form.update(|form| form.set_text(field, text)))
                problem=Signal::derive(move || errors.with(|errors| errors.of(field)))
                help=Help::from(help)
                autocomplete="off"
            />
        }
    };
    let dirty = Signal::derive(move || form.with(|form| stored.with(|stored| form != stored)));
    Effect::new(move || part.dirty.set(dirty.get()));
    let discard = Callback::new(move |()| {
        form.set(stored.get_untracked());
        errors.set(Refusals::default());
        said.set(None);
    });
    view! {
        <section class="block">
            <h2>"Installation"</h2>
            <ErrorSummary errors/>
            {(!owner).then(|| view! { <Banner title="You can look but not change">"Only an owner changes this."</Banner> })}
            <form class="card narrow" aria-label="Installation" action=SaveInstallation::PATH method="post" on:submit=submit novalidate=true>
                <fieldset class="section" disabled=!owner>
                    {field(Field::InstallationName, "In the banner, and in messages as friendly_name and tenant.", "text")}
                    {field(Field::SupportEmail, "Where your users find help; in messages as support_email.", "email")}
                    {field(Field::SupportUrl, "Where your users find help on the web; in messages as support_url.", "url")}
                    {field(Field::DefaultLanguage, "The language of a request that names none, such as en or fr-CA.", "text")}
                    {owner.then(|| view! {
                        <SaveBar dirty text=Signal::stored("Unsaved changes to Installation".to_owned()) saving on_discard=discard>
                            <StatusNote
                                text=Signal::derive(move || said.get().map(|said| said.unwrap_or_else(|error| error)))
                                tone=Signal::derive(move || match said.get() { Some(Ok(_)) => "success", Some(Err(_)) => "danger", None => "" })
                            />
                        </SaveBar>
                    })}
                </fieldset>
            </form>
        </section>
    }
}
