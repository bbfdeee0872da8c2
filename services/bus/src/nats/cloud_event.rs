//! `CloudEvents` 1.0 in the binary mode of its NATS binding: attributes are headers, data is the body.
//!
//! Extension attributes: `sequence`, `recordedtime`, `correlationid`, `traceparent` and `dataref` as
//! the specification's registered extensions define them; `journal` says in which life of which
//! journal the sequence was counted.

use crate::PublicEvent;
use async_nats::HeaderMap;
use jiff::Timestamp;
use journal::{
    EventId, JournalIdentity,
    id::{hex, unhex16},
};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use prost::bytes::Bytes;

/// An event off the wire.
pub(super) struct Arrived {
    /// In which life of the producer's journal it was counted.
    pub(super) life: JournalIdentity,
    pub(super) event: PublicEvent,
}

/// Why a message is none of our events; what it holds is then read from the producer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("read a public event off the wire: `{0}` is missing or wrong")]
pub struct NotAnEvent(&'static str);

const SPEC_VERSION: &str = "1.0";
const PROTOBUF: &str = "application/protobuf";
/// The broker adds it where it passes on a message of one stream to the subjects of another, which it
/// does for whoever asks, whatever the message says.
const PASSED_ON: &str = "Nats-Stream";
/// What is percent-encoded in an attribute's value, as in HTTP.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%');

/// The headers of an event; its payload is the body.
pub fn headers(event: &PublicEvent, life: JournalIdentity) -> HeaderMap {
    let attributes = [
        ("ce-specversion", SPEC_VERSION.to_owned()),
        ("ce-id", event.id.to_string()),
        ("ce-source", source(event.producer)),
        ("ce-type", event.kind.clone()),
        ("ce-time", event.occurred_at.to_string()),
        ("ce-datacontenttype", PROTOBUF.to_owned()),
        ("ce-dataschema", schema(&event.kind, event.version)),
        ("ce-sequence", format!("{:020}", event.sequence)),
        ("ce-recordedtime", event.recorded_at.to_string()),
        ("ce-correlationid", hex(&event.correlation)),
        ("ce-journal", life.to_string()),
    ];
    let mut headers = HeaderMap::new();
    for (name, value) in attributes {
        headers.insert(name, encoded(&value));
    }
    if !event.traceparent.is_empty() {
        headers.insert("ce-traceparent", encoded(&event.traceparent));
        headers.insert("traceparent", event.traceparent.as_str());
    }
    headers
}

/// Says where the data is, for an event too large for the broker.
pub(super) fn refer(headers: &mut HeaderMap, event: &PublicEvent) {
    let place = format!("{}:{}", source(event.producer), event.sequence);
    headers.insert("ce-dataref", encoded(&place));
}

/// The event of `producer` that a message holds.
pub(super) fn read(
    producer: &'static str,
    headers: &HeaderMap,
    payload: Bytes,
) -> Result<Arrived, NotAnEvent> {
    if headers.get(PASSED_ON).is_some() {
        return Err(NotAnEvent(PASSED_ON));
    }
    let of = Attributes(headers);
    of.demand("ce-specversion", |value| value == SPEC_VERSION)?;
    of.demand("ce-source", |value| value == source(producer))?;
    of.demand("ce-datacontenttype", |value| value == PROTOBUF)?;
    if headers.get("ce-dataref").is_some() {
        return Err(NotAnEvent("data"));
    }
    let kind = of.text("ce-type")?;
    let prefix = schema(&kind, "");
    Ok(Arrived {
        life: of.parsed("ce-journal", |value| value.parse().ok())?,
        event: PublicEvent {
            id: EventId::from_bytes(of.parsed("ce-id", unhex16)?),
            producer,
            version: of.parsed("ce-dataschema", |value| {
                value.strip_prefix(&prefix)?.parse().ok()
            })?,
            kind,
            sequence: of.parsed("ce-sequence", |value| value.parse().ok())?,
            occurred_at: of.time("ce-time")?,
            recorded_at: of.time("ce-recordedtime")?,
            correlation: of.parsed("ce-correlationid", unhex16)?,
            traceparent: of.text("ce-traceparent").unwrap_or_default(),
            payload,
        },
    })
}

/// Where events of a producer come from, e.g. `urn:firstbell:police`.
fn source(producer: &str) -> String {
    format!("urn:firstbell:{producer}")
}

/// Names the message of the data, e.g. `urn:firstbell:firstbell.v1.police.notification.issued:1`.
fn schema(kind: &str, version: impl std::fmt::Display) -> String {
    format!("urn:firstbell:{kind}:{version}")
}

fn encoded(value: &str) -> String {
    utf8_percent_encode(value, ENCODED).to_string()
}

struct Attributes<'a>(&'a HeaderMap);

// === impl Attributes ===

impl Attributes<'_> {
    fn text(&self, name: &'static str) -> Result<String, NotAnEvent> {
        let value = self.0.get(name).ok_or(NotAnEvent(name))?;
        let value = percent_decode_str(value.as_str()).decode_utf8();
        value.map(Into::into).map_err(|_| NotAnEvent(name))
    }

    fn parsed<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, NotAnEvent> {
        parse(&self.text(name)?).ok_or(NotAnEvent(name))
    }

    fn time(&self, name: &'static str) -> Result<Timestamp, NotAnEvent> {
        self.parsed(name, |value| value.parse().ok())
    }

    fn demand(
        &self,
        name: &'static str,
        fits: impl FnOnce(&str) -> bool,
    ) -> Result<(), NotAnEvent> {
        self.parsed(name, |value| fits(value).then_some(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIFE: JournalIdentity = JournalIdentity {
        id: [7; 16],
        epoch: 3,
    };

    fn event() -> PublicEvent {
        PublicEvent {
            id: EventId::from_bytes([1; 16]),
            producer: "police",
            kind: "firstbell.v1.police.notification.issued".to_owned(),
            version: 2,
            sequence: 41,
            occurred_at: "2026-11-20T01:00:00.000001Z".parse().unwrap(),
            recorded_at: "2026-11-20T01:00:01Z".parse().unwrap(),
            correlation: [9; 16],
            traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned(),
            payload: Bytes::from_static(b"sealed"),
        }
    }

    fn there_and_back(event: &PublicEvent) -> PublicEvent {
        let read = read("police", &headers(event, LIFE), event.payload.clone()).unwrap();
        assert_eq!(read.life, LIFE);
        read.event
    }

    #[test]
    fn an_event_comes_back_as_it_went() {
        let event = event();
        assert!(there_and_back(&event) == event);
    }

    #[test]
    fn what_the_broker_passed_on_from_another_stream_is_no_event() {
        let mut headers = headers(&event(), LIFE);
        headers.insert("Nats-Stream", "journal-schools");
        let refused = read("police", &headers, Bytes::new()).err();
        assert_eq!(refused, Some(NotAnEvent("Nats-Stream")));
    }

    #[test]
    fn attributes_are_those_of_the_binding() {
        let headers = headers(&event(), LIFE);
        let value = |name: &str| headers.get(name).unwrap().as_str().to_owned();
        assert_eq!(value("ce-specversion"), "1.0");
        assert_eq!(value("ce-id"), "01".repeat(16));
        assert_eq!(value("ce-sequence"), "00000000000000000041");
        assert_eq!(value("traceparent"), event().traceparent);
        assert!(headers.get("content-type").is_none(), "binary mode");
        let attributes = headers.iter().map(|(name, _)| name.to_string());
        for name in attributes.filter_map(|name| name.strip_prefix("ce-").map(str::to_owned)) {
            assert!(name.bytes().all(|b| b.is_ascii_lowercase()), "{name}");
        }
    }

    #[test]
    fn a_message_that_lacks_an_attribute_or_its_data_is_told_apart() {
        for name in ["ce-id", "ce-source", "ce-sequence", "ce-journal", "ce-time"] {
            let mut broken = HeaderMap::new();
            for (key, values) in headers(&event(), LIFE).iter() {
                if key.to_string() != name {
                    broken.insert(key.clone(), values[0].clone());
                }
            }
            let error = read("police", &broken, Bytes::new()).err();
            assert_eq!(error, Some(NotAnEvent(name)));
        }
        let mut elsewhere = headers(&event(), LIFE);
        refer(&mut elsewhere, &event());
        assert!(read("police", &elsewhere, Bytes::new()).is_err());
        assert!(read("schools", &headers(&event(), LIFE), Bytes::new()).is_err());
    }

    proptest! {
        #[test]
        fn any_trace_context_survives_the_headers(trace in "\\PC{0,64}") {
            // Only what is empty is left out; anything else is encoded.
            let event = PublicEvent { traceparent: trace, ..event() };
            let mut headers = headers(&event, LIFE);
            headers.insert("traceparent", "");
            let back = read("police", &headers, Bytes::new()).unwrap().event.traceparent;
            prop_assert_eq!(back, event.traceparent);
        }

        #[test]
        fn no_header_makes_it_panic(name in "ce-[a-z]{1,12}", value in "[ -~]{0,80}") {
            let mut headers = headers(&event(), LIFE);
            headers.insert(name, value);
            let _ = read("police", &headers, Bytes::new());
        }
    }
}
