//! `GET /activity/deliveries.csv`: the deliveries that a filter matches as a file, read from the database while it is sent.

use app::request::Caller;
use axum::body::Body;
use axum::extract::{Extension, RawQuery, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use backend::Found;
use domain::activity::DeliveryFilterForm;
use futures_util::stream::{self, StreamExt as _};
use url::form_urlencoded;

use crate::AppState;
use crate::refusal::{broken, refuse};

/// Sends the file; a filter that looks for nothing is refused in the words that the page has for it.
pub async fn csv(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    if !matches!(caller.found, Found::SignedIn(_)) {
        return refuse(&state, &headers, StatusCode::UNAUTHORIZED, "Your session has ended. Sign in again to go on.");
    }
    let failed = |error| broken(&state, &caller.request_id, &headers, &error);
    let backend = state.backend.clone();
    let filter = match backend.deliveries().filter(&typed(&query.unwrap_or_default())).await {
        Ok(Ok(filter)) => filter,
        Ok(Err(problems)) => {
            let words: Vec<String> = problems.iter().map(|problem| format!("{}: {problem}", problem.label())).collect();
            return refuse(&state, &headers, StatusCode::BAD_REQUEST, &words.join(" "));
        }
        Err(error) => return failed(error),
    };
    // The first part is read before anything is said, so that a database that fails is a 500 and not half a file.
    let first = match backend.deliveries().csv(&filter, None).await {
        Ok(part) => part,
        Err(error) => return failed(error),
    };
    let request_id = caller.request_id.clone();
    let others = stream::try_unfold((backend, first.older), move |(backend, older)| {
        let (filter, request_id) = (filter.clone(), request_id.clone());
        async move {
            let Some(from) = older else { return Ok(None) };
            match backend.deliveries().csv(&filter, Some(&from)).await {
                Ok(part) => Ok(Some((part.text, (backend, part.older)))),
                Err(error) => {
                    tracing::error!(
                        request_id,
                        error = &error as &dyn std::error::Error,
                        "a file of deliveries broke off"
                    );
                    Err(error)
                }
            }
        }
    });
    let parts = stream::once(async move { Ok::<_, backend::Error>(first.text) }).chain(others);
    (
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"deliveries.csv\"")],
        Body::from_stream(parts),
    )
        .into_response()
}

/// The filter of a query, under the names that the page's own address has.
fn typed(query: &str) -> DeliveryFilterForm {
    let mut form = DeliveryFilterForm::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let field = match &*name {
            "connection" => &mut form.connection,
            "application" => &mut form.application,
            "outcome" => &mut form.outcome,
            "from" => &mut form.from,
            "until" => &mut form.until,
            "recipient" => &mut form.recipient,
            _ => continue,
        };
        *field = value.into_owned();
    }
    form
}
