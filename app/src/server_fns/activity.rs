//! Activity: what became of the messages, and those that stayed in the outbox. Everything here only reads.

use domain::activity::{DeliveryFilterForm, DeliveryPage, OutboxMessage, OutboxPage};
use domain::audit::{AuditChoices, AuditFilterForm, AuditLines};
use leptos::prelude::server;

use crate::error::AppError;
use crate::outcome::FormOutcome;
use crate::wire::Answer;

/// A page of the deliveries that a filter matches, from a place that an earlier page named.
#[server(output = Answer)]
pub async fn list_deliveries(
    form: DeliveryFilterForm,
    at: Option<String>,
) -> Result<FormOutcome<DeliveryPage>, AppError> {
    use crate::request;
    request::admin()?;
    let backend = request::backend()?;
    let deliveries = backend.deliveries();
    Ok(match deliveries.filter(&form).await? {
        Ok(filter) => FormOutcome::Done(deliveries.page(&filter, at.as_deref()).await?),
        Err(problems) => FormOutcome::Refused(problems.into()),
    })
}

/// A page of the audit trail that a filter matches, from a place that an earlier page named.
#[server(output = Answer)]
pub async fn list_audit_trail(form: AuditFilterForm, at: Option<String>) -> Result<FormOutcome<AuditLines>, AppError> {
    use crate::request::{self, audit_trail};
    let admin = request::admin_as(domain::admin::Role::Editor)?;
    let backend = request::backend()?;
    Ok(match backend.audit().filter(&form).await? {
        Ok(filter) => {
            FormOutcome::Done(audit_trail::lines(backend.audit().page(&filter, at.as_deref()).await?, admin.role()))
        }
        Err(problems) => FormOutcome::Refused(problems.into()),
    })
}

/// What the filter of the audit trail can choose from.
#[server(output = Answer)]
pub async fn load_audit_choices() -> Result<AuditChoices, AppError> {
    use crate::request::{self, audit_trail};
    request::admin_as(domain::admin::Role::Editor)?;
    Ok(audit_trail::choices(request::backend()?.audit().people().await?))
}

/// A page of the messages in the outbox, of all or of one recipient, from a place that an earlier page named.
#[server(output = Answer)]
pub async fn list_outbox(q: String, at: Option<String>) -> Result<FormOutcome<OutboxPage>, AppError> {
    use crate::request;
    use domain::activity::FilterProblem;
    use domain::recipient::Recipient;
    request::admin_as(domain::admin::Role::Editor)?;
    let to = match q.trim() {
        "" => None,
        text => match Recipient::looked_for(text) {
            Ok(to) => Some(to),
            Err(problem) => return Ok(FormOutcome::Refused(vec![FilterProblem::Recipient(problem)].into())),
        },
    };
    Ok(FormOutcome::Done(request::backend()?.outbox().page(to.as_ref(), at.as_deref()).await?))
}

/// One message in the outbox, as it would have been received.
#[server(output = Answer)]
pub async fn load_outbox_message(id: String) -> Result<OutboxMessage, AppError> {
    use crate::request;
    request::admin_as(domain::admin::Role::Editor)?;
    match request::backend()?.outbox().find(&id).await? {
        Some(message) => Ok(message),
        None => Err(request::refuse(AppError::NotFound)),
    }
}
