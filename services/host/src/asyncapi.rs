//! The `AsyncAPI` 3 document of the public events, made from the contract's descriptors.
//!
//! An event is a message with the option `firstbell.bus.v1.event`. What is on the wire is protobuf, so
//! the schemas are the protos themselves.

use crate::openapi::Comments;
use prost_reflect::{DescriptorPool, FileDescriptor, MessageDescriptor, Value as Set};
use serde_json::{Map, Value, json};

const EVENT: &str = "firstbell.bus.v1.event";
const PROTO: &str = "application/vnd.google.protobuf;version=3";

const ABOUT: &str = "What the services of Firstbell tell each other, as CloudEvents 1.0 in the binary mode of \
its NATS binding: attributes are headers, the body is protobuf. There is one JetStream stream for each \
producing service (`FIRSTBELL_POLICE`); a message's sequence in it is the event's `sequence`. Events come \
at least once; those of one `correlationid` are to be applied in order. Personal data is sealed: a consumer \
opens what the key holder grants it.";

/// A public event and how it is called.
pub struct PublicEvent {
    /// CloudEvents type and subject.
    pub kind: String,
    /// Its payload.
    pub message: MessageDescriptor,
}

/// Every public event of the contract, by type.
pub fn public_events(pool: &DescriptorPool) -> Vec<PublicEvent> {
    let Some(event) = pool.get_extension_by_name(EVENT) else {
        return Vec::new();
    };
    let mut events: Vec<_> = pool
        .all_messages()
        .filter_map(|message| {
            let options = message.options();
            let Set::String(kind) = options.get_extension(&event).into_owned() else {
                return None;
            };
            (!kind.is_empty()).then_some(PublicEvent { kind, message })
        })
        .collect();
    events.sort_by(|a, b| a.kind.cmp(&b.kind));
    events
}

/// The document, as the server gives it at `/asyncapi.json`.
pub fn document() -> Value {
    let pool = proto::descriptors();
    let comments = Comments::of(pool);
    let [mut channels, mut operations, mut messages, mut schemas] =
        std::array::from_fn(|_| Map::new());
    for event in public_events(pool) {
        let name = event.message.name().to_owned();
        messages.insert(name.clone(), message(&event, &comments));
        let file = event.message.parent_file();
        schemas.insert(schema_name(&file), schema(&file));
        channels.insert(name.clone(), channel(&event, &name));
        let heard = json!({
            "action": "receive",
            "channel": {"$ref": format!("#/channels/{name}")},
            "summary": format!("Hear {}.", event.kind),
        });
        operations.insert(format!("hear{name}"), heard);
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Firstbell events",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/protobuf",
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": schemas,
            "messageTraits": {"cloudEvent": {"headers": headers()}},
        },
    })
}

fn channel(event: &PublicEvent, name: &str) -> Value {
    json!({
        "address": event.kind,
        "messages": {name: {"$ref": format!("#/components/messages/{name}")}},
    })
}

fn message(event: &PublicEvent, comments: &Comments) -> Value {
    let schema = schema_name(&event.message.parent_file());
    json!({
        "name": event.message.full_name(),
        "title": event.kind,
        "summary": comments.above(&event.message),
        "contentType": "application/protobuf",
        "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
        "payload": {"$ref": format!("#/components/schemas/{schema}")},
    })
}

/// The proto that a message is in, whole: `name` of the message says which one of it is meant.
fn schema(file: &FileDescriptor) -> Value {
    json!({
        "schemaFormat": PROTO,
        "schema": proto::source(file.name()).unwrap_or_default(),
    })
}

fn schema_name(file: &FileDescriptor) -> String {
    file.package_name().to_owned()
}

/// The attributes of every event, as headers.
fn headers() -> Value {
    let text = |about: &str| json!({"type": "string", "description": about});
    let hex =
        |about: &str| json!({"type": "string", "pattern": "^[0-9a-f]{32}$", "description": about});
    let time = |about: &str| json!({"type": "string", "format": "date-time", "description": about});
    let properties = json!({
        "ce-specversion": {"type": "string", "const": "1.0"},
        "ce-id": hex("Names the event for ever; the same event always has the same id."),
        "ce-source": {
            "type": "string",
            "pattern": "^urn:firstbell:[a-z]+$",
            "description": "The producing service.",
        },
        "ce-type": text("What happened; also the subject."),
        "ce-time": time("The sender's clock."),
        "ce-datacontenttype": {"type": "string", "const": "application/protobuf"},
        "ce-dataschema": text("The event's type, a colon, and the version of its message."),
        "ce-sequence": {
            "type": "string",
            "pattern": "^[0-9]{20}$",
            "description": "Its count among the producer's public events, from 1, without gaps.",
        },
        "ce-recordedtime": time("The producer's clock."),
        "ce-correlationid": hex("What all events of one matter share."),
        "ce-journal": text("In which life of which journal the sequence was counted."),
        "ce-traceparent": text("W3C trace context of what caused it; also without the prefix."),
        "ce-dataref": text("Set where the body is left out as too large: ask the producer's feed."),
    });
    let optional = ["ce-traceparent", "ce-dataref"];
    let names = properties.as_object().into_iter().flat_map(Map::keys);
    let required: Vec<_> = names
        .filter(|name| !optional.contains(&name.as_str()))
        .collect();
    json!({"type": "object", "required": required, "properties": properties})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_public_event_is_told_with_its_proto() {
        let document = document();
        let events = public_events(proto::descriptors());
        assert!(events.len() > 10, "{} events", events.len());
        for event in &events {
            let message = &document["components"]["messages"][event.message.name()];
            assert_eq!(message["title"], event.kind.as_str());
            assert!(
                message["summary"]
                    .as_str()
                    .is_some_and(|about| !about.is_empty())
            );
            let schema = message["payload"]["$ref"].as_str().unwrap();
            let schema = document.pointer(&schema[1..]).unwrap()["schema"].as_str();
            let begins = format!("message {} {{", event.message.name());
            assert!(schema.unwrap().contains(&begins), "{}", event.kind);
        }
    }

    #[test]
    fn an_event_names_its_service_and_its_version_of_the_contract() {
        for event in public_events(proto::descriptors()) {
            let package = event.message.package_name().to_owned();
            let service = package
                .trim_start_matches("firstbell.")
                .trim_end_matches(".v1");
            let begins = format!("firstbell.v1.{service}.");
            assert!(
                event.kind.starts_with(&begins),
                "{} in {package}",
                event.kind
            );
        }
    }
}
