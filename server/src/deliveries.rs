//! `GET /activity/deliveries.csv`: the deliveries that a filter matches as a file.

use app::request::Caller;
use axum::extract::{Extension, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::activity::DeliveryFilterForm;
use domain::admin::Role;

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
    let reading = async { reader.deliveries().filter(&form).await };
    let backend = state.backend.clone();
    let part = move |filter: backend::deliveries::DeliveryFilter, from: Option<String>| {
        let backend = backend.clone();
        async move { backend.deliveries().csv(&filter, from.as_deref()).await }
    };
    csv::send(Asked { state, caller, headers }, Role::Viewer, "deliveries.csv", reading, part).await
}

/// The filter of a query, under the names that the page's own address has.
fn typed(query: Option<&str>) -> DeliveryFilterForm {
    let [connection, application, outcome, from, until, recipient] =
        fields(query, ["connection", "application", "outcome", "from", "until", "recipient"]);
    DeliveryFilterForm { connection, application, outcome, from, until, recipient }
}
