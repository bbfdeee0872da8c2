//! Turns a routing into events, so that somebody always answers for the child.

use super::ladder::call;
use crate::{
    domain::{AlertPlan, EnquiryPlan, Line, LineEvent, Placement, Routing},
    wire::stored as s,
};
use proto::schools::v1::{Desk, Queue, Rung};

/// Events that put the child where `routing` says, given that `still_held` alerts stay with schools.
pub(super) fn place(
    line: &Line,
    routing: &Routing,
    still_held: bool,
    now_ms: i64,
) -> Vec<LineEvent> {
    let mut events = reasons(line, routing, now_ms);
    let raise = routing
        .raise
        .iter()
        .filter(|plan| line.alert(&plan.alert_id).is_none());
    let mut raised_any = false;
    for (index, plan) in raise.enumerate() {
        raised_any = true;
        let attempt = u32::try_from(line.alerts.len() + index + 1).unwrap_or(u32::MAX);
        events.push(raised(plan, attempt));
        events.push(call(&plan.alert_id, Rung::Telling, now_ms));
    }
    if !raised_any && !still_held {
        events.extend(otherwise(line, routing.otherwise.as_ref(), now_ms));
    }
    events
}

fn reasons(line: &Line, routing: &Routing, now_ms: i64) -> Vec<LineEvent> {
    let matched = routing.matched.clone().map(LineEvent::Matched);
    let referred = refer(line, routing, now_ms).into_iter().flatten();
    matched.into_iter().chain(referred).collect()
}

/// The council's designated officer is told of a position of trust at once, and once for the line.
fn refer(line: &Line, routing: &Routing, now_ms: i64) -> Option<[LineEvent; 2]> {
    let area = routing.position_of_trust.clone();
    let area = area.filter(|_| line.position_of_trust.is_none())?;
    let flagged = s::LinePositionOfTrustFlagged { area: Some(area) };
    Some([
        LineEvent::PositionOfTrust(flagged),
        call(&line.referral_id(), Rung::Telling, now_ms),
    ])
}

// === impl Line ===

impl Line {
    /// Subject of the step that tells the council's designated officer: apart from what a desk is
    /// told of the line.
    pub fn referral_id(&self) -> String {
        format!("{}.referral", self.line_id)
    }
}

fn raised(plan: &AlertPlan, attempt: u32) -> LineEvent {
    LineEvent::AlertRaised(s::LineAlertRaised {
        alert_id: plan.alert_id.clone(),
        attempt,
        school: Some(plan.school.clone()),
        area: plan.area.clone(),
        school_type: plan.school_type.into(),
        deadline: Some(plan.deadline.clone()),
        rungs: plan.rungs.clone(),
    })
}

/// Without a plan a coordinator answers: no child is ever left without somebody.
fn otherwise(line: &Line, placement: Option<&Placement>, now_ms: i64) -> Vec<LineEvent> {
    match placement {
        Some(Placement::Ask(plan)) => ask(plan, now_ms),
        Some(Placement::Close(reason)) => vec![LineEvent::Closed(s::LineClosed {
            reason: (*reason).into(),
        })],
        Some(Placement::Desk {
            desk,
            queue,
            area,
            deadline_ms,
        }) => {
            let queue = queue_for(line, *desk, *queue);
            let placed = s::LinePlaced {
                desk: (*desk).into(),
                queue: queue.into(),
                area: area.clone(),
                deadline_ms: *deadline_ms,
            };
            at_desk(line, placed, now_ms)
        }
        None => to_coordinator(line, Queue::Unmatched, now_ms, now_ms),
    }
}

/// The child waits with a coordinator, or with the officer for hidden locations.
pub(super) fn to_coordinator(
    line: &Line,
    queue: Queue,
    deadline_ms: i64,
    now_ms: i64,
) -> Vec<LineEvent> {
    let placed = s::LinePlaced {
        desk: Desk::Coordinator.into(),
        queue: queue_for(line, Desk::Coordinator, queue).into(),
        area: None,
        deadline_ms,
    };
    at_desk(line, placed, now_ms)
}

fn at_desk(line: &Line, placed: s::LinePlaced, now_ms: i64) -> Vec<LineEvent> {
    vec![
        LineEvent::Placed(placed),
        call(&line.line_id, Rung::Telling, now_ms),
    ]
}

/// A hidden child is nobody's to see but the officer's.
fn queue_for(line: &Line, desk: Desk, queue: Queue) -> Queue {
    if line.hidden && desk == Desk::Coordinator {
        Queue::Hidden
    } else {
        queue
    }
}

fn ask(plan: &EnquiryPlan, now_ms: i64) -> Vec<LineEvent> {
    vec![
        LineEvent::EnquiryRaised(s::EnquiryRaised {
            enquiry_id: plan.enquiry_id.clone(),
            school: Some(plan.school.clone()),
            until_ms: plan.until_ms,
            deadline_ms: plan.deadline_ms,
        }),
        call(&plan.enquiry_id, Rung::Telling, now_ms),
    ]
}
