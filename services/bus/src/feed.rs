//! Where a producer's public events are read from.

use crate::PublicEvent;
use async_trait::async_trait;
use journal::{JournalIdentity, ReadError, Recorded, SharedJournal};
use std::sync::Arc;
use tokio::sync::watch;

/// A feed that many consumers read.
pub type SharedFeed = Arc<dyn Feed>;

/// Why a feed could not be read now.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The producer's journal failed.
    #[error("read the producer's journal")]
    Journal(#[source] ReadError),
    /// The producer could not be asked yet.
    #[error("reach the producer")]
    Unreached,
    /// The producer, in another process, did not answer well.
    #[error("ask the producer")]
    Away(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The producer marked an event public but has no public form of it.
    #[error("give public event {0} its public form")]
    NoPublicForm(u64),
}

/// One producer's public events, in order, from any number on.
#[async_trait]
pub trait Feed: Send + Sync + 'static {
    /// The producing service.
    fn producer(&self) -> &'static str;

    /// In which life of its journal the sequences are counted. In another life the same sequence may
    /// be another event.
    fn life(&self) -> Result<JournalIdentity, FeedError>;

    /// Told before each read: its consumer has dealt with everything up to this sequence. A feed that
    /// fetches ahead begins there.
    fn stands_at(&self, _cursor: u64) {}

    /// Up to `limit` events whose sequence is greater than `after`.
    async fn read(&self, after: u64, limit: usize) -> Result<Vec<PublicEvent>, FeedError>;

    /// Whether the producer itself has the event of this sequence, from 1, in the life it is in now.
    async fn still_has(&self, sequence: u64) -> Result<bool, FeedError> {
        let event = self.read(sequence.saturating_sub(1), 1).await?;
        Ok(!event.is_empty())
    }

    /// Sequence of the last event; changes as events come.
    fn head(&self) -> watch::Receiver<u64>;
}

/// The feed of a service in the same process, straight from its journal.
pub struct JournalFeed {
    producer: &'static str,
    journal: SharedJournal,
    publish: Publish,
}

/// A service's `publish.rs`: the public message of a recorded event.
pub type Publish = fn(&Recorded) -> Option<Vec<u8>>;

// === impl JournalFeed ===

impl JournalFeed {
    /// The feed of `producer` over its journal.
    pub fn new(producer: &'static str, journal: SharedJournal, publish: Publish) -> Self {
        Self {
            producer,
            journal,
            publish,
        }
    }

    fn public(&self, sequence: u64, event: &Recorded) -> Result<PublicEvent, FeedError> {
        let unpublished = FeedError::NoPublicForm(sequence);
        let (Some(name), Some(payload)) = (&event.frame.public_as, (self.publish)(event)) else {
            return Err(unpublished);
        };
        Ok(PublicEvent {
            id: event.event_id(),
            producer: self.producer,
            kind: name.r#type.clone(),
            version: name.version,
            sequence,
            occurred_at: event.occurred_at(),
            recorded_at: event.recorded_at(),
            correlation: event.correlation(),
            traceparent: event.frame.traceparent.clone(),
            payload: payload.into(),
        })
    }
}

#[async_trait]
impl Feed for JournalFeed {
    fn producer(&self) -> &'static str {
        self.producer
    }

    fn life(&self) -> Result<JournalIdentity, FeedError> {
        Ok(self.journal.identity())
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<PublicEvent>, FeedError> {
        let page = self
            .journal
            .read_public(after, limit)
            .await
            .map_err(FeedError::Journal)?;
        page.iter()
            .map(|(sequence, event)| self.public(*sequence, event))
            .collect()
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.journal.public_head()
    }
}
