//! Which pages there are for whom.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use domain::admin::Role;

use crate::browser::{Site, request};

#[tokio::test]
async fn every_page_but_those_before_sign_in_needs_a_session() {
    let site = Site::set_up().await;
    let pages = leptos_axum::generate_route_list(app::App);
    assert!(pages.len() > 4);
    for page in pages {
        let path = page.path().replace("{client_id}", "x").replace("{token}", "x");
        let answer = site.browser().get(&path).await;
        match path.as_str() {
            "/login" => assert_eq!(answer.status, StatusCode::OK),
            "/setup" | "/invite/x" => assert_eq!(answer.status, StatusCode::NOT_FOUND),
            "/" => assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/connections/passwordless")),
            "/connections/passwordless" => {
                assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/login"))
            }
            path => {
                let next: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
                assert_eq!(
                    (answer.status, answer.location().to_owned()),
                    (StatusCode::SEE_OTHER, format!("/login?next={next}"))
                );
            }
        }
    }
}

#[tokio::test]
async fn the_root_leads_home() {
    let site = Site::set_up().await;
    let answer = site.signed_in(Role::Viewer).await.get("/").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/connections/passwordless"));
}

#[tokio::test]
async fn what_leads_nowhere_is_404_signed_in_or_not() {
    let site = Site::set_up().await;
    for path in ["/nowhere", "/connections", "/%ff", "/%00", "/a//b", "/fn/nothing", "/wp-login.php?x=%", "/login/x"] {
        assert_eq!(site.browser().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        let answer = site.signed_in(Role::Viewer).await.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("</html>"), "{path}");
    }
}

#[tokio::test]
async fn a_target_without_a_path_is_refused() {
    let site = Site::set_up().await;
    let answer =
        site.browser().send(request(Method::GET, "example.com:80").body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_failing_database_is_a_500_that_names_the_request_and_no_cause() {
    let site = Site::set_up().await;
    let mut browser = site.signed_in(Role::Owner).await;
    site.backend.close().await;
    let answer = browser.get("/connections/passwordless").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.body.contains(answer.header("x-request-id")), "{}", answer.body);
    assert!(!answer.body.to_lowercase().contains("pool"), "{}", answer.body);
}

#[tokio::test]
async fn pages_are_compressed() {
    let site = Site::set_up().await;
    let builder = request(Method::GET, "/login").header("accept-encoding", "gzip, br");
    let answer = site.browser().send(builder.body(Body::empty()).expect("a request")).await;
    assert_eq!((answer.status, answer.header("content-encoding")), (StatusCode::OK, "br"));
}
