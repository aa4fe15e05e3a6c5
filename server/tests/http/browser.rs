//! A Doorcode in a temporary directory, and browsers that talk to it.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use backend::{Actor, Backend, Clock, Options};
use domain::Secret;
use domain::admin::{AdminEmail, NewPassword, Role};
use leptos::server_fn::axum::server_fn_paths;
use server::assets::Assets;
use server::config::PublicUrl;
use server::metrics::Metrics;
use server::{Settings, router};
use tempfile::TempDir;
use tower::ServiceExt;

/// A password that may be chosen.
pub const PASSWORD: &str = "correct horse battery staple";

/// The type of a plain form.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// A running Doorcode.
pub struct Site {
    pub backend: Backend,
    pub clock: Clock,
    pub router: Router,
    _directory: TempDir,
}

impl Site {
    /// One without an administrator, reached directly over http.
    pub async fn new() -> Self {
        Self::at("http://127.0.0.1:3000").await
    }

    /// One under another public URL, behind a proxy in 10.0.0.0/8.
    pub async fn at(public_url: &str) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let site = directory.path().join("site");
        std::fs::create_dir_all(site.join("pkg")).expect("a directory");
        for (path, content) in [
            ("pkg/console.js", "export default 1;".repeat(100)),
            ("pkg/console.css", "body { margin: 0 }".repeat(100)),
            ("pkg/console.wasm", "\0asm".repeat(100)),
            ("favicon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>".to_owned()),
            ("robots.txt", "User-agent: *\nDisallow: /\n".to_owned()),
        ] {
            std::fs::write(site.join(path), content).expect("written");
        }
        let clock = Clock::fixed(1_800_000_000_000);
        let options = Options {
            database_url: None,
            data_dir: directory.path().join("data"),
            secret_key: None,
            private_hosts: Vec::new(),
            retention_days: backend::RETENTION_DAYS,
            audit_retention_days: None,
            starts_per_hour: backend::STARTS_PER_HOUR,
            twilio_api_url: None,
            clock: clock.clone(),
        };
        let backend = Backend::open(options).await.expect("an open backend");
        let assets = Assets::load(&site).expect("a site");
        assets.compress();
        let settings = Settings {
            public_url: PublicUrl::parse(public_url).expect("a URL"),
            trusted_proxies: vec!["10.0.0.0/8".parse().expect("a CIDR")],
            assets,
            metrics: Metrics::default(),
        };
        Self { router: router(backend.clone(), settings), backend, clock, _directory: directory }
    }

    /// One with an administrator of each role: `owner@acme.example` and so on, all with [`PASSWORD`].
    pub async fn set_up() -> Self {
        Self::new().await.with_admins().await
    }

    /// Adds an administrator of each role.
    pub async fn with_admins(self) -> Self {
        for role in Role::ALL {
            let email = AdminEmail::parse(&format!("{}@acme.example", role.as_str())).expect("an address");
            let password = NewPassword::parse(&Secret::new(PASSWORD)).expect("a password");
            self.backend
                .admins()
                .create(email, role, password, &Actor::command_line())
                .await
                .expect("no failure")
                .expect("created");
        }
        self
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            peer: "203.0.113.9:50000".parse().expect("an address"),
        }
    }

    /// A browser whose user has signed in.
    pub async fn signed_in(&self, role: Role) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(&format!("{}@acme.example", role.as_str()), PASSWORD).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/connections/passwordless"));
        browser
    }
}

/// Something that keeps cookies.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    pub peer: SocketAddr,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// The header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where it leads.
    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// Every `Set-Cookie`.
    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).collect()
    }
}

impl Browser {
    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(request(Method::GET, path).header(ACCEPT, "text/html").body(Body::empty()).expect("a request")).await
    }

    /// Posts a form from a page of the same origin, as a browser without JavaScript does.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(
            request(Method::POST, path)
                .header(ACCEPT, "text/html")
                .header(CONTENT_TYPE, FORM)
                .header("sec-fetch-site", "same-origin")
                .body(body.into())
                .expect("a request"),
        )
        .await
    }

    /// Posts a form to a server function as a browser without JavaScript does; where that leads.
    pub async fn act(&mut self, function: &str, fields: &[(&str, &str)]) -> String {
        let name = |path: &'static str| {
            path.trim_start_matches("/fn/").trim_end_matches(|letter: char| letter.is_ascii_digit())
        };
        let (path, _) = server_fn_paths().find(|(path, _)| name(path) == function).expect("the function");
        let answer = self.post(path, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{function}: {}", answer.body);
        answer.location().to_owned()
    }

    /// Posts the sign-in form.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.post("/login", &[("email", email), ("password", password)]).await
    }

    /// Sends any request, with the cookies, and keeps those that come back.
    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        if !cookies.is_empty() {
            request.headers_mut().insert(COOKIE, cookies.parse().expect("a header"));
        }
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        let answer =
            Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() };
        for cookie in answer.set_cookies() {
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            match value.is_empty() || cookie.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }
}

/// The beginning of a request.
pub fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path)
}
