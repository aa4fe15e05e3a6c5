//! Lists as files for spreadsheets: read from the database while they are sent.

use std::future::Future;

use app::request::Caller;
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use backend::{CsvPart, Error, Found};
use domain::activity::FilterProblem;
use domain::admin::Role;
use futures_util::stream::{self, StreamExt as _};
use url::form_urlencoded;

use crate::AppState;
use crate::refusal::{broken, refuse};

/// A request for a file.
pub struct Asked {
    /// What every handler can reach.
    pub state: AppState,
    /// Who asks.
    pub caller: Caller,
    /// What the browser accepts.
    pub headers: HeaderMap,
}

/// Sends a file to those who have the role. `reading` reads the filter; one that looks for nothing is refused in the words that the
/// page has for it. `part` reads what the filter matches, from the beginning or from where the part before said that older rows begin.
pub async fn send<F, Part, Reading>(
    asked: Asked,
    role: Role,
    name: &str,
    reading: impl Future<Output = Result<Result<F, Vec<FilterProblem>>, Error>>,
    part: Part,
) -> Response
where
    F: Clone + Send + 'static,
    Part: Fn(F, Option<String>) -> Reading + Send + 'static,
    Reading: Future<Output = Result<CsvPart, Error>> + Send + 'static,
{
    let Asked { state, caller, headers } = asked;
    let refused = |status, words: &str| refuse(&state, &headers, status, words);
    match &caller.found {
        Found::SignedIn(admin) if admin.role().covers(role) => {}
        Found::SignedIn(_) => {
            return refused(StatusCode::FORBIDDEN, "Your role does not allow this. Ask an owner to change it.");
        }
        _ => return refused(StatusCode::UNAUTHORIZED, "Your session has ended. Sign in again to go on."),
    }
    let filter = match reading.await {
        Ok(Ok(filter)) => filter,
        Ok(Err(problems)) => {
            let words: Vec<String> = problems.iter().map(|problem| format!("{}: {problem}", problem.label())).collect();
            return refused(StatusCode::BAD_REQUEST, &words.join(" "));
        }
        Err(error) => return broken(&state, &caller.request_id, &headers, &error),
    };
    // The first part is read before anything is said, so that a database that fails is a 500 and not half a file.
    let first = match part(filter.clone(), None).await {
        Ok(first) => first,
        Err(error) => return broken(&state, &caller.request_id, &headers, &error),
    };
    let request_id = caller.request_id;
    let others = stream::try_unfold((part, first.older), move |(part, older)| {
        let (filter, request_id) = (filter.clone(), request_id.clone());
        async move {
            let Some(from) = older else { return Ok(None) };
            match part(filter, Some(from)).await {
                Ok(next) => Ok(Some((next.text, (part, next.older)))),
                Err(error) => {
                    tracing::error!(
                        request_id,
                        error = &error as &dyn std::error::Error,
                        "a file for spreadsheets broke off"
                    );
                    Err(error)
                }
            }
        }
    });
    let parts = stream::once(async move { Ok::<_, Error>(first.text) }).chain(others);
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, disposition.as_str())], Body::from_stream(parts))
        .into_response()
}

/// The values of some names in a query, empty where there is none.
pub fn fields<const N: usize>(query: Option<&str>, names: [&str; N]) -> [String; N] {
    let mut values = [const { String::new() }; N];
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if let Some(field) = names.iter().position(|known| *known == name).and_then(|index| values.get_mut(index)) {
            *field = value.into_owned();
        }
    }
    values
}
