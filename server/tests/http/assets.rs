//! Files of the site: hashed, compressed, cached.

use axum::body::Body;
use axum::http::{Method, StatusCode};

use crate::browser::{Answer, Site, request};

async fn fetch(site: &Site, path: &str, headers: &[(&str, &str)]) -> Answer {
    let builder =
        headers.iter().fold(request(Method::GET, path), |builder, (name, value)| builder.header(*name, *value));
    site.browser().send(builder.body(Body::empty()).expect("a request")).await
}

async fn pkg(site: &Site) -> String {
    let page = site.browser().get("/login").await;
    let start = page.body.find("/pkg/").expect("a page that loads its assets");
    page.body[start..].split('/').take(3).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn hashed_files_are_immutable() {
    let site = Site::set_up().await;
    let pkg = pkg(&site).await;
    for (file, kind) in [
        ("console.js", "text/javascript; charset=utf-8"),
        ("console.css", "text/css; charset=utf-8"),
        ("console.wasm", "application/wasm"),
    ] {
        let answer = fetch(&site, &format!("{pkg}/{file}"), &[]).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, kind));
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(answer.header("vary"), "accept-encoding");
        assert_eq!(answer.header("content-encoding"), "");
        assert!(!answer.headers.contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn files_are_sent_compressed_once_they_are() {
    let site = Site::set_up().await;
    let path = format!("{}/console.css", pkg(&site).await);
    // Compression runs in the background and takes a moment.
    for (accepted, expected) in [("gzip, deflate, br", "br"), ("gzip", "gzip")] {
        let mut encoding = String::new();
        for _ in 0..500 {
            let answer = fetch(&site, &path, &[("accept-encoding", accepted)]).await;
            encoding = answer.header("content-encoding").to_owned();
            if encoding == expected {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(encoding, expected);
    }
}

#[tokio::test]
async fn a_known_file_is_304() {
    let site = Site::set_up().await;
    let path = format!("{}/console.js", pkg(&site).await);
    let tag = fetch(&site, &path, &[]).await.header("etag").to_owned();
    let answer = fetch(&site, &path, &[("if-none-match", &format!("\"x\", W/{tag}"))]).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
}

#[tokio::test]
async fn files_of_another_version_are_404_and_not_cached() {
    let site = Site::set_up().await;
    let pkg = pkg(&site).await;
    for path in [
        "/pkg/0000000000000000/console.js".to_owned(),
        format!("{pkg}/missing.js"),
        format!("{pkg}/../favicon.svg"),
        format!("{pkg}/%2e%2e/robots.txt"),
        "/pkg/console.js".to_owned(),
    ] {
        let answer = fetch(&site, &path, &[]).await;
        assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::NOT_FOUND, "no-store"), "{path}");
    }
}

#[tokio::test]
async fn public_files_are_cached_for_a_short_time() {
    let site = Site::set_up().await;
    for (path, kind) in [("/favicon.svg", "image/svg+xml"), ("/robots.txt", "text/plain; charset=utf-8")] {
        let answer = fetch(&site, path, &[]).await;
        assert_eq!(
            (answer.status, answer.header("content-type"), answer.header("cache-control")),
            (StatusCode::OK, kind, "public, max-age=3600")
        );
    }
}

#[tokio::test]
async fn a_changed_file_changes_the_path() {
    use server::assets::Assets;
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::create_dir(directory.path().join("pkg")).expect("a directory");
    std::fs::write(directory.path().join("pkg/console.js"), "1").expect("written");
    let before = Assets::load(directory.path()).expect("a site").pkg_dir();
    assert_eq!(Assets::load(directory.path()).expect("a site").pkg_dir(), before);
    std::fs::write(directory.path().join("pkg/console.js"), "2").expect("written");
    assert_ne!(Assets::load(directory.path()).expect("a site").pkg_dir(), before);
    let missing = Assets::load(&directory.path().join("nowhere")).expect_err("no site").to_string();
    assert!(missing.contains("DOORCODE_SITE_DIR") && missing.contains("make run"), "{missing}");
}
