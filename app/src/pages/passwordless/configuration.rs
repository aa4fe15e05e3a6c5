//! The section `Configuration` of a settings form: whether messages can go out with what the form says, item by item.

use domain::connection::Method;
use domain::wire;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use crate::components::{Button, ButtonKind, StatusNote};
use crate::form_state::{FormState, SettingsForm};
use crate::outcome::Checked;
use crate::server_fns::trial::{CheckConfiguration, check_configuration};

/// The section, within the form.
pub fn configuration<F: SettingsForm>(state: FormState<F>, method: Method) -> AnyView {
    let settings = Callback::new(move |()| state.form.with_untracked(wire::write));
    view! { <Configuration found=state.examined settings method/> }.into_any()
}

/// The form that the button posts without JavaScript: it stands outside the settings form.
#[component]
pub fn PlainCheck(
    /// The method.
    method: Method,
) -> impl IntoView {
    view! {
        <form id="check-configuration" action=CheckConfiguration::PATH method="post">
            <input type="hidden" name="method" value=method.as_str()/>
        </form>
    }
    .into_any()
}

#[component]
fn Configuration(found: RwSignal<Vec<Checked>>, settings: Callback<(), String>, method: Method) -> impl IntoView {
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let check = move |()| {
        busy.set(true);
        failure.set(None);
        let settings = settings.run(());
        spawn_local(async move {
            match check_configuration(method, Some(settings)).await {
                Ok(answer) => found.set(answer),
                Err(error) => failure.set(Some(error.to_string())),
            }
            busy.set(false);
        });
    };
    let item = |checked: Checked| {
        let state = if checked.fit { "on" } else { "setup" };
        let said = if checked.fit { "Fit: " } else { "Not fit: " };
        view! { <li class="status" data-state=state><span><span class="visually-hidden">{said}</span>{checked.words}</span></li> }
            .into_any()
    };
    view! {
        <section class="section" id="configuration">
            <h2>"Configuration"</h2>
            <p class="lede">"Looks at everything that a message needs on its way, asks the provider, and sends nothing."</p>
            <div role="status">
                {move || {
                    let items = found.get().into_iter().map(item).collect_view();
                    (!found.with(Vec::is_empty)).then(|| view! { <ul class="checks" aria-label="Configuration">{items}</ul> })
                }}
            </div>
            <div class="actions">
                <Button kind=ButtonKind::Quiet submit=true form=Some("check-configuration") formaction=Some(CheckConfiguration::PATH) busy on_click=Callback::new(check)>"Check configuration"</Button>
                <StatusNote text=failure tone="danger"/>
            </div>
        </section>
    }
}
