//! The installation and its administrators.

use domain::admin::Role;
use domain::installation::InstallationForm;
use leptos::prelude::server;

use crate::error::AppError;
use crate::outcome::{AdminsPage, FormOutcome, InstallationPage, InviteForm, Invited};
use crate::wire::Answer;

/// The form `Installation`.
#[server(output = Answer)]
pub async fn load_settings() -> Result<InstallationPage, AppError> {
    use crate::request;
    request::admin()?;
    let refused: Option<InstallationForm> = request::take_flash("installation").await;
    let errors = refused.as_ref().and_then(|form| form.check().err()).unwrap_or_default().into();
    let form = match refused {
        Some(form) => form,
        None => InstallationForm::from_installation(&request::backend()?.installation().load().await?),
    };
    Ok(InstallationPage {
        form,
        errors,
        just_saved: request::take_flash::<bool>("installation-saved").await.unwrap_or_default(),
    })
}

/// The administrators, for an owner.
#[server(output = Answer)]
pub async fn load_administrators() -> Result<AdminsPage, AppError> {
    use crate::request;
    request::admin_as(Role::Owner)?;
    Ok(AdminsPage {
        admins: request::backend()?.admins().list().await?,
        refused: request::take_flash("invitation").await,
        invited: request::take_invitation().await,
        failed: request::take_flash("administrator").await,
    })
}

/// Saves the installation's name, support and language.
#[server(output = Answer)]
pub async fn save_installation(form: InstallationForm) -> Result<FormOutcome<()>, AppError> {
    use crate::request;
    let admin = request::admin_as(Role::Owner)?;
    request::see_other("/settings");
    match form.check() {
        Ok(installation) => {
            request::backend()?.installation().save(&admin, &installation).await?;
            if request::is_plain_post() {
                request::flash("installation-saved", &true).await?;
            }
            Ok(FormOutcome::Done(()))
        }
        Err(errors) => {
            if request::is_plain_post() {
                request::flash("installation", &form).await?;
            }
            Ok(FormOutcome::Refused(errors.into()))
        }
    }
}

/// Invites an administrator; the link is in the answer and never again.
#[server(output = Answer)]
pub async fn invite_administrator(form: InviteForm) -> Result<FormOutcome<Invited>, AppError> {
    use crate::outcome::Refusals;
    use crate::request;
    use domain::admin::AdminEmail;
    use domain::{Field, FieldErrors, Problem};
    let admin = request::admin_as(Role::Owner)?;
    let invited = match AdminEmail::parse(&form.email) {
        Ok(email) => match request::backend()?.admins().invite(&admin.actor(), email.clone(), form.role).await? {
            Ok(invite) => {
                Ok(Invited { email: email.as_str().to_owned(), link: request::invitation_link(&invite.token) })
            }
            Err(_) => Err(Problem::AddressTaken),
        },
        Err(problem) => Err(problem),
    };
    request::see_other("/settings");
    match invited {
        Ok(invited) => {
            request::flash_invitation(&invited).await?;
            Ok(FormOutcome::Done(invited))
        }
        Err(problem) => {
            let errors = Refusals::from(FieldErrors::one(Field::AdminEmail, problem));
            if request::is_plain_post() {
                request::flash("invitation", &(&form, &errors)).await?;
            }
            Ok(FormOutcome::Refused(errors))
        }
    }
}

/// Gives an administrator another role; it holds from their next request.
#[server(output = Answer)]
pub async fn set_administrator_role(id: String, role: Role) -> Result<FormOutcome<()>, AppError> {
    use crate::request;
    let admin = request::admin_as(Role::Owner)?;
    let changed = request::backend()?.admins().set_role(&admin, &id, role).await?;
    request::administrator_changed(changed.is_ok()).await
}

/// Switches an administrator's account off or on again; switched off, their sessions end.
#[server(output = Answer)]
pub async fn set_administrator_active(id: String, on: bool) -> Result<FormOutcome<()>, AppError> {
    use crate::request;
    let admin = request::admin_as(Role::Owner)?;
    let backend = request::backend()?;
    let changed = if on {
        backend.admins().enable(&admin.actor(), &id).await?
    } else {
        backend.admins().disable(&admin.actor(), &id).await?
    };
    request::administrator_changed(changed.is_ok()).await
}

/// Ends an administrator's sessions and makes a link with which they choose a new password.
#[server(output = Answer)]
pub async fn reset_administrator(id: String) -> Result<Invited, AppError> {
    use crate::request;
    let admin = request::admin_as(Role::Owner)?;
    let backend = request::backend()?;
    let Some(invite) = backend.admins().reset(&admin.actor(), &id).await? else {
        return Err(request::refuse(AppError::NotFound));
    };
    let email = backend.admins().invitation(&invite.token).await?.unwrap_or_default();
    let invited = Invited { email, link: request::invitation_link(&invite.token) };
    request::flash_invitation(&invited).await?;
    request::see_other("/settings");
    Ok(invited)
}
