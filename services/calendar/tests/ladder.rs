//! The ladder, rung by rung, in sentences.

use calendar::{Pace, PlannedRung, Rule, Rung, Settings, due, rungs};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

fn london(shown: &str) -> Timestamp {
    let clock = TimeZone::get("Europe/London").expect("built in");
    let shown: DateTime = shown.parse().expect("a date and time");
    clock.to_timestamp(shown).expect("a moment of our age")
}

fn plan(rule: Rule, at: &str, from: &str, pace: Pace) -> [PlannedRung; 3] {
    rungs(&Settings::default(), rule, london(at), london(from), pace)
}

#[track_caller]
fn assert_climbs(rungs: &[PlannedRung], expected: [(Rung, &str); 3]) {
    let expected = expected.map(|(rung, at)| PlannedRung {
        rung,
        due_at: london(at),
    });
    assert_eq!(rungs, expected);
}

#[test]
fn key_adults_head_and_duty_desk_follow_at_sixty_thirty_and_twenty_minutes() {
    let rungs = plan(
        Rule::ThatBell,
        "2026-01-14T08:45",
        "2026-01-14T02:00",
        Pace::Planned,
    );

    assert_climbs(
        &rungs,
        [
            (Rung::KeyAdults, "2026-01-14T07:45"),
            (Rung::Head, "2026-01-14T08:15"),
            (Rung::DutyDesk, "2026-01-14T08:25"),
        ],
    );
}

#[test]
fn in_the_holidays_the_holiday_contact_comes_first_and_the_rungs_are_hours_apart() {
    let rungs = plan(
        Rule::Holiday,
        "2026-08-05T16:00",
        "2026-08-05T02:00",
        Pace::Planned,
    );

    assert_climbs(
        &rungs,
        [
            (Rung::HolidayContact, "2026-08-05T12:00"),
            (Rung::Head, "2026-08-05T14:00"),
            (Rung::DutyDesk, "2026-08-05T15:00"),
        ],
    );
}

#[test]
fn rungs_whose_time_is_past_on_arrival_act_on_arrival() {
    let rungs = plan(
        Rule::Holiday,
        "2026-08-05T16:00",
        "2026-08-05T14:30",
        Pace::Planned,
    );

    assert_climbs(
        &rungs,
        [
            (Rung::HolidayContact, "2026-08-05T14:30"),
            (Rung::Head, "2026-08-05T14:30"),
            (Rung::DutyDesk, "2026-08-05T15:00"),
        ],
    );
}

#[test]
fn with_forty_minutes_left_the_rungs_are_planned_and_with_less_all_act_at_once() {
    let left = |from| plan(Rule::ThatBell, "2026-01-14T08:45", from, Pace::Planned);

    assert_climbs(
        &left("2026-01-14T08:05"),
        [
            (Rung::KeyAdults, "2026-01-14T08:05"),
            (Rung::Head, "2026-01-14T08:15"),
            (Rung::DutyDesk, "2026-01-14T08:25"),
        ],
    );
    let at = "2026-01-14T08:05:01";
    assert_climbs(
        &left(at),
        [
            (Rung::KeyAdults, at),
            (Rung::Head, at),
            (Rung::DutyDesk, at),
        ],
    );
}

#[test]
fn what_is_late_on_arrival_climbs_every_rung_at_once() {
    let at = "2026-01-16T19:00";

    assert_climbs(
        &plan(Rule::ThatBell, "2026-01-14T08:45", at, Pace::Planned),
        [
            (Rung::KeyAdults, at),
            (Rung::Head, at),
            (Rung::DutyDesk, at),
        ],
    );
}

#[test]
fn what_is_urgent_at_night_waits_for_seven_of_that_morning_however_far_the_bell() {
    let seven = "2026-03-29T07:00";

    assert_climbs(
        &plan(
            Rule::NextBell,
            "2026-03-30T08:45",
            "2026-03-29T03:00",
            Pace::AtOnce,
        ),
        [
            (Rung::KeyAdults, seven),
            (Rung::Head, seven),
            (Rung::DutyDesk, seven),
        ],
    );
}

#[test]
fn what_is_urgent_in_the_evening_waits_for_seven_of_the_next_morning() {
    let climb = |from| plan(Rule::NextBell, "2026-01-15T08:45", from, Pace::AtOnce);
    let seven = "2026-01-15T07:00";

    assert_climbs(
        &climb("2026-01-14T20:00"),
        [
            (Rung::KeyAdults, seven),
            (Rung::Head, seven),
            (Rung::DutyDesk, seven),
        ],
    );
    let afternoon = "2026-01-14T19:59";
    assert_climbs(
        &climb(afternoon),
        [
            (Rung::KeyAdults, afternoon),
            (Rung::Head, afternoon),
            (Rung::DutyDesk, afternoon),
        ],
    );
}

#[test]
fn before_an_early_delivery_hour_the_rungs_wait_for_seven() {
    let rungs = plan(
        Rule::ThatBell,
        "2026-07-14T07:30",
        "2026-07-14T01:00",
        Pace::Planned,
    );

    assert_climbs(
        &rungs,
        [
            (Rung::KeyAdults, "2026-07-14T07:00"),
            (Rung::Head, "2026-07-14T07:00"),
            (Rung::DutyDesk, "2026-07-14T07:10"),
        ],
    );
}

#[test]
fn after_downtime_only_the_latest_due_rung_acts_and_the_earlier_ones_are_skipped() {
    let [first, head, desk] = plan(
        Rule::ThatBell,
        "2026-01-14T08:45",
        "2026-01-14T02:00",
        Pace::Planned,
    );

    let due = due(&[first, head, desk], london("2026-01-14T08:20"));

    assert_eq!(due.act, [head]);
    assert_eq!(due.skip, [first]);
}

#[test]
fn rungs_planned_for_the_same_moment_act_together() {
    let rungs = plan(
        Rule::ThatBell,
        "2026-01-14T08:45",
        "2026-01-14T08:30",
        Pace::Planned,
    );

    let due = due(&rungs, london("2026-01-14T08:31"));

    assert_eq!(due.act, rungs);
    assert_eq!(due.skip, []);
}

#[test]
fn a_rung_is_due_at_its_very_moment_and_not_before() {
    let [first, head, desk] = plan(
        Rule::ThatBell,
        "2026-01-14T08:45",
        "2026-01-14T02:00",
        Pace::Planned,
    );
    let act = |now| due(&[first, head, desk], london(now)).act;

    assert_eq!(act("2026-01-14T07:44:59"), []);
    assert_eq!(act("2026-01-14T07:45"), [first]);
}
