//! What an audit found, in words.

use crate::{EventHash, JournalIdentity, Position};
use std::fmt;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The event that it shows at; none where it concerns the journal as a whole.
    pub position: Option<Position>,
    /// What is wrong.
    pub what: What,
}

/// What can be wrong with a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The frame's bytes cannot be decoded.
    NotAFrame,
    /// The index beside the frame says something else than the frame.
    IndexDisagrees,
    /// The stream does not go on where it ended.
    Revision {
        /// The revision that should stand here.
        expected: u64,
        /// The one that does.
        found: u64,
    },
    /// The hash is not that of the frame on top of the event before.
    Hash,
    /// It was recorded before the event before it in its stream.
    RecordedEarlier,
    /// Its id stands in its stream already.
    RepeatedId,
    /// The public count is not the next one.
    PublicSequence,
    /// A checkpoint's message cannot be decoded, or it stands in another stream than its own.
    NotACheckpoint,
    /// A checkpoint counts events that are not there, or fewer than the one before.
    CheckpointCount,
    /// A checkpoint's root is not that of the events it covers.
    CheckpointRoot,
    /// A checkpoint names another last event than the one it ends at.
    CheckpointLastHash,
    /// A checkpoint is not linked to the one before.
    CheckpointPrevious,
    /// A checkpoint was made for another journal, or for an earlier epoch than the one before.
    CheckpointIdentity,
    /// None of the keys given signed the checkpoint as it is.
    CheckpointSignature,
    /// A checkpoint kept elsewhere does not fit the journal; the event count that it covers.
    Expected(u64),
    /// Events could not be read from here on, or up to the next one that could.
    Unreadable,
    /// SQLite found the file damaged; its finding.
    File(String),
}

/// What an audit came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// Which journal.
    pub identity: JournalIdentity,
    /// Events read.
    pub events: u64,
    /// Streams among them.
    pub streams: u64,
    /// Public events among them.
    pub public: u64,
    /// Checkpoints among them.
    pub checkpoints: u64,
    /// Events after those that the last sound checkpoint covers.
    pub uncovered: u64,
    /// Hash of the last event.
    pub last_hash: Option<EventHash>,
    /// Everything that is wrong, in the order found. Empty: nothing is.
    pub faults: Vec<Fault>,
}

// === impl AuditReport ===

impl AuditReport {
    /// True where nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Some(position) => write!(f, "position {}: {}", position.0, self.what),
            None => write!(f, "journal: {}", self.what),
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Revision { expected, found } => {
                return write!(f, "revision {found} stands where {expected} should");
            }
            Self::Expected(events) => {
                return write!(
                    f,
                    "the checkpoint over {events} events, kept elsewhere, does not fit"
                );
            }
            Self::File(finding) => return write!(f, "the file is damaged: {finding}"),
            Self::NotAFrame => "the frame cannot be decoded",
            Self::IndexDisagrees => "the index disagrees with the frame",
            Self::Hash => "the hash is not that of this frame on top of the event before",
            Self::RecordedEarlier => "it was recorded before the event before it in its stream",
            Self::RepeatedId => "its id stands in its stream already",
            Self::PublicSequence => "the public count is not the next one",
            Self::NotACheckpoint => {
                "the checkpoint cannot be decoded or is not in a stream of its own"
            }
            Self::CheckpointCount => "the checkpoint counts events that are not there",
            Self::CheckpointRoot => "the checkpoint's root is not that of the events it covers",
            Self::CheckpointLastHash => "the checkpoint names another last event",
            Self::CheckpointPrevious => "the checkpoint is not linked to the one before",
            Self::CheckpointIdentity => "the checkpoint is of another journal or an earlier epoch",
            Self::CheckpointSignature => "no known key signed the checkpoint as it is",
            Self::Unreadable => "events after this position cannot be read",
        })
    }
}
