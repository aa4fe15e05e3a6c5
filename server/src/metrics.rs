//! Counts and durations of requests, in Prometheus' text format, on an address of their own.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

/// Upper bounds of the buckets of the durations, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];

/// The kinds of requests that are counted apart; few, so that nobody can swell the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteClass {
    /// A page of the console, also one that does not exist.
    Page,
    /// A server function.
    Function,
    /// The API for programs.
    Api,
    /// Set-up, sign-in, sign-out and invitations.
    Entry,
    /// The frame of the email preview.
    Preview,
    /// A file of the site.
    Asset,
    /// A health check.
    Health,
}

impl RouteClass {
    /// The class of a path.
    pub fn of(path: &str) -> Self {
        match path.split('/').nth(1).unwrap_or_default() {
            "fn" => Self::Function,
            "api" | "passwordless" | "oauth" | "userinfo" | ".well-known" | "openapi.json" => Self::Api,
            "login" | "logout" | "setup" | "invite" => Self::Entry,
            "preview" => Self::Preview,
            "pkg" | "favicon.svg" | "favicon.ico" | "robots.txt" => Self::Asset,
            "healthz" | "readyz" => Self::Health,
            _ => Self::Page,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Function => "function",
            Self::Api => "api",
            Self::Entry => "entry",
            Self::Preview => "preview",
            Self::Asset => "asset",
            Self::Health => "health",
        }
    }
}

/// The counts; cheap to clone, all clones count together.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    started: f64,
    requests: Mutex<Requests>,
}

#[derive(Debug, Default)]
struct Requests {
    by_status: BTreeMap<(RouteClass, u16), u64>,
    durations: BTreeMap<RouteClass, Histogram>,
}

#[derive(Debug, Default)]
struct Histogram {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    sum: f64,
}

impl Default for Metrics {
    fn default() -> Self {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        Self(Arc::new(Counts { started, requests: Mutex::default() }))
    }
}

impl Metrics {
    /// Counts one answered request.
    pub fn count(&self, class: RouteClass, status: StatusCode, took: Duration) {
        let mut requests = self.0.requests.lock().unwrap_or_else(PoisonError::into_inner);
        *requests.by_status.entry((class, status.as_u16())).or_default() += 1;
        let histogram = requests.durations.entry(class).or_default();
        let seconds = took.as_secs_f64();
        histogram.count += 1;
        histogram.sum += seconds;
        for (bucket, bound) in histogram.buckets.iter_mut().zip(BUCKETS) {
            *bucket += u64::from(seconds <= bound);
        }
    }

    /// Everything counted so far, as Prometheus reads it.
    pub fn text(&self) -> String {
        let requests = self.0.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&requests, &mut text);
        text
    }

    fn write(&self, requests: &Requests, text: &mut String) -> std::fmt::Result {
        writeln!(text, "# HELP doorcode_build_info The version that runs.\n# TYPE doorcode_build_info gauge")?;
        writeln!(text, "doorcode_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"))?;
        writeln!(
            text,
            "# HELP process_start_time_seconds When the process started, in seconds since the Unix epoch.\n# TYPE process_start_time_seconds gauge"
        )?;
        writeln!(text, "process_start_time_seconds {:.3}", self.0.started)?;
        if let Some(bytes) = resident_bytes() {
            writeln!(
                text,
                "# HELP process_resident_memory_bytes Resident memory.\n# TYPE process_resident_memory_bytes gauge"
            )?;
            writeln!(text, "process_resident_memory_bytes {bytes}")?;
        }
        writeln!(text, "# HELP doorcode_requests_total Answered requests.\n# TYPE doorcode_requests_total counter")?;
        for ((class, status), count) in &requests.by_status {
            writeln!(text, "doorcode_requests_total{{route=\"{}\",status=\"{status}\"}} {count}", class.as_str())?;
        }
        writeln!(
            text,
            "# HELP doorcode_request_duration_seconds Time until the answer began.\n# TYPE doorcode_request_duration_seconds histogram"
        )?;
        for (class, histogram) in &requests.durations {
            let route = class.as_str();
            for (bucket, bound) in histogram.buckets.iter().zip(BUCKETS) {
                writeln!(
                    text,
                    "doorcode_request_duration_seconds_bucket{{route=\"{route}\",le=\"{bound}\"}} {bucket}"
                )?;
            }
            writeln!(
                text,
                "doorcode_request_duration_seconds_bucket{{route=\"{route}\",le=\"+Inf\"}} {}",
                histogram.count
            )?;
            writeln!(text, "doorcode_request_duration_seconds_sum{{route=\"{route}\"}} {}", histogram.sum)?;
            writeln!(text, "doorcode_request_duration_seconds_count{{route=\"{route}\"}} {}", histogram.count)?;
        }
        Ok(())
    }
}

/// The router of the metrics' own address.
pub fn routes(metrics: Metrics) -> Router {
    let answer = |State(metrics): State<Metrics>| async move {
        ([(CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.text()).into_response()
    };
    Router::new().route("/metrics", get(answer)).with_state(metrics)
}

/// Resident memory where Linux tells it; pages have 4 KiB on every platform that Doorcode is built for.
fn resident_bytes() -> Option<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    statm.split_whitespace().nth(1)?.parse::<u64>().ok().map(|pages| pages * 4096)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_class_and_status() {
        let metrics = Metrics::default();
        metrics.count(RouteClass::of("/applications/a"), StatusCode::OK, Duration::from_millis(3));
        metrics.count(RouteClass::of("/applications"), StatusCode::OK, Duration::from_millis(30));
        metrics.count(RouteClass::of("/fn/save_sms"), StatusCode::FORBIDDEN, Duration::from_millis(1));
        let text = metrics.text();
        for line in [
            "doorcode_requests_total{route=\"page\",status=\"200\"} 2",
            "doorcode_requests_total{route=\"function\",status=\"403\"} 1",
            "doorcode_request_duration_seconds_bucket{route=\"page\",le=\"0.005\"} 1",
            "doorcode_request_duration_seconds_bucket{route=\"page\",le=\"+Inf\"} 2",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
