//! The ladder: what is due acts, what was missed is recorded, what failed brings the next one nearer.

use super::place::to_coordinator;
use crate::{
    domain::{Alert, Command, Enquiry, Line, LineEvent},
    wire::stored as s,
};
use proto::schools::v1::{Queue, Rung, RungOutcome};

/// Everything of this line that is due by `now_ms`.
pub(super) fn take_due(line: &Line, now_ms: i64) -> Vec<LineEvent> {
    let rungs = line
        .live_alerts()
        .filter(|alert| alert.waits())
        .flat_map(|alert| due_rungs(line, alert, now_ms));
    rungs.chain(lapsed_enquiries(line, now_ms)).collect()
}

/// Only the latest due time acts; what was due before it is recorded as skipped.
fn due_rungs(line: &Line, alert: &Alert, now_ms: i64) -> Vec<LineEvent> {
    let due: Vec<_> = alert
        .rungs
        .iter()
        .filter(|rung| rung.due_ms <= now_ms && is_uncalled(line, alert, rung))
        .collect();
    let latest = due.iter().map(|rung| rung.due_ms).max();
    due.into_iter()
        .map(|rung| {
            if Some(rung.due_ms) == latest {
                call(&alert.id, rung.rung(), rung.due_ms)
            } else {
                skipped(&alert.id, rung)
            }
        })
        .collect()
}

fn is_uncalled(line: &Line, alert: &Alert, rung: &s::PlannedRung) -> bool {
    line.step(&alert.id, rung.rung(), rung.due_ms).is_none()
}

fn lapsed_enquiries(line: &Line, now_ms: i64) -> Vec<LineEvent> {
    if line.closed.is_some() || line.live_alerts().next().is_some() {
        return Vec::new();
    }
    let lapsed = line
        .enquiries
        .iter()
        .filter(|enquiry| enquiry.open && enquiry.until_ms <= now_ms);
    lapsed
        .flat_map(|enquiry| over_to_coordinator(line, enquiry, now_ms))
        .collect()
}

fn over_to_coordinator(line: &Line, enquiry: &Enquiry, now_ms: i64) -> Vec<LineEvent> {
    let lapsed = LineEvent::EnquiryLapsed(s::EnquiryLapsed {
        enquiry_id: enquiry.id.clone(),
    });
    let placed = to_coordinator(line, Queue::Unsure, enquiry.deadline_ms, now_ms);
    [lapsed].into_iter().chain(placed).collect()
}

/// Records what came of a step. A step that failed brings the next rung nearer.
pub(super) fn conclude(line: &Line, command: &Command) -> Vec<LineEvent> {
    let Command::Conclude {
        subject_id,
        rung,
        due_ms,
        outcome,
        delivered,
        refused,
        next_ms,
        now_ms,
    } = command
    else {
        return Vec::new();
    };
    let under_way = line
        .step(subject_id, *rung, *due_ms)
        .is_some_and(|step| step.outcome.is_none());
    if !under_way {
        return Vec::new();
    }
    let concluded = LineEvent::RungConcluded(s::RungConcluded {
        subject_id: subject_id.clone(),
        rung: (*rung).into(),
        outcome: (*outcome).into(),
        due_ms: *due_ms,
        delivered: *delivered,
        refused: *refused,
        of_alert: line.alert(subject_id).is_some(),
    });
    let mut events = vec![concluded];
    // What was skipped, because somebody had the alert by then, has not failed.
    if !matches!(outcome, RungOutcome::Reached | RungOutcome::Skipped) {
        events.extend(next_rung_sooner(line, subject_id, *next_ms));
        events.extend(unreached_enquiry(line, subject_id, *now_ms));
    }
    events
}

/// A school that cannot be asked does not answer: the coordinator takes over at once.
fn unreached_enquiry(line: &Line, enquiry_id: &str, now_ms: i64) -> Vec<LineEvent> {
    let open = line.enquiry(enquiry_id).filter(|enquiry| enquiry.open);
    match open {
        Some(enquiry) if line.closed.is_none() && line.live_alerts().next().is_none() => {
            over_to_coordinator(line, enquiry, now_ms)
        }
        _ => Vec::new(),
    }
}

fn next_rung_sooner(line: &Line, alert_id: &str, next_ms: i64) -> Option<LineEvent> {
    let alert = line.alert(alert_id).filter(|alert| alert.waits())?;
    let next = alert
        .rungs
        .iter()
        .filter(|rung| is_uncalled(line, alert, rung))
        .min_by_key(|rung| rung.due_ms)?;
    (next.due_ms > next_ms).then(|| {
        LineEvent::RungAdvanced(s::RungAdvanced {
            alert_id: alert.id.clone(),
            rung: next.rung,
            due_ms: next_ms,
        })
    })
}

pub(super) fn call(subject_id: &str, rung: Rung, due_ms: i64) -> LineEvent {
    LineEvent::RungCalled(s::RungCalled {
        subject_id: subject_id.to_owned(),
        rung: rung.into(),
        due_ms,
    })
}

fn skipped(alert_id: &str, rung: &s::PlannedRung) -> LineEvent {
    LineEvent::RungConcluded(s::RungConcluded {
        subject_id: alert_id.to_owned(),
        rung: rung.rung,
        outcome: RungOutcome::Skipped.into(),
        due_ms: rung.due_ms,
        delivered: 0,
        refused: 0,
        of_alert: true,
    })
}
