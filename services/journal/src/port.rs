//! The port: what a service asks of a journal, and what every adapter promises.
//!
//! Promises, each held by the contract suite:
//!
//! 1. An append is answered after it is on disk, whole or not at all.
//! 2. Positions increase in commit order; readers see a prefix, never a gap that fills later.
//! 3. An event id that stands in the stream already gets its first result, however old.
//! 4. `recorded_at` never decreases within a stream.
//! 5. Public events are counted densely from 1 in position order.

use crate::{
    EventHash, EventId, Recorded, StreamName, Verbatim,
    id::{hex, unhex16},
};
use async_trait::async_trait;
use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::watch;

/// A journal that many parts hold.
pub type SharedJournal = Arc<dyn Journal>;

/// Place of an event in its journal: increasing, opaque, not dense. [`Position::START`] is before all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position(pub u64);

/// Which journal this is, and which life of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalIdentity {
    /// Drawn when the journal was made.
    pub id: [u8; 16],
    /// From 1; one more each time an older copy is restored.
    pub epoch: u64,
}

/// A text that names no life of a journal.
#[derive(Debug, thiserror::Error)]
#[error("read a journal's identity: it takes 32 hexadecimal digits, a point and a number")]
pub struct NotAnIdentity;

/// What the stream must look like for an append to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It has no events.
    NoStream,
    /// Its last event has this revision.
    Revision(u64),
}

/// Whether an append may use the space kept free for what must not wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserve {
    /// New submissions and imports leave the reserve alone.
    Keep,
    /// Confirmations, withdrawals and ladder steps may use it.
    MayUse,
}

/// How an event is called outside its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicAs {
    /// CloudEvents type, e.g. `firstbell.v1.police.notification.issued`.
    pub kind: &'static str,
    /// Version of the public message, from 1.
    pub version: u32,
}

/// An event about to be appended.
#[derive(Clone)]
pub struct NewEvent {
    /// Derived from the command.
    pub id: EventId,
    /// `service.noun_verb`.
    pub kind: &'static str,
    /// Version of the private message, from 1.
    pub version: u32,
    /// Set where the event leaves the house.
    pub public_as: Option<PublicAs>,
    /// The sender's clock.
    pub occurred_at: Timestamp,
    /// Opaque, good within this stream only.
    pub actor: String,
    /// The command or public event that caused this one.
    pub causation: [u8; 16],
    /// What all events of one matter share.
    pub correlation: [u8; 16],
    /// W3C `traceparent`, or empty.
    pub traceparent: String,
    /// The encoded private message.
    pub payload: Vec<u8>,
}

/// One append: one command, one stream.
#[derive(Clone)]
pub struct Append {
    /// Where to.
    pub stream: StreamName,
    /// On top of what.
    pub expected: Expected,
    /// Whether the free-space reserve may be used.
    pub reserve: Reserve,
    /// What; at least one event.
    pub events: Vec<NewEvent>,
}

/// What an append came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Position of the last event.
    pub position: Position,
    /// Revision of the last event.
    pub revision: u64,
    /// True where the events stood there already and this is their first result.
    pub repeated: bool,
}

/// Why an append was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Another append came first; read the stream again. Holds the actual last revision.
    #[error("append at the expected revision: the stream has moved on")]
    Conflict {
        /// The last revision there is; none where the stream has no events.
        actual: Option<u64>,
    },
    /// The disk is full, or nearly so and this append must leave the reserve alone.
    #[error("append while free space is below the reserve")]
    NoSpace,
    /// The append itself is malformed.
    #[error("append these events: {0}")]
    Invalid(&'static str),
    /// The store failed or is closing; nothing was taken as far as is known.
    #[error("reach the journal's store")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a read failed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Bytes in the store are not what was written.
    #[error("decode the event at position {0:?}")]
    Corrupt(Position),
    /// The store failed or is closing.
    #[error("read the journal's store")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The event log of one service.
#[async_trait]
pub trait Journal: Send + Sync + 'static {
    /// Appends all events or none, durably, before it answers.
    async fn append(&self, append: Append) -> Result<Appended, AppendError>;

    /// All events of one stream, in order; empty where there is none.
    async fn read(&self, stream: &StreamName) -> Result<Vec<Recorded>, ReadError>;

    /// Up to `limit` events after `after`, in position order.
    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, ReadError>;

    /// The same as they are kept, byte for byte, for those who copy or audit the journal. Where an
    /// event cannot be taken apart at all it is [`ReadError::Corrupt`], and what follows it may be
    /// read after its position.
    async fn read_verbatim(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Verbatim>, ReadError>;

    /// Up to `limit` public events whose public sequence is greater than `after`, in order, with it.
    /// A page ends before that with the event that brings its payloads to 2 MiB.
    async fn read_public(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Recorded)>, ReadError>;

    /// Position of the last event; changes after each commit.
    fn head(&self) -> watch::Receiver<Position>;

    /// Public sequence of the last public event, 0 where there is none; changes after each commit.
    fn public_head(&self) -> watch::Receiver<u64>;

    /// Which journal this is.
    fn identity(&self) -> JournalIdentity;

    /// Hash of the last event in position order; none where the journal is empty.
    async fn last_hash(&self) -> Result<Option<EventHash>, ReadError>;
}

// === impl JournalIdentity ===

impl std::fmt::Display for JournalIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", hex(&self.id), self.epoch)
    }
}

impl std::str::FromStr for JournalIdentity {
    type Err = NotAnIdentity;

    fn from_str(text: &str) -> Result<Self, NotAnIdentity> {
        let (id, epoch) = text.split_once('.').ok_or(NotAnIdentity)?;
        Ok(Self {
            id: unhex16(id).ok_or(NotAnIdentity)?,
            epoch: epoch.parse().map_err(|_| NotAnIdentity)?,
        })
    }
}

// === impl Position ===

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);
}
