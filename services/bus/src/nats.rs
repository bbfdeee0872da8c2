//! Public events over NATS: one stream for each producing service, dense, in order.
//!
//! In reading order: [`cloud_event`] is how an event looks on the wire, [`connect`] reaches the
//! broker, [`stream`] is where a producer's events are kept, [`relay`] carries them there from the
//! journal, and [`carried`] is the feed that a consumer reads, healed from the producer's journal.

pub mod carried;
pub mod cloud_event;
pub mod connect;
pub mod relay;
pub mod stream;

pub use carried::CarriedFeed;
pub use connect::{BadNatsSettings, Nats, NatsSettings};
pub use relay::{Relay, RelayError, RelayState, RelayView};
