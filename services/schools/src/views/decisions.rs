//! What the matcher decided about a line, and what became of each decision.

use crate::{
    domain::LineEvent,
    quality::{Compared, days::day_of},
    wire::stored as s,
};
use jiff::Timestamp;
use proto::{schools::v1::Desk, sealing::Sealed};
use std::collections::BTreeMap;

/// A line's decisions, in the order in which they were made.
#[derive(Default)]
pub struct Decisions {
    made: Vec<Decided>,
    /// The decision that an alert stands on; none for an alert that a person decided on.
    stands_on: BTreeMap<String, usize>,
    /// The decision that a question to a school came from.
    asked_by: BTreeMap<String, usize>,
    /// The decision that what happens next comes from by itself.
    leads: Option<usize>,
    /// A person at a desk decided, and what it was comes next.
    is_resolving: bool,
}

/// One decision.
#[derive(Default)]
pub struct Decided {
    /// London date on which it was made, in days since 1970.
    pub day: i64,
    /// Version of the model.
    pub model: String,
    /// `Identity`.
    pub identity: s::Identity,
    /// Two schools claim the child.
    pub is_conflicting: bool,
    /// `CandidateList`.
    pub candidates: Option<Sealed>,
    /// How the first candidate compares; none without one.
    pub compared: Option<Compared>,
    /// Whether the likely school was asked first, and what it said.
    pub asked: Asked,
    /// Alerts that stand on it and are "not ours".
    pub given_up: BTreeMap<String, GivenUp>,
    /// A "not ours" was taken back.
    pub restored: bool,
    /// What a person at a desk made of it, the last time.
    pub chosen: Option<Chosen>,
}

/// Whether the likely school was asked first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    /// It was not.
    #[default]
    Not,
    /// It was.
    Yes,
    /// It was, and said no.
    SaidNo,
}

/// How an alert was given up.
#[derive(Clone, Copy)]
pub struct GivenUp {
    /// The child had left.
    pub left: bool,
    /// Somebody had opened it.
    pub misdirected: bool,
}

/// What a person at a desk chose.
pub enum Chosen {
    /// The school of this alert.
    School(String),
    /// No school.
    NoSchool,
}

// === impl Decisions ===

impl Decisions {
    /// All of them, oldest first.
    pub fn made(&self) -> &[Decided] {
        &self.made
    }

    /// Takes one event of the line into account, recorded at `at_ms`, milliseconds since 1970 UTC.
    pub(super) fn take(&mut self, event: &LineEvent, at_ms: i64) {
        match event {
            LineEvent::Matched(e) => self.decide(e, at_ms),
            LineEvent::Corrected(_) | LineEvent::TextReleased(_) => self.start_anew(),
            LineEvent::AlertRaised(e) => self.raise(&e.alert_id),
            LineEvent::AlertReopened(e) => {
                if let Some(decision) = self.leads {
                    self.stands_on.insert(e.alert_id.clone(), decision);
                }
            }
            LineEvent::AlertDisowned(e) => self.disown(e),
            LineEvent::AlertRestored(e) => self.restore(&e.alert_id),
            LineEvent::EnquiryRaised(e) => {
                if let Some(decision) = self.leads {
                    self.asked_by.insert(e.enquiry_id.clone(), decision);
                    self.change(Some(decision), |decided| decided.asked = Asked::Yes);
                }
            }
            LineEvent::EnquiryAnswered(e) => {
                self.start_anew();
                let by = self.asked_by.get(&e.enquiry_id).copied();
                let by = by.filter(|_| !e.on_roll);
                self.change(by, |decided| decided.asked = Asked::SaidNo);
            }
            LineEvent::Resolved(_) => {
                self.start_anew();
                self.is_resolving = true;
            }
            LineEvent::Placed(e) if e.desk() == Desk::Council => self.choose(Chosen::NoSchool),
            LineEvent::Closed(_) => self.choose(Chosen::NoSchool),
            _ => {}
        }
    }

    fn decide(&mut self, event: &s::MatchDecided, at_ms: i64) {
        self.start_anew();
        self.leads = Some(self.made.len());
        let at = Timestamp::from_millisecond(at_ms).unwrap_or_default();
        self.made.push(Decided {
            day: day_of(at),
            model: event.model_version.clone(),
            identity: event.identity(),
            is_conflicting: event.enrolment() == s::Enrolment::Conflicting,
            candidates: event.candidates.clone(),
            compared: event.weights.first().map(Compared::of),
            ..Decided::default()
        });
    }

    /// What comes next comes from something else than the decision before.
    fn start_anew(&mut self) {
        self.leads = None;
        self.is_resolving = false;
    }

    fn raise(&mut self, alert_id: &str) {
        if let Some(decision) = self.leads {
            let known = self.stands_on.entry(alert_id.to_owned());
            known.or_insert(decision);
        }
        self.choose(Chosen::School(alert_id.to_owned()));
    }

    fn choose(&mut self, chosen: Chosen) {
        if std::mem::take(&mut self.is_resolving)
            && let Some(last) = self.made.last_mut()
        {
            last.chosen = Some(chosen);
        }
    }

    fn disown(&mut self, event: &s::LineAlertDisowned) {
        self.start_anew();
        let decision = self.stands_on.get(&event.alert_id).copied();
        let given_up = GivenUp {
            left: event.left,
            misdirected: event.misdirected,
        };
        self.change(decision, |decided| {
            decided.given_up.insert(event.alert_id.clone(), given_up);
        });
    }

    fn restore(&mut self, alert_id: &str) {
        self.start_anew();
        let decision = self.stands_on.get(alert_id).copied();
        self.change(decision, |decided| {
            decided.restored |= decided.given_up.remove(alert_id).is_some();
        });
    }

    fn change(&mut self, decision: Option<usize>, change: impl FnOnce(&mut Decided)) {
        if let Some(decided) = decision.and_then(|index| self.made.get_mut(index)) {
            change(decided);
        }
    }
}

#[cfg(test)]
mod tests;
