//! The deadline: by when a named adult should have an alert in hand.

use jiff::Timestamp;

use crate::{Calendars, SchoolDay, SchoolPlace, Settings, london};

/// Which rule gave a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Known on a school day before its bell: that bell.
    ThatBell,
    /// Known while school was in: some time before it closes, the same day.
    SameDay,
    /// Known after closing, or on a day without school: the next bell.
    NextBell,
    /// The next bell is far away: an hour of the afternoon of a working day.
    Holiday,
}

/// A deadline with the inputs it was computed from, so that it can be checked later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The deadline itself.
    pub at: Timestamp,
    /// The rule that gave it.
    pub rule: Rule,
    /// It had been reached when the alert arrived: the sender's lateness, not the school's.
    pub late_on_arrival: bool,
    /// When police knew.
    pub known_at: Timestamp,
    /// When the alert reached the hub.
    pub arrived_at: Timestamp,
    /// The school day whose bell or closing gave it; under the holiday rule, the day of return,
    /// if the calendars reach one.
    pub school_day: Option<SchoolDay>,
}

/// Computes the deadline of an alert, which runs from when police knew.
///
/// * Known on a school day before its bell: that bell. At the bell, school is in.
/// * Known while school is in: one hour before it closes, the same day. Known less than two hours
///   before closing counts as known after it.
/// * Known after closing, or on a day without school: the next bell.
/// * If that bell is more than 72 hours away: 16:00 on the next working day.
///
/// The next working day is the first one, from the day on which police knew, whose first rung
/// (12:00) is not past by then. So what a night brings to light is due the same afternoon, as soon
/// as reasonably practicable, and every rung still has its full time. The holiday rule only ever
/// brings a deadline forward: where the bell comes first, as on the Tuesday after a bank-holiday
/// weekend, the bell is the deadline. So no deadline ever falls after the next bell.
///
/// "Closed today" counts as no school day here; a deadline that was set before it is kept by not
/// being computed again.
pub fn deadline(
    calendars: &Calendars,
    settings: &Settings,
    place: &SchoolPlace,
    known_at: Timestamp,
    arrived_at: Timestamp,
) -> Deadline {
    let known_on = london::date_of(known_at);
    let today = calendars.school_day(settings, place, known_on);
    let last_call = |day: &SchoolDay| london::earlier(day.closes_at(), settings.last_call);

    let (rule, at, school_day) = match today {
        Some(day) if known_at < day.opens_at() => (Rule::ThatBell, day.opens_at(), Some(day)),
        Some(day) if known_at <= last_call(&day) => {
            let at = london::earlier(day.closes_at(), settings.before_closing);
            (Rule::SameDay, at, Some(day))
        }
        _ => next_bell_or_holiday(calendars, settings, place, known_at),
    };
    Deadline {
        at,
        rule,
        late_on_arrival: arrived_at >= at,
        known_at,
        arrived_at,
        school_day,
    }
}

fn next_bell_or_holiday(
    calendars: &Calendars,
    settings: &Settings,
    place: &SchoolPlace,
    known_at: Timestamp,
) -> (Rule, Timestamp, Option<SchoolDay>) {
    let next = london::days_from(london::date_of(known_at))
        .skip(1)
        .find_map(|date| calendars.school_day(settings, place, date));
    let holiday = holiday_deadline(calendars, settings, known_at);
    let far = london::later(known_at, settings.far_bell);

    match next {
        Some(day) if day.opens_at() <= far.max(holiday) => {
            (Rule::NextBell, day.opens_at(), Some(day))
        }
        next => (Rule::Holiday, holiday, next),
    }
}

/// The holiday hour of the first working day whose first rung is not past when police know.
///
/// There is always one; only a feed that made a whole year a bank holiday could leave none, and
/// then the deadline is as far away as a near bell can be.
fn holiday_deadline(calendars: &Calendars, settings: &Settings, known_at: Timestamp) -> Timestamp {
    let [first_rung, ..] = settings.holiday_rungs;
    london::days_from(london::date_of(known_at))
        .filter(|date| calendars.is_working_day(*date))
        .map(|date| london::moment(date, settings.holiday_hour))
        .find(|at| known_at <= london::earlier(*at, first_rung))
        .unwrap_or_else(|| london::later(known_at, settings.far_bell))
}
