//! `GET /activity/audit.csv`: the lines of the audit trail that a filter matches as a file.

use app::request::Caller;
use axum::extract::{Extension, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::admin::Role;
use domain::audit::AuditFilterForm;

use crate::AppState;
use crate::csv::{self, Asked, fields};

/// Sends the file.
pub async fn csv(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let (reader, form) = (state.backend.clone(), typed(query.as_deref()));
    let reading = async { reader.audit().filter(&form).await };
    let backend = state.backend.clone();
    let part = move |filter: backend::AuditFilter, from: Option<String>| {
        let backend = backend.clone();
        async move { backend.audit().csv(&filter, from.as_deref()).await }
    };
    csv::send(Asked { state, caller, headers }, Role::Editor, "audit.csv", reading, part).await
}

/// The filter of a query, under the names that the page's own address has.
fn typed(query: Option<&str>) -> AuditFilterForm {
    let [person, kind, object, from, until] = fields(query, ["person", "kind", "object", "from", "until"]);
    AuditFilterForm { person, kind, object, from, until }
}
