//! Someone else saved this: who and when, what is taken from whom, and for each field that differs `Yours` and `Theirs`.

use domain::merge::Side;
use domain::wire;
use leptos::html::H2;
use leptos::prelude::*;

use crate::components::{Button, ButtonKind, Choice, ChoiceKind, DifferenceView, Help, RadioGroup, Time};
use crate::form_state::merging::Shown;
use crate::form_state::{FormState, SettingsForm};
use crate::outcome::{Merge, MergeField, MergeWords, Refusals, Told};

/// A form that is merged, whichever it is.
#[derive(Clone, Copy)]
pub struct MergeView {
    merge: RwSignal<Option<Merge>>,
    shown: Memo<Vec<Shown>>,
    choose: Callback<(usize, String)>,
    choose_all: Callback<&'static str>,
    errors: RwSignal<Refusals>,
    form: &'static str,
}

impl MergeView {
    /// The view of a form's merge; `form` is the id of its element.
    pub fn of<F: SettingsForm>(state: FormState<F>, form: &'static str) -> Self {
        Self {
            merge: state.merging.merge,
            shown: state.merging.shown,
            choose: Callback::new(move |(index, side): (usize, String)| state.merging.choose(index, &side)),
            choose_all: Callback::new(move |side| state.merging.choose_all(side)),
            errors: state.summary,
            form,
        }
    }
}

/// The region. It takes the focus when it appears.
#[component]
pub fn MergeRegion(
    /// The form.
    view: MergeView,
) -> impl IntoView {
    let Some(Merge { base, fields, words }) = view.merge.get_untracked() else { return ().into_any() };
    let Some(words) = wire::read::<MergeWords>(&words) else { return ().into_any() };
    let node = NodeRef::<H2>::new();
    let refused = view.errors.with_untracked(|errors| !errors.is_empty());
    Effect::new(move |_| {
        if let (Some(title), false) = (node.get(), refused) {
            // Focus is a wish.
            let _ = title.focus();
        }
    });
    let told = [
        ("Only they changed: ", words.theirs_alone, ". Theirs is taken, unless you choose yours."),
        ("Only you changed: ", words.yours_alone, ". Yours stays, unless you choose theirs."),
        ("Both of you changed: ", words.both, ". Choose below."),
    ];
    let told = told
        .into_iter()
        .filter(|(_, fields, _)| !fields.is_empty())
        .map(|(before, fields, after)| view! { <li><b>{before}</b>{fields}{after}</li> })
        .collect::<Vec<_>>();
    let groups = fields
        .into_iter()
        .zip(words.fields)
        .enumerate()
        .map(|(index, (field, told))| group(view, index, field, told))
        .collect::<Vec<_>>();
    let all = move |side: Side, text: &'static str| {
        let choose = Callback::new(move |()| view.choose_all.run(side.as_str()));
        view! { <Button kind=ButtonKind::Quiet needs_js=true on_click=choose>{text}</Button> }
    };
    view! {
        <section
            class="conflict card"
            id="conflict"
            aria-labelledby="conflict-title"
        >
            <h2 id="conflict-title" tabindex="-1" autofocus=!refused node_ref=node>"Someone else saved this"</h2>
            <p>
                {words.who}<Time ms=words.saved_at/>", after you opened them. "{words.between}
                "Nothing is overwritten: both versions are put together here, and saved when you press Save."
            </p>
            <ul class="merge-told">{told}</ul>
            <p class="no-js">"The form below shows your text until you save; then what you choose here is put in. What you edit below counts as yours."</p>
            <input type="hidden" form=view.form name="merge[base]" value=base.to_string()/>
            {groups}
            <div class="actions">
                {all(Side::Yours, "Take all yours")}
                {all(Side::Theirs, "Take all theirs")}
            </div>
        </section>
    }
    .into_any()
}

/// One field that differs.
fn group(view: MergeView, index: usize, field: MergeField, told: Told) -> AnyView {
    let MergeField { key, label, .. } = field;
    let name = |part: &str| ["merge[", part, "][", &key, "]"].concat();
    if !told.to_choose {
        return view! {
            <div class="merge-field">
                <h3>{label}</h3>
                <p>"They changed it, and the one before is no longer stored. What you type below replaces theirs."</p>
            </div>
        }
        .into_any();
    }
    let id = ["merge-", &key].concat();
    let side =
        Signal::derive(move || view.shown.with(|shown| shown.get(index).map_or_else(String::new, |one| one.0.clone())));
    let problem = {
        let id = id.clone();
        Signal::derive(move || {
            let unanswered = side.with(String::is_empty);
            view.errors.with(|errors| errors.at(&id)).filter(|_| unanswered)
        })
    };
    let edited = move || {
        let edited = view.shown.with(|shown| shown.get(index).is_some_and(|one| one.1));
        edited.then_some("Edited below: what stands in the form counts as yours.")
    };
    let (beside_yours, beside_theirs) =
        if told.long { (size(&told.yours), size(&told.theirs)) } else { (told.yours.clone(), told.theirs.clone()) };
    let choices = vec![
        Choice::new(Side::Yours.as_str(), "Yours", &beside_yours),
        Choice::new(Side::Theirs.as_str(), "Theirs", &beside_theirs),
    ];
    let compared = (!told.compared.is_empty()).then(|| {
        view! {
            <h3>{told.compared}</h3>
            <DifferenceView difference=told.difference/>
        }
    });
    let whole = told.long.then(|| {
        view! {
            <details>
                <summary>"Both texts of "{label.clone()}" in full"</summary>
                <p>"Yours"</p>
                <pre tabindex="0" aria-label=[&label, ": yours"].concat()>{told.yours}</pre>
                <p>"Theirs"</p>
                <pre tabindex="0" aria-label=[&label, ": theirs"].concat()>{told.theirs}</pre>
            </details>
        }
    });
    view! {
        <div class="merge-field">
            <RadioGroup
                kind=ChoiceKind::Compare
                choices
                value=side
                on_change=Callback::new(move |side| view.choose.run((index, side)))
                problem
                help=Help::from(edited)
                id
                name=name("choices")
                label
                form=view.form
            />
            {compared}
            {whole}
            <input type="hidden" form=view.form name=name("shown") value=told.shown/>
        </div>
    }
    .into_any()
}

/// How long a text is.
fn size(text: &str) -> String {
    let count = text.chars().count() as u64;
    [&domain::otp::grouped(count), " characters"].concat()
}
