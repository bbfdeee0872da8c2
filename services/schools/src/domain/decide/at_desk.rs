//! What a coordinator, a council's desk or the officer for hidden locations decides.

use super::{Decision, at_school::current, place::place, place::to_coordinator};
use crate::{
    domain::{Accountable, Command, Line, LineEvent, Refusal},
    wire::stored as s,
};
use proto::schools::v1::Queue;

pub(super) fn resolve(line: &Line, command: &Command) -> Decision {
    let Command::Resolve {
        seen,
        reason,
        by,
        routing,
        now_ms,
    } = command
    else {
        return Ok(Vec::new());
    };
    let Accountable::Desk(..) = line.accountable() else {
        return Err(Refusal::NotAtADesk);
    };
    current(line, *seen)?;
    let mut events: Vec<_> = lapsed(line).collect();
    events.push(LineEvent::Resolved(s::LineResolved {
        reason: (*reason).into(),
        by: Some(by.clone()),
    }));
    events.extend(place(line, routing, false, *now_ms));
    Ok(events)
}

/// Open enquiries are overtaken.
pub(super) fn lapsed(line: &Line) -> impl Iterator<Item = LineEvent> + '_ {
    let open = line.enquiries.iter().filter(|enquiry| enquiry.open);
    open.map(|enquiry| {
        LineEvent::EnquiryLapsed(s::EnquiryLapsed {
            enquiry_id: enquiry.id.clone(),
        })
    })
}

/// A child that waits at a desk moves to the officer at once.
pub(super) fn hide_location(line: &Line) -> Vec<LineEvent> {
    if line.hidden {
        return Vec::new();
    }
    let hidden = LineEvent::LocationHidden(s::LocationHidden {});
    let after = line.clone().evolve(&hidden);
    let mut events = vec![hidden];
    if let Accountable::Desk(_, queue) = line.accountable()
        && queue != Queue::Asked
    {
        // The officer's queue has no deadline of its own: the oldest stands first.
        events.extend(to_coordinator(&after, Queue::Hidden, 0, 0));
    }
    events
}
