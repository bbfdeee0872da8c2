//! The morning: schools confirm, desks decide, and here and there it goes another way.

use super::{Act, Adult, Clerk, Target};
use crate::demo::{
    cases::Case,
    cast::{CONFLICT_AT, HIDDEN_AT, MOVED_TO, NOT_OURS_TO},
    chance::Chance,
    hours::{self, Night},
    night::Submission,
    people,
    town::{COUNCIL, INSET, LAPSED, STALE, Town},
};
use jiff::Timestamp;
use proto::{
    police::v1::WithdrawalReason,
    schools::v1::{EnquiryAnswer, NotOursReason, ResolveReason},
};
use std::collections::BTreeMap;

/// No school confirms before this without being woken.
const FIRST_IN: (i64, i64) = (7, 25);

struct Morning<'a> {
    night: Night,
    seed: u64,
    town: &'a Town,
    acts: Vec<(Timestamp, Act)>,
    /// Children that are confirmed when their school comes in, by the school's number.
    as_usual: BTreeMap<String, Vec<Target>>,
}

/// Everything that is done about `submissions`, in no order.
pub(super) fn acts(
    town: &Town,
    submissions: &[Submission],
    night: Night,
    seed: u64,
) -> Vec<(Timestamp, Act)> {
    let mut morning = Morning {
        night,
        seed,
        town,
        acts: Vec::new(),
        as_usual: BTreeMap::new(),
    };
    for submission in submissions {
        match submission.case {
            Some(case) => morning.play(case, submission),
            None => morning.usual(submission),
        }
    }
    morning.come_in();
    morning.acts
}

// === impl Morning ===

impl Morning<'_> {
    /// The school of each child confirms when it comes in.
    fn usual(&mut self, submission: &Submission) {
        for (target, child) in submission.targets().into_iter().zip(&submission.about) {
            self.as_usual
                .entry(child.urn.clone())
                .or_default()
                .push(target);
        }
    }

    /// Each school confirms all its children at one go, 8 to 60 minutes before its bell.
    fn come_in(&mut self) {
        let mut chance = Chance::of(self.seed ^ 0x006d_6f72_6e69_6e67);
        for (urn, targets) in std::mem::take(&mut self.as_usual) {
            let Some(bell) = self.town.bell(&urn, self.night) else {
                continue;
            };
            let before = i64::try_from(8 + chance.below(53)).unwrap_or_default();
            let (hour, minute) = FIRST_IN;
            let at = hours::later(bell, -before).max(self.night.morning(hour, minute));
            let by = if chance.one_in(3) {
                Adult::deputy(&urn)
            } else {
                Adult::lead(&urn)
            };
            self.acts.push((at, Act::Confirm { by, targets }));
        }
    }

    fn play(&mut self, case: Case, submission: &Submission) {
        let (Some(target), Some(child)) = (
            submission.targets().into_iter().next(),
            submission.about.first(),
        ) else {
            return;
        };
        let urn = child.urn.as_str();
        match case {
            Case::WhichTwin
            | Case::TooLittle
            | Case::Namesakes
            | Case::Moved
            | Case::HiddenUnmatched
            | Case::OnNoRoll
            | Case::UnderFive => {
                self.at_a_desk(case, target);
            }
            Case::StaleYes | Case::StaleNo => self.asked(case, target),
            Case::Corrected => self.corrected(submission, target, urn),
            Case::Withdrawn => self.withdrawn(target, urn),
            Case::NotOurs => self.not_ours(target, urn),
            Case::Silent => {}
            Case::Lapsed => self.newly_named(target),
            Case::Passed => self.passed(target, urn),
            Case::CollectionRisk => self.confirm((7, 6), Adult::lead(urn), target),
            Case::Urgent => self.confirm((7, 9), Adult::lead(urn), target),
            Case::AfterTheBell => self.confirm((9, 19), Adult::lead(urn), target),
            Case::Inset => self.confirm((9, 4), Adult::deputy(INSET), target),
            Case::Conflict => self.confirm((8, 2), Adult::deputy(CONFLICT_AT), target),
            Case::HeldText => {
                self.act((7, 28), Act::ReleaseText { target });
                self.usual(submission);
            }
            Case::DualRegistered => self.dual(submission, target),
            _ => self.usual(submission),
        }
    }

    fn act(&mut self, (hour, minute): (i64, i64), act: Act) {
        self.acts.push((self.night.morning(hour, minute), act));
    }

    fn confirm(&mut self, at: (i64, i64), by: Adult, target: Target) {
        let targets = vec![target];
        self.act(at, Act::Confirm { by, targets });
    }

    /// Rung up, looked up, and sent on or put away; the school then confirms.
    fn at_a_desk(&mut self, case: Case, target: Target) {
        use ResolveReason::{CandidateChecked, FamilyOrOfficerSaid, SchoolConfirmedByPhone};
        let officer = Clerk::HiddenLocationOfficer;
        let clerk = Clerk::Coordinator;
        let (at, by, urn, reason, confirmed) = match case {
            Case::WhichTwin => ((7, 33), clerk, "128077", FamilyOrOfficerSaid, (8, 21)),
            Case::TooLittle => ((7, 37), clerk, "116731", CandidateChecked, (8, 17)),
            Case::Namesakes => ((7, 41), clerk, "116799", SchoolConfirmedByPhone, (8, 26)),
            Case::Moved => ((7, 46), clerk, MOVED_TO, SchoolConfirmedByPhone, (8, 19)),
            Case::HiddenUnmatched => ((7, 35), officer, HIDDEN_AT, SchoolConfirmedByPhone, (8, 12)),
            Case::OnNoRoll => {
                let (council, reason) = (COUNCIL, ResolveReason::HomeEducated);
                return self.act(
                    (7, 52),
                    Act::SendToCouncilDesk {
                        target,
                        council,
                        reason,
                    },
                );
            }
            _ => {
                let reason = ResolveReason::NotOfSchoolAge;
                return self.act((7, 55), Act::Close { target, reason });
            }
        };
        let sent = target.clone();
        self.act(
            at,
            Act::Route {
                by,
                target: sent,
                urn,
                reason,
            },
        );
        self.confirm(confirmed, Adult::lead(urn), target);
    }

    fn asked(&mut self, case: Case, target: Target) {
        let by = Adult::lead(STALE);
        let (at, answer) = if case == Case::StaleYes {
            ((7, 14), EnquiryAnswer::OnRoll)
        } else {
            ((7, 16), EnquiryAnswer::NotOnRoll)
        };
        let asked = target.clone();
        self.act(
            at,
            Act::AnswerEnquiry {
                by: by.clone(),
                target: asked,
                answer,
            },
        );
        if answer == EnquiryAnswer::OnRoll {
            self.confirm((7, 31), by, target);
        }
    }

    fn corrected(&mut self, submission: &Submission, target: Target, urn: &str) {
        let mut right = submission.notification.clone();
        for child in &mut right.children {
            let handling = child
                .content
                .get_or_insert_default()
                .handling
                .get_or_insert_default();
            handling.may_not_collect = vec!["the alleged perpetrator".to_owned()];
            "Collected by a grandparent this week.".clone_into(&mut handling.note);
        }
        self.confirm((7, 32), Adult::lead(urn), target.clone());
        let notification = Box::new(right);
        self.act(
            (7, 50),
            Act::Correct {
                correction_id: "who-collects",
                notification,
            },
        );
        self.confirm((8, 14), Adult::lead(urn), target);
    }

    fn withdrawn(&mut self, target: Target, urn: &str) {
        let reference = target.reference.clone();
        self.confirm((7, 31), Adult::lead(urn), target);
        let reason = WithdrawalReason::SentInError;
        self.act((7, 58), Act::Withdraw { reference, reason });
    }

    /// The copy was read before anybody noticed: a disclosure to the wrong school.
    fn not_ours(&mut self, target: Target, urn: &str) {
        let by = Adult::lead(urn);
        self.act(
            (7, 38),
            Act::Open {
                by: by.clone(),
                target: target.clone(),
            },
        );
        let reason = NotOursReason::Left;
        self.act(
            (7, 40),
            Act::NotOurs {
                by,
                target: target.clone(),
                reason,
            },
        );
        let sent = target.clone();
        let (by, reason) = (Clerk::Coordinator, ResolveReason::SchoolConfirmedByPhone);
        self.act(
            (8, 3),
            Act::Route {
                by,
                target: sent,
                urn: NOT_OURS_TO,
                reason,
            },
        );
        self.confirm((8, 34), Adult::lead(NOT_OURS_TO), target);
    }

    fn newly_named(&mut self, target: Target) {
        let contact = Box::new(people::newly_named(self.night, self.seed));
        self.act((7, 44), Act::NameContact { contact });
        self.confirm((8, 11), Adult::deputy(LAPSED), target);
    }

    fn passed(&mut self, target: Target, urn: &str) {
        let by = Adult::lead(urn);
        self.act(
            (7, 29),
            Act::Pass {
                by,
                to: people::DEPUTY,
                target: target.clone(),
            },
        );
        self.confirm((8, 6), Adult::deputy(urn), target);
    }

    /// One line, two schools: each confirms its own copy.
    fn dual(&mut self, submission: &Submission, target: Target) {
        self.usual(submission);
        self.confirm((8, 9), Adult::lead("130991"), target);
    }
}
