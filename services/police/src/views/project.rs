//! Takes one event into a row. Total: any order and repetition of events gives a row.

use crate::{
    domain::{NotificationEvent, delivery::IN_TRANSIT},
    wire::{
        stored::{DeliveryNoted, NotificationReceived, delivery_noted::Heard},
        view::{Delivery, Line, Standing},
    },
};
use proto::police::v1::{Accountable, NotificationCorrected, SealedChild};

/// What a row needs of an event's envelope.
#[derive(Clone, Copy)]
pub(crate) struct Envelope {
    /// Where the event stands in the journal.
    pub(crate) position: u64,
    /// When our clock saw it, microseconds since 1970 UTC.
    pub(crate) recorded_at_us: i64,
    /// When the sender's clock saw it, microseconds since 1970 UTC.
    pub(crate) occurred_at_us: i64,
}

/// The row after `event`; none while nothing was accepted.
pub(crate) fn project(
    row: Option<Standing>,
    event: &NotificationEvent,
    envelope: Envelope,
) -> Option<Standing> {
    let mut row = match (row, event) {
        (Some(row), _) => row,
        (None, NotificationEvent::Received(received)) => accepted(received, envelope)?,
        (None, _) => return None,
    };
    match event {
        NotificationEvent::Received(_) => {}
        NotificationEvent::Corrected(corrected) => {
            if let Some(public) = &corrected.public {
                correct(&mut row, public, envelope);
            }
        }
        NotificationEvent::Withdrawn(withdrawn) => {
            let ids = withdrawn.public.as_ref().map(|public| &public.line_ids);
            for line in &mut row.lines {
                line.withdrawn |=
                    ids.is_some_and(|ids| ids.is_empty() || ids.contains(&line.line_id));
            }
        }
        NotificationEvent::TextReleased(released) => {
            let id = released.public.as_ref().map(|public| &public.line_id);
            for line in row
                .lines
                .iter_mut()
                .filter(|line| Some(&line.line_id) == id)
            {
                line.text_held = false;
            }
            let version = released.public.as_ref().map(|public| public.version);
            row.version = row.version.max(version.unwrap_or_default());
        }
        NotificationEvent::DeliveryNoted(noted) => hear(&mut row, noted, envelope),
    }
    row.changed_position = row.changed_position.max(envelope.position);
    Some(row)
}

fn accepted(received: &NotificationReceived, envelope: Envelope) -> Option<Standing> {
    let sealed = received.notification.as_ref()?;
    Some(Standing {
        notification_id: received.notification_id.clone(),
        force: sealed.force.clone(),
        version: 1,
        accepted_at_us: envelope.recorded_at_us,
        accepted_position: envelope.position,
        changed_position: envelope.position,
        identity: sealed
            .shared
            .as_ref()
            .and_then(|shared| shared.identity.clone()),
        lines: sealed
            .children
            .iter()
            .map(|child| line(child, envelope))
            .collect(),
    })
}

fn line(child: &SealedChild, envelope: Envelope) -> Line {
    Line {
        line: child.line,
        line_id: child.line_id.clone(),
        owner_force: child.owner_force.clone(),
        hidden_location: child.hidden_location,
        text_held: child.text_held,
        withdrawn: false,
        delivery: Some(Delivery::accepted(envelope.recorded_at_us)),
    }
}

fn correct(row: &mut Standing, corrected: &NotificationCorrected, envelope: Envelope) {
    row.version = row.version.max(corrected.version);
    if let Some(shared) = &corrected.shared {
        row.identity.clone_from(&shared.identity);
    }
    for child in &corrected.children {
        let known = row
            .lines
            .iter_mut()
            .find(|line| line.line_id == child.line_id);
        if let Some(line) = known {
            line.owner_force.clone_from(&child.owner_force);
            line.hidden_location |= child.hidden_location;
            line.text_held = child.text_held;
        } else {
            row.lines.push(line(child, envelope));
        }
    }
    row.lines.sort_by_key(|line| line.line);
}

fn hear(row: &mut Standing, noted: &DeliveryNoted, envelope: Envelope) {
    let Some(heard) = &noted.heard else {
        return;
    };
    let (_, line_id) = heard.about();
    let hides = matches!(heard, Heard::LocationHidden(_));
    for line in row.lines.iter_mut().filter(|line| line.line_id == line_id) {
        let delivery = line
            .delivery
            .get_or_insert_with(|| Delivery::accepted(envelope.recorded_at_us));
        delivery.hear(heard, envelope.occurred_at_us);
        line.hidden_location |= hides;
    }
}

// === impl Standing ===

impl Standing {
    /// The forces that see it: the submitting one, and those where its children live.
    pub(crate) fn forces(&self) -> Vec<&str> {
        let mut forces = vec![self.force.as_str()];
        forces.extend(self.lines.iter().map(|line| line.owner_force.as_str()));
        forces.sort_unstable();
        forces.dedup();
        forces
    }

    /// The lines that `force` sees: all of its own notification, else those it answers for.
    pub(crate) fn lines_of(&self, force: &str) -> impl Iterator<Item = &Line> {
        let all = self.force == force;
        self.lines
            .iter()
            .filter(move |line| all || line.owner_force == force)
    }

    /// A bit for each state that a line of `force` is in.
    pub(crate) fn states_of(&self, force: &str) -> u32 {
        let states = self.lines_of(force).map(|line| bit(line.standing().0));
        states.fold(0, |all, bit| all | bit)
    }
}

// === impl Line ===

impl Line {
    /// Who answers for the child, the detail, and since when.
    pub(crate) fn standing(&self) -> (Accountable, &str, i64) {
        match &self.delivery {
            Some(delivery) => (delivery.accountable(), &delivery.detail, delivery.since_us),
            None => (Accountable::WithCoordinator, IN_TRANSIT, 0),
        }
    }
}

/// The bit of one state.
pub(crate) fn bit(accountable: Accountable) -> u32 {
    match accountable {
        Accountable::Unspecified => 0,
        Accountable::Routed => 1,
        Accountable::WithCoordinator => 2,
        Accountable::WithCouncilDesk => 4,
        Accountable::Closed => 8,
    }
}

#[cfg(test)]
mod tests;
