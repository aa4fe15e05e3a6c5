//! The hosted sign-in page: what an application's users see when it sends them to `/authorize`, or when they open a sign-in link.
//!
//! No page needs a script. Opening one stores nothing and spends nothing; a post answers 303 to the page that shows what came of it,
//! so that going back and loading again do no harm.

mod answer;
mod asked;
mod browser;
mod code;
mod finish;
mod link;
mod page;
mod parameters;
mod recipient;
mod request;
mod trouble;
mod visit;

use axum::Router;
use axum::routing::get;

use crate::AppState;

/// Where applications send their users.
pub const PATH: &str = "/authorize";
/// Where a code is answered.
pub const CODE_PATH: &str = "/authorize/code";
/// Where sign-in links lead.
pub const LINK_PATH: &str = "/passwordless/verify_redirect";

/// The pages; they belong behind the rules of the console's pages, and are open to the signed out.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route(PATH, get(recipient::show).post(recipient::send))
        .route(CODE_PATH, get(code::show).post(code::answer))
        .route(LINK_PATH, get(link::open).post(link::verify))
}
