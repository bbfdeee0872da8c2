//! What holds of every deadline, every ladder and every file, whatever the calendars say.

use calendar::{
    BankHolidays, Calendar, Calendars, DayKind, Deadline, Fact, Hours, Opening, Pace,
    ParsedCalendar, PlaceKind, Rule, SchoolDay, SchoolPlace, Scope, Settings, deadline, due,
    parse_calendar, rungs,
};
use jiff::civil::{Date, Time, Weekday, date, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use proptest::collection::vec;
use proptest::prelude::*;

const URN: &str = "100001";

fn london(at: Timestamp) -> Zoned {
    at.to_zoned(TimeZone::get("Europe/London").expect("built in"))
}

/// Dates of 2025 to 2027.
fn any_date() -> impl Strategy<Value = Date> {
    (0..1095_i64).prop_map(|days| date(2025, 1, 1).saturating_add(days.days()))
}

fn any_weekdays() -> impl Strategy<Value = Vec<Weekday>> {
    let offset = (0..7_i8).prop_map(|day| Weekday::from_monday_zero_offset(day).expect("0 to 6"));
    vec(offset, 0..4)
}

/// Hours as a calendar file may give them.
fn any_hours() -> impl Strategy<Value = Hours> {
    let opening = prop_oneof![Just(Opening::Bell), Just(Opening::Delivery)];
    (opening, 7..11_i8, 30..60_i8, 0..12_i8, any::<bool>()).prop_map(
        |(opening, hour, minute, length, has_closing)| Hours {
            opening,
            opens: time(hour, minute, 0, 0),
            closes: has_closing.then(|| time(hour + 1 + length, minute, 0, 0)),
        },
    )
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let kind = prop_oneof![
        4 => Just(DayKind::Term),
        2 => Just(DayKind::Closed),
        1 => Just(DayKind::Open),
    ];
    prop_oneof![
        4 => (kind, any_date(), 0..60_i64).prop_map(|(kind, from, length)| {
            Fact::Days(kind, from..=from.saturating_add(length.days()))
        }),
        1 => (any_weekdays(), any_hours()).prop_map(|(days, hours)| Fact::Hours(days, hours)),
        1 => any_weekdays().prop_map(Fact::Weekend),
    ]
}

/// A school, the facts of its own, its trust's and its council's calendar, and its snow days.
#[derive(Clone, Debug)]
struct School {
    facts: [Vec<Fact>; 3],
    closed: Vec<Date>,
    kind: PlaceKind,
}

fn any_school() -> impl Strategy<Value = School> {
    let facts = [(); 3].map(|()| vec(any_fact(), 0..12));
    let kind = prop_oneof![
        Just(PlaceKind::Day),
        Just(PlaceKind::College),
        Just(PlaceKind::Boarding)
    ];
    (facts, vec(any_date(), 0..30), kind).prop_map(|(facts, closed, kind)| School {
        facts,
        closed,
        kind,
    })
}

impl School {
    fn calendars(&self) -> Calendars {
        let owners = [
            (Scope::School, URN),
            (Scope::Trust, "T1"),
            (Scope::Council, "909"),
        ];
        let parsed = owners.into_iter().zip(&self.facts);
        let parsed = parsed.map(|((scope, code), facts)| ParsedCalendar {
            scope,
            code: code.to_owned(),
            calendar: facts.iter().cloned().collect::<Calendar>(),
        });
        let mut calendars = Calendars::new(BankHolidays::default());
        calendars.take(parsed.collect(), "v1");
        for day in &self.closed {
            calendars.close(URN, *day);
        }
        calendars
    }

    fn place(&self) -> SchoolPlace {
        SchoolPlace {
            urn: URN.to_owned(),
            trust: Some("T1".to_owned()),
            council: Some("909".to_owned()),
            kind: self.kind,
        }
    }

    fn deadline(&self, known_at: Timestamp, arrived_at: Timestamp) -> Deadline {
        let settings = Settings::default();
        deadline(
            &self.calendars(),
            &settings,
            &self.place(),
            known_at,
            arrived_at,
        )
    }

    fn day(&self, date: Date) -> Option<SchoolDay> {
        self.calendars()
            .school_day(&Settings::default(), &self.place(), date)
    }
}

/// Seconds of 2025 and 2026.
fn any_moment() -> impl Strategy<Value = Timestamp> {
    (1_735_689_600_i64..1_798_761_600)
        .prop_map(|second| Timestamp::from_second(second).expect("a moment of our age"))
}

fn any_wait() -> impl Strategy<Value = SignedDuration> {
    prop_oneof![0..7_200_i64, 0..1_000_000_i64].prop_map(SignedDuration::from_secs)
}

fn any_pace() -> impl Strategy<Value = Pace> {
    prop_oneof![Just(Pace::Planned), Just(Pace::AtOnce)]
}

fn any_rule() -> impl Strategy<Value = Rule> {
    prop_oneof![
        Just(Rule::ThatBell),
        Just(Rule::SameDay),
        Just(Rule::NextBell),
        Just(Rule::Holiday)
    ]
}

/// The first bell after a moment, found by looking at one day after another.
fn next_bell(school: &School, known_at: Timestamp) -> Option<Timestamp> {
    let (calendars, place) = (school.calendars(), school.place());
    let days = london(known_at).date().series(1.day()).take(400);
    days.filter_map(|day| calendars.school_day(&Settings::default(), &place, day))
        .map(|day| day.opens_at())
        .find(|bell| *bell > known_at)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn a_deadline_is_after_known_at_and_never_after_the_next_bell(
        school in any_school(), known_at in any_moment(),
    ) {
        let deadline = school.deadline(known_at, known_at);

        prop_assert!(deadline.at > known_at);
        prop_assert!(!deadline.late_on_arrival);
        if let Some(bell) = next_bell(&school, known_at) {
            prop_assert!(deadline.at <= bell);
        }
    }

    #[test]
    fn a_deadline_never_falls_on_a_closed_day_except_the_holiday_one_on_a_working_day(
        school in any_school(), known_at in any_moment(),
    ) {
        let deadline = school.deadline(known_at, known_at);

        let due = london(deadline.at);
        if deadline.rule == Rule::Holiday {
            prop_assert_eq!(due.time(), Time::constant(16, 0, 0, 0));
            prop_assert!(school.calendars().is_working_day(due.date()));
        } else {
            prop_assert!(!school.closed.contains(&due.date()));
            prop_assert!(deadline.school_day.is_some());
            prop_assert_eq!(school.day(due.date()), deadline.school_day);
        }
    }

    #[test]
    fn arriving_later_changes_lateness_and_nothing_else(
        school in any_school(), known_at in any_moment(), wait in any_wait(),
    ) {
        let soon = school.deadline(known_at, known_at);
        let late = school.deadline(known_at, known_at + wait);

        prop_assert_eq!(late.late_on_arrival, known_at + wait >= late.at);
        prop_assert_eq!((soon.rule, soon.at, soon.school_day), (late.rule, late.at, late.school_day));
    }

    #[test]
    fn rungs_climb_in_order_never_before_seven_and_never_after_the_deadline_unless_at_once(
        school in any_school(), known_at in any_moment(), wait in any_wait(), pace in any_pace(),
    ) {
        let (settings, arrived_at) = (Settings::default(), known_at + wait);
        let deadline = school.deadline(known_at, arrived_at);

        let rungs = rungs(&settings, deadline.rule, deadline.at, arrived_at, pace);

        prop_assert!(rungs.is_sorted_by_key(|rung| rung.due_at));
        for rung in rungs {
            prop_assert!(rung.due_at >= arrived_at);
            prop_assert!(london(rung.due_at).hour() >= 7);
            let tomorrow = london(rung.due_at).tomorrow().expect("a day of our age");
            let morning = tomorrow.date().at(7, 0, 0, 0).in_tz("Europe/London").expect("no gap");
            prop_assert!(london(rung.due_at).hour() < 20 || deadline.at <= morning.timestamp());
            let left = deadline.at.duration_since(arrived_at);
            if pace == Pace::Planned && left >= settings.at_once_under {
                prop_assert!(rung.due_at <= deadline.at);
            }
        }
    }

    #[test]
    fn any_rung_is_taken_or_skipped_exactly_once_however_rarely_the_hub_looks(
        rule in any_rule(), at in any_moment(), wait in any_wait(), pace in any_pace(),
        looks in vec(any_wait(), 1..20),
    ) {
        let rungs = rungs(&Settings::default(), rule, at, at - wait, pace);
        let mut waiting = rungs.to_vec();
        let mut gone = Vec::new();
        let mut now = at - wait;

        for look in looks {
            now += look;
            let due = due(&waiting, now);
            prop_assert!(due.act.iter().all(|rung| rung.due_at <= now));
            prop_assert!(due.skip.is_empty() || !due.act.is_empty());
            waiting.retain(|rung| !due.act.contains(rung) && !due.skip.contains(rung));
            gone.extend(due.skip.into_iter().chain(due.act));
        }

        prop_assert!(waiting.iter().all(|rung| rung.due_at > now));
        gone.extend(waiting);
        prop_assert_eq!(gone, rungs);
    }

    #[test]
    fn no_file_upsets_the_import_and_every_row_is_accounted_for(
        bytes in vec(any::<u8>(), 0..300),
        cells in vec("(school|council|trust|100001|909|term|hours|open|2026-09-0[0-9]|0[0-9]:[0-9]{2}|mon|\"|\n|\r\n|,){1}", 0..80),
    ) {
        let mut file = b"scope,code,kind,from,to,days,first_bell,delivery_hour,closing\n".to_vec();
        file.extend(cells.join(",").into_bytes());
        file.extend(&bytes);

        for file in [&file, &bytes] {
            let parsed = parse_calendar(file);
            let refused = parsed.refused.iter().filter(|row| row.line > 1).count();
            prop_assert_eq!(parsed.rows_taken + parsed.rows_held_back + refused, parsed.rows_read);
        }
    }
}
