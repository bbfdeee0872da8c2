//! Public events a second through a broker: published by the relay beside plain publishing, and heard
//! by a consumer that was away for a million of them beside plain reading.

use super::{
    BoxError, Figure, entry,
    figure::{median, rate},
    jetstream::{NO_BROKER, connect},
};
use async_nats::{
    HeaderMap,
    jetstream::{
        self, Context,
        consumer::{DeliverPolicy, pull::OrderedConfig},
        context::PublishAckFuture,
        stream,
    },
};
use bus::{
    Consumer, HandleError, Handler, Inbox, JournalFeed, PublicEvent, SharedFeed,
    nats::{CarriedFeed, Nats, Relay},
};
use clock::SystemClock;
use futures::StreamExt;
use journal::{
    Journal, PublicAs,
    embedded::{EmbeddedJournal, Settings},
};
use prost::bytes::Bytes;
use std::{
    collections::VecDeque,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// The made-up service whose events these are.
const PRODUCER: &str = "bench";
const KIND: &str = "firstbell.v1.bench.entry.made";
const EVENTS: u64 = 1_000_000;
const ROUNDS: u64 = 3;
/// Events of one round of publishing.
const ROUND: u64 = 100_000;
/// Events in one stream, appended at once.
const STREAM: u64 = 1000;
/// Messages under way at the same time, as the relay has them.
const WINDOW: usize = 512;
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);

const RAW_PUBLISHING: &str =
    "the same messages published to a plain stream of the same broker, as many under way";
const RAW_READING: &str = "the same messages read from the same stream, nothing done with them";

/// A producer with its journal and its stream.
struct Producer {
    journal: Arc<EmbeddedJournal>,
    feed: SharedFeed,
    nats: Nats,
    context: Context,
}

/// What is published: an event as it travels.
type Message = (HeaderMap, Bytes);

/// Publishing in turns, then the consumer, in streams that are taken away again.
pub(super) async fn run(folder: &Path, url: Option<&str>) -> Result<Vec<Figure>, BoxError> {
    let (nats, client) = connect(url.ok_or(NO_BROKER)?).await?;
    let path = folder.join("relay.sqlite3");
    let journal = EmbeddedJournal::open(&path, Settings::default(), Arc::new(SystemClock))?;
    let journal = Arc::new(journal);
    let publish = |event: &journal::Recorded| Some(event.frame.payload.to_vec());
    let producer = Producer {
        feed: Arc::new(JournalFeed::new(PRODUCER, journal.clone(), publish)),
        journal,
        nats,
        context: jetstream::new(client),
    };
    let measured = producer.measure(folder).await;
    for name in [stream_name(), plain_name()] {
        // One that was never made cannot be taken away.
        let _ = producer.context.delete_stream(name).await;
    }
    producer.journal.close().await;
    measured
}

fn stream_name() -> String {
    bus::nats::stream::name(PRODUCER)
}

fn plain_name() -> String {
    format!("plain-{PRODUCER}")
}

// === impl Producer ===

impl Producer {
    async fn measure(&self, folder: &Path) -> Result<Vec<Figure>, BoxError> {
        let config = stream::Config {
            name: plain_name(),
            subjects: vec![format!("{}.>", plain_name())],
            storage: stream::StorageType::File,
            ..stream::Config::default()
        };
        self.context.create_stream(config).await?;
        let (mut relayed, mut published) = (Vec::new(), Vec::new());
        for round in 1..=ROUNDS {
            let last = round * ROUND;
            self.fill(last).await?;
            relayed.push(self.relay(last).await?);
            let messages = self.messages(last - ROUND).await?;
            published.push(self.publish(messages).await?);
        }
        self.fill(EVENTS).await?;
        self.relay(EVENTS).await?;
        let heard = self.hear(folder).await?;
        let read = self.read().await?;
        Ok(vec![
            Figure::new(
                "relay",
                median(relayed),
                "events/s",
                median(published),
                RAW_PUBLISHING,
            ),
            Figure::new("catch_up", heard, "events/s", read, RAW_READING),
        ])
    }

    /// Lets things happen until there are so many.
    async fn fill(&self, last: u64) -> Result<(), BoxError> {
        let there = *self.feed.head().borrow();
        for number in there / STREAM..last / STREAM {
            let public_as = PublicAs {
                kind: KIND,
                version: 1,
            };
            let append = entry::append(number, usize::try_from(STREAM)?, Some(public_as));
            self.journal.append(append).await?;
        }
        Ok(())
    }

    /// Relays what is not relayed yet; events a second.
    async fn relay(&self, last: u64) -> Result<f64, BoxError> {
        let relay = Relay::new(self.feed.clone(), self.nats.clone(), Arc::new(SystemClock));
        let mut published = relay.view().published;
        let stop = CancellationToken::new();
        let ends = stop.clone().drop_guard();
        let running = tokio::spawn(relay.run(stop));
        let first = *published.wait_for(Option::is_some).await?;
        let begun = Instant::now();
        published.wait_for(|now| *now == Some(last)).await?;
        let took = begun.elapsed();
        drop(ends);
        running.await?;
        let count = last.saturating_sub(first.unwrap_or_default());
        Ok(rate(usize::try_from(count)?, took))
    }

    /// One round of messages, as the relay made them.
    async fn messages(&self, after: u64) -> Result<Vec<Message>, BoxError> {
        let mut messages = Vec::new();
        let mut all = self.from(after + 1).await?;
        while messages.len() < usize::try_from(ROUND)? {
            let message = all.next().await.ok_or("the broker ended the stream")??;
            let headers = message.headers.clone().unwrap_or_default();
            messages.push((headers, message.payload.clone()));
        }
        Ok(messages)
    }

    /// Publishes them to the plain stream; messages a second.
    async fn publish(&self, messages: Vec<Message>) -> Result<f64, BoxError> {
        let (count, begun) = (messages.len(), Instant::now());
        let subject = format!("{}.{KIND}", plain_name());
        let mut under_way: VecDeque<PublishAckFuture> = VecDeque::with_capacity(WINDOW);
        for (headers, payload) in messages {
            if under_way.len() == WINDOW
                && let Some(oldest) = under_way.pop_front()
            {
                oldest.await?;
            }
            let sent = self
                .context
                .publish_with_headers(subject.clone(), headers, payload);
            under_way.push_back(sent.await?);
        }
        for answer in under_way {
            answer.await?;
        }
        Ok(rate(count, begun.elapsed()))
    }

    /// A consumer that has heard nothing yet hears everything; events a second.
    async fn hear(&self, folder: &Path) -> Result<f64, BoxError> {
        let inbox = Arc::new(Inbox::open(&folder.join("consumer.sqlite3"))?);
        let feed = Arc::new(CarriedFeed::new(self.feed.clone(), self.nats.clone()));
        let consumer = Consumer {
            feed: feed.clone(),
            handler: Arc::new(Deaf),
            inbox: inbox.clone(),
            clock: Arc::new(SystemClock),
        };
        let stop = CancellationToken::new();
        let ends = stop.clone().drop_guard();
        let life = self.feed.life()?;
        let begun = Instant::now();
        tokio::spawn(feed.run(stop.clone()));
        let running = tokio::spawn(consumer.run(stop));
        while inbox.cursor(PRODUCER, life)? < EVENTS {
            sleep(BETWEEN_LOOKS).await;
        }
        let took = begun.elapsed();
        drop(ends);
        running.await?;
        Ok(rate(usize::try_from(EVENTS)?, took))
    }

    /// Reads everything plainly; messages a second.
    async fn read(&self) -> Result<f64, BoxError> {
        let begun = Instant::now();
        let mut all = self.from(1).await?;
        for _ in 0..EVENTS {
            all.next().await.ok_or("the broker ended the stream")??;
        }
        Ok(rate(usize::try_from(EVENTS)?, begun.elapsed()))
    }

    async fn from(
        &self,
        start_sequence: u64,
    ) -> Result<jetstream::consumer::pull::Ordered, BoxError> {
        let stream = self.context.get_stream(stream_name()).await?;
        let consumer = OrderedConfig {
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence },
            ..OrderedConfig::default()
        };
        Ok(stream.create_consumer(consumer).await?.messages().await?)
    }
}

/// Does nothing with what it hears.
struct Deaf;

#[tonic::async_trait]
impl Handler for Deaf {
    async fn handle(&self, event: &PublicEvent) -> Result<(), HandleError> {
        std::hint::black_box(event);
        Ok(())
    }
}
