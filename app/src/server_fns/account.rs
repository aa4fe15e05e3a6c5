//! One's own account: password, sessions and appearance.

use domain::Secret;
use domain::admin::Appearance;
use leptos::prelude::server;

use crate::error::AppError;
use crate::outcome::{AccountPage, FormOutcome};
use crate::wire::Answer;

/// The page of one's own account.
#[server(output = Answer)]
pub async fn load_account() -> Result<AccountPage, AppError> {
    use crate::request;
    let admin = request::admin()?;
    let sessions = request::backend()?.sessions().list(&admin).await?;
    Ok(AccountPage {
        email: admin.email().to_owned(),
        role: admin.role(),
        sessions,
        appearance: request::caller().map(|caller| caller.appearance).unwrap_or_default(),
        errors: request::take_flash("password").await.unwrap_or_default(),
        password_changed: request::take_flash::<bool>("password-changed").await.unwrap_or_default(),
    })
}

/// Changes one's own password and ends one's other sessions.
#[server(output = Answer)]
pub async fn change_password(
    #[server(default)] current_password: Secret,
    #[server(default)] new_password: Secret,
) -> Result<FormOutcome<()>, AppError> {
    use crate::outcome::Refusals;
    use crate::request;
    use domain::admin::NewPassword;
    use domain::{Field, FieldErrors, Problem};
    let admin = request::admin()?;
    let mut errors = FieldErrors::default();
    if current_password.is_empty() {
        errors.push(Field::CurrentPassword, Problem::Required);
    }
    match NewPassword::parse(&new_password) {
        Ok(new) if errors.is_empty() => {
            if !request::backend()?.admins().change_password(&admin, &current_password, new).await? {
                errors.push(Field::CurrentPassword, Problem::WrongPassword);
            }
        }
        Ok(_) => {}
        Err(problem) => errors.push(Field::NewPassword, problem),
    }
    request::see_other("/account");
    let changed = errors.is_empty();
    if request::is_plain_post() {
        if changed {
            request::flash("password-changed", &true).await?;
        } else {
            request::flash("password", &Refusals::from(errors.clone())).await?;
        }
    }
    Ok(if changed { FormOutcome::Done(()) } else { FormOutcome::Refused(errors.into()) })
}

/// Ends one of one's own sessions.
#[server(output = Answer)]
pub async fn revoke_session(id: String) -> Result<(), AppError> {
    use crate::request;
    let admin = request::admin()?;
    request::backend()?.sessions().revoke(&admin, &id).await?;
    request::see_other("/account");
    Ok(())
}

/// Ends every session of one's own but this one.
#[server(output = Answer)]
pub async fn revoke_other_sessions() -> Result<(), AppError> {
    use crate::request;
    let admin = request::admin()?;
    request::backend()?.sessions().revoke_others(&admin).await?;
    request::see_other("/account");
    Ok(())
}

/// Chooses light, dark or the system's look, for this browser.
#[server(output = Answer)]
pub async fn set_appearance(appearance: Appearance) -> Result<Appearance, AppError> {
    use crate::request;
    request::admin()?;
    let secure = if request::is_https() { "; Secure" } else { "" };
    request::set_cookie(&format!(
        "doorcode_appearance={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}",
        appearance.as_str()
    ));
    request::see_other("/account");
    Ok(appearance)
}
