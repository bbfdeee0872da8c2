//! One event as one message: the frame is its body, what stands beside the frame is in its header.

use crate::{EventHash, Position, ReadError, Recorded, Stored, Verbatim};
use async_nats::{
    HeaderMap, HeaderValue,
    header::{NATS_BATCH_COMMIT, NATS_BATCH_ID},
    jetstream::message::StreamMessage,
};
use prost::bytes::Bytes;

/// Hexadecimal hash of the event.
const HASH: &str = "Firstbell-Hash";
/// How many public events there are up to this one, itself included.
const PUBLIC: &str = "Firstbell-Public";

/// An event as it was found in its stream.
pub(super) struct Found {
    pub(super) event: Recorded,
    frame: Bytes,
    /// The last word of its subject.
    stream: Bytes,
    /// Public events up to this one.
    pub(super) public: u64,
    /// Whether the publishing that it came with ends here.
    pub(super) is_whole: bool,
}

// === impl Found ===

impl Found {
    /// As it is kept.
    pub(super) fn verbatim(self) -> Verbatim {
        let frame = &self.event.frame;
        Verbatim {
            position: self.event.position,
            stream: self.stream,
            revision: frame.revision,
            event_id: frame.event_id.clone(),
            public_sequence: frame.public_as.as_ref().map(|_| self.public),
            hash: self.event.hash,
            frame: self.frame,
        }
    }
}

/// The header under which an event is published; `public` counts it too.
pub(super) fn header(stored: &Stored, public: u64) -> HeaderMap {
    let mut header = HeaderMap::new();
    header.insert(HASH, stored.hash.to_text());
    header.insert(PUBLIC, public.to_string());
    header
}

/// Reads a message back.
pub(super) fn found(message: StreamMessage) -> Result<Found, ReadError> {
    let position = Position(message.sequence);
    let text = |name: &str| message.headers.get_last(name).map(HeaderValue::as_str);
    let hash = text(HASH).and_then(EventHash::from_text);
    let public = text(PUBLIC).and_then(|count| count.parse().ok());
    let is_whole = message.headers.get(NATS_BATCH_ID).is_none()
        || message.headers.get(NATS_BATCH_COMMIT).is_some();
    let decoded = hash.zip(public).and_then(|(hash, public)| {
        let event = Recorded::decode_shared(position, message.payload.clone(), hash)?;
        let stream = message.subject.rsplit('.').next().unwrap_or_default();
        Some(Found {
            event,
            frame: message.payload.clone(),
            stream: Bytes::copy_from_slice(stream.as_bytes()),
            public,
            is_whole,
        })
    });
    decoded.ok_or(ReadError::Corrupt(position))
}
