//! Which calendar answers for a school, and what it says, in sentences.

use calendar::{
    BankHolidays, Calendars, Opening, PlaceKind, SchoolDay, SchoolPlace, Scope, Settings, Source,
    parse_calendar,
};
use jiff::civil::{Date, Time, date};

fn place(kind: PlaceKind) -> SchoolPlace {
    SchoolPlace {
        urn: "100001".to_owned(),
        trust: Some("T1".to_owned()),
        council: Some("909".to_owned()),
        kind,
    }
}

fn calendars(rows: &str) -> Calendars {
    let csv = format!("scope,code,kind,from,to,days,first_bell,delivery_hour,closing\n{rows}");
    let parsed = parse_calendar(csv.as_bytes());
    assert!(parsed.refused.is_empty());
    let mut calendars = Calendars::new(BankHolidays::default());
    calendars.take(parsed.calendars, "v1");
    calendars
}

fn day(calendars: &Calendars, kind: PlaceKind, date: Date) -> Option<SchoolDay> {
    calendars.school_day(&Settings::default(), &place(kind), date)
}

fn v1(scope: Scope) -> Source {
    Source::Calendar {
        scope,
        version: "v1".to_owned(),
    }
}

const WEDNESDAY: Date = Date::constant(2026, 1, 14);

#[test]
fn without_any_calendar_weekdays_that_are_no_bank_holiday_are_school_days() {
    let none = calendars("");

    let wednesday = day(&none, PlaceKind::Day, WEDNESDAY).unwrap();
    assert_eq!(wednesday.opens_at().to_string(), "2026-01-14T08:50:00Z");
    assert_eq!(wednesday.closes_at().to_string(), "2026-01-14T15:15:00Z");
    assert_eq!(wednesday.day_from, Source::Default);
    assert_eq!(wednesday.hours_from, Source::Default);
    assert_eq!(day(&none, PlaceKind::Day, date(2026, 1, 17)), None);
    assert_eq!(day(&none, PlaceKind::Day, date(2026, 4, 6)), None);
}

#[test]
fn the_schools_own_calendar_beats_its_trusts_and_its_councils() {
    let all = calendars(
        "school,100001,hours,,,,08:30,,15:00\n\
         trust,T1,hours,,,,08:40,,15:10\n\
         trust,T1,inset,2026-01-14,,,,,\n\
         council,909,term,2026-01-05,2026-02-13,,,,\n\
         council,909,hours,,,,08:45,,15:20\n",
    );

    assert_eq!(day(&all, PlaceKind::Day, WEDNESDAY), None);
    let thursday = day(&all, PlaceKind::Day, date(2026, 1, 15)).unwrap();
    assert_eq!(thursday.day_from, v1(Scope::Council));
    assert_eq!(thursday.hours_from, v1(Scope::School));
    assert_eq!(thursday.opens, Time::constant(8, 30, 0, 0));
}

#[test]
fn a_school_in_term_does_not_keep_its_councils_holiday() {
    let all = calendars(
        "school,100001,term,2026-01-05,2026-03-20,,,,\n\
         council,909,closed,2026-01-12,2026-01-16,,,,\n",
    );

    let wednesday = day(&all, PlaceKind::Day, WEDNESDAY).unwrap();
    assert_eq!(wednesday.day_from, v1(Scope::School));
}

#[test]
fn a_calendar_that_has_run_out_passes_the_question_on_and_makes_no_holiday() {
    let ran_out = calendars("school,100001,term,2025-09-02,2025-12-19,,,,\n");

    assert_eq!(day(&ran_out, PlaceKind::Day, date(2025, 9, 1)), None);
    let wednesday = day(&ran_out, PlaceKind::Day, WEDNESDAY).unwrap();
    assert_eq!(wednesday.day_from, Source::Default);
}

#[test]
fn a_shared_calendar_gives_bells_to_day_schools_and_delivery_hours_to_colleges() {
    let shared = calendars(
        "council,909,hours,,,,08:45,,15:20\n\
         council,909,delivery,,,,,09:30,16:30\n",
    );
    let opening = |kind| {
        let day = day(&shared, kind, WEDNESDAY).unwrap();
        (day.opening, day.opens.to_string())
    };

    assert_eq!(
        opening(PlaceKind::Day),
        (Opening::Bell, "08:45:00".to_owned())
    );
    assert_eq!(
        opening(PlaceKind::College),
        (Opening::Delivery, "09:30:00".to_owned())
    );
}

#[test]
fn a_day_school_never_takes_a_shared_delivery_hour_but_may_have_one_of_its_own() {
    let shared = calendars("council,909,delivery,,,,,09:30,16:30\n");
    let own = calendars("school,100001,delivery,,,,,09:30,16:30\n");

    let from_council = day(&shared, PlaceKind::Day, WEDNESDAY).unwrap();
    assert_eq!(from_council.hours_from, Source::Default);
    let from_itself = day(&own, PlaceKind::Day, WEDNESDAY).unwrap();
    assert_eq!(from_itself.opening, Opening::Delivery);
}

#[test]
fn a_college_keeps_its_own_weekend() {
    let college = calendars("school,100001,weekend,,,fri sun,,,\n");
    let is_in = |date| day(&college, PlaceKind::College, date).is_some();

    assert!(!is_in(date(2026, 1, 16)));
    assert!(is_in(date(2026, 1, 17)));
    assert!(!is_in(date(2026, 1, 18)));
}

#[test]
fn a_school_works_at_a_weekend_or_on_a_bank_holiday_only_if_it_says_so() {
    let open = calendars(
        "school,100001,term,2026-04-13,2026-05-22,,,,\n\
         school,100001,open,2026-05-02,2026-05-04,,,,\n",
    );
    let is_in = |date| day(&open, PlaceKind::Day, date).is_some();

    assert!(is_in(date(2026, 5, 2)));
    assert!(is_in(date(2026, 5, 4)));
    assert!(!is_in(date(2026, 5, 9)));
}

#[test]
fn closed_today_closes_that_school_and_that_day_only() {
    let mut snow = calendars("");
    snow.close("100001", WEDNESDAY);

    assert!(snow.is_closed("100001", WEDNESDAY));
    assert!(!snow.is_closed("100002", WEDNESDAY));
    assert_eq!(day(&snow, PlaceKind::Day, WEDNESDAY), None);
    assert!(day(&snow, PlaceKind::Day, date(2026, 1, 15)).is_some());
    assert!(snow.is_working_day(WEDNESDAY));
}

#[test]
fn a_school_that_opens_after_all_has_its_day_back() {
    let mut snow = calendars("");
    let before = day(&snow, PlaceKind::Day, WEDNESDAY);
    snow.close("100001", WEDNESDAY);
    snow.reopen("100001", WEDNESDAY);
    snow.reopen("100002", WEDNESDAY);

    assert!(!snow.is_closed("100001", WEDNESDAY));
    assert_eq!(day(&snow, PlaceKind::Day, WEDNESDAY), before);
}

#[test]
fn a_new_version_replaces_the_old_one_whole() {
    let mut all = calendars("school,100001,inset,2026-01-14,,,,,\n");

    let newer = parse_calendar(b"scope,code,kind,first_bell\nschool,100001,hours,08:35\n");
    all.take(newer.calendars, "v2");

    let wednesday = day(&all, PlaceKind::Day, WEDNESDAY).unwrap();
    assert_eq!(
        wednesday.hours_from,
        Source::Calendar {
            scope: Scope::School,
            version: "v2".to_owned()
        }
    );
}
