//! Applies a producer's public events, each exactly once in effect.
//!
//! Events of one matter are applied in order; different matters run side by side. An event that can
//! never be applied is set aside; one that cannot be applied *now* (keys away, disk full) is tried
//! again, and everything behind it waits: nothing is lost and nothing overtakes.

use crate::{
    Inbox, PublicEvent, SharedFeed,
    inbox::{InboxError, SetAside},
};
use async_trait::async_trait;
use clock::SharedClock;
use futures::{StreamExt, stream};
use journal::JournalIdentity;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// Why a handler did not apply an event.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    /// Try again; the source says what is away.
    #[error("apply a public event now")]
    Later(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It can never be applied. The reason holds no personal data.
    #[error("apply a public event: {0}")]
    Poison(&'static str),
}

/// A service's `inbox.rs`: turns a public event into a command of its own.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Applies one event, under an id derived from it: a second time changes nothing.
    async fn handle(&self, event: &PublicEvent) -> Result<(), HandleError>;
}

/// Reads one feed for one service. Clones are the same consumer; only one of them may run.
#[derive(Clone)]
pub struct Consumer {
    /// What is read.
    pub feed: SharedFeed,
    /// Who applies it.
    pub handler: Arc<dyn Handler>,
    /// Where the cursor is kept.
    pub inbox: Arc<Inbox>,
    /// Dates what is set aside.
    pub clock: SharedClock,
}

/// What came of trying a set-aside event again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retried {
    /// It was applied, and is no longer set aside.
    Applied,
    /// It can still not be applied, for this reason.
    SetAsideAgain(&'static str),
    /// No such event is set aside.
    NotSetAside,
}

/// A set-aside event could not be tried again now. The source says what is away.
#[derive(Debug, thiserror::Error)]
#[error("try a set-aside event again")]
pub struct RetryError(#[source] BoxError);

/// The producer's journal ends before what was heard of it.
#[derive(Debug, thiserror::Error)]
#[error(
    "hear a producer: event {cursor} was heard and its journal has it no more; an older copy was put in \
     its place: restore a newer one, or begin a new epoch with `firstbell restore` or `firstbell journal \
     new-epoch`, so that what comes now is not taken for what is known"
)]
struct Beyond {
    cursor: u64,
}

const BATCH: usize = 256;
/// How long nothing may be heard before it is looked whether the producer is still the same.
const LOOK_AGAIN: Duration = Duration::from_secs(3);
const SIDE_BY_SIDE: usize = 32;
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

// === impl Consumer ===

impl Consumer {
    /// Runs until `stop`; finishes the batch in hand first.
    pub async fn run(self, stop: CancellationToken) {
        let mut pause = FIRST_PAUSE;
        while !stop.is_cancelled() {
            match self.step(&stop).await {
                Ok(()) => pause = FIRST_PAUSE,
                Err(error) => {
                    tracing::warn!(
                        producer = self.feed.producer(),
                        error = %Chain(error.as_ref()),
                        "a consumer waits and tries again"
                    );
                    let _ = tokio::time::timeout(pause, stop.cancelled()).await;
                    pause = LONGEST_PAUSE.min(pause * 2);
                }
            }
        }
    }

    /// Applies what there is, or waits for something.
    async fn step(&self, stop: &CancellationToken) -> Result<(), BoxError> {
        let producer = self.feed.producer();
        let mut head = self.feed.head();
        let life = self.feed.life()?;
        let cursor = self.inbox.cursor(producer, life)?;
        self.feed.stands_at(cursor);
        if *head.borrow_and_update() <= cursor {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                _ = head.wait_for(|last| *last > cursor) => return Ok(()),
                // The producer may have begun another life meanwhile, in which less has happened.
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
            return self.is_within(cursor, life).await;
        }
        let batch = self.feed.read(cursor, BATCH).await?;
        let Some(last) = batch.last().map(|event| event.sequence) else {
            return Ok(());
        };
        // A matter that has to wait does not keep the others of its batch from being applied.
        let applied: Vec<_> = stream::iter(by_matter(batch).into_values())
            .map(|events| self.apply_in_order(life, events))
            .buffer_unordered(SIDE_BY_SIDE)
            .collect()
            .await;
        applied.into_iter().collect::<Result<(), _>>()?;
        self.inbox.advance(producer, life, last)?;
        Ok(())
    }

    /// What was heard in this life, the producer still has.
    async fn is_within(&self, cursor: u64, life: JournalIdentity) -> Result<(), BoxError> {
        let is_kept = cursor == 0 || self.feed.still_has(cursor).await?;
        if is_kept || self.feed.life()? != life {
            return Ok(());
        }
        Err(Beyond { cursor }.into())
    }

    async fn apply_in_order(
        &self,
        life: JournalIdentity,
        events: Vec<PublicEvent>,
    ) -> Result<(), BoxError> {
        let mut events = stream::iter(events);
        while let Some(event) = events.next().await {
            let handled = self.handler.handle(&event);
            match handled.instrument(event.span("consume")).await {
                Ok(()) => {}
                Err(HandleError::Poison(reason)) => self.set_aside(life, &event, reason)?,
                Err(error @ HandleError::Later(_)) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Tries one event again that was set aside.
    pub async fn retry(&self, sequence: u64) -> Result<Retried, RetryError> {
        self.try_again(sequence).await.map_err(RetryError)
    }

    async fn try_again(&self, sequence: u64) -> Result<Retried, BoxError> {
        let producer = self.feed.producer();
        let life = self.feed.life()?;
        if !self.inbox.is_set_aside(producer, life, sequence)? {
            return Ok(Retried::NotSetAside);
        }
        let found = self.feed.read(sequence.saturating_sub(1), 1).await?;
        let Some(event) = found.first().filter(|event| event.sequence == sequence) else {
            return Ok(Retried::NotSetAside);
        };
        match self.handler.handle(event).await {
            Ok(()) => {
                self.inbox.take_up(producer, sequence)?;
                Ok(Retried::Applied)
            }
            Err(HandleError::Poison(reason)) => {
                self.set_aside(life, event, reason)?;
                Ok(Retried::SetAsideAgain(reason))
            }
            Err(error @ HandleError::Later(_)) => Err(error.into()),
        }
    }

    fn set_aside(
        &self,
        life: JournalIdentity,
        event: &PublicEvent,
        reason: &str,
    ) -> Result<(), InboxError> {
        tracing::error!(
            producer = event.producer,
            sequence = event.sequence,
            kind = event.kind,
            reason,
            "a public event was set aside"
        );
        let event = SetAside {
            producer: event.producer.to_owned(),
            sequence: event.sequence,
            kind: event.kind.clone(),
            reason: reason.to_owned(),
            at_ms: self.clock.now().as_millisecond(),
        };
        self.inbox.set_aside(life, &event)
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

fn by_matter(batch: Vec<PublicEvent>) -> BTreeMap<[u8; 16], Vec<PublicEvent>> {
    let mut matters: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for event in batch {
        matters.entry(event.correlation).or_default().push(event);
    }
    matters
}

/// Shows an error with everything that caused it.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
