//! A public event as its consumers see it, however it travelled.

use host::telemetry;
use jiff::Timestamp;
use journal::EventId;
use prost::bytes::Bytes;
use tracing::Span;

/// What one service tells the others: CloudEvents' attributes, and a protobuf payload.
#[derive(Clone, PartialEq)]
pub struct PublicEvent {
    /// The private event's id, unique for ever.
    pub id: EventId,
    /// Producing service, e.g. `police`.
    pub producer: &'static str,
    /// CloudEvents type, e.g. `firstbell.v1.police.notification.issued`.
    pub kind: String,
    /// Version of the payload's message.
    pub version: u32,
    /// Its count among the producer's public events, from 1, dense.
    pub sequence: u64,
    /// The sender's clock.
    pub occurred_at: Timestamp,
    /// The producer's clock.
    pub recorded_at: Timestamp,
    /// What all events of one matter share; events with the same one are applied in order.
    pub correlation: [u8; 16],
    /// W3C `traceparent`, or empty.
    pub traceparent: String,
    /// The public message.
    pub payload: Bytes,
}

// === impl PublicEvent ===

impl PublicEvent {
    /// What is done with it on its way, as a part of the trace that it came from; nothing where it
    /// came from none.
    pub(crate) fn span(&self, what: &'static str) -> Span {
        if self.traceparent.is_empty() {
            return Span::none();
        }
        let (producer, kind) = (self.producer, self.kind.as_str());
        let span = tracing::info_span!("event", otel.name = what, producer, kind);
        telemetry::set_remote_parent(&span, &self.traceparent);
        span
    }
}
