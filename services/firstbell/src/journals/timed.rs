//! A journal that tells how long its appends take, from the call to the answer.

use host::telemetry::metrics::{Figure, Histogram, histogram};
use journal::{
    Append, AppendError, Appended, EventHash, Journal, JournalIdentity, Position, ReadError,
    Recorded, SharedJournal, StreamName, Verbatim,
};
use std::{sync::Arc, time::Instant};
use tokio::sync::watch;

/// The journal of a service, timed.
pub(super) struct Timed {
    journal: SharedJournal,
    service: &'static str,
    took: Histogram,
}

/// Upper bounds in seconds: a disk at its best, and a cluster without a leader.
const BOUNDS: [f64; 12] = [
    0.000_5, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

// === impl Timed ===

impl Timed {
    /// The same journal, timed.
    pub(super) fn shared(journal: SharedJournal, service: &'static str) -> SharedJournal {
        Arc::new(Self {
            journal,
            service,
            took: histogram(
                "firstbell.journal.append.duration",
                "s",
                "How long a service waited until its events were on disk, or were not taken.",
                &BOUNDS,
            ),
        })
    }
}

#[tonic::async_trait]
impl Journal for Timed {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let begun = Instant::now();
        let appended = self.journal.append(append).await;
        let took = Figure::of(begun.elapsed().as_secs_f64());
        self.took.record(took.word("service", self.service));
        appended
    }

    async fn read(&self, stream: &StreamName) -> Result<Vec<Recorded>, ReadError> {
        self.journal.read(stream).await
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        self.journal.read_all(after, limit).await
    }

    async fn read_verbatim(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Verbatim>, ReadError> {
        self.journal.read_verbatim(after, limit).await
    }

    async fn read_public(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Recorded)>, ReadError> {
        self.journal.read_public(after, limit).await
    }

    fn head(&self) -> watch::Receiver<Position> {
        self.journal.head()
    }

    fn public_head(&self) -> watch::Receiver<u64> {
        self.journal.public_head()
    }

    fn identity(&self) -> JournalIdentity {
        self.journal.identity()
    }

    async fn last_hash(&self) -> Result<Option<EventHash>, ReadError> {
        self.journal.last_hash().await
    }
}
