//! A look at the configuration: what was found, and the way back of a plain post. Server-only.

use backend::{Admin, Backend};
use domain::FieldErrors;
use domain::connection::Method;

use super::channel::Made;
use super::merging::MethodForm;
use super::settings_page::Attempt;
use crate::error::AppError;
use crate::outcome::Checked;
use crate::request;

/// What a plain post that looked at the configuration leaves.
const EXAMINED: &str = "examined";

/// Says, item by item, whether settings are fit to send with.
pub async fn examine(
    backend: &Backend,
    admin: &Admin,
    method: Method,
    made: &Result<Made, FieldErrors>,
) -> Result<Vec<Checked>, AppError> {
    Ok(match made {
        Ok((channel, _)) => {
            let findings = backend.messages().examine_for(admin, method, channel).await?;
            findings.into_iter().map(|finding| Checked { fit: finding.fit, words: finding.words }).collect()
        }
        Err(errors) => {
            let unfit = |words| Checked { fit: false, words };
            errors.iter().map(|error| unfit(format!("{}: {}", error.field.label(), error.problem))).collect()
        }
    })
}

/// Leads a plain post back to its form, which shows what was found; what is only typed is kept as a draft.
pub async fn lead_back<F: MethodForm>(
    attempt: &Attempt<F>,
    is_stored: bool,
    found: Vec<Checked>,
) -> Result<Vec<Checked>, AppError> {
    if request::is_plain_post() {
        request::flash(EXAMINED, &(F::METHOD, &found)).await?;
        let draft = if is_stored { String::new() } else { format!("?draft={}", attempt.keep().await?) };
        request::see_other(&format!("/connections/passwordless/{}{draft}#configuration", F::METHOD.as_str()));
    }
    Ok(found)
}

/// What a plain post that asked for it found.
pub async fn examined(method: Method) -> Vec<Checked> {
    match request::take_flash::<(Method, Vec<Checked>)>(EXAMINED).await {
        Some((of, found)) if of == method => found,
        _ => Vec::new(),
    }
}
