//! The time, as far as Doorcode is concerned: the system's, or a test's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since the Unix epoch; clones of a fixed clock move together.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `ms` until it is advanced.
    pub fn fixed(ms: i64) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(ms))))
    }

    /// Moves a fixed clock; the system's takes no notice.
    pub fn advance(&self, ms: i64) {
        if let Source::Fixed(now) = &self.0 {
            now.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// The present, in milliseconds since the Unix epoch.
    pub fn now(&self) -> i64 {
        match &self.0 {
            Source::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
            Source::Fixed(now) => now.load(Ordering::SeqCst),
        }
    }
}
