//! The console's whole write surface, one file per area. Each function asks who is calling, checks the form with `domain`, makes
//! one call to `backend` and answers an outcome.

#![expect(
    missing_docs,
    reason = "the macro makes each argument a public field, which the function's own sentence explains"
)]

pub mod account;
pub mod activity;
pub mod api_tokens;
pub mod applications;
pub mod connections;
pub mod console;
pub mod email;
pub mod email_provider;
pub mod history;
pub mod settings;
pub mod sms;
pub mod trial;
pub mod users;
