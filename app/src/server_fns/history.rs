//! The view *History*: the revisions of a method, one of them, and bringing it back.

use domain::connection::Method;
use domain::history::HistoryFilterForm;
use leptos::prelude::server;

use crate::error::AppError;
use crate::history::{ListedRevisions, RestoreOutcome, RevisionPage};
use crate::wire::Answer;

/// A page of the revisions that a filter matches, from a place that an earlier page named.
#[server(output = Answer)]
pub async fn list_revisions(
    method: Method,
    form: HistoryFilterForm,
    below: Option<i64>,
) -> Result<ListedRevisions, AppError> {
    use crate::request::{self, history};
    request::admin()?;
    let backend = request::backend()?;
    let page = backend.connections().history(method, &form, below).await?;
    let now = backend.now();
    let just_restored = request::take_flash::<(Method, i64, i64)>(history::RESTORED).await;
    Ok(ListedRevisions {
        revisions: page.revisions.into_iter().map(|summary| history::aged(now, summary)).collect(),
        older: page.older,
        present: page.present,
        people: page.people,
        fields: domain::history::fields(method)
            .into_iter()
            .map(|field| (field.key().to_owned(), field.label()))
            .collect(),
        just_restored: just_restored.filter(|(of, ..)| *of == method).map(|(_, version, made)| (version, made)),
    })
}

/// One revision, compared with another: with the present one if none is named, or, if it is that, with the one before.
#[server(output = Answer)]
pub async fn load_revision(method: Method, version: i64, with: String) -> Result<RevisionPage, AppError> {
    use crate::request::{self, history};
    use domain::email::EmailSettings;
    use domain::sms::SmsSettings;
    request::admin()?;
    let backend = request::backend()?;
    match method {
        Method::Sms => history::page::<SmsSettings>(&backend, version, &with).await,
        Method::Email => history::page::<EmailSettings>(&backend, version, &with).await,
    }
}

/// Saves an earlier version again, over the version that counted when its page was made.
#[server(output = Answer)]
pub async fn restore_revision(method: Method, version: i64, base: i64) -> Result<RestoreOutcome, AppError> {
    use crate::request::{self, history};
    use domain::admin::Role;
    use domain::email::EmailSettings;
    use domain::sms::SmsSettings;
    let admin = request::admin_as(Role::Editor)?;
    let backend = request::backend()?;
    match method {
        Method::Sms => history::restore::<SmsSettings>(&backend, &admin, version, base).await,
        Method::Email => history::restore::<EmailSettings>(&backend, &admin, version, base).await,
    }
}
