//! The event log: append, read, follow.
//!
//! In reading order: [`id`] derives every name, [`frame`] is the stored event and its hash,
//! [`port`] is the small interface that every adapter keeps, [`decider`] runs one command against
//! one stream, [`follow`] turns a journal into an endless stream. [`embedded`] is the default
//! adapter; [`jetstream`] and [`kurrentdb`] are for those who outgrow one machine. [`checkpoint`] signs what has happened, over the tree of [`merkle`], and [`audit`] holds
//! a journal against it.

pub mod audit;
pub mod checkpoint;
#[cfg(feature = "contract-suite")]
pub mod contract;
pub mod copy;
pub mod decider;
pub mod drawn;
pub mod embedded;
pub mod follow;
pub mod frame;
pub mod id;
pub mod jetstream;
mod known;
pub mod kurrentdb;
pub mod merkle;
mod page;
pub mod port;
pub mod verbatim;

pub use embedded::EmbeddedJournal;
pub use frame::{EventHash, Recorded, Stored};
pub use id::{CommandId, EventId, StreamName};
pub use jetstream::JetStreamJournal;
pub use kurrentdb::KurrentDbJournal;
pub use port::{
    Append, AppendError, Appended, Expected, Journal, JournalIdentity, NewEvent, NotAnIdentity,
    Position, PublicAs, ReadError, Reserve, SharedJournal,
};
pub use verbatim::Verbatim;

/// Generated from `proto/firstbell/journal/v1/frame.proto`.
pub mod wire {
    #![expect(
        missing_docs,
        reason = "generated from the proto, which carries the documentation"
    )]
    tonic::include_proto!("firstbell.journal.v1");
}
