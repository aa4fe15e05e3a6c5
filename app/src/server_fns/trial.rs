//! The view *Try*: sending a test message, hearing what became of it, entering its code.

use domain::connection::Method;
use domain::trial::TryForm;
use leptos::prelude::server;

use crate::error::AppError;
use crate::outcome::{Checked, FormOutcome, Report, Tried};
use crate::wire::Answer;

/// Sends a test message with the settings as the form shows them, as [`domain::wire`] writes it, or with the stored ones.
#[server(output = Answer)]
pub async fn send_test(
    method: Method,
    form: TryForm,
    #[server(default)] settings: Option<String>,
) -> Result<FormOutcome<Tried>, AppError> {
    use crate::request::trial;
    let (admin, backend) = trial::editor()?;
    let outcome = trial::send(&backend, &admin, method, &form, settings.as_deref()).await?;
    trial::lead_back(method, &form, outcome).await
}

/// Waits for what becomes of a message that Twilio took.
#[server(output = Answer)]
pub async fn follow_test(
    method: Method,
    delivery: String,
    #[server(default)] settings: Option<String>,
) -> Result<Option<Report>, AppError> {
    use crate::request::trial;
    let (_, backend) = trial::editor()?;
    trial::follow(&backend, method, &delivery, settings.as_deref()).await
}

/// Says what a code is worth that was received; a right one is used up.
#[server(output = Answer)]
pub async fn verify_test(method: Method, form: TryForm) -> Result<FormOutcome<Checked>, AppError> {
    use crate::request::trial;
    let (_, backend) = trial::editor()?;
    let outcome = trial::verify(&backend, method, &form).await?;
    trial::lead_back_verified(method, &form, outcome).await
}
