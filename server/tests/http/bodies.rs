//! Bodies that are too large, malformed or hold what nobody asked for.

use axum::body::{Body, Bytes};
use axum::http::{Method, StatusCode};
use tower::ServiceExt;

use crate::browser::{FORM, Site, request};

const LIMIT: usize = 256 * 1024;

fn form(length: usize) -> String {
    let mut body = "email=a&password=".to_owned();
    body.push_str(&"x".repeat(length - body.len()));
    body
}

#[tokio::test]
async fn a_body_of_256_kib_passes_and_one_more_byte_is_413() {
    let site = Site::set_up().await;
    for (length, status) in [
        (LIMIT, StatusCode::SEE_OTHER),
        (LIMIT + 1, StatusCode::PAYLOAD_TOO_LARGE),
        (LIMIT + 1024, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        for path in ["/login", "/fn/anything"] {
            let builder =
                request(Method::POST, path).header("content-type", FORM).header("sec-fetch-site", "same-origin");
            let answer = site.browser().send(builder.body(Body::from(form(length))).expect("a request")).await;
            if path == "/login" || status == StatusCode::PAYLOAD_TOO_LARGE {
                assert_eq!(answer.status, status, "{path} {length}");
            }
        }
    }
}

#[tokio::test]
async fn a_length_that_is_announced_and_absurd_is_refused_unread() {
    let site = Site::set_up().await;
    let builder = request(Method::POST, "/login").header("content-type", FORM).header("sec-fetch-site", "same-origin");
    let answer = site
        .browser()
        .send(builder.header("content-length", "99999999999").body(Body::empty()).expect("a request"))
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_body_without_a_length_is_limited_too() {
    let site = Site::set_up().await;
    let body = Body::new(http_body_util::StreamBody::new(Chunks(5)));
    let builder = request(Method::POST, "/login").header("content-type", FORM).header("sec-fetch-site", "same-origin");
    let answer = site.router.clone().oneshot(builder.body(body).expect("a request")).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

/// So many chunks of 64 KiB.
struct Chunks(u32);

impl futures_core::Stream for Chunks {
    type Item = Result<http_body::Frame<Bytes>, std::convert::Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        if self.0 == 0 {
            return std::task::Poll::Ready(None);
        }
        self.0 -= 1;
        std::task::Poll::Ready(Some(Ok(http_body::Frame::data(Bytes::from(vec![b'x'; 64 * 1024])))))
    }
}

#[tokio::test]
async fn a_form_that_is_not_the_one_of_the_page_is_400() {
    let site = Site::set_up().await;
    for (kind, body) in [
        (FORM, "email=a"),
        (FORM, "email=a&password=b&admin=true"),
        (FORM, "email=a&email=b&password=c"),
        (FORM, "%ff%fe"),
        (FORM, ""),
        ("application/json", "{\"email\":\"a\",\"password\":\"b\"}"),
        ("multipart/form-data; boundary=x", "--x--"),
    ] {
        let builder =
            request(Method::POST, "/login").header("content-type", kind).header("sec-fetch-site", "same-origin");
        let answer = site.browser().send(builder.body(Body::from(body)).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{kind} {body}");
    }
}
