//! A producer's feed as the broker carries it, healed from the producer's own.
//!
//! The broker is fast and may forget; the producer's journal is slow to reach and never does. What is
//! missing, damaged, too large or from another life of the journal is read from the producer, and so
//! is everything while the broker is silent about what the producer is known to have.

use super::{Nats, cloud_event, stream};
use crate::{Feed, FeedError, PublicEvent, SharedFeed, consumer::Chain};
use async_nats::jetstream::{
    Message,
    consumer::{DeliverPolicy, pull::OrderedConfig},
};
use async_trait::async_trait;
use futures::StreamExt;
use journal::JournalIdentity;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// One consumer's view of a producer's feed.
pub struct CarriedFeed {
    truth: SharedFeed,
    nats: Nats,
    kept: Mutex<VecDeque<Kept>>,
    /// Something was taken from what is kept.
    room: Notify,
    head: watch::Sender<u64>,
    /// Whether it is known where its consumer stands.
    has_begun: watch::Sender<bool>,
}

/// An event that has arrived and waits for its consumer.
struct Kept {
    life: JournalIdentity,
    event: PublicEvent,
}

/// Events kept ready; the broker holds the rest.
const READY: usize = 1024;
/// Bytes of events at which no more are kept ready.
const READY_BYTES: usize = 32 * 1024 * 1024;
/// Most events that are on their way from the broker, and kept by its client meanwhile.
const ASKED_FOR: i64 = 32;
/// How long the broker may be silent about what the producer has.
const SILENCE: Duration = Duration::from_secs(2);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

// === impl CarriedFeed ===

impl CarriedFeed {
    /// The feed of the same producer as `truth`, which is its own.
    pub fn new(truth: SharedFeed, nats: Nats) -> Self {
        Self {
            truth,
            nats,
            kept: Mutex::default(),
            room: Notify::new(),
            head: watch::Sender::new(0),
            has_begun: watch::Sender::new(false),
        }
    }

    /// Fetches ahead until `stop`.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let work = async {
            tokio::join!(self.follow_broker(), self.watch_truth());
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = work => {}
        }
    }

    async fn follow_broker(&self) {
        // The sender lives in this feed.
        let _ = self.has_begun.subscribe().wait_for(|begun| *begun).await;
        let mut pause = FIRST_PAUSE;
        loop {
            let before = *self.head.borrow();
            if let Err(error) = self.follow().await {
                let producer = self.truth.producer();
                tracing::warn!(producer, error = %Chain(&*error), "the broker carries nothing now");
            }
            if *self.head.borrow() > before {
                pause = FIRST_PAUSE;
            }
            tokio::time::sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    /// Takes what the broker sends, from behind what is known on, until something breaks.
    async fn follow(&self) -> Result<(), BoxError> {
        let name = stream::name(self.truth.producer());
        let stream = self.nats.context.get_stream(&name).await?;
        let consumer = OrderedConfig {
            deliver_policy: DeliverPolicy::ByStartSequence {
                start_sequence: *self.head.borrow() + 1,
            },
            max_batch: ASKED_FOR,
            ..OrderedConfig::default()
        };
        let mut messages = stream.create_consumer(consumer).await?.messages().await?;
        while let Some(message) = messages.next().await {
            self.take(&message?).await?;
        }
        Ok(())
    }

    async fn take(&self, message: &Message) -> Result<(), BoxError> {
        let sequence = message.info()?.stream_sequence;
        let headers = message.headers.clone().unwrap_or_default();
        match cloud_event::read(self.truth.producer(), &headers, message.payload.clone()) {
            Ok(arrived) if arrived.event.sequence == sequence => {
                self.has_room().await;
                self.kept().push_back(Kept {
                    life: arrived.life,
                    event: arrived.event,
                });
            }
            Ok(_) => tracing::warn!(
                sequence,
                "a message is out of its place: asking its producer"
            ),
            Err(error) => tracing::warn!(sequence, %error, "asking its producer"),
        }
        self.heard_of(sequence);
        Ok(())
    }

    async fn has_room(&self) {
        loop {
            let room = self.room.notified();
            if has_room(&self.kept()) {
                return;
            }
            room.await;
        }
    }

    /// What the producer has and the broker stays silent about is read from the producer.
    async fn watch_truth(&self) {
        let truth = self.truth.head();
        loop {
            let known = *self.head.borrow();
            let there = *truth.borrow();
            tokio::time::sleep(SILENCE).await;
            if there > known && *self.head.borrow() == known {
                self.heard_of(there);
            }
        }
    }

    fn heard_of(&self, sequence: u64) {
        self.head.send_if_modified(|head| {
            let is_news = sequence > *head;
            *head = sequence.max(*head);
            is_news
        });
    }

    /// What is ready right behind `after`, and where the next that is ready stands.
    fn ready(
        &self,
        after: u64,
        limit: usize,
        life: JournalIdentity,
    ) -> (Vec<PublicEvent>, Option<u64>) {
        let mut kept = self.kept();
        kept.retain(|kept| kept.life == life && kept.event.sequence > after);
        self.room.notify_one();
        let dense = kept
            .iter()
            .zip(after + 1..)
            .take_while(|(kept, sequence)| kept.event.sequence == *sequence);
        let run = dense.take(limit).map(|(kept, _)| kept.event.clone());
        (run.collect(), kept.front().map(|kept| kept.event.sequence))
    }

    /// A panic elsewhere leaves a queue as good as any.
    fn kept(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn has_room(kept: &VecDeque<Kept>) -> bool {
    let bytes: usize = kept.iter().map(|kept| kept.event.payload.len()).sum();
    kept.len() < READY && bytes < READY_BYTES
}

#[async_trait]
impl Feed for CarriedFeed {
    fn producer(&self) -> &'static str {
        self.truth.producer()
    }

    fn life(&self) -> Result<JournalIdentity, FeedError> {
        self.truth.life()
    }

    fn stands_at(&self, cursor: u64) {
        self.heard_of(cursor);
        self.has_begun
            .send_if_modified(|begun| !std::mem::replace(begun, true));
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<PublicEvent>, FeedError> {
        let life = self.truth.life()?;
        let known = *self.head.borrow();
        let (ready, next) = self.ready(after, limit, life);
        if !ready.is_empty() {
            return Ok(ready);
        }
        let missing = next.map_or(limit, |next| {
            usize::try_from(next - after - 1).unwrap_or(limit)
        });
        let read = self.truth.read(after, limit.min(missing)).await?;
        if read.is_empty() {
            // The broker spoke of more than the producer has: of another life.
            self.head.send_if_modified(|head| {
                let is_all = *head == known;
                *head = if is_all { after } else { *head };
                is_all
            });
        }
        Ok(read)
    }

    async fn still_has(&self, sequence: u64) -> Result<bool, FeedError> {
        self.truth.still_has(sequence).await
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use journal::EventId;
    use prost::bytes::Bytes;

    fn kept(count: usize, bytes: usize) -> VecDeque<Kept> {
        let event = PublicEvent {
            id: EventId::from_bytes([1; 16]),
            producer: "police",
            kind: String::new(),
            version: 1,
            sequence: 1,
            occurred_at: jiff::Timestamp::UNIX_EPOCH,
            recorded_at: jiff::Timestamp::UNIX_EPOCH,
            correlation: [0; 16],
            traceparent: String::new(),
            payload: Bytes::from(vec![0; bytes]),
        };
        let life = JournalIdentity {
            id: [0; 16],
            epoch: 1,
        };
        let kept = |_| Kept {
            life,
            event: event.clone(),
        };
        (0..count).map(kept).collect()
    }

    #[test]
    fn few_large_events_fill_what_is_kept_ready_as_many_small_ones_do() {
        const MIB: usize = 1024 * 1024;
        assert!(has_room(&kept(0, MIB)));
        assert!(has_room(&kept(31, MIB)));
        assert!(!has_room(&kept(32, MIB)));
        assert!(has_room(&kept(1023, 500)));
        assert!(!has_room(&kept(1024, 500)));
    }
}
