//! One of each of the stored events, as in `testdata/stored-events.txt`.

use crate::{are_written_as, read_back_from};
use proto::{
    police::v1::{SealedChild, SealedShared},
    schools::v1::{ClosedReason, Desk, Queue, ResolveReason, Rung, RungOutcome, SchoolType},
    sealing::{FieldClass, Sealed, Suite},
};
use schools::{domain::LineEvent as E, wire::stored as s};

const GOLDEN: &str = include_str!("../../testdata/stored-events.txt");

#[expect(
    clippy::unnecessary_wraps,
    reason = "as the fields of messages take it"
)]
fn sealed(mark: u8) -> Option<Sealed> {
    Some(Sealed {
        key_id: format!("l.{mark:032x}"),
        class: FieldClass::Identity.into(),
        suite: Suite::Aes256Gcm.into(),
        nonce: vec![mark; 12],
        ciphertext: vec![mark; 20],
    })
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "as the fields of messages take it"
)]
fn shared() -> Option<SealedShared> {
    Some(SealedShared {
        incident_date: "2026-11-20".to_owned(),
        incident_hour: 23,
        urgent: true,
        risk_grade: 2,
        risk_tool: 1,
        referral_sent: true,
        previous_incidents: 3,
        identity: sealed(1),
        content: sealed(2),
        times: sealed(3),
    })
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "as the fields of messages take it"
)]
fn child() -> Option<SealedChild> {
    Some(SealedChild {
        line_id: "0a".repeat(16),
        line: 2,
        owner_force: "43".to_owned(),
        hidden_location: true,
        text_held: true,
        identity: sealed(4),
        content: sealed(5),
        area: sealed(6),
    })
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "as the fields of messages take it"
)]
fn deadline() -> Option<s::Deadline> {
    Some(s::Deadline {
        at_ms: 1_795_250_000_000,
        rule: "next_bell".to_owned(),
        bell_ms: Some(1_795_250_000_000),
        closing_ms: Some(1_795_273_000_000),
        calendar: "council".to_owned(),
        calendar_version: "0b".repeat(16),
        late_on_arrival: true,
    })
}

fn rungs() -> Vec<s::PlannedRung> {
    vec![s::PlannedRung {
        rung: Rung::Head.into(),
        due_ms: 1_795_248_000_000,
    }]
}

fn weights() -> Vec<s::CandidateWeights> {
    vec![s::CandidateWeights {
        total: 26.5,
        fields: vec![s::FieldVerdict {
            field: "surname".to_owned(),
            agreement: "exact".to_owned(),
            weight: 8.0,
        }],
    }]
}

/// One of each, with every field set.
#[expect(
    clippy::too_many_lines,
    reason = "one of each kind of event, none left out"
)]
fn samples() -> Vec<E> {
    let alert_id = "0c".repeat(16);
    let enquiry_id = "0d".repeat(16);
    vec![
        E::Received(s::LineReceived {
            line_id: "0a".repeat(16),
            notification_id: "0e".repeat(16),
            force: "43".to_owned(),
            shared: shared(),
            child: child(),
            version: 1,
        }),
        E::Corrected(s::LineCorrected {
            version: 2,
            shared: shared(),
            child: child(),
            material: true,
        }),
        E::TextReleased(s::LineTextReleased {
            content: sealed(7),
            version: 3,
        }),
        E::Matched(s::MatchDecided {
            identity: s::Identity::Sure.into(),
            enrolment: s::Enrolment::Current.into(),
            weights: weights(),
            candidates: sealed(8),
            sure_at: 24.0,
            candidate_at: 8.0,
            margin: 6.0,
            model_version: "fixed-1".to_owned(),
            personal_at: 10.0,
            twin_at: 8.0,
        }),
        E::AlertRaised(s::LineAlertRaised {
            alert_id: alert_id.clone(),
            attempt: 1,
            school: sealed(9),
            area: sealed(10),
            school_type: SchoolType::Primary.into(),
            deadline: deadline(),
            rungs: rungs(),
        }),
        E::AlertOpened(s::LineAlertOpened {
            alert_id: alert_id.clone(),
            by: sealed(11),
        }),
        E::AlertConfirmed(s::LineAlertConfirmed {
            alert_id: alert_id.clone(),
            by: sealed(11),
            version: 2,
            minutes_before_deadline: -3,
        }),
        E::AlertPassed(s::LineAlertPassed {
            alert_id: alert_id.clone(),
            by: sealed(11),
            to: sealed(12),
        }),
        E::AlertDisowned(s::LineAlertDisowned {
            alert_id: alert_id.clone(),
            by: sealed(11),
            left: true,
            misdirected: true,
            restorable_until_ms: 1_795_336_400_000,
        }),
        E::AlertRestored(s::LineAlertRestored {
            alert_id: alert_id.clone(),
            by: sealed(11),
        }),
        E::AlertReopened(s::LineAlertReopened {
            alert_id: alert_id.clone(),
            version: 2,
            deadline: deadline(),
            rungs: rungs(),
        }),
        E::AlertWithdrawn(s::LineAlertWithdrawn {
            alert_id: alert_id.clone(),
        }),
        E::EnquiryRaised(s::EnquiryRaised {
            enquiry_id: enquiry_id.clone(),
            school: sealed(9),
            until_ms: 1_795_246_400_000,
            deadline_ms: 1_795_250_000_000,
        }),
        E::EnquiryAnswered(s::EnquiryAnswered {
            enquiry_id: enquiry_id.clone(),
            on_roll: true,
            by: sealed(11),
        }),
        E::EnquiryLapsed(s::EnquiryLapsed { enquiry_id }),
        E::Placed(s::LinePlaced {
            desk: Desk::Council.into(),
            queue: Queue::NoSchool.into(),
            area: sealed(10),
            deadline_ms: 1_795_250_000_000,
        }),
        E::Resolved(s::LineResolved {
            reason: ResolveReason::HomeEducated.into(),
            by: sealed(11),
        }),
        E::Closed(s::LineClosed {
            reason: ClosedReason::Withdrawn.into(),
        }),
        E::LocationHidden(s::LocationHidden {}),
        E::RungCalled(s::RungCalled {
            subject_id: alert_id.clone(),
            rung: Rung::Head.into(),
            due_ms: 1_795_248_000_000,
        }),
        E::RungConcluded(s::RungConcluded {
            subject_id: alert_id.clone(),
            rung: Rung::Head.into(),
            outcome: RungOutcome::Reached.into(),
            due_ms: 1_795_248_000_000,
            delivered: 2,
            refused: 1,
            of_alert: true,
        }),
        E::RungAdvanced(s::RungAdvanced {
            alert_id,
            rung: Rung::DutyDesk.into(),
            due_ms: 1_795_248_000_000,
        }),
        E::PositionOfTrust(s::LinePositionOfTrustFlagged { area: sealed(10) }),
    ]
}

#[test]
fn every_stored_event_is_written_as_it_always_was() {
    are_written_as(&samples(), GOLDEN);
}

#[test]
fn every_stored_event_reads_back_as_it_always_did() {
    read_back_from(&samples(), GOLDEN);
}
