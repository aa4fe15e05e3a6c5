//! The console: every page, and the server functions that the pages call.
#![recursion_limit = "512"]

pub mod components;
pub mod entry;
pub mod erased;
pub mod error;
pub mod form_state;
pub mod halves;
pub mod history;
pub mod loaded;
pub mod outcome;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod request;
pub mod routes;
pub mod server_fns;
pub mod shell;
pub mod wire;

pub use routes::App;
pub use shell::shell;
