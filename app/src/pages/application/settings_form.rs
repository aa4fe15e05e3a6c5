//! The settings of one application.

use domain::application::{Application, ApplicationForm, TokenEndpointAuthentication};
use domain::{Field, Form};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use crate::components::{
    Banner, CheckboxField, Choice, ErrorSummary, Help, LeaveQuestion, RadioGroup, SaveBar, StatusNote, SwitchField,
    TextArea, TextField,
};
use crate::outcome::{ApplicationDetails, FormOutcome, Refusals};
use crate::server_fns::applications::{SaveApplication, save_application};

/// The form.
#[component]
pub fn ApplicationSettingsForm(
    /// The application, and what the form starts from.
    details: ApplicationDetails,
    /// Whether the administrator may change anything.
    may: bool,
    /// The name as stored, for the heading.
    name: RwSignal<String>,
    /// The application as stored, for what else the page says of it.
    application: RwSignal<Application>,
    /// Whether the form was refused, for the title.
    refused: RwSignal<bool>,
) -> impl IntoView {
    let kind = details.application.kind;
    let client_id = StoredValue::new(details.application.client_id.clone());
    let stored = RwSignal::new(ApplicationForm::from_settings(&details.application.settings));
    let form = RwSignal::new(details.form);
    let errors = RwSignal::new(details.errors);
    let saving = RwSignal::new(false);
    let said = RwSignal::new(details.just_saved.then(|| Ok::<String, String>("Saved.".to_owned())));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if saving.get_untracked() {
            return;
        }
        saving.set(true);
        said.set(None);
        let sent = form.get_untracked();
        spawn_local(async move {
            let answer = save_application(client_id.get_value(), sent.clone()).await;
            saving.set(false);
            match answer {
                Ok(FormOutcome::Done(())) => {
                    errors.set(Refusals::default());
                    if let Ok(settings) = sent.check(kind) {
                        let checked = ApplicationForm::from_settings(&settings);
                        form.update(|form| {
                            if *form == sent {
                                form.clone_from(&checked);
                            }
                        });
                        stored.set(checked);
                        name.set(settings.name.clone());
                        application.update(|application| application.settings = settings);
                    }
                    said.set(Some(Ok("Saved.".to_owned())));
                }
                Ok(FormOutcome::Refused(refused)) => errors.set(refused),
                Err(error) => said.set(Some(Err(error.to_string()))),
            }
            refused.set(!errors.with_untracked(Refusals::is_empty));
        });
    };
    let text = move |field: Field| Signal::derive(move || form.with(|form| form.text(field).into_owned()));
    let set = move |field: Field| Callback::new(move |text: String| form.update(|form| form.set_text(field, text)));
    let problem = move |field: Field| Signal::derive(move || errors.with(|errors| errors.of(field)));
    let grants = form
        .with_untracked(|form| form.grant_types)
        .each()
        .map(|(label, key, _)| {
            let checked = Signal::derive(move || form.with(|form| form.grant_types.each().iter().any(|(_, name, on)| *name == key && *on)));
            let set = Callback::new(move |on| form.update(|form| form.grant_types.set(key, on)));
            view! { <CheckboxField id=format!("grant-{key}") name=format!("form[grant_types][{key}]") label checked on_change=set/> }
        })
        .into_iter()
        .collect_view();
    let authentications = TokenEndpointAuthentication::ALL
        .map(|choice| {
            let help = match choice {
                TokenEndpointAuthentication::None => "No secret: the application cannot keep one",
                TokenEndpointAuthentication::Post => "The secret goes into the body",
                TokenEndpointAuthentication::Basic => "The secret goes into the Authorization header",
            };
            Choice::new(choice.as_str(), choice.label(), help)
        })
        .to_vec();
    let dirty = Signal::derive(move || form.with(|form| stored.with(|stored| form != stored)));
    let changed = Signal::derive(move || {
        let labels: Vec<String> =
            form.with(|form| stored.with(|stored| form.differing(stored))).into_iter().map(Field::label).collect();
        format!("Unsaved changes to {}", labels.join(", "))
    });
    let discard = Callback::new(move |()| {
        form.set(stored.get_untracked());
        errors.set(Refusals::default());
        said.set(None);
    });
    view! {
        <section class="block">
            <h2>"Settings"</h2>
            {(!may).then(|| view! { <Banner title="You can look but not change">"Your role, Viewer, cannot change this."</Banner> })}
            <ErrorSummary errors/>
            <form class="card narrow" aria-label="Application settings" action=SaveApplication::PATH method="post" on:submit=submit novalidate=true>
                <fieldset class="section" disabled=!may>
                    <input type="hidden" name="client_id" value=client_id.get_value()/>
                    <TextField field=Field::Name value=text(Field::Name) on_input=set(Field::Name) problem=problem(Field::Name) autocomplete="off"/>
                    <TextArea
                        field=Field::Callbacks
                        value=text(Field::Callbacks)
                        on_input=set(Field::Callbacks)
                        problem=problem(Field::Callbacks)
                        help=Help::from("One a line, compared to the letter: https, http on this machine, or a scheme of the app’s own with a dot in it.")
                        mono=true
                        rows=3
                    />
                    <TextArea
                        field=Field::WebOrigins
                        value=text(Field::WebOrigins)
                        on_input=set(Field::WebOrigins)
                        problem=problem(Field::WebOrigins)
                        help=Help::from("One a line: origins whose pages may call the API from a browser, such as https://app.example.com.")
                        mono=true
                        rows=3
                    />
                    <fieldset class="checks" id="grant-types" tabindex="-1">
                        <legend>"Grant types"</legend>
                        {grants}
                    </fieldset>
                    <RadioGroup
                        field=Field::TokenEndpointAuthentication
                        choices=authentications
                        value=text(Field::TokenEndpointAuthentication)
                        on_change=set(Field::TokenEndpointAuthentication)
                        problem=problem(Field::TokenEndpointAuthentication)
                    />
                    <SwitchField
                        field=Field::TrustIpHeader
                        checked=Signal::derive(move || form.with(|form| form.trust_ip_header))
                        on_change=Callback::new(move |on| form.update(|form| form.trust_ip_header = on))
                        help=Help::from("Takes the user’s address from auth0-forwarded-for, for an application that calls from its own server and proves its secret.")
                    />
                    {may.then(|| view! {
                        <SaveBar dirty text=changed saving on_discard=discard>
                            <StatusNote
                                text=Signal::derive(move || said.get().map(|said| said.unwrap_or_else(|error| error)))
                                tone=Signal::derive(move || match said.get() { Some(Ok(_)) => "success", Some(Err(_)) => "danger", None => "" })
                            />
                        </SaveBar>
                    })}
                </fieldset>
            </form>
            <LeaveQuestion dirty=Callback::new(move |()| dirty.get_untracked()) leaving=StoredValue::new(false)/>
        </section>
    }
}
