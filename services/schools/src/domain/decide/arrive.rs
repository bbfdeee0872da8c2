//! What comes from the police service: a line, a correction, released text, a withdrawal.

use super::{at_desk::lapsed, ladder::call, place::place};
use crate::{
    domain::{Alert, AlertPlan, Command, Line, LineEvent, Routing},
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
    // What a desk closed was closed for what the line said then; what was withdrawn is over.
    let withdrawn = line.closed == Some(ClosedReason::Withdrawn);
    if *material && !withdrawn {
        events.extend(reroute(&after, routing, *now_ms));
    }
    events
}

/// Schools that stand are asked to confirm again; the others' copies are taken back.
fn reroute(line: &Line, routing: &Routing, now_ms: i64) -> Vec<LineEvent> {
    // Whoever was asked was asked about what the line said before.
    let mut events: Vec<_> = lapsed(line).collect();
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
    let telling = call(&alert.id, Rung::Telling, now_ms);
    if alert.waits() {
        return sooner(line, alert, plan).chain([telling]).collect();
    }
    let reopened = LineEvent::AlertReopened(s::LineAlertReopened {
        alert_id: alert.id.clone(),
        version: line.version,
        deadline: Some(plan.deadline.clone()),
        rungs: plan.rungs.clone(),
    });
    vec![reopened, telling]
}

/// Rungs that the correction brings nearer, as when somebody may now try to collect the child.
fn sooner<'a>(
    line: &'a Line,
    alert: &'a Alert,
    plan: &'a AlertPlan,
) -> impl Iterator<Item = LineEvent> + 'a {
    let uncalled =
        |rung: &&s::PlannedRung| line.step(&alert.id, rung.rung(), rung.due_ms).is_none();
    alert.rungs.iter().filter(uncalled).filter_map(|rung| {
        let planned = plan
            .rungs
            .iter()
            .find(|planned| planned.rung == rung.rung)?;
        (planned.due_ms < rung.due_ms).then(|| {
            LineEvent::RungAdvanced(s::RungAdvanced {
                alert_id: alert.id.clone(),
                rung: rung.rung,
                due_ms: planned.due_ms,
            })
        })
    })
}

/// Text that was held may say what somebody must know before they act: all confirm again.
pub(super) fn release_text(
    line: &Line,
    version: u32,
    content: &Sealed,
    routing: &Routing,
    now_ms: i64,
) -> Vec<LineEvent> {
    if version <= line.version {
        return Vec::new();
    }
    let released = LineEvent::TextReleased(s::LineTextReleased {
        content: Some(content.clone()),
        version,
    });
    let after = line.clone().evolve(&released);
    let again = after.live_alerts().filter_map(|alert| {
        let plan = routing.keep.iter().find(|plan| plan.alert_id == alert.id)?;
        Some(ask_again(&after, alert, plan, now_ms))
    });
    let again: Vec<_> = again.flatten().collect();
    [released].into_iter().chain(again).collect()
}

/// Also of what a desk closed, which a later correction would else bring back.
pub(super) fn withdraw(line: &Line) -> Vec<LineEvent> {
    if line.closed == Some(ClosedReason::Withdrawn) {
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
