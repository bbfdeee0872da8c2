//! Who answers for a child: exactly one state at any moment, whatever was heard in whatever order.
//!
//! From acceptance until the schools service has answered, a child is with the coordinator of its
//! force, queue `in_transit`. After that the last word of the schools service counts. An alert keeps
//! facts rather than a state, so that what comes late or twice does not undo what came before.

use crate::wire::{
    stored::delivery_noted::Heard,
    view::{Alert, Delivery},
};
use proto::police::v1::{Accountable, AlertState};
use proto::schools::v1::{
    AlertClimbed, AlertConfirmed, AlertRaised, AlertReopened, ChildPlaced, ClosedReason, Desk,
    Queue, Rung, RungOutcome,
};

/// The queue of a child that the schools service has not answered for.
pub(crate) const IN_TRANSIT: &str = "in_transit";

// === impl Heard ===

impl Heard {
    /// The notification and the line that it speaks of.
    pub(crate) fn about(&self) -> (&str, &str) {
        match self {
            Self::Placed(m) => (&m.notification_id, &m.line_id),
            Self::Closed(m) => (&m.notification_id, &m.line_id),
            Self::Raised(m) => (&m.notification_id, &m.line_id),
            Self::Confirmed(m) => (&m.notification_id, &m.line_id),
            Self::Reopened(m) => (&m.notification_id, &m.line_id),
            Self::Disowned(m) => (&m.notification_id, &m.line_id),
            Self::Restored(m) => (&m.notification_id, &m.line_id),
            Self::Withdrawn(m) => (&m.notification_id, &m.line_id),
            Self::Climbed(m) => (&m.notification_id, &m.line_id),
            Self::LocationHidden(m) => (&m.notification_id, &m.line_id),
        }
    }
}

// === impl Delivery ===

impl Delivery {
    /// A child whose notification was accepted at this moment, microseconds since 1970 UTC.
    pub(crate) fn accepted(at_us: i64) -> Self {
        let mut new = Self::default();
        new.set(Accountable::WithCoordinator, IN_TRANSIT, at_us);
        new
    }

    /// Takes what the schools service said at this moment.
    pub(crate) fn hear(&mut self, heard: &Heard, at_us: i64) {
        match heard {
            Heard::Placed(placed) => self.place(placed, at_us),
            Heard::Closed(closed) => {
                let reason = closed_reason(closed.reason());
                self.set(Accountable::Closed, reason, at_us);
            }
            Heard::Raised(raised) => self.raise(raised, at_us),
            Heard::Confirmed(confirmed) => self.confirm(confirmed, at_us),
            Heard::Reopened(reopened) => self.reopen(reopened, at_us),
            Heard::Disowned(disowned) => {
                let alert = self.alert(&disowned.alert_id);
                alert.disowned = true;
                alert.misdirected |= disowned.misdirected;
                self.unless_live("not_ours", at_us);
            }
            Heard::Restored(restored) => {
                let alert = self.alert(&restored.alert_id);
                if std::mem::take(&mut alert.disowned) && alert.live() {
                    self.set(Accountable::Routed, "", at_us);
                }
            }
            Heard::Withdrawn(withdrawn) => {
                self.alert(&withdrawn.alert_id).withdrawn = true;
                self.unless_live(IN_TRANSIT, at_us);
            }
            Heard::Climbed(climbed) => self.climb(climbed),
            // It changes what is shown of the line, not who answers for the child.
            Heard::LocationHidden(_) => {}
        }
    }

    fn place(&mut self, placed: &ChildPlaced, at_us: i64) {
        let queue = queue(placed.queue());
        match placed.desk() {
            Desk::Council => self.set(Accountable::WithCouncilDesk, queue, at_us),
            Desk::Coordinator | Desk::Unspecified => {
                self.set(Accountable::WithCoordinator, queue, at_us);
            }
        }
    }

    fn raise(&mut self, raised: &AlertRaised, at_us: i64) {
        let alert = self.alert(&raised.alert_id);
        if alert.raised_at_us != 0 {
            return;
        }
        alert.raised_at_us = at_us;
        alert.school.clone_from(&raised.school);
        alert.late_on_arrival = raised.late_on_arrival;
        if alert.reopened_version == 0 {
            alert.deadline_ms = raised.deadline_ms;
        }
        if alert.live() {
            self.set(Accountable::Routed, "", at_us);
        }
    }

    fn confirm(&mut self, confirmed: &AlertConfirmed, at_us: i64) {
        let alert = self.alert(&confirmed.alert_id);
        if alert.confirmed_version < confirmed.version.max(1) {
            alert.confirmed_version = confirmed.version.max(1);
            alert.confirmed_by.clone_from(&confirmed.by);
            alert.confirmed_at_us = at_us;
        }
    }

    fn reopen(&mut self, reopened: &AlertReopened, at_us: i64) {
        let alert = self.alert(&reopened.alert_id);
        if alert.reopened_version >= reopened.version {
            return;
        }
        alert.reopened_version = reopened.version;
        alert.deadline_ms = reopened.deadline_ms;
        if alert.live() {
            self.set(Accountable::Routed, "", at_us);
        }
    }

    fn climb(&mut self, climbed: &AlertClimbed) {
        let alert = self.alert(&climbed.alert_id);
        let taken = climbed.outcome() != RungOutcome::Skipped;
        if taken && height(climbed.rung()) > height(alert.rung()) {
            alert.rung = climbed.rung;
        }
    }

    /// The alert of this id; one that was not heard of before is heard of now.
    fn alert(&mut self, id: &str) -> &mut Alert {
        let at = self.alerts.iter().position(|alert| alert.alert_id == id);
        let at = at.unwrap_or(self.alerts.len());
        if at == self.alerts.len() {
            self.alerts.push(Alert {
                alert_id: id.to_owned(),
                ..Alert::default()
            });
        }
        &mut self.alerts[at]
    }

    /// A routed child whose last alert went is with the coordinator again.
    fn unless_live(&mut self, queue: &str, at_us: i64) {
        let routed = self.accountable() == Accountable::Routed;
        if routed && !self.alerts.iter().any(Alert::live) {
            self.set(Accountable::WithCoordinator, queue, at_us);
        }
    }

    fn set(&mut self, accountable: Accountable, detail: &str, at_us: i64) {
        if self.accountable() != accountable || self.detail != detail {
            self.since_us = at_us;
        }
        self.set_accountable(accountable);
        detail.clone_into(&mut self.detail);
    }
}

// === impl Alert ===

impl Alert {
    /// Whether a school has it in its inbox.
    fn live(&self) -> bool {
        self.raised_at_us != 0 && !self.disowned && !self.withdrawn
    }

    /// How it stands, from what is known of it.
    pub(crate) fn state(&self) -> AlertState {
        if self.withdrawn {
            AlertState::Withdrawn
        } else if self.disowned {
            AlertState::NotOurs
        } else if self.reopened_version > self.confirmed_version {
            AlertState::Reopened
        } else if self.confirmed_version > 0 {
            AlertState::Confirmed
        } else {
            AlertState::Unconfirmed
        }
    }
}

/// The contract's word for a queue.
fn queue(queue: Queue) -> &'static str {
    match queue {
        Queue::Asked => "asked",
        Queue::Unsure => "unsure",
        Queue::Unspecified | Queue::Unmatched => "unmatched",
        Queue::NotOurs => "not_ours",
        Queue::Hidden => "hidden",
        Queue::NoSchool => "no_school",
        Queue::Successor => "successor",
    }
}

fn closed_reason(reason: ClosedReason) -> &'static str {
    match reason {
        ClosedReason::Unspecified => "closed",
        ClosedReason::Withdrawn => "withdrawn",
        ClosedReason::NotAChildInScope => "not_a_child_in_scope",
        ClosedReason::ToldAnotherWay => "told_another_way",
        ClosedReason::Duplicate => "duplicate",
    }
}

/// The contract's word for a rung; empty where none was taken.
pub(crate) fn rung(rung: Rung) -> &'static str {
    match rung {
        Rung::Unspecified => "",
        Rung::Telling => "telling",
        Rung::KeyAdults => "key_adults",
        Rung::HolidayContact => "holiday_contact",
        Rung::Head => "head",
        Rung::DutyDesk => "duty_desk",
    }
}

fn height(rung: Rung) -> u8 {
    match rung {
        Rung::Unspecified => 0,
        Rung::Telling => 1,
        Rung::KeyAdults => 2,
        Rung::HolidayContact => 3,
        Rung::Head => 4,
        Rung::DutyDesk => 5,
    }
}

#[cfg(test)]
mod tests;
