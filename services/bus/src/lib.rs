//! Public events between services.
//!
//! In reading order: [`event`] is what crosses the border, [`feed`] is where it is read from,
//! [`consumer`] applies each event exactly once in effect, [`inbox`] remembers how far it got and
//! what had to be set aside. Between processes [`nats`] carries them, and
//! [`remote`] reads at the producer's [`door`] what no broker has.

pub mod consumer;
pub mod door;
pub mod event;
pub mod feed;
pub mod inbox;
pub mod nats;
pub mod remote;

pub use consumer::{Consumer, HandleError, Handler, Retried};
pub use door::FeedDoor;
pub use event::PublicEvent;
pub use feed::{Feed, FeedError, JournalFeed, SharedFeed};
pub use inbox::Inbox;
pub use remote::RemoteFeed;
