//! Carries a producer's public events from its journal to the broker: in order, dense, healing itself.
//!
//! Where it stands is what the stream's last message says. Each message is published with the place
//! it must get, so that two relays at once, a repeat after a crash, and a broker that forgot what it
//! had acknowledged all end in the same stream.

use super::{
    Nats, cloud_event,
    stream::{self, StreamError},
};
use crate::{FeedError, PublicEvent, SharedFeed, consumer::Chain};
use async_nats::jetstream::{
    context::{PublishAckFuture, PublishError, PublishErrorKind},
    message::PublishMessage,
    stream::Stream,
};
use clock::SharedClock;
use journal::JournalIdentity;
use std::{collections::VecDeque, time::Duration};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// One producer's relay.
pub struct Relay {
    feed: SharedFeed,
    nats: Nats,
    clock: SharedClock,
    state: watch::Sender<RelayState>,
    published: watch::Sender<Option<u64>>,
    stopped: watch::Sender<Option<String>>,
}

/// What is to be seen of a relay while it runs. It keeps neither the relay nor its journal alive.
#[derive(Clone)]
pub struct RelayView {
    /// Whose events it carries.
    pub producer: &'static str,
    /// The journal's last public sequence.
    pub head: watch::Receiver<u64>,
    /// The last public sequence that was known to be in the stream; none before the broker was
    /// reached.
    pub published: watch::Receiver<Option<u64>>,
    /// Why it has stopped, with what to do about it; none while it has not.
    pub stopped: watch::Receiver<Option<String>>,
}

/// What a relay does at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelayState {
    /// The broker was not reached yet, or is away.
    Waiting,
    /// Everything up to this public sequence is in the stream.
    Relayed(u64),
    /// The stream is of another history; somebody must look. Tried again from time to time.
    Stopped,
}

/// Why a relay does not go on.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The journal is older than its stream: it was restored from a backup, or the wrong one is open.
    #[error(
        "relay to {stream}: it holds events up to {last} and the journal only up to {head}; \
         the journal lost what the stream still has: restore a newer copy of the journal, or, where \
         the loss is accepted, stop the service and begin a new epoch, unless `firstbell restore` \
         has: `firstbell journal new-epoch {producer}`; only then delete the stream {stream} from \
         the broker, start the service, and it is made again"
    )]
    Ahead {
        /// Whose journal it is.
        producer: &'static str,
        /// Name of the stream.
        stream: String,
        /// Its last sequence.
        last: u64,
        /// The journal's last public sequence.
        head: u64,
    },
    /// The stream's last event is not the journal's event of the same number.
    #[error(
        "relay to {stream}: event {sequence} there is not the journal's; the stream is of another \
         journal or of a time before an older copy was put back: where the loss is accepted, stop \
         the service and begin a new epoch, unless `firstbell restore` has: `firstbell journal \
         new-epoch {producer}`; only then delete the stream {stream} from the broker, start the \
         service, and it is made again"
    )]
    Diverged {
        /// Whose journal it is.
        producer: &'static str,
        /// Name of the stream.
        stream: String,
        /// The sequence that both have.
        sequence: u64,
    },
    /// The stream could not be reached or made.
    #[error("relay public events")]
    Stream(#[from] StreamError),
    /// The journal could not be read.
    #[error("relay public events")]
    Feed(#[from] FeedError),
    /// The broker did not take an event, or did not say so.
    #[error("relay public event {0}")]
    Publish(u64, #[source] PublishError),
}

/// Events of one page; fewer where it is full of large ones. Two pages are under way at the same time.
const WINDOW: usize = 512;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

// === impl Relay ===

impl Relay {
    /// Relays what `feed`, the producer's own, has.
    pub fn new(feed: SharedFeed, nats: Nats, clock: SharedClock) -> Self {
        Self {
            feed,
            nats,
            clock,
            state: watch::Sender::new(RelayState::Waiting),
            published: watch::Sender::new(None),
            stopped: watch::Sender::new(None),
        }
    }

    /// What is to be seen of it from outside.
    pub fn view(&self) -> RelayView {
        RelayView {
            producer: self.feed.producer(),
            head: self.feed.head(),
            published: self.published.subscribe(),
            stopped: self.stopped.subscribe(),
        }
    }

    /// What it does at the moment.
    pub fn state(&self) -> watch::Receiver<RelayState> {
        self.state.subscribe()
    }

    /// Relays until `stop`; what goes wrong is told and tried again.
    pub async fn run(self, stop: CancellationToken) {
        let mut pause = FIRST_PAUSE;
        loop {
            let was = *self.state.borrow();
            let relayed = tokio::select! {
                () = stop.cancelled() => return,
                relayed = self.relay() => relayed,
            };
            let Err(error) = relayed;
            if *self.state.borrow() != was {
                pause = FIRST_PAUSE;
            }
            self.told(&error);
            let _ = tokio::time::timeout(pause, stop.cancelled()).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    fn told(&self, error: &RelayError) {
        let producer = self.feed.producer();
        let error_text = Chain(error);
        if error.needs_somebody() {
            tracing::error!(producer, error = %error_text, "the relay has stopped");
            self.stopped.send_replace(Some(error.to_string()));
            self.state.send_replace(RelayState::Stopped);
        } else {
            tracing::warn!(producer, error = %error_text, "the relay waits and tries again");
            self.state.send_replace(RelayState::Waiting);
        }
    }

    /// Goes on from the stream's last message, for as long as all goes well.
    async fn relay(&self) -> Result<std::convert::Infallible, RelayError> {
        let stream = stream::open(&self.nats, &*self.feed, self.clock.now()).await?;
        let life = self.feed.life()?;
        let mut last = self.stands_at(&stream).await?;
        let mut head = self.feed.head();
        let mut published = last;
        let mut under_way = VecDeque::with_capacity(2 * WINDOW);
        loop {
            self.published.send_replace(Some(last));
            self.stopped.send_replace(None);
            self.state.send_replace(RelayState::Relayed(last));
            if under_way.is_empty() {
                // The sender lives as long as the feed, which this holds.
                let _ = head.wait_for(|head| *head > last).await;
            }
            let page = self.feed.read(published, WINDOW).await?;
            // While one page is on its way, the next is read and sent.
            let may_wait = page.len();
            for event in page {
                published = event.sequence;
                under_way.push_back((published, self.publish(event, life).await?));
            }
            while under_way.len() > may_wait
                && let Some((sequence, answer)) = under_way.pop_front()
            {
                answer
                    .await
                    .map_err(|error| RelayError::Publish(sequence, error))?;
                last = sequence;
            }
        }
    }

    /// The stream's last sequence, once it is certain that it is our history up to there.
    async fn stands_at(&self, stream: &Stream) -> Result<u64, RelayError> {
        let state = &stream.cached_info().state;
        let (name, last) = (&stream.cached_info().config.name, state.last_sequence);
        let head = *self.feed.head().borrow();
        if last > head {
            return Err(RelayError::Ahead {
                producer: self.feed.producer(),
                stream: name.clone(),
                last,
                head,
            });
        }
        // An empty stream may begin anywhere: nothing in it contradicts the journal.
        if last == 0 || state.messages == 0 {
            return Ok(last);
        }
        let there = stream
            .get_raw_message(last)
            .await
            .map_err(|error| RelayError::Stream(StreamError::Broker(name.clone(), error.into())))?;
        let ours = self.feed.read(last - 1, 1).await?;
        let ours = ours.first().map(|event| event.id.to_string());
        let there = there.headers.get("ce-id").map(ToString::to_string);
        if ours.is_some() && ours == there {
            Ok(last)
        } else {
            Err(RelayError::Diverged {
                producer: self.feed.producer(),
                stream: name.clone(),
                sequence: last,
            })
        }
    }

    async fn publish(
        &self,
        event: PublicEvent,
        life: JournalIdentity,
    ) -> Result<PublishAckFuture, RelayError> {
        let sequence = event.sequence;
        let span = event.span("relay");
        let sent = self.send(event, life).instrument(span).await;
        sent.map_err(|error| RelayError::Publish(sequence, error))
    }

    /// What is too large for the broker goes as a reference; consumers read it from the producer.
    async fn send(
        &self,
        event: PublicEvent,
        life: JournalIdentity,
    ) -> Result<PublishAckFuture, PublishError> {
        let mut headers = cloud_event::headers(&event, life);
        let place = |message: PublishMessage| message.expected_last_sequence(event.sequence - 1);
        let whole = PublishMessage::build().headers(headers.clone());
        let whole = place(whole.payload(event.payload.clone()));
        let context = &self.nats.context;
        match context.send_publish(event.kind.clone(), whole).await {
            Err(error) if error.kind() == PublishErrorKind::MaxPayloadExceeded => {
                cloud_event::refer(&mut headers, &event);
                let referring = place(PublishMessage::build().headers(headers));
                context.send_publish(event.kind.clone(), referring).await
            }
            sent => sent,
        }
    }
}

// === impl RelayError ===

impl RelayError {
    /// Whether waiting alone cannot help.
    fn needs_somebody(&self) -> bool {
        matches!(self, Self::Ahead { .. } | Self::Diverged { .. })
    }
}
