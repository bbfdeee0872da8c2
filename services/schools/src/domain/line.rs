//! One child line as it stands: the fold of its events. Total: no order of events breaks it.

use super::LineEvent;
use crate::wire::stored as s;
use proto::{
    police::v1::{SealedChild, SealedShared},
    schools::v1::{ClosedReason, Desk, Queue, Rung, RungOutcome},
    sealing::Sealed,
};

/// A child line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Opaque id; empty before the line arrived.
    pub line_id: String,
    /// The notification it belongs to.
    pub notification_id: String,
    /// The submitting force.
    pub force: String,
    /// What concerns all children of the notification.
    pub shared: SealedShared,
    /// The child, as last corrected.
    pub child: SealedChild,
    /// Version of the notification that this line shows, from 1.
    pub version: u32,
    /// The version whose change nobody may act without having seen, at most `version`.
    pub material_version: u32,
    /// Alerts, in the order in which they were raised.
    pub alerts: Vec<Alert>,
    /// Enquiries, in the order in which they were raised.
    pub enquiries: Vec<Enquiry>,
    /// Telling and rungs that were called.
    pub steps: Vec<Step>,
    /// The desk that answers where no school does.
    pub desk: Option<(Desk, Queue)>,
    /// `CouncilRef` of the council desk, where one answers.
    pub desk_area: Option<Sealed>,
    /// Why nobody needs to act any more.
    pub closed: Option<ClosedReason>,
    /// Where the child is at school is withheld.
    pub hidden: bool,
    /// The last match, for whoever looks.
    pub candidates: Option<Sealed>,
    /// `CouncilRef` of the council whose designated officer a position of trust was referred to.
    pub position_of_trust: Option<Sealed>,
}

/// Who answers for the child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accountable {
    /// The line has not arrived.
    Nobody,
    /// A school: a deadline and a next step.
    School,
    /// A desk and its queue.
    Desk(Desk, Queue),
    /// Closed with a reason.
    Closed(ClosedReason),
}

/// One school's copy.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Opaque id.
    pub id: String,
    /// `SchoolRef`.
    pub school: Sealed,
    /// Where it stands.
    pub status: AlertStatus,
    /// When it must be confirmed.
    pub deadline: s::Deadline,
    /// The ladder.
    pub rungs: Vec<s::PlannedRung>,
    /// Somebody saw its content as it stands now.
    pub opened: bool,
    /// Somebody saw its content at some time.
    pub ever_opened: bool,
    /// Somebody confirmed it at some time.
    pub ever_confirmed: bool,
}

/// Where an alert stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertStatus {
    /// Waits for a named person.
    Unconfirmed,
    /// A named person has it in hand.
    Confirmed,
    /// Corrected after confirmation; waits again.
    Reopened,
    /// "Not ours"; can be restored until this time, milliseconds since 1970 UTC.
    NotOurs {
        /// Last moment for a restore.
        until_ms: i64,
        /// Whether it had been confirmed.
        was_confirmed: bool,
    },
    /// Taken back.
    Withdrawn,
}

/// A question to a likely school.
#[derive(Clone, Debug, PartialEq)]
pub struct Enquiry {
    /// Opaque id.
    pub id: String,
    /// `SchoolRef`.
    pub school: Sealed,
    /// When a coordinator takes over, milliseconds since 1970 UTC.
    pub until_ms: i64,
    /// The deadline that the alert would have.
    pub deadline_ms: i64,
    /// Waits for an answer.
    pub open: bool,
}

/// A step of telling or of the ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Alert, enquiry, or line.
    pub subject_id: String,
    /// Which step.
    pub rung: Rung,
    /// When it was due, milliseconds since 1970 UTC.
    pub due_ms: i64,
    /// What came of it; none while it is under way.
    pub outcome: Option<RungOutcome>,
}

// === impl Line ===

impl Line {
    /// Who answers for the child now: always exactly one.
    pub fn accountable(&self) -> Accountable {
        if self.alerts.iter().any(Alert::is_live) {
            return Accountable::School;
        }
        match (self.closed, self.desk) {
            (Some(reason), _) => Accountable::Closed(reason),
            (None, Some((desk, queue))) => Accountable::Desk(desk, queue),
            (None, None) => Accountable::Nobody,
        }
    }

    /// Whether the line has arrived.
    pub fn is_known(&self) -> bool {
        !self.line_id.is_empty()
    }

    /// Whether somebody who saw this version may decide: it exists, and nothing material came since.
    pub fn may_decide(&self, seen: u32) -> bool {
        (self.material_version..=self.version).contains(&seen)
    }

    /// The alert with this id.
    pub fn alert(&self, id: &str) -> Option<&Alert> {
        self.alerts.iter().find(|alert| alert.id == id)
    }

    /// The enquiry with this id.
    pub fn enquiry(&self, id: &str) -> Option<&Enquiry> {
        self.enquiries.iter().find(|enquiry| enquiry.id == id)
    }

    /// Alerts that a school still holds.
    pub fn live_alerts(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.iter().filter(|alert| alert.is_live())
    }

    /// Whether this step was called (and perhaps concluded) already.
    pub fn step(&self, subject: &str, rung: Rung, due_ms: i64) -> Option<&Step> {
        self.steps
            .iter()
            .find(|step| step.subject_id == subject && step.rung == rung && step.due_ms == due_ms)
    }

    /// Takes one event into the state.
    #[must_use]
    pub fn evolve(mut self, event: &LineEvent) -> Self {
        match event {
            LineEvent::Received(e) => self.receive(e),
            LineEvent::Corrected(e) => self.correct(e),
            LineEvent::TextReleased(e) => {
                self.child.content.clone_from(&e.content);
                self.child.text_held = false;
                self.version = self.version.max(e.version);
                self.material_version = self.version;
                self.alerts.iter_mut().for_each(Alert::outdate);
            }
            LineEvent::Matched(e) => self.candidates.clone_from(&e.candidates),
            LineEvent::AlertRaised(e) => self.raise(e),
            LineEvent::AlertOpened(e) => self.change(&e.alert_id, Alert::open),
            LineEvent::AlertConfirmed(e) => self.change(&e.alert_id, Alert::confirm),
            LineEvent::AlertDisowned(e) => {
                self.change(&e.alert_id, |alert| alert.disown(e.restorable_until_ms));
            }
            LineEvent::AlertRestored(e) => self.change(&e.alert_id, Alert::restore),
            LineEvent::AlertReopened(e) => self.change(&e.alert_id, |alert| alert.reopen(e)),
            LineEvent::AlertWithdrawn(e) => {
                self.change(&e.alert_id, |alert| alert.status = AlertStatus::Withdrawn);
            }
            LineEvent::EnquiryRaised(e) => self.ask(e),
            LineEvent::EnquiryAnswered(e) => self.close_enquiry(&e.enquiry_id),
            LineEvent::EnquiryLapsed(e) => self.close_enquiry(&e.enquiry_id),
            LineEvent::Placed(e) => {
                self.desk = Some((e.desk(), e.queue()));
                self.desk_area.clone_from(&e.area);
                self.reopen();
            }
            LineEvent::Closed(e) => self.closed = Some(e.reason()),
            LineEvent::LocationHidden(_) => self.hidden = true,
            LineEvent::RungCalled(e) => self.call(e),
            LineEvent::RungConcluded(e) => self.conclude(e),
            LineEvent::RungAdvanced(e) => self.change(&e.alert_id, |alert| alert.advance(e)),
            LineEvent::PositionOfTrust(e) => self.position_of_trust.clone_from(&e.area),
            LineEvent::AlertPassed(_) | LineEvent::Resolved(_) => {}
        }
        self
    }

    fn receive(&mut self, event: &s::LineReceived) {
        self.line_id.clone_from(&event.line_id);
        self.notification_id.clone_from(&event.notification_id);
        self.force.clone_from(&event.force);
        self.shared = event.shared.clone().unwrap_or_default();
        self.child = event.child.clone().unwrap_or_default();
        self.hidden |= self.child.hidden_location;
        self.version = self.version.max(event.version).max(1);
        self.material_version = self.version;
    }

    fn correct(&mut self, event: &s::LineCorrected) {
        if event.version <= self.version {
            return;
        }
        self.version = event.version;
        if let Some(shared) = &event.shared {
            self.shared.clone_from(shared);
        }
        if let Some(child) = &event.child {
            self.child.clone_from(child);
            self.hidden |= child.hidden_location;
        }
        if event.material {
            self.material_version = event.version;
            self.alerts.iter_mut().for_each(Alert::outdate);
        }
    }

    fn raise(&mut self, event: &s::LineAlertRaised) {
        if self.alert(&event.alert_id).is_none() {
            self.alerts.push(Alert {
                id: event.alert_id.clone(),
                school: event.school.clone().unwrap_or_default(),
                status: AlertStatus::Unconfirmed,
                deadline: event.deadline.clone().unwrap_or_default(),
                rungs: event.rungs.clone(),
                opened: false,
                ever_opened: false,
                ever_confirmed: false,
            });
            self.reopen();
        }
    }

    /// Somebody must act again. What was withdrawn stays so.
    fn reopen(&mut self) {
        self.closed = self
            .closed
            .filter(|reason| *reason == ClosedReason::Withdrawn);
    }

    fn ask(&mut self, event: &s::EnquiryRaised) {
        self.enquiries.push(Enquiry {
            id: event.enquiry_id.clone(),
            school: event.school.clone().unwrap_or_default(),
            until_ms: event.until_ms,
            deadline_ms: event.deadline_ms,
            open: true,
        });
        self.desk = Some((Desk::Coordinator, Queue::Asked));
        self.reopen();
    }

    fn call(&mut self, event: &s::RungCalled) {
        if self
            .step(&event.subject_id, event.rung(), event.due_ms)
            .is_none()
        {
            self.steps.push(Step {
                subject_id: event.subject_id.clone(),
                rung: event.rung(),
                due_ms: event.due_ms,
                outcome: None,
            });
        }
    }

    fn conclude(&mut self, event: &s::RungConcluded) {
        let outcome = Some(event.outcome());
        let step = self.steps.iter_mut().find(|step| {
            step.subject_id == event.subject_id
                && step.rung == event.rung()
                && step.due_ms == event.due_ms
        });
        match step {
            Some(step) => step.outcome = outcome,
            None => self.steps.push(Step {
                subject_id: event.subject_id.clone(),
                rung: event.rung(),
                due_ms: event.due_ms,
                outcome,
            }),
        }
    }

    fn close_enquiry(&mut self, id: &str) {
        if let Some(enquiry) = self.enquiries.iter_mut().find(|enquiry| enquiry.id == id) {
            enquiry.open = false;
        }
    }

    fn change(&mut self, alert_id: &str, change: impl FnOnce(&mut Alert)) {
        if let Some(alert) = self.alerts.iter_mut().find(|alert| alert.id == alert_id) {
            change(alert);
        }
    }
}

// === impl Alert ===

impl Alert {
    /// Whether a school holds this copy.
    pub fn is_live(&self) -> bool {
        self.waits() || self.status == AlertStatus::Confirmed
    }

    /// Whether it waits for a named person.
    pub fn waits(&self) -> bool {
        matches!(
            self.status,
            AlertStatus::Unconfirmed | AlertStatus::Reopened
        )
    }

    /// What was seen, and confirmed before it was given up, is not what it says now.
    fn outdate(&mut self) {
        self.opened = false;
        if let AlertStatus::NotOurs { was_confirmed, .. } = &mut self.status {
            *was_confirmed = false;
        }
    }

    fn open(&mut self) {
        self.opened = true;
        self.ever_opened = true;
    }

    fn confirm(&mut self) {
        if self.waits() {
            self.status = AlertStatus::Confirmed;
            self.ever_confirmed = true;
        }
    }

    fn disown(&mut self, until_ms: i64) {
        if self.is_live() {
            self.status = AlertStatus::NotOurs {
                until_ms,
                was_confirmed: self.status == AlertStatus::Confirmed,
            };
        }
    }

    fn restore(&mut self) {
        if let AlertStatus::NotOurs { was_confirmed, .. } = self.status {
            self.status = if was_confirmed {
                AlertStatus::Confirmed
            } else {
                AlertStatus::Unconfirmed
            };
        }
    }

    fn reopen(&mut self, event: &s::LineAlertReopened) {
        if self.is_live() {
            self.status = AlertStatus::Reopened;
            self.deadline = event.deadline.clone().unwrap_or_default();
            self.rungs.clone_from(&event.rungs);
        }
    }

    fn advance(&mut self, event: &s::RungAdvanced) {
        for planned in &mut self.rungs {
            if planned.rung == event.rung {
                planned.due_ms = event.due_ms;
            }
        }
    }
}
