//! A bare handler that answers a constant, for comparison: `bare ADDRESS BYTES`.

use std::net::SocketAddr;

use axum::Router;
use axum::response::Html;
use axum::routing::get;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(bytes)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bare ADDRESS BYTES".into());
    };
    let page: &'static str = Box::leak("x".repeat(bytes.parse()?).into_boxed_str());
    let router = Router::new().route("/", get(move || async move { Html(page) }));
    let listener = tokio::net::TcpListener::bind(address.parse::<SocketAddr>()?).await?;
    println!("bare is at http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}
