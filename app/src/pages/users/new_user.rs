//! Creating a user before the first sign-in.

use domain::Field;
use domain::connection::Method;
use domain::user::NewUserForm;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

use crate::components::{Button, Choice, ErrorSummary, Help, RadioGroup, StatusNote, TextField};
use crate::outcome::{FormOutcome, NewUserPage, Refusals};
use crate::server_fns::users::{CreateUser, create_user};

/// The section with the form `Create user`.
#[component]
pub fn NewUser(
    /// What it starts from.
    page: NewUserPage,
    /// What was refused.
    errors: RwSignal<Refusals>,
    /// Counts changes; the list loads again at each.
    changed: RwSignal<u32>,
) -> impl IntoView {
    let method = RwSignal::new(page.form.method.as_str().to_owned());
    let recipient = RwSignal::new(page.form.recipient);
    let busy = RwSignal::new(false);
    let said = RwSignal::new(page.made.map(|made| Ok::<String, String>(created(&made))));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        said.set(None);
        let method = method.get_untracked().parse().unwrap_or(Method::Sms);
        let form = NewUserForm { method, recipient: recipient.get_untracked() };
        spawn_local(async move {
            let answer = create_user(form).await;
            busy.set(false);
            match answer {
                Ok(FormOutcome::Done(made)) => {
                    errors.set(Refusals::default());
                    recipient.set(String::new());
                    said.set(Some(Ok(created(&made))));
                    changed.update(|count| *count += 1);
                }
                Ok(FormOutcome::Refused(refused)) => errors.set(refused),
                Err(error) => said.set(Some(Err(error.to_string()))),
            }
        });
    };
    let choices = [(Method::Sms, "By a phone number"), (Method::Email, "By an email address")]
        .map(|(method, help)| Choice::new(method.as_str(), method.label(), help))
        .to_vec();
    let help = move || {
        if method.with(|method| *method == Method::Email.as_str()) {
            "Such as ines@example.com."
        } else {
            "With the country code, such as +15555550123."
        }
    };
    let closed = match page.closed[..] {
        [] => "It is off for both connections now, so nobody needs to be created here.",
        [Method::Sms] => "It is on for SMS now.",
        [Method::Email] => "It is on for Email now.",
        _ => "It is on for both connections now.",
    };
    view! {
        <section class="block" id="create-user" aria-labelledby="create-user-title">
            <h2 id="create-user-title">"Create user"</h2>
            <p class="lede">
                "Anyone who signs in for the first time becomes a user. While Disable Sign Ups is on, nobody new can sign in but those you create here. "
                {closed}
            </p>
            <ErrorSummary errors/>
            <form class="card narrow" aria-label="Create user" action=CreateUser::PATH method="post" on:submit=submit novalidate=true>
                <div class="section">
                    <RadioGroup field=Field::UserMethod choices value=method on_change=Callback::new(move |chosen| method.set(chosen))/>
                    <TextField
                        field=Field::UserRecipient
                        value=recipient
                        on_input=Callback::new(move |text| recipient.set(text))
                        problem=Signal::derive(move || errors.with(|errors| errors.of(Field::UserRecipient)))
                        help=Help::from(help)
                        autocomplete="off"
                    />
                    <div class="actions">
                        <Button submit=true busy>"Create user"</Button>
                        <StatusNote
                            text=Signal::derive(move || said.get().map(|said| said.unwrap_or_else(|error| error)))
                            tone=Signal::derive(move || match said.get() { Some(Ok(_)) => "success", Some(Err(_)) => "danger", None => "" })
                        />
                    </div>
                </div>
            </form>
        </section>
    }
}

fn created(recipient: &str) -> String {
    [recipient, " can sign in now."].concat()
}
