//! Applications: the list, registering, one application, and which methods are switched on for it.

use domain::application::{ApplicationForm, ApplicationPage, RegistrationForm};
use domain::connection::Method;
use leptos::prelude::server;

use crate::error::AppError;
use crate::outcome::{ApplicationDetails, FormOutcome, Registered, RegistrationPage};
use crate::wire::Answer;

/// One page of the applications that match, with the toggles of a method where one is named.
#[server(output = Answer)]
pub async fn list_applications(method: Option<Method>, q: String, page: u32) -> Result<ApplicationPage, AppError> {
    use crate::request;
    request::admin()?;
    Ok(request::backend()?.applications().page(&q, page, method).await?)
}

/// Switches a method on or off for one application: posts the wanted state.
#[server(output = Answer)]
pub async fn set_application_enabled(client_id: String, method: Method, on: bool) -> Result<(), AppError> {
    use crate::request;
    let admin = request::admin_as(domain::admin::Role::Editor)?;
    if !request::backend()?.applications().set_enabled(&admin, &client_id, method, on).await? {
        return Err(request::refuse(AppError::NotFound));
    }
    request::see_other(&request::came_from());
    Ok(())
}

/// Switches a method on or off for every application that matches; answers how many changed.
#[server(output = Answer)]
pub async fn set_all_applications_enabled(
    method: Method,
    #[server(default)] q: String,
    on: bool,
) -> Result<u32, AppError> {
    use crate::request;
    let admin = request::admin_as(domain::admin::Role::Editor)?;
    let changed = request::backend()?.applications().set_all(&admin, &q, method, on).await?;
    let back = request::came_from();
    request::see_other(back.split("&confirm").next().unwrap_or_default().split("?confirm").next().unwrap_or_default());
    Ok(changed)
}

/// What the registration form shows: nothing, or what was refused.
#[server(output = Answer)]
pub async fn load_registration() -> Result<RegistrationPage, AppError> {
    crate::request::admin()?;
    Ok(crate::request::take_flash("registration").await.unwrap_or_default())
}

/// Registers an application; its client secret is in the answer and never again.
#[server(output = Answer)]
pub async fn register_application(form: RegistrationForm) -> Result<FormOutcome<Registered>, AppError> {
    use crate::request;
    let admin = request::admin_as(domain::admin::Role::Editor)?;
    match form.check() {
        Ok(registration) => {
            let (application, secret) = request::backend()?.applications().register(&admin, &registration).await?;
            let secret = secret.map(|secret| secret.expose().to_owned());
            request::flash_secret(&application.client_id, secret.as_deref()).await?;
            request::see_other(&format!("/applications/{}", application.client_id));
            Ok(FormOutcome::Done(Registered { client_id: application.client_id, secret }))
        }
        Err(errors) => {
            if request::is_plain_post() {
                request::flash("registration", &RegistrationPage { form, errors: errors.clone().into() }).await?;
            }
            request::see_other("/applications/new");
            Ok(FormOutcome::Refused(errors.into()))
        }
    }
}

/// One application.
#[server(output = Answer)]
pub async fn load_application(client_id: String) -> Result<ApplicationDetails, AppError> {
    use crate::request;
    request::admin()?;
    let backend = request::backend()?;
    let Some(application) = backend.applications().find(&client_id).await? else {
        request::set_status(404);
        return Err(AppError::NotFound);
    };
    let refused: Option<(String, ApplicationForm)> = request::take_flash("application").await;
    let refused = refused.filter(|(of, _)| *of == client_id).map(|(_, form)| form);
    let errors = refused.as_ref().and_then(|form| form.check(application.kind).err()).unwrap_or_default().into();
    let form = refused.unwrap_or_else(|| ApplicationForm::from_settings(&application.settings));
    Ok(ApplicationDetails {
        installation: request::quick_start::facts(&backend).await?,
        form,
        errors,
        secret: request::take_secret(&client_id).await,
        just_saved: request::take_flash::<String>("application-saved").await.as_deref() == Some(&client_id),
        application,
    })
}

/// Saves one application.
#[server(output = Answer)]
pub async fn save_application(client_id: String, form: ApplicationForm) -> Result<FormOutcome<()>, AppError> {
    use crate::request;
    let admin = request::admin_as(domain::admin::Role::Editor)?;
    let applications = request::backend()?;
    let applications = applications.applications();
    let Some(application) = applications.find(&client_id).await? else {
        return Err(request::refuse(AppError::NotFound));
    };
    request::see_other(&format!("/applications/{client_id}"));
    match form.check(application.kind) {
        Ok(settings) => {
            applications.save(&admin, &client_id, &settings).await?;
            if request::is_plain_post() {
                request::flash("application-saved", &client_id).await?;
            }
            Ok(FormOutcome::Done(()))
        }
        Err(errors) => {
            if request::is_plain_post() {
                request::flash("application", &(&client_id, &form)).await?;
            }
            Ok(FormOutcome::Refused(errors.into()))
        }
    }
}

/// Replaces the client secret; the new one is in the answer and never again.
#[server(output = Answer)]
pub async fn rotate_client_secret(client_id: String) -> Result<String, AppError> {
    use crate::request;
    let admin = request::admin_as(domain::admin::Role::Editor)?;
    let Some(secret) = request::backend()?.applications().rotate_secret(&admin, &client_id).await? else {
        return Err(request::refuse(AppError::NotFound));
    };
    request::flash_secret(&client_id, Some(secret.expose())).await?;
    request::see_other(&format!("/applications/{client_id}"));
    Ok(secret.expose().to_owned())
}

/// Deletes an application once its name has been typed.
#[server(output = Answer)]
pub async fn delete_application(
    client_id: String,
    #[server(default)] confirm_name: String,
) -> Result<FormOutcome<()>, AppError> {
    use crate::request;
    use domain::{Field, FieldErrors, Problem};
    let admin = request::admin_as(domain::admin::Role::Editor)?;
    let backend = request::backend()?;
    let Some(application) = backend.applications().find(&client_id).await? else {
        return Err(request::refuse(AppError::NotFound));
    };
    if confirm_name.trim() != application.settings.name {
        request::see_other(&format!("/applications/{client_id}?confirm=delete&differs=true"));
        return Ok(FormOutcome::Refused(FieldErrors::one(Field::ConfirmName, Problem::NameDiffers).into()));
    }
    backend.applications().delete(&admin, &client_id).await?;
    request::see_other("/applications");
    Ok(FormOutcome::Done(()))
}
