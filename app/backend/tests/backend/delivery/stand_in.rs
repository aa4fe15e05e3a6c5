//! An HTTP server for one test: it notes what it is sent and answers as it is told.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use tokio::net::{TcpListener, TcpStream};

/// One request as it came in.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub authorization: String,
    pub content_type: String,
    pub user_agent: String,
    pub body: String,
}

/// What is answered.
#[derive(Clone)]
pub enum Reply {
    /// A status and a body.
    Say(u16, String),
    /// The same, with one header more.
    With(u16, &'static str, String),
    /// Nothing, ever.
    Hang,
}

#[derive(Clone)]
pub struct StandIn {
    pub port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl StandIn {
    /// A server that answers each request as `answer` says.
    pub async fn start(answer: impl Fn(&Seen) -> Reply + Clone + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let noted = Arc::clone(&seen);
        let app = Router::new().fallback(move |request: Request| {
            let (answer, noted) = (answer.clone(), Arc::clone(&noted));
            async move {
                let request = read(request).await;
                let reply = answer(&request);
                noted.lock().expect("unpoisoned").push(request);
                match reply {
                    Reply::Say(status, body) => respond(status, None, body),
                    Reply::With(status, header, value) => respond(status, Some((header, value)), String::new()),
                    Reply::Hang => std::future::pending().await,
                }
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { port, seen }
    }

    /// A server that gives these answers, one after another, the last one from then on.
    pub async fn script(replies: Vec<Reply>) -> Self {
        let left = Arc::new(Mutex::new(replies));
        Self::start(move |_| {
            let mut left = left.lock().expect("unpoisoned");
            if left.len() > 1 { left.remove(0) } else { left[0].clone() }
        })
        .await
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("unpoisoned").clone()
    }
}

async fn read(request: Request) -> Seen {
    let (head, body) = request.into_parts();
    let header =
        |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let body = to_bytes(body, 1 << 20).await.expect("a body");
    Seen {
        method: head.method.to_string(),
        path: head.uri.to_string(),
        authorization: header("authorization"),
        content_type: header("content-type"),
        user_agent: header("user-agent"),
        body: String::from_utf8(body.to_vec()).expect("UTF-8"),
    }
}

fn respond(status: u16, header: Option<(&str, String)>, body: String) -> Response {
    let mut response = Response::builder().status(status).header("content-type", "application/json");
    if let Some((name, value)) = header {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).expect("a response")
}

/// A port on which nothing listens.
pub async fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    listener.local_addr().expect("an address").port()
}

/// A port on which every connection is reset once something was said; answers how many there were.
pub async fn resetting() -> (u16, Arc<Mutex<u32>>) {
    let count: Arc<Mutex<u32>> = Arc::default();
    let counted = Arc::clone(&count);
    let port = listen(move |stream| {
        let counted = Arc::clone(&counted);
        async move {
            // Closing while something is unread resets the connection.
            stream.peek(&mut [0]).await.expect("a byte");
            *counted.lock().expect("unpoisoned") += 1;
        }
    })
    .await;
    (port, count)
}

/// A port on which each connection is served by `serve`.
pub async fn listen<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    port
}
