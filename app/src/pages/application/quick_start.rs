//! The quick start: the requests that sign the application's users in, ready to copy, and what to know of each.

use domain::application::Application;
use domain::connection::Method;
use domain::quick_start::{Guide, InstallationFacts, Note, Place, Step, guide, notes};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::components::{CodeBlock, Help, Icon, Shape, Tab, TabPanel, Tabs, TextArea};
use crate::halves::{followed_link, here};

const TABS: [&str; 2] = ["quick-start-sms", "quick-start-email"];
const PANEL: &str = "quick-start-panel";

/// The section, which follows what is saved and switched on this page.
#[component]
pub fn QuickStart(
    /// The installation.
    installation: InstallationFacts,
    /// The application as stored.
    application: RwSignal<Application>,
) -> impl IntoView {
    let here = here();
    let method = Memo::new(move |_| match here.query("quick").as_deref() {
        Some("email") => Method::Email,
        _ => Method::Sms,
    });
    let page = application.with_untracked(|application| ["/applications/", &application.client_id].concat());
    let address = move |method: Method| [page.as_str(), "?quick=", method.as_str()].concat();
    let tabs = Method::ALL
        .map(|tab| Tab {
            id: TABS[usize::from(tab == Method::Email)],
            label: tab.label(),
            // Without JavaScript a page is loaded, and begins where one was.
            href: [&address(tab), "#quick-start"].concat(),
            selected: Signal::derive(move || method.get() == tab),
        })
        .to_vec();
    let turn = move |event: MouseEvent| {
        let Some(href) = followed_link(&event).and_then(|link| link.get_attribute("href")) else { return };
        if let Some(address) = href.strip_suffix("#quick-start") {
            event.prevent_default();
            here.turn(address, false);
        }
    };
    let shown = move || {
        let guide = application.with(|application| guide(&installation, application, method.get()));
        view! { <Steps guide application/> }
    };
    view! {
        <section class="block quick-start" id="quick-start">
            <h2>"Quick start"</h2>
            <p class="lede">"The requests that sign its users in, ready to copy. They are Auth0’s, so its SDKs send them too."</p>
            <div on:click=turn><Tabs label="Quick start" tabs panel=PANEL/></div>
            <TabPanel id=PANEL labelled_by=Signal::derive(move || TABS[usize::from(method.get() == Method::Email)])>
                {shown}
            </TabPanel>
        </section>
    }
}

#[component]
fn Steps(guide: Guide, application: RwSignal<Application>) -> impl IntoView {
    let steps = guide.steps.into_iter().map(|step| step_view(step, application)).collect_view();
    view! { {note_list(guide.notes)} {steps} }
}

fn step_view(step: Step, application: RwSignal<Application>) -> AnyView {
    let samples = step
        .samples
        .into_iter()
        .map(|sample| view! { <CodeBlock language=sample.language name=sample.name text=sample.text/> })
        .collect_view();
    let check = step.endpoint.ends_with("/authorize").then(|| view! { <Check application/> });
    view! {
        <div class="card narrow step">
            <div class="step-head"><h3>{step.title}</h3><code>{step.endpoint}</code></div>
            <p class="help">{with_code(&step.words)}</p>
            {note_list(step.notes)}
            {samples}
            {check}
        </div>
    }
    .into_any()
}

/// Says of a request that somebody wrote what there is to know of it.
#[component]
fn Check(application: RwSignal<Application>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let found = move || {
        let text = typed.get();
        if text.trim().is_empty() {
            return ().into_any();
        }
        note_list(application.with(|application| notes(&text, Some(application))))
    };
    view! {
        <div class="needs-js">
            <TextArea
                id="check-request"
                name="check-request"
                label="Check a request of yours"
                help=Help::from("Paste an authorize URL. It is read here, in the browser, and goes nowhere.")
                value=typed
                on_input=Callback::new(move |text| typed.set(text))
                mono=true
                rows=3
            />
            <div role="status">{found}</div>
        </div>
    }
}

fn note_list(notes: Vec<Note>) -> AnyView {
    if notes.is_empty() {
        return ().into_any();
    }
    let items = notes
        .into_iter()
        .map(|note| {
            let (tone, shape) =
                if note.needs_attention() { ("warning", Shape::WARNING) } else { ("info", Shape::INFO) };
            let link = note.place().map(|place| {
                let (label, href) = way(place);
                // The browser's own way to a place on this page also moves the focus there.
                let rel = href.starts_with('#').then_some("external");
                view! { " " <a href=href rel=rel>{label}</a> }
            });
            view! { <li data-tone=tone><Icon shape/><span>{with_code(&note.to_string())} {link}</span></li> }
        })
        .collect_view();
    view! { <ul class="notes" aria-label="Notes">{items}</ul> }.into_any()
}

fn way(place: Place) -> (String, String) {
    let (label, href) = match place {
        Place::Methods => ("Connections", "/connections/passwordless"),
        Place::Settings(method) => {
            let href = ["/connections/passwordless/", method.as_str()].concat();
            return ([method.label(), " settings"].concat(), href);
        }
        Place::Connections => ("Switch it on", "#connections"),
        Place::GrantTypes => ("Grant types", "#grant-types"),
        Place::Callbacks => ("Allowed Callback URLs", "#callbacks"),
        Place::WebOrigins => ("Allowed Web Origins", "#web_origins"),
    };
    (label.to_owned(), href.to_owned())
}

/// Words whose code stands between backticks.
fn with_code(words: &str) -> Vec<AnyView> {
    let parts = words.split('`').map(str::to_owned).enumerate();
    parts
        .map(|(index, part)| if index % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() })
        .collect()
}
