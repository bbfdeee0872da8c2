//! One event as KurrentDB has it: the frame is its data, the metadata chain it and say where its
//! append ends.

use crate::{EventHash, NewEvent, Position, ReadError, Recorded, Stored};
use eventstore::{EventData, RecordedEvent};
use serde_json::{Value, json};
use uuid::Uuid;

/// An event as it was found.
pub(super) struct Found {
    pub(super) event: Recorded,
    /// Whether its append ends here.
    pub(super) is_last: bool,
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

/// Reads an event back.
pub(super) fn found(event: &RecordedEvent) -> Result<Found, ReadError> {
    let position = Position(event.position.commit);
    let metadata: Option<Value> = serde_json::from_slice(&event.custom_metadata).ok();
    let decoded = metadata.and_then(|metadata| {
        let hash = EventHash::from_text(metadata["hash"].as_str()?)?;
        let is_last = metadata["left"].as_u64()? == 0;
        let event = Recorded::decode_shared(position, event.data.clone(), hash)?;
        Some(Found { event, is_last })
    });
    decoded.ok_or(ReadError::Corrupt(position))
}
