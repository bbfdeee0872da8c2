//! The stored event: its bytes, and the hash that chains it to the one before.

use crate::{
    EventId, NewEvent, Position, StreamName,
    id::{hex, unhex16},
    wire,
};
use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use prost::{Message, bytes::Bytes};

/// SHA-256 over the hash before in the same stream and the frame's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventHash(pub [u8; 32]);

/// An event ready for an adapter to write: encoded once, then copied verbatim.
#[derive(Clone)]
pub struct Stored {
    /// The protobuf bytes of the frame.
    pub frame: Vec<u8>,
    /// Chains this event to the one before in its stream.
    pub hash: EventHash,
}

/// An event as it was read.
#[derive(Clone)]
pub struct Recorded {
    /// Where it stands in its journal.
    pub position: Position,
    /// Its decoded envelope and payload.
    pub frame: wire::Frame,
    /// As stored beside it.
    pub hash: EventHash,
}

// === impl EventHash ===

impl EventHash {
    /// What the first event of every stream is chained to.
    pub const ZERO: Self = Self([0; 32]);

    /// The hash of an event whose predecessor in the stream has this hash.
    #[must_use]
    pub fn next(&self, frame: &[u8]) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(&self.0);
        context.update(frame);
        let mut hash = [0; 32];
        hash.copy_from_slice(context.finish().as_ref());
        Self(hash)
    }

    /// As lower-case hexadecimal digits.
    pub(crate) fn to_text(self) -> String {
        hex(&self.0)
    }

    /// Reads 64 hexadecimal digits; nothing else is taken.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let (first, second) = text.split_at_checked(32)?;
        let halves = [unhex16(first)?, unhex16(second)?];
        Some(Self(halves.concat().try_into().ok()?))
    }
}

// === impl Stored ===

impl Stored {
    /// Encodes `event` as number `revision` of `stream`, on top of the event with hash `previous`.
    pub fn encode(
        stream: &StreamName,
        revision: u64,
        previous: EventHash,
        recorded_at: Timestamp,
        event: NewEvent,
    ) -> Self {
        let frame = wire::Frame {
            stream: stream.as_str().to_owned(),
            revision,
            event_id: Bytes::copy_from_slice(event.id.as_bytes()),
            r#type: event.kind.to_owned(),
            version: event.version,
            public_as: event.public_as.map(|public| wire::PublicAs {
                r#type: public.kind.to_owned(),
                version: public.version,
            }),
            occurred_at_us: event.occurred_at.as_microsecond(),
            recorded_at_us: recorded_at.as_microsecond(),
            actor: event.actor,
            causation_id: Bytes::copy_from_slice(&event.causation),
            correlation_id: Bytes::copy_from_slice(&event.correlation),
            traceparent: event.traceparent,
            payload: event.payload.into(),
        }
        .encode_to_vec();
        let hash = previous.next(&frame);
        Self { frame, hash }
    }
}

// === impl Recorded ===

impl Recorded {
    /// Decodes what an adapter read. None where the bytes are no frame.
    pub fn decode(position: Position, frame: &[u8], hash: EventHash) -> Option<Self> {
        Self::decode_shared(position, Bytes::copy_from_slice(frame), hash)
    }

    /// The same without copying: payload and ids keep the memory of `frame` alive.
    pub fn decode_shared(position: Position, frame: Bytes, hash: EventHash) -> Option<Self> {
        let frame = wire::Frame::decode(frame).ok()?;
        let sound = frame.event_id.len() == 16
            && frame.causation_id.len() == 16
            && frame.correlation_id.len() == 16
            && Timestamp::from_microsecond(frame.recorded_at_us).is_ok()
            && Timestamp::from_microsecond(frame.occurred_at_us).is_ok();
        sound.then_some(Self {
            position,
            frame,
            hash,
        })
    }

    /// The event's id.
    pub fn event_id(&self) -> EventId {
        EventId::from_bytes(sixteen(&self.frame.event_id))
    }

    /// The command or public event that caused it.
    pub fn causation(&self) -> [u8; 16] {
        sixteen(&self.frame.causation_id)
    }

    /// What all events of its matter share.
    pub fn correlation(&self) -> [u8; 16] {
        sixteen(&self.frame.correlation_id)
    }

    /// When our clock saw it.
    pub fn recorded_at(&self) -> Timestamp {
        Timestamp::from_microsecond(self.frame.recorded_at_us).unwrap_or(Timestamp::MIN)
    }

    /// When the sender's clock saw it.
    pub fn occurred_at(&self) -> Timestamp {
        Timestamp::from_microsecond(self.frame.occurred_at_us).unwrap_or(Timestamp::MIN)
    }
}

/// Frames are only made by [`Recorded::decode`], which has checked the lengths.
fn sixteen(bytes: &[u8]) -> [u8; 16] {
    bytes.try_into().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_reads_back_from_text_and_nothing_else_does() {
        let hash = EventHash([7; 32]);
        let text = hash.to_text();
        assert_eq!(EventHash::from_text(&text), Some(hash));
        for bad in ["", "07", &text[..63], &text.replacen("07", "0é", 1)] {
            assert_eq!(EventHash::from_text(bad), None);
        }
    }
}
