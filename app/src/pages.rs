//! One screen a file.

pub mod account;
pub mod activity;
pub mod application;
pub mod applications;
pub mod frame;
pub mod invite;
pub mod login;
mod methods_changed;
pub mod not_found;
#[cfg(feature = "passwordless")]
pub mod passwordless;
pub mod register_application;
pub mod settings;
mod settings_form;
pub mod setup;
mod title;
mod typed_filter;
pub mod users;
