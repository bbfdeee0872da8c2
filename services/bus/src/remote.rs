//! A producer's own feed as a service in another process has it.

use crate::{Feed, FeedError, PublicEvent, consumer::Chain};
use async_trait::async_trait;
use jiff::Timestamp;
use journal::{EventId, JournalIdentity};
use proto::bus::v1::{
    FeedEvent, ReadFeedRequest, WatchFeedRequest, feed_service_client::FeedServiceClient,
};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;
use tonic::{Request, transport::Channel};

/// The feed of a service in another process.
pub struct RemoteFeed {
    producer: &'static str,
    door: FeedServiceClient<Channel>,
    /// None until the producer was reached.
    life: Mutex<Option<JournalIdentity>>,
    head: watch::Sender<u64>,
}

/// An answer of a producer that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error("understand the producer: it is of another version")]
struct Misunderstood;

/// A page as full as they come, with its last event.
const LARGEST_PAGE: usize = 16 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Between two words about a producer that is away.
const BETWEEN_WORDS: Duration = Duration::from_secs(15);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

// === impl RemoteFeed ===

impl RemoteFeed {
    /// The feed of `producer` at the other end of `channel`; nothing is known of it before
    /// [`RemoteFeed::run`].
    pub fn new(producer: &'static str, channel: Channel) -> Self {
        let door = FeedServiceClient::new(channel).max_decoding_message_size(LARGEST_PAGE);
        Self {
            producer,
            door,
            life: Mutex::default(),
            head: watch::Sender::new(0),
        }
    }

    /// Follows where the feed ends, until `stop`.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.follow() => {}
        }
    }

    async fn follow(&self) {
        let mut pause = FIRST_PAUSE;
        let mut next_word = Instant::now();
        loop {
            if let Err(error) = self.watch(&mut pause).await
                && Instant::now() >= next_word
            {
                let producer = self.producer;
                tracing::warn!(producer, error = %Chain(&*error), "a producer cannot be reached");
                next_word = Instant::now() + BETWEEN_WORDS;
            }
            tokio::time::sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    async fn watch(&self, pause: &mut Duration) -> Result<(), BoxError> {
        let mut door = self.door.clone();
        let mut heads = door.watch_feed(WatchFeedRequest {}).await?.into_inner();
        while let Some(head) = heads.message().await? {
            *pause = FIRST_PAUSE;
            let life = head.life.parse()?;
            self.head.send_if_modified(|last| {
                let is_news = *last != head.last;
                *last = head.last;
                is_news
            });
            // Last: whoever knows the life knows where the feed ends.
            *self.known_life() = Some(life);
        }
        Ok(())
    }

    /// A panic elsewhere leaves what is known as good as any.
    fn known_life(&self) -> MutexGuard<'_, Option<JournalIdentity>> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn understood(&self, event: FeedEvent) -> Option<PublicEvent> {
        Some(PublicEvent {
            id: EventId::from_bytes(event.id.try_into().ok()?),
            producer: self.producer,
            kind: event.r#type,
            version: event.version,
            sequence: event.sequence,
            occurred_at: instant(event.occurred_at?)?,
            recorded_at: instant(event.recorded_at?)?,
            correlation: event.correlation.try_into().ok()?,
            traceparent: event.traceparent,
            payload: event.payload.into(),
        })
    }
}

#[async_trait]
impl Feed for RemoteFeed {
    fn producer(&self) -> &'static str {
        self.producer
    }

    fn life(&self) -> Result<JournalIdentity, FeedError> {
        self.known_life().ok_or(FeedError::Unreached)
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<PublicEvent>, FeedError> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let mut asked = Request::new(ReadFeedRequest { after, limit });
        asked.set_timeout(PATIENCE);
        let answer = self.door.clone().read_feed(asked).await.map_err(away)?;
        let answer = answer.into_inner();
        let life = answer.life.parse().map_err(away)?;
        let known = self.known_life().replace(life);
        // Counted in another life than whoever asks believes.
        if known.is_some_and(|known| known != life) {
            return Err(FeedError::Unreached);
        }
        let events = answer.events.into_iter();
        let events = events.map(|event| self.understood(event));
        events
            .collect::<Option<_>>()
            .ok_or_else(|| away(Misunderstood))
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }
}

fn instant(at: prost_types::Timestamp) -> Option<Timestamp> {
    Timestamp::new(at.seconds, at.nanos).ok()
}

fn away(error: impl Into<BoxError>) -> FeedError {
    FeedError::Away(error.into())
}
