//! Rows, in order and out of order.

use super::*;
use crate::domain::samples::{ID, child, line_id, noted, sample, sealed};
use crate::wire::stored::{self, delivery_noted::Heard};
use proptest::prelude::*;
use proto::police::v1 as public;
use proto::schools::v1::{AlertRaised, ChildClosed};

fn envelope(position: u64) -> Envelope {
    Envelope {
        position,
        recorded_at_us: 1_000,
        occurred_at_us: 2_000,
    }
}

fn after(events: &[NotificationEvent]) -> Option<Standing> {
    let numbered = events.iter().zip(1..);
    numbered.fold(None, |row, (event, position)| {
        project(row, event, envelope(position))
    })
}

fn corrected(line: u32, owner: &str) -> NotificationEvent {
    let (mut child, kept) = child(line, "mended", false);
    child.owner_force = owner.into();
    child.hidden_location = true;
    NotificationEvent::Corrected(stored::NotificationCorrected {
        public: Some(public::NotificationCorrected {
            notification_id: ID.into(),
            version: 2,
            children: vec![child],
            ..public::NotificationCorrected::default()
        }),
        lines: vec![kept],
        ..stored::NotificationCorrected::default()
    })
}

fn withdrawn(lines: &[u32]) -> NotificationEvent {
    NotificationEvent::Withdrawn(stored::NotificationWithdrawn {
        public: Some(public::NotificationWithdrawn {
            line_ids: lines.iter().map(|line| line_id(*line)).collect(),
            ..public::NotificationWithdrawn::default()
        }),
    })
}

fn released(line: u32) -> NotificationEvent {
    NotificationEvent::TextReleased(stored::TextReleased {
        public: Some(public::TextReleased {
            line_id: line_id(line),
            content: Some(sealed("text")),
            ..public::TextReleased::default()
        }),
        edited: false,
    })
}

fn raised(line: u32) -> NotificationEvent {
    noted(Heard::Raised(AlertRaised {
        alert_id: "alert".into(),
        line_id: line_id(line),
        ..AlertRaised::default()
    }))
}

fn closed(line: u32) -> NotificationEvent {
    noted(Heard::Closed(ChildClosed {
        line_id: line_id(line),
        ..ChildClosed::default()
    }))
}

#[test]
fn an_accepted_notification_stands_with_every_child_in_transit() {
    let row = after(&[sample()]).unwrap();
    assert_eq!(
        (row.version, row.accepted_position, row.changed_position),
        (1, 1, 1)
    );
    assert_eq!(row.lines.len(), 2);
    for line in &row.lines {
        assert_eq!(
            line.standing(),
            (Accountable::WithCoordinator, "in_transit", 1_000)
        );
    }
    assert_eq!(row.states_of("43"), bit(Accountable::WithCoordinator));
}

#[test]
fn the_force_where_a_child_lives_sees_that_child_and_no_other() {
    let row = after(&[sample(), corrected(1, "44")]).unwrap();
    assert_eq!(row.forces(), ["43", "44"]);
    assert_eq!(row.lines_of("43").count(), 2);
    let seen: Vec<_> = row.lines_of("44").map(|line| line.line).collect();
    assert_eq!(seen, [1]);
    assert_eq!(row.lines_of("45").count(), 0);
}

#[test]
fn a_correction_keeps_where_the_child_stands() {
    let row = after(&[sample(), raised(1), corrected(1, "43")]).unwrap();
    assert_eq!(row.version, 2);
    assert!(row.lines[0].hidden_location);
    assert_eq!(row.lines[0].standing().0, Accountable::Routed);
}

#[test]
fn a_withdrawn_child_stands_where_it_was_until_the_schools_service_has_answered() {
    let mut events = vec![sample(), raised(1), withdrawn(&[1])];
    let row = after(&events).unwrap();
    assert!(row.lines[0].withdrawn && !row.lines[1].withdrawn);
    assert_eq!(row.lines[0].standing().0, Accountable::Routed);
    events.push(closed(1));
    assert_eq!(
        after(&events).unwrap().lines[0].standing().0,
        Accountable::Closed
    );
}

#[test]
fn released_text_is_held_no_more() {
    let row = after(&[sample(), released(2)]).unwrap();
    assert!(row.lines.iter().all(|line| !line.text_held));
}

fn any_event() -> impl Strategy<Value = NotificationEvent> {
    prop_oneof![
        Just(sample()),
        (1..5u32).prop_map(|line| corrected(line, "44")),
        proptest::collection::vec(1..5u32, 0..3).prop_map(|lines| withdrawn(&lines)),
        (1..5u32).prop_map(released),
        (1..5u32).prop_map(raised),
        (1..5u32).prop_map(closed),
        Just(NotificationEvent::Received(
            stored::NotificationReceived::default()
        )),
        Just(NotificationEvent::Corrected(
            stored::NotificationCorrected::default()
        )),
        Just(NotificationEvent::DeliveryNoted(
            stored::DeliveryNoted::default()
        )),
    ]
}

proptest! {
    #[test]
    fn rows_and_rules_survive_any_order_and_repetition(
        events in proptest::collection::vec(any_event(), 0..30),
    ) {
        let state = crate::domain::samples::given(&events);
        let row = after(&events);
        prop_assert_eq!(row.is_some(), state.accepted.is_some());
        for line in row.iter().flat_map(|row| &row.lines) {
            prop_assert_ne!(line.standing().0, Accountable::Unspecified);
        }
        if let Some(row) = row {
            prop_assert!((1..=30).contains(&row.changed_position));
            prop_assert!(row.forces().iter().all(|force| row.states_of(force) != 0));
        }
    }
}
