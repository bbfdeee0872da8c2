//! Signed statements about the beginning of a journal, kept in the journal itself.

mod signing;

pub use signing::{KeyError, SigningKey, VerifyingKey};

use crate::{
    Append, AppendError, CommandId, EventHash, Expected, NewEvent, Position, ReadError, Recorded,
    Reserve, SharedJournal, StreamName, merkle::Frontier, wire,
};
use aws_lc_rs::digest::{SHA256, digest};
use clock::SharedClock;
use jiff::Timestamp;
use prost::Message;
use std::{future::Future, pin::pin, time::Duration};

/// Stored name of a checkpoint event.
pub const KIND: &str = "journal.checkpoint";

/// What the names of their streams begin with; views pass over these.
pub const STREAM_PREFIX: &str = "checkpoint-";

/// Checkpoints in one stream; then the next stream begins.
const PER_STREAM: u64 = 900;

/// Others that checkpoint the same journal are given way to so often.
const ROUNDS: usize = 8;

const PAGE: usize = 512;

/// How often checkpoints are made while there is something new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// Longest time between two.
    pub every: Duration,
    /// An earlier one comes after so many events.
    pub events: u64,
    /// How often the journal is looked at.
    pub glance: Duration,
}

/// Why there is no checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The journal could not be read.
    #[error("read the events to checkpoint")]
    Read(#[source] ReadError),
    /// The journal did not take the checkpoint.
    #[error("append the checkpoint")]
    Append(#[source] AppendError),
    /// Others kept making checkpoints.
    #[error("append the checkpoint: others kept appending theirs")]
    Contended,
}

/// Makes checkpoints of one journal. Reads the whole journal once, at its first.
pub struct Checkpointer {
    journal: SharedJournal,
    key: SigningKey,
    clock: SharedClock,
    seen: Seen,
}

/// What has been read so far.
#[derive(Default)]
struct Seen {
    after: Position,
    frontier: Frontier,
    last: Option<EventHash>,
    /// Events that no checkpoint covers, checkpoints themselves aside.
    fresh: u64,
    checkpoints: u64,
    /// Hash of the last checkpoint's stored bytes.
    previous: Vec<u8>,
}

// === impl Rhythm ===

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(600),
            events: 10_000,
            glance: Duration::from_secs(1),
        }
    }
}

// === impl Checkpointer ===

impl Checkpointer {
    /// Will sign with `key`; does nothing yet.
    pub fn new(journal: SharedJournal, key: SigningKey, clock: SharedClock) -> Self {
        Self {
            journal,
            key,
            clock,
            seen: Seen::default(),
        }
    }

    /// Covers every event there is by a new checkpoint; none where the last one covers all already.
    pub async fn checkpoint_now(&mut self) -> Result<Option<wire::Checkpoint>, CheckpointError> {
        for _ in 0..ROUNDS {
            self.catch_up().await.map_err(CheckpointError::Read)?;
            if self.seen.fresh == 0 {
                return Ok(None);
            }
            let checkpoint = self.key.sign(self.statement());
            match self.journal.append(self.append(&checkpoint)).await {
                Ok(_) => return Ok(Some(checkpoint)),
                Err(AppendError::Conflict { .. }) => {}
                Err(error) => return Err(CheckpointError::Append(error)),
            }
        }
        Err(CheckpointError::Contended)
    }

    /// Makes checkpoints in `rhythm` until `shutdown`, and a last one then. Failures on the way are
    /// logged and tried again.
    pub async fn run(
        mut self,
        rhythm: Rhythm,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), CheckpointError> {
        let mut shutdown = pin!(shutdown);
        let mut due = later(self.clock.now(), rhythm.every);
        loop {
            let glance = self
                .clock
                .sleep_until(later(self.clock.now(), rhythm.glance));
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                () = glance => {}
            }
            match self.glance(rhythm, due).await {
                Ok(true) => due = later(self.clock.now(), rhythm.every),
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "no checkpoint");
                }
            }
        }
        self.checkpoint_now().await.map(drop)
    }

    /// True where a checkpoint was due.
    async fn glance(&mut self, rhythm: Rhythm, due: Timestamp) -> Result<bool, CheckpointError> {
        let head = *self.journal.head().borrow();
        if head > self.seen.after {
            self.catch_up().await.map_err(CheckpointError::Read)?;
        }
        let is_due = self.seen.fresh >= rhythm.events || self.clock.now() >= due;
        if is_due {
            self.checkpoint_now().await?;
        }
        Ok(is_due)
    }

    async fn catch_up(&mut self) -> Result<(), ReadError> {
        loop {
            let page = self.journal.read_all(self.seen.after, PAGE).await?;
            if page.is_empty() {
                return Ok(());
            }
            for event in &page {
                self.seen.take(event)?;
            }
        }
    }

    fn statement(&self) -> wire::Checkpoint {
        let identity = self.journal.identity();
        wire::Checkpoint {
            events: self.seen.frontier.count(),
            last_event_hash: self.seen.last.map_or_else(Vec::new, |hash| hash.0.to_vec()),
            root: self.seen.frontier.root().to_vec(),
            previous: self.seen.previous.clone(),
            signing_key_id: String::new(),
            signature: Vec::new(),
            journal_id: identity.id.to_vec(),
            epoch: identity.epoch,
        }
    }

    fn append(&self, checkpoint: &wire::Checkpoint) -> Append {
        let number = self.seen.checkpoints;
        let command = CommandId::derive(&[
            KIND.as_bytes(),
            &checkpoint.journal_id,
            &checkpoint.epoch.to_be_bytes(),
            &checkpoint.events.to_be_bytes(),
        ]);
        let before = (number % PER_STREAM).checked_sub(1);
        Append {
            stream: stream_of(number),
            expected: before.map_or(Expected::NoStream, Expected::Revision),
            reserve: Reserve::MayUse,
            events: vec![NewEvent {
                id: command.event(0),
                kind: KIND,
                version: 1,
                public_as: None,
                occurred_at: self.clock.now(),
                actor: String::new(),
                causation: *command.as_bytes(),
                correlation: self.journal.identity().id,
                traceparent: String::new(),
                payload: checkpoint.encode_to_vec(),
            }],
        }
    }
}

// === impl Seen ===

impl Seen {
    fn take(&mut self, event: &Recorded) -> Result<(), ReadError> {
        if event.frame.r#type == KIND {
            let payload = &event.frame.payload[..];
            let checkpoint = wire::Checkpoint::decode(payload)
                .map_err(|_| ReadError::Corrupt(event.position))?;
            self.fresh = self.frontier.count().saturating_sub(checkpoint.events);
            self.checkpoints += 1;
            self.previous = digest(&SHA256, payload).as_ref().to_vec();
        } else {
            self.fresh += 1;
        }
        self.frontier.push(&event.hash.0);
        self.last = Some(event.hash);
        self.after = event.position;
        Ok(())
    }
}

/// The stream of checkpoint number `number`, counted from 0.
fn stream_of(number: u64) -> StreamName {
    let name = format!("{STREAM_PREFIX}{}", number / PER_STREAM);
    StreamName::parse(name).expect("digits and a short word make a stream name")
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
