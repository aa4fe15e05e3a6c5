//! Health checks.

use axum::http::StatusCode;

use crate::browser::Site;

#[tokio::test]
async fn a_running_server_is_alive_and_ready() {
    let site = Site::new().await;
    for path in ["/healthz", "/readyz"] {
        let answer = site.browser().get(path).await;
        assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"), "{path}");
        assert!(!answer.headers.contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn without_its_database_it_is_alive_but_not_ready() {
    let site = Site::new().await;
    site.backend.close().await;
    assert_eq!(site.browser().get("/healthz").await.status, StatusCode::OK);
    assert_eq!(site.browser().get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
}
