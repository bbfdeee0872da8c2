//! The deadline, rule by rule, in sentences.

use calendar::{
    BankHolidays, Calendars, Deadline, Opening, PlaceKind, Rule, SchoolPlace, Scope, Settings,
    Source, deadline, parse_calendar,
};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// School year 2025/26 of a council; Friday 13 February is an INSET day.
const COUNCIL: &str = "\
scope,code,kind,from,to,days,first_bell,delivery_hour,closing
council,909,term,2025-09-02,2025-10-24,,,,
council,909,term,2025-11-03,2025-12-19,,,,
council,909,term,2026-01-05,2026-02-13,,,,
council,909,inset,2026-02-13,,,,,
council,909,term,2026-02-23,2026-03-27,,,,
council,909,term,2026-04-13,2026-05-22,,,,
council,909,term,2026-06-01,2026-07-21,,,,
council,909,term,2026-09-02,2026-10-23,,,,
council,909,hours,,,,08:45,,15:15
";

fn calendars(extra: &str) -> Calendars {
    let parsed = parse_calendar(format!("{COUNCIL}{extra}").as_bytes());
    assert!(parsed.refused.is_empty());
    let mut calendars = Calendars::new(BankHolidays::default());
    calendars.take(parsed.calendars, "2025-26");
    calendars
}

fn school(kind: PlaceKind) -> SchoolPlace {
    SchoolPlace {
        urn: "100001".to_owned(),
        trust: None,
        council: Some("909".to_owned()),
        kind,
    }
}

/// A moment, as London's clock shows it.
fn london(shown: &str) -> Timestamp {
    let clock = TimeZone::get("Europe/London").expect("built in");
    let shown: DateTime = shown.parse().expect("a date and time");
    clock.to_timestamp(shown).expect("a moment of our age")
}

/// The deadline of what is known at this London time and arrives a minute later.
fn known_in(calendars: &Calendars, kind: PlaceKind, known: &str) -> Deadline {
    let known_at = london(known);
    let arrived_at = known_at + jiff::SignedDuration::from_mins(1);
    deadline(
        calendars,
        &Settings::default(),
        &school(kind),
        known_at,
        arrived_at,
    )
}

fn known(shown: &str) -> Deadline {
    known_in(&calendars(""), PlaceKind::Day, shown)
}

#[track_caller]
fn assert_due(deadline: &Deadline, rule: Rule, at: &str) {
    assert_eq!((deadline.rule, deadline.at), (rule, london(at)));
}

#[test]
fn known_before_the_bell_of_a_school_day_is_due_at_that_bell() {
    assert_due(
        &known("2026-01-14T02:10"),
        Rule::ThatBell,
        "2026-01-14T08:45",
    );
    assert_due(
        &known("2026-01-14T08:44:59"),
        Rule::ThatBell,
        "2026-01-14T08:45",
    );
}

#[test]
fn known_at_the_bell_or_while_school_is_in_is_due_an_hour_before_it_closes() {
    for shown in ["2026-01-14T08:45", "2026-01-14T11:30"] {
        assert_due(&known(shown), Rule::SameDay, "2026-01-14T14:15");
    }
}

#[test]
fn known_less_than_two_hours_before_closing_counts_as_known_after_it() {
    assert_due(
        &known("2026-01-14T13:15"),
        Rule::SameDay,
        "2026-01-14T14:15",
    );
    for shown in [
        "2026-01-14T13:15:01",
        "2026-01-14T15:14",
        "2026-01-14T15:15",
        "2026-01-14T23:50",
    ] {
        assert_due(&known(shown), Rule::NextBell, "2026-01-15T08:45");
    }
}

#[test]
fn friday_night_is_due_at_mondays_bell() {
    assert_due(
        &known("2026-01-16T23:30"),
        Rule::NextBell,
        "2026-01-19T08:45",
    );
    assert_due(
        &known("2026-01-18T03:00"),
        Rule::NextBell,
        "2026-01-19T08:45",
    );
}

#[test]
fn a_bell_is_the_same_on_the_clock_when_the_clocks_change_over_the_weekend() {
    let calendars = calendars("school,100001,term,2025-09-02,2026-07-21,,,,\n");
    let known = |shown| known_in(&calendars, PlaceKind::Day, shown);

    let forward = known("2026-03-28T22:00");
    assert_due(&forward, Rule::NextBell, "2026-03-30T08:45");
    assert_eq!(forward.at.to_string(), "2026-03-30T07:45:00Z");
    let back = known("2025-10-25T22:00");
    assert_due(&back, Rule::NextBell, "2025-10-27T08:45");
    assert_eq!(back.at.to_string(), "2025-10-27T08:45:00Z");
}

#[test]
fn the_hours_to_a_far_bell_are_counted_as_they_pass_not_as_the_clock_shows_them() {
    let from_friday = "school,100001,term,2025-09-02,2026-07-21,,,,\n\
                       school,100001,closed,2025-10-24,,,,,\n\
                       school,100001,closed,2026-03-27,,,,,\n";
    let calendars = calendars(from_friday);
    let known = |shown| known_in(&calendars, PlaceKind::Day, shown);

    assert_due(
        &known("2025-10-24T08:45"),
        Rule::Holiday,
        "2025-10-24T16:00",
    );
    assert_due(
        &known("2026-03-27T08:00"),
        Rule::NextBell,
        "2026-03-30T08:45",
    );
}

#[test]
fn a_bell_seventy_two_hours_away_is_near_and_a_second_more_is_far() {
    // Friday 13 February is an INSET day and half-term follows; Monday 23 February is back.
    assert_due(
        &known("2026-02-20T08:45"),
        Rule::NextBell,
        "2026-02-23T08:45",
    );
    assert_due(
        &known("2026-02-20T08:44:59"),
        Rule::Holiday,
        "2026-02-20T16:00",
    );
}

#[test]
fn an_inset_day_is_no_school_day() {
    let before = known("2026-02-12T22:00");

    assert_due(&before, Rule::Holiday, "2026-02-13T16:00");
    assert_eq!(
        before.school_day.unwrap().date,
        Date::constant(2026, 2, 23),
        "the alert still stands first on return"
    );
}

#[test]
fn in_the_summer_holidays_a_night_is_due_the_same_afternoon() {
    assert_due(
        &known("2026-08-05T02:00"),
        Rule::Holiday,
        "2026-08-05T16:00",
    );
    assert_due(
        &known("2026-08-05T10:00"),
        Rule::Holiday,
        "2026-08-05T16:00",
    );
}

#[test]
fn in_the_summer_holidays_what_comes_after_the_first_rung_is_due_the_next_working_day() {
    assert_due(
        &known("2026-08-05T12:00"),
        Rule::Holiday,
        "2026-08-05T16:00",
    );
    assert_due(
        &known("2026-08-05T12:00:01"),
        Rule::Holiday,
        "2026-08-06T16:00",
    );
    assert_due(
        &known("2026-08-28T18:00"),
        Rule::Holiday,
        "2026-09-01T16:00",
    );
}

#[test]
fn over_christmas_the_next_working_day_is_no_bank_holiday() {
    assert_due(
        &known("2025-12-24T20:00"),
        Rule::Holiday,
        "2025-12-29T16:00",
    );
}

#[test]
fn after_a_bank_holiday_weekend_the_bell_comes_before_the_holiday_deadline_and_is_kept() {
    // 85 hours from Friday evening to Tuesday's bell; the next working day is that Tuesday.
    assert_due(
        &known("2026-05-01T20:00"),
        Rule::NextBell,
        "2026-05-05T08:45",
    );
}

#[test]
fn closed_today_is_no_school_day_for_what_is_known_after_it_was_declared() {
    let mut snow = calendars("");
    let set_before = known_in(&snow, PlaceKind::Day, "2026-01-14T02:00");

    snow.close("100001", Date::constant(2026, 1, 14));

    assert_due(&set_before, Rule::ThatBell, "2026-01-14T08:45");
    assert_due(
        &known_in(&snow, PlaceKind::Day, "2026-01-14T07:30"),
        Rule::NextBell,
        "2026-01-15T08:45",
    );
}

#[test]
fn a_college_has_a_delivery_hour_and_its_own_weekend() {
    let college = calendars(
        "school,100001,delivery,,,,,09:30,17:00\n\
         school,100001,weekend,,,fri sun,,,\n",
    );
    let known = |shown| known_in(&college, PlaceKind::College, shown);

    let thursday_night = known("2026-01-15T23:00");
    assert_due(&thursday_night, Rule::NextBell, "2026-01-17T09:30");
    assert_eq!(
        thursday_night.school_day.unwrap().opening,
        Opening::Delivery
    );
    assert_due(
        &known("2026-01-17T12:00"),
        Rule::SameDay,
        "2026-01-17T16:00",
    );
}

#[test]
fn a_boarding_school_without_hours_of_its_own_has_the_default_delivery_hour() {
    let boarding = known_in(&calendars(""), PlaceKind::Boarding, "2026-01-14T02:00");

    assert_due(&boarding, Rule::ThatBell, "2026-01-14T09:00");
}

#[test]
fn a_deadline_that_has_been_reached_on_arrival_is_the_senders_lateness() {
    let late = |arrived: &str| {
        let deadline = deadline(
            &calendars(""),
            &Settings::default(),
            &school(PlaceKind::Day),
            london("2026-01-14T02:00"),
            london(arrived),
        );
        assert_due(&deadline, Rule::ThatBell, "2026-01-14T08:45");
        deadline.late_on_arrival
    };

    assert!(!late("2026-01-14T08:44:59"));
    assert!(late("2026-01-14T08:45"));
    assert!(late("2026-01-16T10:00"));
}

#[test]
fn a_deadline_keeps_the_inputs_it_was_computed_from() {
    let deadline = known("2026-01-14T02:00");

    assert_eq!(deadline.known_at, london("2026-01-14T02:00"));
    assert_eq!(deadline.arrived_at, london("2026-01-14T02:01"));
    let day = deadline.school_day.unwrap();
    let council = Source::Calendar {
        scope: Scope::Council,
        version: "2025-26".to_owned(),
    };
    assert_eq!((day.day_from, day.hours_from), (council.clone(), council));
    assert_eq!(
        (day.opens.to_string(), day.closes.to_string()),
        ("08:45:00".to_owned(), "15:15:00".to_owned())
    );
}

#[test]
fn a_school_that_never_opens_again_still_has_a_deadline() {
    let shut = calendars("school,100001,weekend,,,mon tue wed thu fri sat sun,,,\n");

    let deadline = known_in(&shut, PlaceKind::Day, "2026-01-14T02:00");

    assert_due(&deadline, Rule::Holiday, "2026-01-14T16:00");
    assert_eq!(deadline.school_day, None);
}

#[test]
fn the_ends_of_time_have_a_deadline_too() {
    for at in [Timestamp::MIN, Timestamp::MAX] {
        let calendars = Calendars::new(BankHolidays::default());
        let settings = Settings::default();
        let deadline = deadline(&calendars, &settings, &school(PlaceKind::Day), at, at);
        assert!(deadline.at >= at);
    }
}
