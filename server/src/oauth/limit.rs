//! Limits as HTTP tells of them: three headers with every answer, and 429.

use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use backend::limits::{Allowance, Limit};

use super::fault::Fault;
use crate::AppState;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Counts a request of `who`, and answers it by `answer` if it is not one too many; either way the answer says what is left.
pub async fn limited<F: Future<Output = Result<Response, Fault>>>(
    state: &AppState,
    request_id: &str,
    limit: Limit,
    who: &str,
    answer: F,
) -> Response {
    match state.backend.limits().take(limit, who).await {
        Ok(allowance) if allowance.retry_after.is_none() => {
            told(answer.await.unwrap_or_else(IntoResponse::into_response), &allowance)
        }
        Ok(allowance) => told(Fault::too_many(&allowance).into_response(), &allowance),
        Err(error) => Fault::broken(request_id, &error).into_response(),
    }
}

fn told(mut response: Response, allowance: &Allowance) -> Response {
    let headers = response.headers_mut();
    headers.insert(LIMIT, HeaderValue::from(allowance.limit));
    headers.insert(REMAINING, HeaderValue::from(allowance.remaining));
    headers.insert(RESET, HeaderValue::from(allowance.reset));
    response
}
