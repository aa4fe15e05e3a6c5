//! The headers of SPEC section 4: on pages, on assets, over https.

use crate::browser::Site;

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_it_in_place() {
    let site = Site::set_up().await;
    for path in ["/login", "/nowhere", "/healthz", "/robots.txt", "/preview/frame", "/connections/passwordless"] {
        let answer = site.browser().get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "{path}");
        assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
        assert!(answer.headers.contains_key("content-security-policy"), "{path}");
    }
}

#[tokio::test]
async fn https_is_insisted_on_where_it_is_spoken() {
    let site = Site::at("https://doorcode.example.com").await;
    assert_eq!(site.browser().get("/healthz").await.header("strict-transport-security"), "max-age=31536000");
}

#[tokio::test]
async fn a_page_allows_only_scripts_with_its_own_nonce() {
    let site = Site::set_up().await;
    let mut browser = site.browser();
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let answer = browser.get("/login").await;
        let policy = answer.header("content-security-policy").to_owned();
        let nonce =
            policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce").to_owned();
        assert_eq!(
            policy,
            format!(
                "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; \
                 frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
            )
        );
        let scripts: Vec<&str> =
            answer.body.split("<script").skip(1).filter_map(|rest| rest.split('>').next()).collect();
        assert!(
            !scripts.is_empty() && scripts.iter().all(|tag| tag.contains(&format!("nonce=\"{nonce}\""))),
            "{scripts:?}"
        );
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn pages_are_not_stored_and_not_styled_inline() {
    let site = Site::set_up().await;
    let answer = site.browser().get("/login").await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(!answer.body.contains(" style=") && !answer.body.contains("<style"), "{}", answer.body);
}
