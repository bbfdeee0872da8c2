//! By when somebody must know, and what climbs until then.

use super::{Opened, RouteError, Router, line_key};
use crate::{
    domain::{EnquiryPlan, Line, Placement, Routing},
    wire::stored as s,
};
use calendar::{Pace, PlaceKind, Rule, SchoolPlace, Scope, Source};
use jiff::{SignedDuration, Timestamp};
use matching::Urn;
use proto::{
    police::v1::IncidentTimes,
    schools::v1::{Rung, SchoolRef, SchoolType},
};

/// When police knew, and when the hub did.
#[derive(Clone, Copy)]
pub(super) struct Times {
    known: Timestamp,
    arrived: Timestamp,
}

/// A likely school has until this long before the deadline; then a coordinator still has a chance.
const COORDINATOR_NEEDS: SignedDuration = SignedDuration::from_mins(60);

// === impl Times ===

impl Times {
    /// Where the times are gone, the clock runs from the arrival.
    pub(super) fn new(times: Option<&IncidentTimes>, arrived: Timestamp) -> Self {
        let known = times.and_then(|times| Timestamp::from_millisecond(times.known_at_ms).ok());
        Self {
            known: known.unwrap_or(arrived),
            arrived,
        }
    }

    pub(super) fn from_now(now: Timestamp) -> Self {
        Self {
            known: now,
            arrived: now,
        }
    }
}

// === impl Router ===

impl Router {
    /// Deadline and ladder of a school, for the line with this key.
    pub(super) fn ladder(
        &self,
        key: [u8; 16],
        place: &SchoolPlace,
        times: Times,
        at_once: bool,
    ) -> (s::Deadline, Vec<s::PlannedRung>) {
        let deadline = {
            let calendars = self.reference.calendars();
            calendar::deadline(
                &calendars,
                &self.calendar,
                place,
                times.known,
                times.arrived,
            )
        };
        let pace = if at_once { Pace::AtOnce } else { Pace::Planned };
        let rungs = calendar::rungs(
            &self.calendar,
            deadline.rule,
            deadline.at,
            times.arrived,
            pace,
        );
        let rungs = rungs.map(|planned| s::PlannedRung {
            rung: rung(planned.rung).into(),
            due_ms: planned.due_at.as_millisecond(),
        });
        (self.stored(key, &deadline), rungs.to_vec())
    }

    /// The deadline that runs while no school is known: a day school's without a calendar of its own.
    pub(super) fn desk_deadline(&self, times: &Times) -> i64 {
        let place = SchoolPlace {
            urn: String::new(),
            trust: None,
            council: None,
            kind: PlaceKind::Day,
        };
        self.ladder([0; 16], &place, *times, false).0.at_ms
    }

    /// A question to the likely school: name and birth date only.
    pub(super) async fn ask(
        &self,
        line: &Line,
        opened: &Opened,
        likely: Urn,
    ) -> Result<Routing, RouteError> {
        let urn = likely.to_string();
        let key = line_key(line);
        let place = self.reference.place_of(&urn);
        let (deadline, _) = self.ladder(key, &place, opened.times, false);
        let margin = i64::try_from(COORDINATOR_NEEDS.as_millis()).unwrap_or_default();
        let now_ms = opened.times.arrived.as_millisecond();
        let plan = EnquiryPlan {
            enquiry_id: self.seals.enquiry_id(key, &urn, line.enquiries.len() + 1),
            school: self.seals.school(key, &self.school_ref(&urn)).await?,
            until_ms: if opened.at_once {
                self.calendar
                    .next_allowed(opened.times.arrived, deadline_at(&deadline))
                    .as_millisecond()
            } else {
                deadline.at_ms.saturating_sub(margin).max(now_ms)
            },
            deadline_ms: deadline.at_ms,
        };
        Ok(Routing {
            otherwise: Some(Placement::Ask(plan)),
            ..Routing::default()
        })
    }

    pub(super) fn school_ref(&self, urn: &str) -> SchoolRef {
        let directory = self.reference.directory();
        let school = urn.parse().ok().and_then(|urn| directory.get(urn));
        SchoolRef {
            urn: urn.to_owned(),
            name: school.map(|school| school.name.clone()).unwrap_or_default(),
        }
    }

    pub(super) fn school_type(&self, urn: &str) -> SchoolType {
        let directory = self.reference.directory();
        let school = urn.parse().ok().and_then(|urn| directory.get(urn));
        school.map_or(SchoolType::Other, |school| school.kind.into())
    }

    /// The version of a calendar that is one school's own would name the school for ever, so it is
    /// kept as a name that only this line knows.
    fn stored(&self, key: [u8; 16], deadline: &calendar::Deadline) -> s::Deadline {
        let day = deadline.school_day.as_ref();
        let (calendar, version) = day.map_or(("default", None), |day| source(&day.hours_from));
        let bell = day.filter(|_| deadline.rule != Rule::Holiday);
        s::Deadline {
            at_ms: deadline.at.as_millisecond(),
            rule: rule(deadline.rule).to_owned(),
            bell_ms: bell.map(|day| day.opens_at().as_millisecond()),
            closing_ms: bell.map(|day| day.closes_at().as_millisecond()),
            calendar: calendar.to_owned(),
            calendar_version: version
                .map(|version| self.seals.calendar_version(key, version))
                .unwrap_or_default(),
            late_on_arrival: deadline.late_on_arrival,
        }
    }
}

fn deadline_at(deadline: &s::Deadline) -> Timestamp {
    Timestamp::from_millisecond(deadline.at_ms).unwrap_or(Timestamp::MAX)
}

fn source(source: &Source) -> (&'static str, Option<&str>) {
    match source {
        Source::Calendar { scope, version } => {
            let scope = match scope {
                Scope::School => "school",
                Scope::Trust => "trust",
                Scope::Council => "council",
            };
            (scope, Some(version))
        }
        Source::Default => ("default", None),
    }
}

fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::ThatBell => "that_bell",
        Rule::SameDay => "same_day",
        Rule::NextBell => "next_bell",
        Rule::Holiday => "holiday",
    }
}

fn rung(rung: calendar::Rung) -> Rung {
    match rung {
        calendar::Rung::KeyAdults => Rung::KeyAdults,
        calendar::Rung::HolidayContact => Rung::HolidayContact,
        calendar::Rung::Head => Rung::Head,
        calendar::Rung::DutyDesk => Rung::DutyDesk,
    }
}
