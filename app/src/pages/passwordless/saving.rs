//! What both settings forms do when they are saved or meet what someone else saved, and what is said above them.

use std::future::Future;

use domain::connection::Method;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::draft_notice::DraftNotice;
use super::leave_guard::bring_back;
use super::merging::merging;
use super::methods::VIEWER;
use super::newer::Newer;
use super::{Refused, begins_anew, settle};
use crate::components::{Banner, ErrorSummary};
use crate::error::AppError;
use crate::form_state::{FormState, SettingsForm};
use crate::halves::here;
use crate::outcome::{Meeting, Refusals, SaveOutcome};
use crate::pages::methods_changed::MethodsChanged;
use crate::server_fns::connections::discard_draft;

/// How a form is saved, while its view is there.
pub struct Saving<F: SettingsForm> {
    state: FormState<F>,
    method: Method,
    /// Whether a save is under way.
    pub busy: RwSignal<bool>,
    /// What was taken over from a newer version, in words.
    taken: RwSignal<String>,
    /// Asks what someone else saved, and shows it.
    meet: Callback<()>,
}

impl<F: SettingsForm> Clone for Saving<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: SettingsForm> Copy for Saving<F> {}

impl<F: SettingsForm> Saving<F> {
    /// Begins with the text that this tab kept under `key`, if it did; `ask` is the call that says what someone else saved.
    pub fn new<Fut>(
        state: FormState<F>,
        method: Method,
        key: &'static str,
        ask: impl Fn(F, i64) -> Fut + Copy + Send + Sync + 'static,
    ) -> Self
    where
        Fut: Future<Output = Result<Meeting<F::State>, AppError>> + 'static,
    {
        let refused = expect_context::<Refused>().0;
        let is_refused = move || !state.summary.with(Refusals::is_empty) || state.conflict.get();
        // Once for the title that the server writes, then at each change.
        refused.set(untrack(is_refused));
        Effect::new(move || refused.set(is_refused()));
        let (busy, taken, asking) = (RwSignal::new(false), RwSignal::new(String::new()), StoredValue::new(false));
        let meet = Callback::new(move |()| {
            if asking.get_value() || busy.get_untracked() {
                return;
            }
            asking.set_value(true);
            let asked = state.to_meet();
            spawn_local(async move {
                let answer = ask(asked.yours.clone(), asked.base).await;
                // A save that began meanwhile says itself what it met.
                if busy.try_get_untracked() == Some(false) {
                    taken.set(state.met(&asked, answer));
                }
                asking.try_set_value(false);
            });
        });
        Effect::new(move |ran: Option<()>| {
            if ran.is_none() {
                bring_back(key, state, meet);
            }
        });
        Self { state, method, busy, taken, meet }
    }

    /// What hears of a submit; `save` is the call with the form, the version that it is made on, and the draft that it replaces.
    pub fn submit<Fut>(self, save: impl Fn(F, i64, String) -> Fut + Copy + 'static) -> impl FnMut(SubmitEvent) + 'static
    where
        Fut: Future<Output = Result<SaveOutcome<F::State>, AppError>> + 'static,
    {
        let Self { state, method, busy, taken, .. } = self;
        let (address, methods) = (here(), expect_context::<MethodsChanged>());
        move |event: SubmitEvent| {
            event.prevent_default();
            if busy.get_untracked() || state.refused_unanswered() {
                return;
            }
            busy.set(true);
            let (sent, base, draft) = state.sent();
            spawn_local(async move {
                let answer = save(sent.clone(), base, draft).await;
                busy.set(false);
                state.answered(&sent, answer);
                settle(state, address, method);
                taken.set(String::new());
                methods.reload();
            });
        }
    }

    /// Puts back what is stored. The draft that kept what the form held is discarded with it; one that the page shows can be brought
    /// back.
    pub fn discard(self) -> Callback<()> {
        let Self { state, method, .. } = self;
        let address = here();
        Callback::new(move |()| {
            let draft = state.draft.get_untracked();
            state.set_aside();
            if !draft.is_empty() {
                // If it fails, the draft is told of again.
                spawn_local(async move { drop(discard_draft(method, draft).await) });
            }
            begins_anew(address, method);
        })
    }

    /// What is said above the form; `form` is the id of its element.
    pub fn said(self, may: bool, form: &'static str) -> AnyView {
        let Self { state, method, busy, taken, meet } = self;
        view! {
            <DraftNotice state method meet/>
            <Newer method base=state.base saving=busy taken show=meet/>
            {(!may).then(|| view! { <Banner title="You can look but not change">{VIEWER}</Banner> })}
            <ErrorSummary errors=state.summary/>
            {merging(state, form)}
        }
        .into_any()
    }
}
