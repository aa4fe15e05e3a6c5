//! What the quick start of an application has to know of this installation. Server-only.

use backend::Backend;
use domain::connection::{Method, MethodSummary};
use domain::otp::{OtpExpiry, OtpLength};
use domain::quick_start::{ConnectionFacts, InstallationFacts};

use crate::error::AppError;
use crate::request;

/// The public URL, and how the connections are set.
pub async fn facts(backend: &Backend) -> Result<InstallationFacts, AppError> {
    let summaries = backend.connections().summaries().await?;
    let sms = backend.connections().sms().await?.settings;
    let email = backend.connections().email().await?.settings;
    Ok(InstallationFacts {
        public_url: request::public_url(),
        sms: of(&summaries, Method::Sms, (sms.otp_expiry, sms.otp_length), sms.disable_sign_ups),
        email: of(&summaries, Method::Email, (email.otp_expiry, email.otp_length), email.disable_sign_ups),
    })
}

fn of(
    summaries: &[MethodSummary],
    method: Method,
    (otp_expiry, otp_length): (OtpExpiry, OtpLength),
    disable_sign_ups: bool,
) -> ConnectionFacts {
    let summary = summaries.iter().find(|summary| summary.method == method);
    ConnectionFacts {
        on: summary.is_some_and(|summary| summary.enabled),
        needs_set_up: summary.is_some_and(|summary| summary.needs_set_up),
        otp_expiry,
        otp_length,
        disable_sign_ups,
    }
}
