//! Structured logs on standard error.

use tracing_subscriber::EnvFilter;

use crate::config::LogConfig;

/// Starts logging for the rest of the process.
pub fn start(config: &LogConfig) {
    let filter = EnvFilter::try_new(&config.filter).unwrap_or_default();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    // A second start, as in a test, keeps the first.
    let _ = match config.json {
        true => lines.json().flatten_event(true).try_init(),
        false => lines.try_init(),
    };
}
