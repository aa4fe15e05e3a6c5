//! The people who sign in: the list, creating one, keeping one out, deleting one.

use domain::user::{NewUserForm, UserFilterForm};
use leptos::prelude::server;

use crate::error::AppError;
use crate::outcome::{FormOutcome, ListedUsers, NewUserPage};
use crate::wire::Answer;

/// A page of the users whom a filter matches, from a place that an earlier page named.
#[server(output = Answer)]
pub async fn list_users(form: UserFilterForm, at: Option<String>) -> Result<ListedUsers, AppError> {
    use crate::request;
    request::admin_as(domain::admin::Role::Editor)?;
    let backend = request::backend()?;
    let page = backend.users().page(&(&form).into(), at.as_deref()).await?;
    let recipients: Vec<_> = page.users.iter().map(|user| user.recipient.clone()).collect();
    Ok(ListedUsers { sign_in_blocks: backend.wrong_codes().blocks(&recipients).await?, page })
}

/// What the form `Create user` shows: nothing, what was refused, or whom it created.
#[server(output = Answer)]
pub async fn load_new_user() -> Result<NewUserPage, AppError> {
    use crate::request;
    use domain::connection::Method;
    use domain::wire;
    request::admin_as(domain::admin::Role::Editor)?;
    let backend = request::backend()?;
    let sms = backend.connections().sms().await?.settings.disable_sign_ups;
    let email = backend.connections().email().await?.settings.disable_sign_ups;
    let closed = [(Method::Sms, sms), (Method::Email, email)];
    let refused = request::take_sealed("new-user").await.and_then(|refused| wire::read(&refused));
    let (form, errors) = refused.unwrap_or_default();
    Ok(NewUserPage {
        form,
        errors,
        made: request::take_sealed("user-created").await,
        closed: closed.into_iter().filter_map(|(method, closed)| closed.then_some(method)).collect(),
    })
}

/// Creates a user, who can sign in also while sign-ups are disabled; answers the number or address as it is stored.
#[server(output = Answer)]
pub async fn create_user(form: NewUserForm) -> Result<FormOutcome<String>, AppError> {
    use crate::outcome::{Refusal, Refusals};
    use crate::request;
    use backend::users::Created;
    use domain::{Field, wire};
    let admin = request::admin_as(domain::admin::Role::Editor)?;
    request::see_other("/users#create-user");
    let refused = match form.check() {
        Ok(recipient) => match request::backend()?.users().create(&admin, &recipient).await? {
            Created::Made(_) => {
                let made = recipient.expose().to_owned();
                if request::is_plain_post() {
                    request::flash_sealed("user-created", &made).await?;
                }
                return Ok(FormOutcome::Done(made));
            }
            Created::Exists(user) => {
                let field = Field::UserRecipient;
                let state = if user.blocked_at.is_some() { ", and blocked." } else { "." };
                let words = format!("{} is a user already{state}", recipient.expose());
                Refusals(vec![Refusal { id: field.id(), label: field.label(), words }])
            }
        },
        Err(errors) => errors.into(),
    };
    if request::is_plain_post() {
        request::flash_sealed("new-user", &wire::write(&(form, refused.clone()))).await?;
    }
    Ok(FormOutcome::Refused(refused))
}

/// Keeps a user out, or lets one in again: posts the wanted state.
#[server(output = Answer)]
pub async fn set_user_blocked(id: String, on: bool) -> Result<(), AppError> {
    use crate::request;
    let admin = request::admin_as(domain::admin::Role::Editor)?;
    if !request::backend()?.users().set_blocked(&admin, &id, on).await? {
        return Err(request::refuse(AppError::NotFound));
    }
    request::see_other(&request::came_from());
    Ok(())
}

/// Lets a user try again from the network addresses that sent too many wrong codes.
#[server(output = Answer)]
pub async fn lift_sign_in_block(id: String) -> Result<(), AppError> {
    use crate::request;
    let admin = request::admin_as(domain::admin::Role::Editor)?;
    let backend = request::backend()?;
    let Some(user) = backend.users().find(&id).await? else {
        return Err(request::refuse(AppError::NotFound));
    };
    // One that somebody else has lifted meanwhile is lifted.
    backend.wrong_codes().lift(&admin, &user.recipient, &user.subject()).await?;
    request::see_other(&request::came_from());
    Ok(())
}

/// Deletes a user.
#[server(output = Answer)]
pub async fn delete_user(id: String) -> Result<(), AppError> {
    use crate::request;
    let admin = request::admin_as(domain::admin::Role::Editor)?;
    if !request::backend()?.users().delete(&admin, &id).await? {
        return Err(request::refuse(AppError::NotFound));
    }
    // The question was the last thing that the address asked for.
    let back = request::came_from();
    request::see_other(back.split("&delete").next().unwrap_or_default().split("?delete").next().unwrap_or_default());
    Ok(())
}
