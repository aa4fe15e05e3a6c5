//! `doorcode serve`: opens everything, says where it is, serves until it is told to stop.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::serve::ListenerExt;
use backend::{Backend, OpenError};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::assets::{Assets, AssetsError};
use crate::config::Config;
use crate::metrics::{self, Metrics};
use crate::{Settings, router};

/// How long requests may take to finish once the server was told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// How often what has run out is deleted.
const SWEEP: Duration = Duration::from_secs(60 * 60);

/// Why the server could not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address is taken or not ours.
    #[error("{variable}: cannot listen on {address}: {source}; choose another address or stop what uses it")]
    Listen {
        /// Which variable names the address.
        variable: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The site is missing.
    #[error(transparent)]
    Assets(#[from] AssetsError),
    /// The database or the key is not fit.
    #[error(transparent)]
    Backend(#[from] OpenError),
    /// The database broke right after it was opened.
    #[error("the database failed at start: {0}")]
    Database(#[from] backend::Error),
    /// The system gave no signals or no connections.
    #[error("cannot serve: {0}")]
    Io(#[from] io::Error),
}

/// Serves until SIGTERM or SIGINT.
pub async fn serve(config: Config) -> Result<(), StartError> {
    let assets = Assets::find(config.site_dir.as_deref())?;
    let listener = listen("DOORCODE_ADDR", config.addr).await?;
    let metrics_listener = match config.metrics_addr {
        Some(address) => Some(listen("DOORCODE_METRICS_ADDR", address).await?),
        None => None,
    };
    let backend = Backend::open(config.backend_options()).await?;
    assets.compress();
    let public_url = config.public_url_at(listener.local_addr()?);
    let metrics = Metrics::default();
    let settings = Settings {
        public_url: public_url.clone(),
        trusted_proxies: config.trusted_proxies,
        assets,
        metrics: metrics.clone(),
    };
    let router = router(backend.clone(), settings);
    let mut stop = stop_signal()?;
    let sweeping = tokio::spawn(sweep(backend.clone()));
    if let Some(listener) = metrics_listener {
        tokio::spawn(async move { axum::serve(listener, metrics::routes(metrics)).await });
    }

    let origin = public_url.origin();
    println!("Doorcode is at {origin}");
    if backend.needs_set_up().await? {
        println!("Set up: {origin}/setup?token={}", backend.setup_token());
    }

    let listener = listener.tap_io(|stream| {
        // Answers are written whole; waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
    });
    let mut stopping = stop.clone();
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async move {
            let _ = stopping.changed().await;
        })
        .into_future();
    let patience = async move {
        let _ = stop.changed().await;
        tracing::info!("stopping");
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        served = serving => served?,
        () = patience => tracing::warn!("some requests did not finish in {} seconds", DRAIN.as_secs()),
    }
    sweeping.abort();
    backend.close().await;
    Ok(())
}

async fn listen(variable: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { variable, address, source })
}

/// Changes once, at the first SIGTERM or SIGINT.
fn stop_signal() -> io::Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        let _ = sender.send(true);
        // Kept, so that nobody waits for a sender that is gone.
        std::future::pending::<()>().await;
    });
    Ok(receiver)
}

async fn sweep(backend: Backend) {
    let mut interval = tokio::time::interval(SWEEP);
    loop {
        interval.tick().await;
        if let Err(error) = backend.sweep().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "what has run out could not be deleted; trying again in an hour"
            );
        }
    }
}
