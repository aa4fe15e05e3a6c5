//! Connections > Passwordless: the methods with their toggles, and below them the tabs with each method's views.

mod applications_view;
mod configuration;
mod draft_notice;
mod email_preview;
mod email_settings;
mod fields;
pub mod history;
pub mod later;
mod leave_guard;
mod merge;
mod merging;
mod methods;
mod newer;
mod parameters;
mod request_example;
mod saving;
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
use crate::form_state::{FormState, SaveNote, SettingsForm};
use crate::halves::{Here, here};
use crate::loaded::{Loaded, OncePerPage, suspended};
use crate::outcome::SettingsPage;
use crate::pages::frame::{Failure, signed_in};
use crate::pages::methods_changed::MethodsChanged;
use crate::pages::title::PageTitle;
use crate::server_fns::connections::list_methods;
use crate::server_fns::email::load_email;
use crate::server_fns::sms::load_sms;

use crate::erased::live;
use history::History;
use later::NotLoaded;
use methods::MethodList;
use sms_settings::SmsSettings;

/// A view of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Settings,
    Applications,
    Try,
    History,
    Revision(i64),
}

/// What the address asks for.
fn place(path: &str) -> (Method, View) {
    match path.strip_prefix("/connections/passwordless").unwrap_or_default().trim_matches('/') {
        "sms/applications" => (Method::Sms, View::Applications),
        "email/applications" => (Method::Email, View::Applications),
        "sms/try" => (Method::Sms, View::Try),
        "email/try" => (Method::Email, View::Try),
        "email" => (Method::Email, View::Settings),
        path => past(path).unwrap_or((Method::Sms, View::Settings)),
    }
}

/// The revisions of a method, or one of them.
fn past(path: &str) -> Option<(Method, View)> {
    let (method, rest) = path.split_once("/history")?;
    let method = Method::ALL.into_iter().find(|each| each.as_str() == method)?;
    match rest.strip_prefix('/') {
        None if rest.is_empty() => Some((method, View::History)),
        // A revision that cannot be is none, and the page says so.
        Some(version) => Some((method, View::Revision(version.parse().unwrap_or(-1)))),
        None => None,
    }
}

/// A form that is loaded when its method is first looked at, and then kept as it is edited, above the views.
struct Kept<F: SettingsForm> {
    /// Counts how often what was loaded has become out of date.
    outdated: RwSignal<u32>,
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
    fn new(outdated: RwSignal<u32>, page: Loaded<Option<SettingsPage<F, F::State>>>) -> Self {
        let owner = StoredValue::new(Owner::current().unwrap_or_default());
        Self { outdated, page, state: StoredValue::new(None), owner }
    }

    /// Loads the form again when it is next looked at, unless something in it would be lost.
    fn outdated(self) {
        if self.state.get_value().is_none_or(|state| !state.holds_text()) {
            self.state.set_value(None);
            self.outdated.update(|count| *count += 1);
        }
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

/// Once a form is saved its address no longer says that it begins with a draft or a revision: loaded again, it shows what counts.
fn settle<F: SettingsForm>(state: FormState<F>, address: Here, method: Method) {
    if state.note.with_untracked(|note| matches!(note, Some(SaveNote::Saved(_)))) {
        begins_anew(address, method);
    }
}

/// The address says no longer that the form begins with a draft or a revision.
fn begins_anew(address: Here, method: Method) {
    if untrack(move || address.query("draft").or_else(|| address.query("revision"))).is_some() {
        address.turn(&settings_path(method), true);
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
    // What the form of the address begins with, if not with what is stored: a draft, or an earlier revision.
    let begins =
        untrack(move || (address.query("draft"), address.query("revision").and_then(|text| text.parse::<i64>().ok())));
    let begins_with = move |method: Method| {
        if here.get_untracked().0 == method { begins.clone() } else { (None, None) }
    };
    let (sms_begins, email_begins) = (begins_with(Method::Sms), begins_with(Method::Email));
    let looked_at = move |method: Method| Memo::new(move |before| before == Some(&true) || here.get().0 == method);

    let sms_outdated = RwSignal::new(0);
    let sms = Kept::<SmsForm>::new(
        sms_outdated,
        Loaded::new(
            {
                let looked_at = looked_at(Method::Sms);
                move || if looked_at.get() { sms_outdated.get().to_string() } else { String::new() }
            },
            move |wanted| {
                // Only at first: later it is what is stored that counts.
                let (draft, revision) = if wanted == "0" { sms_begins.clone() } else { (None, None) };
                async move { if wanted.is_empty() { Ok(None) } else { load_sms(draft, revision).await.map(Some) } }
            },
        ),
    );
    let email_outdated = RwSignal::new(0);
    let email = Kept::<EmailForm>::new(
        email_outdated,
        Loaded::new(
            {
                let looked_at = looked_at(Method::Email);
                move || if looked_at.get() { email_outdated.get().to_string() } else { String::new() }
            },
            move |wanted| {
                // Only at first: later it is what is stored that counts.
                let (draft, revision) = if wanted == "0" { email_begins.clone() } else { (None, None) };
                async move { if wanted.is_empty() { Ok(None) } else { load_email(draft, revision).await.map(Some) } }
            },
        ),
    );
    let methods = Loaded::once(list_methods);
    let summaries = RwSignal::new(Vec::new());
    provide_context(MethodsChanged(summaries));
    let refused = RwSignal::new(false);
    provide_context(Refused(refused));
    let restored = RwSignal::new(None);
    let (listed, shown, applications) = (OncePerPage::empty(), OncePerPage::empty(), OncePerPage::empty());
    let counts = Callback::new(move |method| {
        match method {
            Method::Sms => sms.outdated(),
            Method::Email => email.outdated(),
        }
        MethodsChanged(summaries).reload();
    });
    let past = move |method: Method, may: bool| History { method, may, restored, listed, shown, counts };

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
                            (method, View::History) => later::history(past(method, may), None).await.unwrap_or_else(NotLoaded::view),
                            (method, View::Revision(version)) => later::history(past(method, may), Some(version)).await.unwrap_or_else(NotLoaded::view),
                            (method, View::Applications) => later::applications(applications, method, may).await.unwrap_or_else(NotLoaded::view),
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
    let past = [&settings, "/history"].concat();
    let item = move |label, href, view| SubNavItem {
        label,
        href,
        current: Signal::derive(move || {
            let (of, shown) = here.get();
            // One revision is part of the history.
            let shown = if matches!(shown, View::Revision(_)) { View::History } else { shown };
            (of, shown) == (method, view)
        }),
    };
    let items = vec![
        item("Settings", settings, View::Settings),
        item("Applications", applications, View::Applications),
        item("Try", attempt, View::Try),
        item("History", past, View::History),
    ];
    view! { <SubNav label=format!("{} views", method.label()) items/> }
}
