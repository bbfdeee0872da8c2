//! Events between the protocol's messages and the log.

use crate::{
    log::{Kept, Proposed},
    wire::{
        StreamIdentifier, Uuid,
        streams::{
            append_req::ProposedMessage,
            read_resp::{Content, ReadEvent, read_event},
        },
        uuid::{Structured, Value},
    },
};
use std::collections::HashMap;
use tonic::Status;

/// How a caller wants to see ids.
#[derive(Clone, Copy)]
pub(crate) enum Ids {
    Text,
    Halves,
}

/// The name in an identifier.
pub(crate) fn stream_name(identifier: Option<StreamIdentifier>) -> Result<String, Status> {
    let name = identifier.map(|identifier| String::from_utf8(identifier.stream_name));
    match name {
        Some(Ok(name)) if !name.is_empty() => Ok(name),
        _ => Err(Status::invalid_argument("the request names no stream")),
    }
}

/// Reads a message that is to be appended.
pub(crate) fn proposed(message: ProposedMessage) -> Result<Proposed, Status> {
    let id = message.id.and_then(|id| read_id(&id));
    let id = id.ok_or_else(|| Status::invalid_argument("an event has no id"))?;
    let said = |name: &str| message.metadata.get(name).cloned();
    let kind = said("type").ok_or_else(|| Status::invalid_argument("an event has no type"))?;
    let content_type = said("content-type");
    Ok(Proposed {
        id,
        kind,
        content_type: content_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
        metadata: message.custom_metadata,
        data: message.data,
    })
}

/// An event as readers get it.
pub(crate) fn content(kept: &Kept, ids: Ids) -> Content {
    let metadata = HashMap::from([
        ("type".to_owned(), kept.event.kind.clone()),
        ("content-type".to_owned(), kept.event.content_type.clone()),
        ("created".to_owned(), kept.created.to_string()),
    ]);
    let event = read_event::RecordedEvent {
        id: Some(written_id(kept.event.id, ids)),
        stream_identifier: Some(StreamIdentifier {
            stream_name: kept.stream.clone().into_bytes(),
        }),
        stream_revision: kept.revision,
        prepare_position: kept.position,
        commit_position: kept.position,
        metadata,
        custom_metadata: kept.event.metadata.clone(),
        data: kept.event.data.clone(),
    };
    Content::Event(ReadEvent {
        event: Some(event),
        link: None,
        position: Some(read_event::Position::CommitPosition(kept.position)),
    })
}

fn read_id(id: &Uuid) -> Option<u128> {
    match id.value.as_ref()? {
        Value::String(text) => {
            let digits: String = text.chars().filter(|&digit| digit != '-').collect();
            (digits.len() == 32).then(|| u128::from_str_radix(&digits, 16).ok())?
        }
        Value::Structured(halves) => {
            let [high, low] = [halves.most_significant_bits, halves.least_significant_bits];
            let [high, low] = [high, low].map(|half| u128::from(half.cast_unsigned()));
            Some(high << 64 | low)
        }
    }
}

fn written_id(id: u128, ids: Ids) -> Uuid {
    let value = match ids {
        Ids::Text => {
            let digits = format!("{id:032x}");
            let groups = [0..8, 8..12, 12..16, 16..20, 20..32];
            Value::String(groups.map(|group| &digits[group]).join("-"))
        }
        Ids::Halves => {
            let [high, low] = [id >> 64, id & u128::from(u64::MAX)];
            let [high, low] = [high, low].map(|half| u64::try_from(half).unwrap_or_default());
            Value::Structured(Structured {
                most_significant_bits: high.cast_signed(),
                least_significant_bits: low.cast_signed(),
            })
        }
    };
    Uuid { value: Some(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_in_both_forms() {
        let id = 0x8123_4567_89ab_cdef_fedc_ba98_7654_3210;
        for ids in [Ids::Text, Ids::Halves] {
            assert_eq!(read_id(&written_id(id, ids)), Some(id));
        }
    }
}
