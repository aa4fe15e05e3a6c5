//! The document of the API and the routes say the same.

use axum::http::{Method, StatusCode};

use super::{Scene, body};

#[tokio::test]
async fn every_documented_path_answers_its_documented_methods_and_no_others() {
    let scene = Scene::new().await;
    let answer = scene.program.get("/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    let document = body(&answer);
    assert_eq!(document["servers"][0]["url"], "http://127.0.0.1:3000");
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let documented = operations.get(method.as_str().to_lowercase()).is_some();
            // A console route refuses what comes from elsewhere before it looks at the method.
            let program = scene.program.with("sec-fetch-site", "same-origin").with("authorization", "Bearer none");
            let answer = program.send(method.clone(), path, "text/plain", String::new()).await;
            let answered = !matches!(answer.status, StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(answered, documented, "{method} {path}: {}", answer.status);
        }
    }
}
