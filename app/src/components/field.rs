//! What every form field shares: its names, its label, help, warning and problem, and how the browser's text and a signal agree.

use domain::Field;
use leptos::html::{Input, Textarea};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, FocusEvent};

/// One sentence that helps to fill in a field: a text, or a view that may change. An empty text is no help.
pub struct Help(Option<ViewFn>);

impl Help {
    /// What there is to show, if anything.
    pub(crate) fn view(help: Option<Self>) -> Option<ViewFn> {
        help.and_then(|help| help.0)
    }
}

/// A view that is made again when a signal that it reads changes.
pub(crate) fn live(view: ViewFn) -> impl IntoView {
    move || view.run()
}

impl From<&'static str> for Help {
    fn from(text: &'static str) -> Self {
        Self((!text.is_empty()).then(|| ViewFn::from(move || text)))
    }
}

impl<F, V> From<F> for Help
where
    F: Fn() -> V + Send + Sync + 'static,
    V: RenderHtml + Send + 'static,
{
    fn from(view: F) -> Self {
        Self(Some(ViewFn::from(view)))
    }
}

/// What a field is called: by scripts, by a form post and by people.
pub(crate) struct Names {
    /// The id of the control.
    pub id: String,
    /// The name in a form post; none for a control that is not posted.
    pub name: Option<String>,
    /// The label.
    pub label: String,
}

impl Names {
    /// The names of a field, each of which may be overridden.
    pub(crate) fn new(
        field: Option<Field>,
        prefix: &str,
        id: Option<String>,
        name: Option<String>,
        label: Option<String>,
    ) -> Self {
        Self {
            id: id.or_else(|| field.map(Field::id)).unwrap_or_default(),
            name: name.or_else(|| field.map(|field| post_name(prefix, field.key()))).filter(|name| !name.is_empty()),
            label: label.or_else(|| field.map(Field::label)).unwrap_or_default(),
        }
    }
}

/// The name of a value within a form post: `form[key]`, or `key` alone without a prefix.
pub(crate) fn post_name(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { [prefix, "[", key, "]"].concat() }
}

/// The id of a part of a field.
pub(crate) fn part(id: &str, part: &str) -> String {
    [id, "-", part].concat()
}

/// The value of `aria-describedby`: help first, then what is wrong.
pub(crate) fn described_by(id: &str, help: bool) -> String {
    let help = if help { [id, "-help "].concat() } else { String::new() };
    [&help, id, "-warning ", id, "-problem"].concat()
}

/// Lays a control out with its label above, and its help, warning and problem below.
///
/// Warning and problem are always there, so that a description never points at nothing; empty they take no room.
pub(crate) fn framed(
    names: Names,
    hide_label: bool,
    help: Option<ViewFn>,
    warning: Signal<Option<String>>,
    problem: Signal<Option<String>>,
    control: AnyView,
) -> AnyView {
    let Names { id, label, .. } = names;
    let help = help.map(|help| view! { <div class="help" id=part(&id, "help")>{live(help)}</div> });
    let notes = notes(&id, warning, problem);
    view! {
        <div class="field">
            <label for=id class=hide_label.then_some("visually-hidden")>{label}</label>
            {control}
            {help}
            {notes}
        </div>
    }
    .into_any()
}

/// The warning and the problem of a field.
pub(crate) fn notes(id: &str, warning: Signal<Option<String>>, problem: Signal<Option<String>>) -> AnyView {
    view! {
        <p class="warning" id=part(id, "warning")>{warning}</p>
        <p class="problem" id=part(id, "problem")>{problem}</p>
    }
    .into_any()
}

/// Reports that a field was left, unless for a button that submits: the submit looks at every field itself, and a problem that
/// appeared now would move the button away from under the pointer.
pub(crate) fn left(event: &FocusEvent, report: Option<Callback<()>>) {
    let submits = event
        .related_target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| target.matches("button[type=submit]").unwrap_or(false));
    if let (false, Some(report)) = (submits, report) {
        report.run(());
    }
}

/// The value of `aria-invalid`.
pub(crate) fn invalid(problem: Signal<Option<String>>) -> impl Fn() -> Option<&'static str> + Send + Clone + 'static {
    move || problem.with(Option::is_some).then_some("true")
}

/// Keeps an input and its signal in step: what was typed before hydration is reported, later changes of the signal are shown.
pub(crate) fn keep_input(node: NodeRef<Input>, value: Signal<String>, report: Callback<String>) {
    Effect::new(move |mounted: Option<bool>| {
        let wanted = value.get();
        let Some(input) = node.get() else {
            return false;
        };
        let held = input.value();
        if held == wanted {
        } else if mounted != Some(true) && held != input.default_value() {
            report.run(held);
        } else {
            input.set_value(&wanted);
        }
        true
    });
}

/// As [`keep_input`], for a textarea.
pub(crate) fn keep_textarea(node: NodeRef<Textarea>, value: Signal<String>, report: Callback<String>) {
    Effect::new(move |mounted: Option<bool>| {
        let wanted = value.get();
        let Some(area) = node.get() else { return false };
        let held = area.value();
        if held == wanted {
        } else if mounted != Some(true) && Ok(&held) != area.default_value().as_ref() {
            report.run(held);
        } else {
            area.set_value(&wanted);
        }
        true
    });
}

/// As [`keep_input`], for a checkbox.
pub(crate) fn keep_checked(node: NodeRef<Input>, checked: Signal<bool>, report: Callback<bool>) {
    Effect::new(move |mounted: Option<bool>| {
        let wanted = checked.get();
        let Some(input) = node.get() else {
            return false;
        };
        let held = input.checked();
        if held == wanted {
        } else if mounted != Some(true) && held != input.default_checked() {
            report.run(held);
        } else {
            input.set_checked(wanted);
        }
        true
    });
}
