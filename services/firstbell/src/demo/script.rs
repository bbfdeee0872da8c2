//! The story of the night and the morning after, as data: who does what, and when.
//!
//! Acts name a child by the force's reference and the number of its line, and people by school or
//! desk and contact id, since the hub makes its own ids only when it is told.

mod morning;

use super::{
    cases::Case,
    hours::Night,
    night::{self, Submission},
    people,
    pupils::Pupils,
    town::Town,
};
use jiff::Timestamp;
use proto::{
    access::v1::Contact,
    police::v1::{Notification, WithdrawalReason},
    schools::v1::{EnquiryAnswer, NotOursReason, ResolveReason},
};

/// A child line of a notification.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The force's reference.
    pub reference: String,
    /// Number of the line, from 1.
    pub line: u32,
}

/// A contact of a school.
#[derive(Clone, PartialEq, Eq)]
pub struct Adult {
    /// Number of the school.
    pub urn: String,
    /// The contact's id there.
    pub contact_id: &'static str,
}

/// Who sits at the desk where a child without a sure school waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Clerk {
    /// The force's Encompass coordinator.
    Coordinator,
    /// The council's officer for hidden locations.
    HiddenLocationOfficer,
}

/// Something that somebody does.
#[derive(Clone)]
pub enum Act {
    /// A Key Adult opens the card of this child and reads it.
    Open {
        /// Who.
        by: Adult,
        /// Which child.
        target: Target,
    },
    /// A Key Adult confirms the alerts of these children at their own school.
    Confirm {
        /// Who.
        by: Adult,
        /// Which children; alerts of other schools about them are not meant.
        targets: Vec<Target>,
    },
    /// A Key Adult passes an alert to a colleague.
    Pass {
        /// Who.
        by: Adult,
        /// The colleague's contact id.
        to: &'static str,
        /// Which child.
        target: Target,
    },
    /// A Key Adult says "not ours".
    NotOurs {
        /// Who.
        by: Adult,
        /// Which child.
        target: Target,
        /// Why.
        reason: NotOursReason,
    },
    /// A Key Adult says whether a child is on the school's roll today.
    AnswerEnquiry {
        /// Who.
        by: Adult,
        /// Which child.
        target: Target,
        /// The answer.
        answer: EnquiryAnswer,
    },
    /// The coordinator corrects a notification; its children are those that are corrected.
    Correct {
        /// Names the correction.
        correction_id: &'static str,
        /// The notification as it should be.
        notification: Box<Notification>,
    },
    /// The coordinator takes a notification back, whole.
    Withdraw {
        /// The force's reference.
        reference: String,
        /// Why.
        reason: WithdrawalReason,
    },
    /// The coordinator lets held text go as it stands.
    ReleaseText {
        /// Which child.
        target: Target,
    },
    /// A child is sent to a school.
    Route {
        /// By whom.
        by: Clerk,
        /// Which child.
        target: Target,
        /// Number of the school.
        urn: &'static str,
        /// Why.
        reason: ResolveReason,
    },
    /// The coordinator sends a child to the desk of a council.
    SendToCouncilDesk {
        /// Which child.
        target: Target,
        /// Code of the council.
        council: &'static str,
        /// Why.
        reason: ResolveReason,
    },
    /// The coordinator closes a child's line.
    Close {
        /// Which child.
        target: Target,
        /// Why.
        reason: ResolveReason,
    },
    /// A school names a new Key Adult, who then acts.
    NameContact {
        /// The contact.
        contact: Box<Contact>,
    },
}

/// The whole story.
pub struct Script {
    /// What police submit, in order of time.
    pub submissions: Vec<Submission>,
    /// What everybody does, in order of time; each only after what it answers was submitted.
    pub acts: Vec<(Timestamp, Act)>,
}

/// The story ends at 09:30.
pub fn end(night: Night) -> Timestamp {
    night.morning(9, 30)
}

// === impl Script ===

impl Script {
    /// The story of `night` in `town`.
    pub fn of(town: &Town, pupils: &Pupils, night: Night, seed: u64) -> Self {
        let submissions = night::submissions(town, pupils, night, seed);
        let mut acts = morning::acts(town, &submissions, night, seed);
        acts.sort_by_key(|(at, _)| *at);
        Self { submissions, acts }
    }

    /// The children of a case, by reference and line.
    pub fn targets(&self, case: Case) -> Vec<Target> {
        let told = self
            .submissions
            .iter()
            .filter(|submission| submission.case == Some(case));
        told.flat_map(Submission::targets).collect()
    }
}

// === impl Submission ===

impl Submission {
    /// Its children, in order.
    pub fn targets(&self) -> Vec<Target> {
        let children = self.notification.children.iter();
        let target = |line| Target {
            reference: self.notification.reference.clone(),
            line,
        };
        children.map(|child| target(child.line)).collect()
    }
}

// === impl Adult ===

impl Adult {
    /// The safeguarding lead of a school.
    pub fn lead(urn: &str) -> Self {
        Self {
            urn: urn.to_owned(),
            contact_id: people::LEAD,
        }
    }

    /// The deputy safeguarding lead of a school.
    pub fn deputy(urn: &str) -> Self {
        Self {
            urn: urn.to_owned(),
            contact_id: people::DEPUTY,
        }
    }
}
