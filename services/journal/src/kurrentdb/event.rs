//! One event as KurrentDB has it: the frame is its data, the metadata chain it and say where its
//! append ends.

use crate::{EventHash, NewEvent, Position, ReadError, Recorded, Stored, Verbatim};
use eventstore::{EventData, RecordedEvent};
use prost::bytes::Bytes;
use serde_json::{Value, json};
use uuid::Uuid;

/// An event as it was found.
pub(super) struct Found {
    pub(super) event: Recorded,
    kept: Kept,
    /// Whether its append ends here.
    pub(super) is_last: bool,
}

/// What the server itself says of it.
struct Kept {
    stream: String,
    revision: u64,
    id: Uuid,
    data: Bytes,
}

// === impl Found ===

impl Found {
    /// As it is kept in the journal whose streams begin with `prefix`; `public` is its public count,
    /// where it has one.
    pub(super) fn verbatim(self, prefix: &str, public: Option<u64>) -> Verbatim {
        let Kept {
            stream,
            revision,
            id,
            data,
        } = self.kept;
        let stream = stream.strip_prefix(prefix).unwrap_or(&stream);
        Verbatim {
            position: self.event.position,
            stream: Bytes::copy_from_slice(stream.as_bytes()),
            revision,
            event_id: Bytes::copy_from_slice(id.as_bytes()),
            public_sequence: public,
            hash: self.event.hash,
            frame: data,
        }
    }
}

/// The events of one append, in order.
pub(super) fn proposed(events: &[NewEvent], stored: Vec<Stored>) -> Vec<EventData> {
    let last = stored.len().saturating_sub(1);
    let each = events.iter().zip(stored).enumerate();
    each.map(|(at, (event, stored))| {
        let metadata = json!({ "hash": stored.hash.to_text(), "left": last - at });
        EventData::binary(event.kind, stored.frame.into())
            .id(Uuid::from_bytes(*event.id.as_bytes()))
            .metadata(metadata.to_string().into())
    })
    .collect()
}

/// Events of one stream as they were kept elsewhere, all of one append; none where one of them cannot
/// be read.
pub(super) fn copied(events: &[Verbatim]) -> Option<Vec<EventData>> {
    let last = events.len().saturating_sub(1);
    let each = events.iter().enumerate().map(|(at, event)| {
        let frame = Recorded::decode_shared(event.position, event.frame.clone(), event.hash)?.frame;
        let id = Uuid::from_slice(&event.event_id).ok()?;
        let metadata = json!({ "hash": event.hash.to_text(), "left": last - at });
        let data = EventData::binary(&frame.r#type, event.frame.clone());
        Some(data.id(id).metadata(metadata.to_string().into()))
    });
    each.collect()
}

/// Reads an event back.
pub(super) fn found(event: &RecordedEvent) -> Result<Found, ReadError> {
    let position = Position(event.position.commit);
    let metadata: Option<Value> = serde_json::from_slice(&event.custom_metadata).ok();
    let decoded = metadata.and_then(|metadata| {
        let hash = EventHash::from_text(metadata["hash"].as_str()?)?;
        let is_last = metadata["left"].as_u64()? == 0;
        let kept = Kept {
            stream: event.stream_id().to_owned(),
            revision: event.revision,
            id: event.id,
            data: event.data.clone(),
        };
        let event = Recorded::decode_shared(position, event.data.clone(), hash)?;
        Some(Found {
            event,
            kept,
            is_last,
        })
    });
    decoded.ok_or(ReadError::Corrupt(position))
}
