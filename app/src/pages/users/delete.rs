//! The question before a user is deleted.

use domain::connection::Method;
use domain::user::User;
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

use crate::components::{Button, ButtonKind, Dialog, StatusNote};
use crate::erased::{hears, live};
use crate::server_fns::users::{DeleteUser, delete_user};

/// The dialog; its heading names the user.
#[component]
pub fn Delete(
    /// Whom it is about.
    asking: RwSignal<Option<User>>,
    /// The id of the user whom the address asks to delete, until that was answered.
    asked_to_delete: StoredValue<Option<String>>,
    /// The address of the list without the question.
    back: String,
    /// Counts changes; the list loads again at each.
    changed: RwSignal<u32>,
    /// What became of the last of them.
    said: RwSignal<Option<String>>,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let close = move || {
        asked_to_delete.set_value(None);
        asking.set(None);
        failure.set(None);
    };
    // While the dialog closes it still names whom it was about.
    let about = Memo::new(move |before: Option<&Option<User>>| asking.get().or_else(|| before.cloned().flatten()));
    let of_user = move |read: fn(&User) -> String| about.with(|user| user.as_ref().map(read).unwrap_or_default());
    let name = move || of_user(|user| user.recipient.expose().to_owned());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let (id, name) = untrack(|| (of_user(|user| user.id.clone()), name()));
            let answer = delete_user(id).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    close();
                    said.set(Some([&name, " is deleted."].concat()));
                    changed.update(|count| *count += 1);
                    focus_what_was_said();
                }
                Err(error) => failure.set(Some(error.to_string())),
            }
        });
    };
    let words = move || {
        let what = about.with(|user| match user.as_ref().map(|user| user.recipient.method()) {
            Some(Method::Email) => ("address", "Email"),
            _ => ("number", "SMS"),
        });
        format!(
            "Their sessions in applications cannot be renewed, and their user ID is gone for good. Whoever has this {} can sign up again, as a new user, unless Disable Sign Ups is on \
             for {}. To keep somebody out, block them instead.",
            what.0, what.1
        )
    };
    view! {
        <Dialog
            id="delete"
            open=Signal::derive(move || asking.with(Option::is_some))
            title=Signal::derive(move || ["Delete ", &name(), "?"].concat())
            on_close=Callback::new(move |()| close())
        >
            <p>{live(words)}</p>
            <form action=DeleteUser::PATH method="post" on:submit=submit>
                <input type="hidden" name="id" value=live(move || of_user(|user| user.id.clone()))/>
                <StatusNote text=failure tone="danger"/>
                <div class="actions">
                    <a
                        class="button"
                        data-kind="quiet"
                        href=back
                        rel="external"
                        on:click=hears(move |event: MouseEvent| {
                            event.prevent_default();
                            close();
                        })
                    >
                        "Cancel"
                    </a>
                    <Button kind=ButtonKind::Danger submit=true busy>"Delete"</Button>
                </div>
            </form>
        </Dialog>
    }
}

/// The row that had the focus is gone; without a place the next key would begin at the top of the page. What was seen stays where it is.
fn focus_what_was_said() {
    let said = document().get_element_by_id("users-said").and_then(|said| said.dyn_into::<HtmlElement>().ok());
    if let Some(said) = said {
        let height = window().scroll_y().unwrap_or_default();
        // Focus is a wish.
        let _ = said.focus();
        window().scroll_to_with_x_and_y(0.0, height);
    }
}
