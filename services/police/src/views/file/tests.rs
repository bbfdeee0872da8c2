//! A page that holds what this service does not know.

use super::*;
use crate::{
    domain::samples::{ID, line_id, noted, sample},
    wire::stored::delivery_noted::Heard,
};
use jiff::Timestamp;
use journal::{CommandId, EventHash, NewEvent, Stored, StreamName};
use proto::schools::v1::ChildClosed;

/// An event of this type at this position, as it comes from a journal.
fn recorded(position: u64, stream: &str, kind: &'static str, payload: Vec<u8>) -> Recorded {
    let command = CommandId::derive(&[&position.to_be_bytes()]);
    let event = NewEvent {
        id: command.event(0),
        kind,
        version: 1,
        public_as: None,
        occurred_at: Timestamp::UNIX_EPOCH,
        actor: String::new(),
        causation: *command.as_bytes(),
        correlation: [0; 16],
        traceparent: String::new(),
        payload,
    };
    let stream = StreamName::parse(stream).unwrap();
    let zero = EventHash::ZERO;
    let stored = Stored::encode(&stream, position, zero, Timestamp::UNIX_EPOCH, event);
    Recorded::decode(Position(position), &stored.frame, stored.hash).unwrap()
}

#[test]
fn events_that_are_not_known_are_counted_by_type_and_hide_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let journal = JournalIdentity {
        id: [1; 16],
        epoch: 1,
    };
    let path = folder.path().join("view");
    let file = ViewFile::open(&path, journal, Position(9)).unwrap();
    let notification = format!("notification-{ID}");
    let (kind, _) = sample().kind();
    let page = [
        recorded(1, "checkpoints", "journal.checkpoint", Vec::new()),
        recorded(2, &notification, "police.of_tomorrow", Vec::new()),
        recorded(3, &notification, kind, sample().encode()),
        recorded(4, &notification, "police.of_tomorrow", Vec::new()),
        // Known, and its bytes are not what they should be.
        recorded(5, &notification, kind, vec![0xff]),
    ];

    let applied = file.apply(&page).unwrap();

    let unknown = [("police.of_tomorrow", 2), (kind, 1)];
    let unknown = unknown.map(|(kind, events)| ((kind.to_owned(), 1), events));
    assert_eq!(applied.unknown, BTreeMap::from(unknown));
    assert_eq!(applied.cursor, Position(5));
    assert_eq!(file.cursor().unwrap(), Position(5));
    assert!(file.get(unhex16(ID).unwrap()).unwrap().is_some());
    let again = file.apply(&page).unwrap();
    assert_eq!(again.unknown, BTreeMap::new(), "once each");
}

#[test]
fn what_is_applied_again_or_anew_is_counted_once() {
    let folder = tempfile::tempdir().unwrap();
    let journal = JournalIdentity {
        id: [1; 16],
        epoch: 1,
    };
    let open =
        |path: &str| ViewFile::open(&folder.path().join(path), journal, Position(9)).unwrap();
    let notification = format!("notification-{ID}");
    let event = |position, event: &NotificationEvent| {
        let (kind, _) = event.kind();
        recorded(position, &notification, kind, event.encode())
    };
    let closed = noted(Heard::Closed(ChildClosed {
        notification_id: ID.to_owned(),
        line_id: line_id(1),
        ..ChildClosed::default()
    }));
    let received = [event(1, &sample())];
    let heard = [event(2, &closed)];

    let file = open("view");
    file.apply(&received).unwrap();
    let accepted = file.counts().unwrap();
    assert_eq!(accepted.accepted, [("43".to_owned(), 1)]);
    assert_eq!(children(&accepted), [("in_transit", 2)]);
    file.apply(&heard).unwrap();
    file.apply(&received).unwrap();
    file.apply(&heard).unwrap();
    let counted = file.counts().unwrap();
    assert_eq!(counted.accepted, [("43".to_owned(), 1)]);
    assert_eq!(children(&counted), [("in_transit", 1), ("closed", 1)]);

    let anew = open("anew");
    anew.apply(&[received, heard].concat()).unwrap();
    assert_eq!(anew.counts().unwrap(), counted);
}

/// States that a child is in.
fn children(counts: &Counts) -> Vec<(&'static str, u64)> {
    let some = counts.children.iter().filter(|(.., count)| *count > 0);
    some.map(|(_, state, count)| (*state, *count)).collect()
}
