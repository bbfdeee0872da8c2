//! Every calendar the hub holds, and the one question asked of them: is this a school day?

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};

use crate::facts::Hours;
use crate::import::ParsedCalendar;
use crate::{BankHolidays, Calendar, DayKind, Opening, Scope, Settings, london};

const DEFAULT_WEEKEND: &[Weekday] = &[Weekday::Saturday, Weekday::Sunday];

/// Whose calendars answer for a school. It tells where a child is, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SchoolPlace {
    /// The school's URN.
    pub urn: String,
    /// The trust it belongs to, by the code its calendar is imported under.
    pub trust: Option<String>,
    /// The council whose area it is in, by the code its calendar is imported under.
    pub council: Option<String>,
    /// Whether it has a bell or a delivery hour.
    pub kind: PlaceKind,
}

/// Whether a school has a bell or a delivery hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// A day school: its days begin with a first bell.
    Day,
    /// A college: a delivery hour.
    College,
    /// A boarding school: a delivery hour.
    Boarding,
}

/// Where an answer came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An imported calendar.
    Calendar {
        /// Whose calendar it is.
        scope: Scope,
        /// Its version, as given when it was imported.
        version: String,
    },
    /// No calendar said anything: weekdays without bank holidays, default hours.
    Default,
}

/// A day on which pupils are in, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolDay {
    /// The London date.
    pub date: Date,
    /// Whether it opens with a bell or at a delivery hour.
    pub opening: Opening,
    /// The first bell or the delivery hour, London time.
    pub opens: Time,
    /// The closing time, London time.
    pub closes: Time,
    /// What made it a school day.
    pub day_from: Source,
    /// What gave its hours.
    pub hours_from: Source,
}

impl SchoolDay {
    /// The moment of the first bell or delivery hour.
    pub fn opens_at(&self) -> Timestamp {
        london::moment(self.date, self.opens)
    }

    /// The moment of closing.
    pub fn closes_at(&self) -> Timestamp {
        london::moment(self.date, self.closes)
    }
}

/// The calendars of schools, trusts and councils, the bank holidays, and the days declared closed.
#[derive(Clone, Default)]
pub struct Calendars {
    bank_holidays: BankHolidays,
    held: BTreeMap<Scope, BTreeMap<String, Held>>,
    closed: BTreeMap<String, BTreeSet<Date>>,
}

#[derive(Clone)]
struct Held {
    version: String,
    calendar: Calendar,
}

/// One calendar that is asked about a school.
struct Asked<'a> {
    scope: Scope,
    version: &'a str,
    calendar: &'a Calendar,
}

impl Asked<'_> {
    fn source(&self) -> Source {
        Source::Calendar {
            scope: self.scope,
            version: self.version.to_owned(),
        }
    }

    /// A school's own calendar may give either kind of hours; one that is shared gives bells to day
    /// schools and delivery hours to the others.
    fn hours(&self, weekday: Weekday, kind: PlaceKind) -> Option<Hours> {
        let (wanted, other) = match kind {
            PlaceKind::Day => (Opening::Bell, Opening::Delivery),
            PlaceKind::College | PlaceKind::Boarding => (Opening::Delivery, Opening::Bell),
        };
        let own = || match self.scope {
            Scope::School => self.calendar.hours(weekday, other),
            Scope::Trust | Scope::Council => None,
        };
        self.calendar.hours(weekday, wanted).or_else(own)
    }
}

impl Calendars {
    /// No calendars yet: every weekday that is not a bank holiday is a school day.
    pub fn new(bank_holidays: BankHolidays) -> Self {
        Self {
            bank_holidays,
            ..Self::default()
        }
    }

    /// Takes imported calendars under one version; each replaces the one held for the same school,
    /// trust or council whole.
    pub fn take(&mut self, parsed: Vec<ParsedCalendar>, version: &str) {
        for ParsedCalendar {
            scope,
            code,
            calendar,
        } in parsed
        {
            let held = Held {
                version: version.to_owned(),
                calendar,
            };
            self.held.entry(scope).or_default().insert(code, held);
        }
    }

    /// Declares a school closed on a date (snow): no school day for deadlines computed from now on.
    ///
    /// Deadlines already set keep, and nothing is delivered later for it.
    pub fn close(&mut self, urn: &str, date: Date) {
        self.closed.entry(urn.to_owned()).or_default().insert(date);
    }

    /// Takes a closing back: a school day again for deadlines computed from now on.
    pub fn reopen(&mut self, urn: &str, date: Date) {
        if let Some(days) = self.closed.get_mut(urn) {
            days.remove(&date);
        }
    }

    /// Whether this school was declared closed on this date.
    pub fn is_closed(&self, urn: &str, date: Date) -> bool {
        self.closed
            .get(urn)
            .is_some_and(|days| days.contains(&date))
    }

    /// Whether offices work: Monday to Friday without bank holidays.
    pub fn is_working_day(&self, date: Date) -> bool {
        !DEFAULT_WEEKEND.contains(&date.weekday()) && !self.bank_holidays.contains(date)
    }

    /// The school day on this date, or none where pupils are not in.
    ///
    /// Each part of the answer (the kind of day, the weekend, the hours) comes from the first
    /// calendar that says anything about it: the school's own, its trust's, its council's, then the
    /// default. So a calendar whose terms do not reach a date passes the question on, and never
    /// makes a holiday of it.
    pub fn school_day(
        &self,
        settings: &Settings,
        place: &SchoolPlace,
        date: Date,
    ) -> Option<SchoolDay> {
        let asked = self.asked(place);
        let said = asked
            .iter()
            .find_map(|asked| Some((asked.calendar.kind_of(date)?, asked)));
        let pupils_are_in = match said.map_or(DayKind::Term, |(kind, _)| kind) {
            DayKind::Closed => false,
            DayKind::Open => true,
            DayKind::Term => {
                !is_weekend(&asked, date.weekday()) && !self.bank_holidays.contains(date)
            }
        };
        if !pupils_are_in || self.is_closed(&place.urn, date) {
            return None;
        }
        let (hours, hours_from) = asked
            .iter()
            .find_map(|asked| Some((asked.hours(date.weekday(), place.kind)?, asked.source())))
            .unwrap_or_else(|| (default_hours(settings, place.kind), Source::Default));
        Some(SchoolDay {
            date,
            opening: hours.opening,
            opens: hours.opens,
            closes: hours.closes.unwrap_or(settings.default_closing),
            day_from: said.map_or(Source::Default, |(_, asked)| asked.source()),
            hours_from,
        })
    }

    /// The calendars that answer for a school, in the order in which they are asked.
    fn asked(&self, place: &SchoolPlace) -> Vec<Asked<'_>> {
        let codes = [
            (Scope::School, Some(&place.urn)),
            (Scope::Trust, place.trust.as_ref()),
            (Scope::Council, place.council.as_ref()),
        ];
        codes
            .into_iter()
            .filter_map(|(scope, code)| {
                let held = self.held.get(&scope)?.get(code?)?;
                Some(Asked {
                    scope,
                    version: &held.version,
                    calendar: &held.calendar,
                })
            })
            .collect()
    }
}

fn is_weekend(asked: &[Asked<'_>], weekday: Weekday) -> bool {
    asked
        .iter()
        .find_map(|asked| asked.calendar.weekend())
        .unwrap_or(DEFAULT_WEEKEND)
        .contains(&weekday)
}

fn default_hours(settings: &Settings, kind: PlaceKind) -> Hours {
    let (opening, opens) = match kind {
        PlaceKind::Day => (Opening::Bell, settings.default_bell),
        PlaceKind::College | PlaceKind::Boarding => (Opening::Delivery, settings.default_delivery),
    };
    Hours {
        opening,
        opens,
        closes: None,
    }
}
