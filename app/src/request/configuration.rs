//! A look at the configuration: what was found, and the way back of a plain post. Server-only.

use backend::{Admin, Backend};
use domain::FieldErrors;
use domain::connection::Method;
use serde::Serialize;

use super::channel::Made;
use super::settings_page::json;
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
pub async fn lead_back<F: Serialize>(
    backend: &Backend,
    admin: &Admin,
    method: Method,
    typed: Option<(i64, &F)>,
    found: Vec<Checked>,
) -> Result<Vec<Checked>, AppError> {
    if request::is_plain_post() {
        request::flash(EXAMINED, &(method, &found)).await?;
        let draft = match typed {
            Some((base, form)) => {
                let id = backend.drafts().keep(admin.id(), method, base, &json(form)).await?;
                format!("?draft={id}")
            }
            None => String::new(),
        };
        request::see_other(&format!("/connections/passwordless/{}{draft}#configuration", method.as_str()));
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
