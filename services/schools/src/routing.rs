//! Decides where a child goes: who it is, where it is enrolled, and by when somebody must know.
//!
//! Reads sealed values, rolls, directory and calendars, and gives back a [`Routing`] of sealed
//! values only: nothing it opened leaves this module.

mod opened;
mod plan;
mod query;
mod target;

use crate::{
    domain::{AlertPlan, Line, Placement, Routing},
    matcher::Matcher,
    reference::Reference,
    seals::Seals,
    wire::{plain, stored as s},
};
use clock::SharedClock;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use keys::{OpenError, SealError};
use matching::{Candidate, Decision, Enrolment, Identity, Urn};
use opened::Opened;
use plan::Times;
use proto::{
    police::v1::ChildIdentity,
    schools::v1::{Desk, Queue, SchoolRef},
    sealing::Sealed,
};
use std::sync::Arc;
use target::Target;

/// Finds schools and deadlines.
#[derive(Clone)]
pub struct Router {
    pub(crate) reference: Arc<Reference>,
    pub(crate) seals: Seals,
    pub(crate) clock: SharedClock,
    pub(crate) calendar: calendar::Settings,
    pub(crate) matching: Arc<Matcher>,
}

/// Why a child cannot be routed now. Nothing is lost: it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum RouteError {
    /// A value could not be opened.
    #[error("open what routing needs")]
    Open(#[from] OpenError),
    /// A value could not be sealed.
    #[error("seal what routing found")]
    Seal(#[from] SealError),
}

// === impl Router ===

impl Router {
    /// Where a line goes that has just arrived, or was corrected.
    pub async fn route(&self, line: &Line) -> Result<Routing, RouteError> {
        let Some(opened) = self.open(line).await? else {
            return Ok(Routing::default());
        };
        let today = self.today();
        let (decision, enrolment) = self.decide(line, &opened, today);
        let target = self.target(&decision, enrolment.as_ref(), today);
        let target = self.without_disowned(line, target).await?;
        let mut routing = self.aim(line, &opened, target).await?;
        routing.matched = Some(self.record(line, &decision, enrolment.as_ref()).await?);
        Ok(routing)
    }

    /// Where a corrected line goes. As long as it is the same child, whoever holds it keeps it:
    /// people may have decided that, and know more than a roll.
    pub async fn route_corrected(
        &self,
        before: &Line,
        after: &Line,
    ) -> Result<Routing, RouteError> {
        if !self.is_same_child(before, after).await? {
            return self.route(after).await;
        }
        if after.live_alerts().next().is_some() {
            return self.keep(after).await;
        }
        match after.desk {
            Some((Desk::Council, queue)) => Ok(Routing {
                otherwise: Some(Placement::Desk {
                    desk: Desk::Council,
                    queue,
                    area: after.desk_area.clone(),
                    deadline_ms: self.clock.now().as_millisecond(),
                }),
                ..Routing::default()
            }),
            _ => self.route(after).await,
        }
    }

    /// Every school that holds the line keeps it, with a deadline from now on.
    pub async fn keep(&self, line: &Line) -> Result<Routing, RouteError> {
        let mut routing = Routing::default();
        let Some(opened) = self.open(line).await? else {
            return Ok(routing);
        };
        let held = self.held_by(line).await?;
        for held in &held {
            let plan = self.plan_alert(line, &opened, &held.1, Some(held)).await?;
            routing.keep.push(plan);
        }
        if let Some((_, urn)) = held.first() {
            routing.position_of_trust = self.position_of_trust(line, &opened, urn).await?;
        }
        Ok(routing)
    }

    /// Whether nothing is left of the child: nobody is asked about it any more.
    pub async fn is_erased(&self, line: &Line) -> Result<bool, RouteError> {
        let identity: Option<ChildIdentity> = self.seals.open(line.child.identity.as_ref()).await?;
        Ok(identity.is_none())
    }

    async fn is_same_child(&self, before: &Line, after: &Line) -> Result<bool, RouteError> {
        let before: Option<ChildIdentity> = self.seals.open(before.child.identity.as_ref()).await?;
        let after: Option<ChildIdentity> = self.seals.open(after.child.identity.as_ref()).await?;
        Ok(match (before, after) {
            (Some(before), Some(after)) => query::is_same_child(&before, &after),
            _ => true,
        })
    }

    /// Where a line goes after a school gave it up: to another school only on an exact identifier
    /// with a current enrolment, else to a coordinator.
    pub async fn route_elsewhere(&self, line: &Line, not: &str) -> Result<Routing, RouteError> {
        let Some(opened) = self.open(line).await? else {
            return Ok(Routing::default());
        };
        let today = self.today();
        let (decision, enrolment) = self.decide(line, &opened, today);
        let exact = decision.candidates.first().is_some_and(is_exact);
        let target = match (decision.identity, enrolment) {
            (Identity::Sure, Some(Enrolment::Current { schools })) if exact => {
                self.successors(&schools, today)
            }
            _ => Target::Coordinator(Queue::NotOurs),
        };
        let target = match target {
            Target::Schools(mut schools) => {
                schools.retain(|urn| urn.to_string() != not);
                Target::Schools(schools)
            }
            Target::Ask(_) | Target::Coordinator(_) => Target::Coordinator(Queue::NotOurs),
        };
        let target = self.without_disowned(line, target).await?;
        self.aim(line, &opened, target).await
    }

    /// An alert to a school that a person named.
    pub async fn route_to(&self, line: &Line, urn: Urn) -> Result<Routing, RouteError> {
        match self.open(line).await? {
            Some(opened) => self.aim(line, &opened, Target::Schools(vec![urn])).await,
            None => Ok(Routing::default()),
        }
    }

    /// A coordinator's queue, with the deadline that runs meanwhile.
    pub async fn route_to_coordinator(
        &self,
        line: &Line,
        queue: Queue,
    ) -> Result<Routing, RouteError> {
        match self.open(line).await? {
            Some(opened) => self.aim(line, &opened, Target::Coordinator(queue)).await,
            None => Ok(Routing::default()),
        }
    }

    /// A council's desk.
    pub async fn route_to_council(&self, line: &Line, code: &str) -> Result<Routing, RouteError> {
        let area = self.seals.council(line_key(line), code).await?;
        let opened = self.open(line).await?;
        let deadline_ms = match &opened {
            Some(opened) => self.desk_deadline(&opened.times),
            None => self.clock.now().as_millisecond(),
        };
        let trusted = opened.is_some_and(|opened| opened.names_somebody_trusted());
        Ok(Routing {
            position_of_trust: trusted.then(|| area.clone()),
            otherwise: Some(Placement::Desk {
                desk: Desk::Council,
                queue: Queue::NoSchool,
                area: Some(area),
                deadline_ms,
            }),
            ..Routing::default()
        })
    }

    /// Today's date in London.
    pub fn today(&self) -> Date {
        london_date(self.clock.now())
    }

    async fn aim(
        &self,
        line: &Line,
        opened: &Opened,
        target: Target,
    ) -> Result<Routing, RouteError> {
        match target {
            Target::Schools(schools) => self.raise(line, opened, &schools).await,
            Target::Ask(likely) => self.ask(line, opened, likely).await,
            Target::Coordinator(queue) => Ok(Routing {
                otherwise: Some(Placement::Desk {
                    desk: Desk::Coordinator,
                    queue,
                    area: None,
                    deadline_ms: self.desk_deadline(&opened.times),
                }),
                ..Routing::default()
            }),
        }
    }

    /// Schools that hold an alert already keep it; others get one.
    async fn raise(
        &self,
        line: &Line,
        opened: &Opened,
        schools: &[Urn],
    ) -> Result<Routing, RouteError> {
        let mut routing = Routing::default();
        let held = self.held_by(line).await?;
        for urn in schools {
            let urn = urn.to_string();
            let same = held.iter().find(|(_, school)| *school == urn);
            let plan = self.plan_alert(line, opened, &urn, same).await?;
            if same.is_some() {
                routing.keep.push(plan);
            } else {
                routing.raise.push(plan);
            }
        }
        if let Some(urn) = schools.first() {
            routing.position_of_trust = self
                .position_of_trust(line, opened, &urn.to_string())
                .await?;
        }
        Ok(routing)
    }

    /// The council that is told of a party who works or volunteers with children: this school's.
    async fn position_of_trust(
        &self,
        line: &Line,
        opened: &Opened,
        urn: &str,
    ) -> Result<Option<Sealed>, RouteError> {
        let council = self.reference.place_of(urn).council;
        match council.filter(|_| opened.names_somebody_trusted()) {
            Some(code) => Ok(Some(self.seals.council(line_key(line), &code).await?)),
            None => Ok(None),
        }
    }

    async fn held_by(&self, line: &Line) -> Result<Vec<(String, String)>, RouteError> {
        let mut held = Vec::new();
        for alert in line.live_alerts() {
            let school: Option<SchoolRef> = self.seals.open(Some(&alert.school)).await?;
            if let Some(school) = school {
                held.push((alert.id.clone(), school.urn));
            }
        }
        Ok(held)
    }

    async fn plan_alert(
        &self,
        line: &Line,
        opened: &Opened,
        urn: &str,
        held: Option<&(String, String)>,
    ) -> Result<AlertPlan, RouteError> {
        let key = line_key(line);
        let place = self.reference.place_of(urn);
        // A school that confirmed once gets its time for the correction from when that came.
        let times = match held {
            Some(_) => Times::from_now(self.clock.now()),
            None => opened.times,
        };
        let (deadline, rungs) = self.ladder(key, &place, times, opened.at_once);
        let area = match &place.council {
            Some(code) => Some(self.seals.council(key, code).await?),
            None => None,
        };
        Ok(AlertPlan {
            alert_id: match held {
                Some((id, _)) => id.clone(),
                None => self.seals.alert_id(key, urn, line.alerts.len() + 1),
            },
            school: self.seals.school(key, &self.school_ref(urn)).await?,
            area,
            school_type: self.school_type(urn),
            deadline,
            rungs,
        })
    }

    /// Why this decision was made, for ever, without personal data in the clear.
    async fn record(
        &self,
        line: &Line,
        decision: &Decision,
        enrolment: Option<&Enrolment>,
    ) -> Result<s::MatchDecided, RouteError> {
        let candidates = decision
            .candidates
            .iter()
            .map(|candidate| plain::CandidateRef {
                urn: candidate.urn.to_string(),
                row_id: candidate.row_id.to_string(),
                roll_as_at: candidate.as_at.to_string(),
            });
        let list = plain::CandidateList {
            candidates: candidates.collect(),
        };
        Ok(s::MatchDecided {
            identity: query::identity(decision.identity).into(),
            enrolment: query::enrolment(enrolment).into(),
            weights: decision.candidates.iter().map(query::weights).collect(),
            candidates: Some(self.seals.location(line_key(line), &list).await?),
            sure_at: decision.thresholds.sure,
            candidate_at: decision.thresholds.candidate,
            margin: decision.thresholds.margin,
            personal_at: decision.thresholds.personal,
            twin_at: decision.thresholds.twin,
            model_version: decision.model_version.clone(),
        })
    }
}

/// Whether an exact identifier agrees.
fn is_exact(candidate: &Candidate) -> bool {
    use matching::{Agreement, Field};
    candidate.weights.iter().any(|weight| {
        matches!(weight.field, Field::Upn | Field::NhsNumber)
            && weight.agreement == Agreement::Exact
    })
}

/// The 16 bytes that a line's keys are named by.
pub(crate) fn line_key(line: &Line) -> [u8; 16] {
    // A line id that is not of that form names keys that do not exist: sealing then fails by name.
    journal::id::unhex16(&line.line_id).unwrap_or_default()
}

/// The London date of a moment.
pub(crate) fn london_date(at: Timestamp) -> Date {
    at.to_zoned(london()).date()
}

/// Europe/London; the database is compiled in.
pub(crate) fn london() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}
