//! What comes from the police service: a line, a correction, released text, a withdrawal.

use super::place::place;
use crate::{
    domain::{Accountable, Alert, AlertPlan, Command, Line, LineEvent, Routing},
    wire::stored as s,
};
use proto::{schools::v1::ClosedReason, schools::v1::Rung, sealing::Sealed};

/// A line is taken in once; the same line again changes nothing.
pub(super) fn receive(
    line: &Line,
    received: &s::LineReceived,
    routing: &Routing,
    now_ms: i64,
) -> Vec<LineEvent> {
    if line.is_known() {
        return Vec::new();
    }
    let received = LineEvent::Received(received.clone());
    let arrived = line.clone().evolve(&received);
    let mut events = vec![received];
    events.extend(place(&arrived, routing, false, now_ms));
    events
}

pub(super) fn correct(line: &Line, command: &Command) -> Vec<LineEvent> {
    let Command::Correct {
        version,
        shared,
        child,
        material,
        routing,
        now_ms,
    } = command
    else {
        return Vec::new();
    };
    if *version <= line.version {
        return Vec::new();
    }
    let corrected = LineEvent::Corrected(s::LineCorrected {
        version: *version,
        shared: shared.clone(),
        child: child.clone(),
        material: *material,
    });
    let after = line.clone().evolve(&corrected);
    let mut events = vec![corrected];
    if *material && !matches!(line.accountable(), Accountable::Closed(_)) {
        events.extend(reroute(&after, routing, *now_ms));
    }
    events
}

/// Schools that stand are asked to confirm again; the others' copies are taken back.
fn reroute(line: &Line, routing: &Routing, now_ms: i64) -> Vec<LineEvent> {
    let mut events = Vec::new();
    let mut still_held = false;
    for alert in line.live_alerts() {
        match routing.keep.iter().find(|plan| plan.alert_id == alert.id) {
            Some(plan) => {
                still_held = true;
                events.extend(ask_again(line, alert, plan, now_ms));
            }
            None => events.push(withdrawn(alert)),
        }
    }
    events.extend(place(line, routing, still_held, now_ms));
    events
}

fn ask_again(line: &Line, alert: &Alert, plan: &AlertPlan, now_ms: i64) -> Vec<LineEvent> {
    let telling = super::ladder::call(&alert.id, Rung::Telling, now_ms);
    if alert.waits() {
        return vec![telling];
    }
    let reopened = LineEvent::AlertReopened(s::LineAlertReopened {
        alert_id: alert.id.clone(),
        version: line.version,
        deadline: Some(plan.deadline.clone()),
        rungs: plan.rungs.clone(),
    });
    vec![reopened, telling]
}

pub(super) fn release_text(line: &Line, content: &Sealed) -> Vec<LineEvent> {
    if line.child.content.as_ref() == Some(content) {
        return Vec::new();
    }
    vec![LineEvent::TextReleased(s::LineTextReleased {
        content: Some(content.clone()),
    })]
}

pub(super) fn withdraw(line: &Line) -> Vec<LineEvent> {
    if line.closed.is_some() {
        return Vec::new();
    }
    let mut events: Vec<_> = line.live_alerts().map(withdrawn).collect();
    events.push(LineEvent::Closed(s::LineClosed {
        reason: ClosedReason::Withdrawn.into(),
    }));
    events
}

fn withdrawn(alert: &Alert) -> LineEvent {
    LineEvent::AlertWithdrawn(s::LineAlertWithdrawn {
        alert_id: alert.id.clone(),
    })
}
