//! What Doorcode's words mean and which values are allowed: no input, no output, the same code in the browser and on the server.

pub mod activity;
pub mod admin;
pub mod api_token;
pub mod application;
pub mod audit;
pub mod connection;
pub mod delivery;
pub mod difference;
pub mod email;
pub mod field_errors;
pub mod form;
pub mod history;
pub mod installation;
pub mod language;
pub mod mail;
pub mod merge;
pub mod message;
pub mod oauth;
pub mod otp;
pub mod quick_start;
pub mod recipient;
pub mod renditions;
pub mod secret;
pub mod segments;
pub mod sms;
pub mod template;
pub mod trial;
pub mod user;
pub mod web_url;
pub mod wire;

pub use field_errors::{Field, FieldError, FieldErrors, Problem};
pub use form::Form;
pub use secret::{Secret, SecretChange};
