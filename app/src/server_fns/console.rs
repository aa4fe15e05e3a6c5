//! What the frame around every page needs, and what the pages before sign-in show.

use leptos::prelude::server;

use crate::entry::EntryFlash;
use crate::error::AppError;
use crate::outcome::Console;
use crate::wire::Answer;

/// Who is signed in, and where.
#[server(output = Answer)]
pub async fn load_console() -> Result<Console, AppError> {
    use crate::request;
    let admin = request::admin()?;
    let installation = request::backend()?.installation().load().await?;
    Ok(Console { email: admin.email().to_owned(), role: admin.role(), installation_name: installation.name })
}

/// What the last post of set-up, sign-in or an invitation ran into. Open to everyone: it tells a browser what it was told already.
#[server(output = Answer)]
pub async fn load_entry() -> Result<Option<EntryFlash>, AppError> {
    Ok(crate::request::caller().and_then(|caller| caller.flash))
}

/// The address that an invitation is for; `None` when it was used or has expired. Open to whoever holds the link.
#[server(output = Answer)]
pub async fn load_invitation(token: String) -> Result<Option<String>, AppError> {
    Ok(crate::request::backend()?.admins().invitation(&token).await?)
}
