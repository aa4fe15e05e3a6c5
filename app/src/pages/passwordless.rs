//! Connections > Passwordless: the methods with their toggles, and below them the tabs with each method's views.

mod applications_view;
mod configuration;
mod draft_notice;
mod email_preview;
mod email_settings;
mod fields;
pub mod later;
mod leave_guard;
mod methods;
mod parameters;
mod request_example;
mod sms_preview;
mod sms_settings;
mod try_view;

use domain::admin::Role;
use domain::connection::Method;
use domain::email::EmailForm;
use domain::sms::SmsForm;
use domain::wire;
use leptos::prelude::*;

use crate::components::{PageHeader, Skeleton, SubNav, SubNavItem, Tab, TabPanel, Tabs};
use crate::error::AppError;
use crate::form_state::{FormState, SettingsForm};
use crate::halves::here;
use crate::loaded::{Loaded, suspended};
use crate::outcome::SettingsPage;
use crate::pages::frame::{Failure, signed_in};
use crate::pages::methods_changed::MethodsChanged;
use crate::pages::title::PageTitle;
use crate::server_fns::connections::list_methods;
use crate::server_fns::email::load_email;
use crate::server_fns::sms::load_sms;

use crate::erased::live;
use later::NotLoaded;
use methods::MethodList;
use sms_settings::SmsSettings;

/// A view of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Settings,
    Applications,
    Try,
}

/// What the address asks for.
fn place(path: &str) -> (Method, View) {
    match path.strip_prefix("/connections/passwordless").unwrap_or_default().trim_matches('/') {
        "sms/applications" => (Method::Sms, View::Applications),
        "email/applications" => (Method::Email, View::Applications),
        "sms/try" => (Method::Sms, View::Try),
        "email/try" => (Method::Email, View::Try),
        "email" => (Method::Email, View::Settings),
        _ => (Method::Sms, View::Settings),
    }
}

/// A form that is loaded when its method is first looked at, and then kept as it is edited, above the views.
struct Kept<F: SettingsForm> {
    page: Loaded<Option<SettingsPage<F, F::State>>>,
    state: StoredValue<Option<FormState<F>>>,
    owner: StoredValue<Owner>,
}

impl<F: SettingsForm> Clone for Kept<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: SettingsForm> Copy for Kept<F> {}

impl<F: SettingsForm> Kept<F> {
    fn new(page: Loaded<Option<SettingsPage<F, F::State>>>) -> Self {
        Self { page, state: StoredValue::new(None), owner: StoredValue::new(Owner::current().unwrap_or_default()) }
    }

    /// The form: what is being edited, else what was loaded.
    async fn state(self) -> Result<FormState<F>, AppError> {
        if let Some(state) = self.state.get_value() {
            return Ok(state);
        }
        let page = self.page.get().await?.ok_or(AppError::NotFound)?;
        // The signals belong to the page, not to the view that happened to ask first.
        let state = self.owner.with_value(|owner| owner.with(|| FormState::new(page)));
        self.state.set_value(Some(state));
        Ok(state)
    }
}

/// Whether the form that is shown was refused, for the title.
#[derive(Clone, Copy)]
struct Refused(RwSignal<bool>);

/// The page.
#[component]
pub fn PasswordlessPage() -> impl IntoView {
    let address = here();
    let here = Memo::new(move |_| place(&address.path()));
    let method = Memo::new(move |_| here.get().0);
    let draft = untrack(move || address.query("draft"));
    let looked_at = move |method: Method| Memo::new(move |before| before == Some(&true) || here.get().0 == method);

    let sms_draft = draft.clone().filter(|_| here.get_untracked().0 == Method::Sms);
    let sms = Kept::<SmsForm>::new(Loaded::new(
        {
            let looked_at = looked_at(Method::Sms);
            move || looked_at.get().to_string()
        },
        move |wanted| {
            let draft = sms_draft.clone();
            async move { if wanted == "true" { load_sms(draft).await.map(Some) } else { Ok(None) } }
        },
    ));
    let email_draft = draft.filter(|_| here.get_untracked().0 == Method::Email);
    let email = Kept::<EmailForm>::new(Loaded::new(
        {
            let looked_at = looked_at(Method::Email);
            move || looked_at.get().to_string()
        },
        move |wanted| {
            let draft = email_draft.clone();
            async move { if wanted == "true" { load_email(draft).await.map(Some) } else { Ok(None) } }
        },
    ));
    let methods = Loaded::once(list_methods);
    let summaries = RwSignal::new(Vec::new());
    provide_context(MethodsChanged(summaries));
    let refused = RwSignal::new(false);
    provide_context(Refused(refused));

    let signed_in = signed_in();
    view! {
        <PageTitle h1="Passwordless" refused/>
        <PageHeader
            crumb="Connections"
            title="Passwordless"
            lede="Let people sign in with a one-time code or a link instead of a password. Switch a method on, say how its messages are sent and what they say, then choose the applications that may use it."
        />
        <Suspense fallback=|| view! { <Skeleton/> }>
            {suspended(move || async move {
                let may = signed_in.may(Role::Editor).await;
                match methods.get().await {
                    Ok(methods) => {
                        summaries.set(methods);
                        view! { <MethodList summaries may/> }.into_any()
                    }
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Suspense>
        <MethodTabs here/>
        <TabPanel id="method-panel" labelled_by=Signal::derive(move || tab_id(here.get().0))>
            {live(move || view! { <ViewLinks here method=method.get()/> })}
            <Transition fallback=|| view! { <Skeleton lines=6/> }>
                {suspended(move || {
                    let (method, view) = here.get();
                    async move {
                        let may = signed_in.may(Role::Editor).await;
                        match (method, view) {
                            (method, View::Applications) => later::applications(method, may).await.unwrap_or_else(NotLoaded::view),
                            (Method::Sms, view) => match sms.state().await {
                                Ok(state) if view == View::Try => try_view(state, method, may).await,
                                Ok(state) => view! { <SmsSettings state may/> }.into_any(),
                                Err(error) => view! { <Failure error/> }.into_any(),
                            },
                            (Method::Email, view) => match email.state().await {
                                Ok(state) if view == View::Try => try_view(state, method, may).await,
                                Ok(state) => later::email_settings(state, may).await.unwrap_or_else(NotLoaded::view),
                                Err(error) => view! { <Failure error/> }.into_any(),
                            },
                        }
                    }
                })}
            </Transition>
        </TabPanel>
        <leave_guard::LeaveGuard sms=sms.state email=email.state/>
    }
}

/// The view *Try* of either form.
async fn try_view<F: SettingsForm>(state: FormState<F>, method: Method, may: bool) -> AnyView {
    let settings = Callback::new(move |()| state.form.with_untracked(wire::write));
    let dirty = Signal::derive(move || state.is_dirty());
    later::trial(state.trial, state.samples, method, may, settings, dirty).await.unwrap_or_else(NotLoaded::view)
}

const fn tab_id(method: Method) -> &'static str {
    match method {
        Method::Sms => "tab-sms",
        Method::Email => "tab-email",
    }
}

fn settings_path(method: Method) -> String {
    format!("/connections/passwordless/{}", method.as_str())
}

#[component]
fn MethodTabs(here: Memo<(Method, View)>) -> impl IntoView {
    let tabs = Method::ALL
        .into_iter()
        .map(|method| Tab {
            id: tab_id(method),
            label: method.label(),
            href: settings_path(method),
            selected: Signal::derive(move || here.get().0 == method),
        })
        .collect::<Vec<_>>();
    view! { <Tabs label="Method" tabs panel="method-panel"/> }
}

#[component]
fn ViewLinks(here: Memo<(Method, View)>, method: Method) -> impl IntoView {
    let settings = settings_path(method);
    let applications = [&settings, "/applications"].concat();
    let attempt = [&settings, "/try"].concat();
    let item = move |label, href, view| SubNavItem {
        label,
        href,
        current: Signal::derive(move || here.get() == (method, view)),
    };
    let items = vec![
        item("Settings", settings, View::Settings),
        item("Applications", applications, View::Applications),
        item("Try", attempt, View::Try),
    ];
    view! { <SubNav label=format!("{} views", method.label()) items/> }
}
