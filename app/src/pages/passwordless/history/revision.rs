//! One revision: how it differs from another, its messages, and every field as it was.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::compared::compared;
use super::preview::preview;
use super::restore::{Restore, in_form};
use super::{History, name, name_within, path};
use crate::components::{Button, ButtonKind, ErrorSummary, LinkButton, Skeleton, TextField, Time};
use crate::erased::hears;
use crate::halves::{Here, here};
use crate::history::{Held, RevisionPage};
use crate::loaded::{Loaded, suspended};
use crate::outcome::Refusals;
use crate::pages::activity::address::address;
use crate::pages::frame::Failure;
use crate::pages::passwordless::Refused;
use crate::server_fns::history::load_revision;

/// The revision.
#[component]
pub fn OneRevision(
    /// What it is about.
    history: History,
    /// The revision.
    version: i64,
) -> impl IntoView {
    let here = here();
    let refused = expect_context::<Refused>().0;
    on_cleanup(move || refused.set(false));
    let page = history.shown.load(|| {
        Loaded::new(
            move || here.query("with").unwrap_or_default(),
            move |with| load_revision(history.method, version, with),
        )
    });
    let page = suspended(move || async move {
        match page.get().await {
            Ok(page) => {
                refused.set(!page.errors.is_empty());
                shown(history, page, here)
            }
            Err(error) => view! { <Failure error/> }.into_any(),
        }
    });
    view! { <Transition fallback=|| view! { <Skeleton lines=8/> }>{page}</Transition> }
}

fn shown(history: History, page: RevisionPage, here: Here) -> AnyView {
    let version = page.shown.summary.version;
    let present = page.present.version;
    let asked = untrack(move || here.query("restore")).is_some();
    let asking = RwSignal::new(asked && history.may);
    let is_present = version == present;
    let summary = page.shown.summary;
    let fields = summary.fields.join(", ");
    let what = match summary.restored {
        Some(restored) => [&name(restored), " restored: ", &fields].concat(),
        None => ["Changed: ", &fields].concat(),
    };
    let (with, shown) = (name_within(page.with.summary.version), name_within(version));
    let with_is_present = page.with.summary.version == present;
    let heading = ["Compared with ", if with_is_present { "the present settings" } else { &with }].concat();
    let (older, newer) =
        if page.with.summary.version < version { (with.clone(), shown) } else { (shown, with.clone()) };
    let near = |version: i64, word: &str| {
        view! { <a class="button" data-kind="quiet" href=path(history.method, Some(version))>{[word, ": revision ", &version.to_string()].concat()}</a> }
    };
    let restore = (history.may && !is_present).then(|| {
        if page.restores.is_empty() {
            return view! { <p class="help">"It says the same as the present settings, so there is nothing to restore."</p> }.into_any();
        }
        let ask = hears(move |event: SubmitEvent| {
            event.prevent_default();
            asking.set(true);
        });
        view! {
            <form class="actions" action=path(history.method, Some(version)) method="get" on:submit=ask>
                <input type="hidden" name="restore" value="ask"/>
                <Button submit=true>"Restore"</Button>
                <LinkButton kind=ButtonKind::Link external=true href=in_form(history, version)>"Use in the form"</LinkButton>
            </form>
            <Restore history version present=page.present.clone() changes=page.restores problems=page.problems overtaken=page.overtaken asking/>
        }
        .into_any()
    });
    view! {
        <p class="revision-back"><a href=path(history.method, None)>"All revisions"</a></p>
        <ErrorSummary errors=RwSignal::new(page.errors.clone())/>
        <header class="revision-head">
            <div>
                <h2>{name(version)} {is_present.then(|| view! { <span class="status" data-state="on">"Present"</span> })}</h2>
                <p>"Saved by "{summary.saved_by}" on "<Time ms=summary.saved_at/>", "{page.shown.ago}"."</p>
                <p>{what}"."</p>
            </div>
            {restore}
        </header>
        <div>
            <section class="section">
                <h3>{heading}</h3>
                {compare_form(history, (version, page.with.summary.version, present), &page.errors, here)}
                {compared(page.compared, &older, &newer)}
            </section>
            <section class="section">
                <h3>"All settings of this revision"</h3>
                <p class="lede">"Secrets are not part of a revision."</p>
                <dl class="facts">{page.fields.into_iter().map(held).collect_view()}</dl>
            </section>
            <section class="section">
                <h3>"Preview"</h3>
                <p class="lede">"Its messages, with sample values, as this version of Doorcode renders them."</p>
                {preview(page.method, page.renditions, page.not_shown, page.posted)}
            </section>
        </div>
        <nav class="pages" aria-label="Pages">
            {(version > 1).then(|| near(version - 1, "Older"))}
            {(version < present).then(|| near(version + 1, "Newer"))}
        </nav>
    }
    .into_any()
}

/// Which other revision this one is compared with: a form that leads to an address.
fn compare_form(history: History, (version, with, present): (i64, i64, i64), errors: &Refusals, here: Here) -> AnyView {
    let typed = RwSignal::new(if errors.is_empty() {
        with.to_string()
    } else {
        untrack(move || here.query("with")).unwrap_or_default()
    });
    let problem = errors.at("with");
    let to = move |with: &str| address(&path(history.method, Some(version)), &[("with", with)]);
    let submit = hears(move |event: SubmitEvent| {
        event.prevent_default();
        here.turn(&typed.with_untracked(|typed| to(typed)), false);
    });
    let before = version - 1;
    view! {
        <form class="filter compare-form" aria-label="Compare revisions" action=path(history.method, Some(version)) method="get" on:submit=submit novalidate=true>
            <TextField
                id="with"
                name="with"
                label="Compare with revision"
                inputmode="numeric"
                autocomplete="off"
                value=typed
                on_input=Callback::new(move |text| typed.set(text))
                problem=Signal::stored(problem)
            />
            <Button submit=true kind=ButtonKind::Quiet>"Compare"</Button>
            {(before != with).then(|| view! { <LinkButton kind=ButtonKind::Link href=to(&before.to_string())>"With the one before"</LinkButton> })}
            {(with != present && version != present).then(|| view! { <LinkButton kind=ButtonKind::Link href=path(history.method, Some(version))>"With the present"</LinkButton> })}
        </form>
    }
    .into_any()
}

fn held(Held { label, value, long }: Held) -> AnyView {
    let value = if long {
        view! { <pre class="held" tabindex="0" aria-label=label.clone()>{value}</pre> }.into_any()
    } else {
        value.into_any()
    };
    view! { <div><dt>{label}</dt><dd>{value}</dd></div> }.into_any()
}
