//! The event log: append, read, follow.
//!
//! In reading order: [`id`] derives every name, [`frame`] is the stored event and its hash,
//! [`port`] is the small interface that every adapter keeps, [`decider`] runs one command against
//! one stream, [`follow`] turns a journal into an endless stream.

pub mod decider;
pub mod follow;
pub mod frame;
pub mod id;
pub mod port;

pub use frame::{EventHash, Recorded, Stored};
pub use id::{CommandId, EventId, StreamName};
pub use port::{
    Append, AppendError, Appended, Expected, Journal, JournalIdentity, NewEvent, Position,
    PublicAs, ReadError, Reserve, SharedJournal,
};

/// Generated from `proto/firstbell/journal/v1/frame.proto`.
pub mod wire {
    #![expect(
        missing_docs,
        clippy::all,
        clippy::pedantic,
        reason = "generated from the proto, which carries the documentation"
    )]
    tonic::include_proto!("firstbell.journal.v1");
}
