//! Connections to mail servers that are kept for the next message.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many messages are on their way at once; servers dislike more connections.
const AT_ONCE: usize = 8;
/// How long a connection is kept without a message; servers close theirs after some minutes.
const IDLE: Duration = Duration::from_secs(60);

/// The connections to mail servers that wait for a message; clones share them.
#[derive(Clone)]
pub struct MailConnections(Arc<Shared>);

struct Shared {
    places: Semaphore,
    waiting: Mutex<Vec<Waiting>>,
}

struct Waiting {
    key: [u8; 32],
    since: Instant,
    connection: AsyncSmtpConnection,
}

impl Default for MailConnections {
    fn default() -> Self {
        Self(Arc::new(Shared { places: Semaphore::new(AT_ONCE), waiting: Mutex::default() }))
    }
}

impl MailConnections {
    /// Waits until another message may go out, and holds its place.
    pub(super) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        // It is never closed; without a place the message goes out all the same.
        self.0.places.acquire().await.ok()
    }

    /// The connection of that key that was used last.
    pub(super) fn take(&self, key: &[u8; 32]) -> Option<AsyncSmtpConnection> {
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|kept| kept.since.elapsed() < IDLE);
        let place = waiting.iter().rposition(|kept| kept.key == *key)?;
        Some(waiting.remove(place).connection)
    }

    /// Keeps a connection for the next message.
    pub(super) fn give_back(&self, key: [u8; 32], connection: AsyncSmtpConnection) {
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= AT_ONCE {
            waiting.remove(0);
        }
        waiting.push(Waiting { key, since: Instant::now(), connection });
    }
}
