//! The methods and their toggles.

use domain::connection::{Method, MethodSummary};
use leptos::prelude::server;

use crate::error::AppError;
use crate::outcome::Newest;
use crate::wire::Answer;

/// Both methods, SMS first.
#[server(output = Answer)]
pub async fn list_methods() -> Result<Vec<MethodSummary>, AppError> {
    use crate::request;
    request::admin()?;
    Ok(request::backend()?.connections().summaries().await?)
}

/// Switches a method on or off: posts the wanted state, so a double click is harmless.
#[server(output = Answer)]
pub async fn set_method_enabled(method: Method, on: bool) -> Result<Vec<MethodSummary>, AppError> {
    use crate::request;
    let admin = request::admin_as(domain::admin::Role::Editor)?;
    let backend = request::backend()?;
    backend.connections().set_enabled(&admin, method, on).await?;
    let methods = backend.connections().summaries().await?;
    let lacks_settings = methods.iter().any(|summary| summary.method == method && summary.needs_set_up);
    if on && lacks_settings {
        request::see_other(&format!("/connections/passwordless/{}", method.as_str()));
    } else {
        request::see_other(&request::came_from());
    }
    Ok(methods)
}

/// Applications by part of their name, for the preview: those that use the method first.
#[server(output = Answer)]
pub async fn search_applications(query: String) -> Result<Vec<(String, String)>, AppError> {
    use crate::request;
    request::admin()?;
    Ok(request::backend()?.applications().search(&query, 20).await?)
}

/// The newest revision of a method, which a page asks for by itself: this is no use of a session.
#[server(output = Answer)]
pub async fn newest_revision(method: Method) -> Result<Newest, AppError> {
    use crate::request;
    let admin = request::admin()?;
    let backend = request::backend()?;
    let (revision, restored) = backend.connections().newest(method).await?;
    Ok(request::newest(&admin, backend.clock().now(), &revision, restored))
}

/// Throws away what was kept of a save that did not go through; it can be brought back for as long as it would have been kept.
#[server(output = Answer)]
pub async fn discard_draft(method: Method, draft: String) -> Result<(), AppError> {
    crate::request::drafts::discard(method, draft).await
}

/// Brings back a draft that was discarded.
#[server(output = Answer)]
pub async fn bring_back_draft(method: Method, draft: String) -> Result<(), AppError> {
    crate::request::drafts::bring_back(method, &draft).await
}
