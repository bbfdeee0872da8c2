//! From "who is it" and "where is it enrolled" to the schools that are told.

use super::{Opened, RouteError, Router, query};
use crate::domain::{AlertStatus, Line};
use directory::Successor;
use jiff::civil::Date;
use matching::{Decision, Enrolment, Identity, Query, Urn};
use proto::{
    police::v1::{ChildIdentity, ResidenceArea},
    schools::v1::{Queue, SchoolRef},
};

/// Where a decision points.
pub(super) enum Target {
    Schools(Vec<Urn>),
    Ask(Urn),
    Coordinator(Queue),
}

// === impl Router ===

impl Router {
    pub(super) fn decide(
        &self,
        line: &Line,
        opened: &Opened,
        today: Date,
    ) -> (Decision, Option<Enrolment>) {
        let query = self.query(line, &opened.identity, &opened.council, today);
        let settings = self.matching.settings();
        let roll = self.reference.roll();
        let decision = roll.decide(&query, &settings);
        let enrolment = match (decision.identity, decision.candidates.first()) {
            (Identity::Sure, Some(best)) => Some(roll.enrolment(best, today, &settings)),
            _ => None,
        };
        (decision, enrolment)
    }

    /// What the report says about the child, for the matcher; none where the child's key is destroyed.
    pub(crate) async fn report(&self, line: &Line) -> Result<Option<Query>, RouteError> {
        let identity: Option<ChildIdentity> = self.seals.open(line.child.identity.as_ref()).await?;
        let area: Option<ResidenceArea> = self.seals.open(line.child.area.as_ref()).await?;
        let council = area.map(|area| area.residence_council).unwrap_or_default();
        Ok(identity.map(|identity| self.query(line, &identity, &council, self.today())))
    }

    fn query(&self, line: &Line, child: &ChildIdentity, council: &str, today: Date) -> Query {
        let incident = line.shared.incident_date.parse().unwrap_or(today);
        let stated = query::stated(child, council);
        let school = self.reference.directory().meant(&stated, today);
        query::of(child, incident, school)
    }

    pub(super) fn target(
        &self,
        decision: &Decision,
        enrolment: Option<&Enrolment>,
        today: Date,
    ) -> Target {
        match (decision.identity, enrolment) {
            (Identity::Sure, Some(Enrolment::Current { schools })) => {
                self.successors(schools, today)
            }
            (
                Identity::Sure,
                Some(Enrolment::Stale { likely } | Enrolment::Starting { likely, .. }),
            ) => self.ask_successor(*likely, today),
            (Identity::Sure | Identity::Unsure, _) => Target::Coordinator(Queue::Unsure),
            (Identity::None, _) => Target::Coordinator(Queue::Unmatched),
        }
    }

    /// A school that said "not ours" is not told or asked again by itself, whatever its roll says.
    pub(super) async fn without_disowned(
        &self,
        line: &Line,
        target: Target,
    ) -> Result<Target, RouteError> {
        let mut given_up = Vec::new();
        for alert in &line.alerts {
            if let AlertStatus::NotOurs { .. } = alert.status {
                let school: Option<SchoolRef> = self.seals.open(Some(&alert.school)).await?;
                given_up.extend(school.map(|school| school.urn));
            }
        }
        let kept = |urn: &Urn| !given_up.contains(&urn.to_string());
        Ok(match target {
            Target::Schools(mut schools) => {
                schools.retain(kept);
                if schools.is_empty() {
                    Target::Coordinator(Queue::NotOurs)
                } else {
                    Target::Schools(schools)
                }
            }
            Target::Ask(likely) if !kept(&likely) => Target::Coordinator(Queue::NotOurs),
            target => target,
        })
    }

    /// A school that became another is followed; one that became several is a coordinator's.
    pub(super) fn successors(&self, schools: &[Urn], today: Date) -> Target {
        let directory = self.reference.directory();
        let mut now = Vec::with_capacity(schools.len());
        for urn in schools {
            match directory.successor(*urn, today) {
                Successor::Same | Successor::NotInDirectory { .. } | Successor::Unknown => {
                    now.push(*urn);
                }
                Successor::Moved(urn) => now.push(urn),
                Successor::Several(_) | Successor::Closed => {
                    return Target::Coordinator(Queue::Successor);
                }
            }
        }
        Target::Schools(now)
    }

    pub(super) fn ask_successor(&self, likely: Urn, today: Date) -> Target {
        match self.reference.directory().successor(likely, today) {
            Successor::Same | Successor::NotInDirectory { .. } | Successor::Unknown => {
                Target::Ask(likely)
            }
            Successor::Moved(urn) => Target::Ask(urn),
            Successor::Several(_) | Successor::Closed => Target::Coordinator(Queue::Successor),
        }
    }
}
