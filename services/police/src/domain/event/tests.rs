//! Released types are frozen: these bytes never change. A changed message is a new version.

use super::*;
use crate::domain::samples::{ID, child, line_id, prints, received, sealed};
use journal::{decider::EventSet, id::hex};
use proto::police::v1 as public;
use proto::schools::v1::AlertConfirmed;

fn released() -> [(
    NotificationEvent,
    &'static str,
    Option<&'static str>,
    &'static str,
); 5] {
    [
        (
            NotificationEvent::Received(received("print", vec![child(1, "one", true)])),
            "police.notification_received",
            Some("firstbell.v1.police.notification.issued"),
            GOLDEN[0],
        ),
        (
            NotificationEvent::Corrected(corrected()),
            "police.notification_corrected",
            Some("firstbell.v1.police.notification.corrected"),
            GOLDEN[1],
        ),
        (
            NotificationEvent::Withdrawn(stored::NotificationWithdrawn {
                public: Some(public::NotificationWithdrawn {
                    notification_id: ID.into(),
                    line_ids: vec![line_id(1)],
                    reason: public::WithdrawalReason::WrongChild.into(),
                }),
            }),
            "police.notification_withdrawn",
            Some("firstbell.v1.police.notification.withdrawn"),
            GOLDEN[2],
        ),
        (
            NotificationEvent::TextReleased(stored::TextReleased {
                public: Some(public::TextReleased {
                    notification_id: ID.into(),
                    line_id: line_id(1),
                    content: Some(sealed("text")),
                    version: 2,
                }),
                edited: true,
            }),
            "police.text_released",
            Some("firstbell.v1.police.text.released"),
            GOLDEN[3],
        ),
        (
            NotificationEvent::DeliveryNoted(stored::DeliveryNoted {
                heard: Some(stored::delivery_noted::Heard::Confirmed(AlertConfirmed {
                    alert_id: "alert".into(),
                    line_id: line_id(1),
                    notification_id: ID.into(),
                    by: Some(sealed("somebody")),
                    version: 1,
                    minutes_before_deadline: 7,
                })),
            }),
            "police.delivery_noted",
            None,
            GOLDEN[4],
        ),
    ]
}

fn corrected() -> stored::NotificationCorrected {
    let (child, kept) = child(1, "one", true);
    stored::NotificationCorrected {
        correction: b"correction".to_vec(),
        request_print: b"print".to_vec(),
        public: Some(public::NotificationCorrected {
            notification_id: ID.into(),
            version: 2,
            shared: Some(public::SealedShared::default()),
            children: vec![child],
            material: true,
        }),
        shared_prints: Some(prints("shared", "rest")),
        lines: vec![kept],
    }
}

const GOLDEN: [&str; 5] = [
    "0a057072696e74122030303030303030303030303030303030303030303030303030303030303030311a\
     460a023433120d420b2a097265666572656e63651a310a20303030303030303030303030303030303030\
     303030303030303030303030303110011a02343328013a052a036f6e65220e0a06736861726564120472\
     6573742a560a203030303030303030303030303030303030303030303030303030303030303031120b0a\
     036f6e651204726573741a080101010101010101221b0a062a0468656c6412110a0d63697263756d7374\
     616e6365731001",
    "0a0a636f7272656374696f6e12057072696e741a5b0a2030303030303030303030303030303030303030\
     3030303030303030303030303110021a0022310a20303030303030303030303030303030303030303030\
     303030303030303030303110011a02343328013a052a036f6e652801220e0a0673686172656412047265\
     73742a560a203030303030303030303030303030303030303030303030303030303030303031120b0a03\
     6f6e651204726573741a080101010101010101221b0a062a0468656c6412110a0d63697263756d737461\
     6e6365731001",
    "0a460a203030303030303030303030303030303030303030303030303030303030303031122030303030\
     303030303030303030303030303030303030303030303030303030311802",
    "0a4e0a203030303030303030303030303030303030303030303030303030303030303031122030303030\
     303030303030303030303030303030303030303030303030303030311a062a047465787420021001",
    "225b0a05616c657274122030303030303030303030303030303030303030303030303030303030303030\
     311a203030303030303030303030303030303030303030303030303030303030303031220a2a08736f6d\
     65626f647928013007",
];

#[test]
fn stored_bytes_and_names_of_released_types_never_change() {
    for (event, kind, public, golden) in released() {
        assert_eq!(event.kind(), (kind, 1));
        assert_eq!(
            event
                .public_as()
                .map(|public| (public.kind, public.version)),
            public.map(|kind| (kind, 1))
        );
        assert_eq!(hex(&event.encode()), golden, "{kind}");
    }
}

#[test]
fn every_stored_event_reads_back() {
    for (event, kind, _, _) in released() {
        assert_eq!(
            NotificationEvent::decode(kind, 1, &event.encode()),
            Some(event)
        );
        assert_eq!(NotificationEvent::decode(kind, 2, &[]), None);
        assert_eq!(NotificationEvent::decode(kind, 1, b"\xff\xff"), None);
    }
}
