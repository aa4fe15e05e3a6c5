//! One screen a file.

pub mod account;
pub mod activity;
pub mod application;
pub mod applications;
pub mod frame;
pub mod invite;
pub mod login;
pub mod not_found;
pub mod passwordless;
pub mod register_application;
pub mod settings;
pub mod setup;
mod title;
