//! The tokens that programs show instead of a password.

use domain::api_token::ApiTokenForm;
use leptos::prelude::server;

use crate::error::AppError;
use crate::outcome::{ApiTokensPage, FormOutcome, MadeToken};
use crate::wire::Answer;

/// Every token, and what became of the form that makes one; nothing but for an owner.
#[server(output = Answer)]
pub async fn load_api_tokens() -> Result<Option<ApiTokensPage>, AppError> {
    use crate::request;
    use domain::admin::Role;
    if !request::admin()?.role().covers(Role::Owner) {
        return Ok(None);
    }
    Ok(Some(ApiTokensPage {
        tokens: request::backend()?.api_tokens().list().await?,
        refused: request::take_flash("api-token").await,
        made: request::take_api_token().await,
    }))
}

/// Makes a token; it is in the answer and never again.
#[server(output = Answer)]
pub async fn create_api_token(form: ApiTokenForm) -> Result<FormOutcome<MadeToken>, AppError> {
    use crate::outcome::Refusals;
    use crate::request;
    let admin = request::admin_as(domain::admin::Role::Owner)?;
    request::see_other("/settings#api-tokens");
    match form.check() {
        Ok(new) => {
            let (made, token) = request::backend()?.api_tokens().create(&admin, &new).await?;
            let made = MadeToken { name: made.name, token: token.expose().to_owned() };
            request::flash_api_token(&made).await?;
            Ok(FormOutcome::Done(made))
        }
        Err(errors) => {
            let errors = Refusals::from(errors);
            if request::is_plain_post() {
                request::flash("api-token", &(&form, &errors)).await?;
            }
            Ok(FormOutcome::Refused(errors))
        }
    }
}

/// Lets a token count no more, from the next request on.
#[server(output = Answer)]
pub async fn revoke_api_token(id: String) -> Result<(), AppError> {
    use crate::request;
    let admin = request::admin_as(domain::admin::Role::Owner)?;
    if !request::backend()?.api_tokens().revoke(&admin, &id).await? {
        return Err(request::refuse(AppError::NotFound));
    }
    request::see_other("/settings#api-tokens");
    Ok(())
}
