//! Where the child is on roll today.

use crate::people::{TODAY, report, rolls, school, settings, testy};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use matching::{Enrolment, EnrolmentStatus, Roll, RollRow, Urn};

fn enrolment(roll: &Roll, today: Date) -> Enrolment {
    let decision = roll.decide(
        &report("Testy", "McTestface", Some(date(2014, 3, 12))),
        &settings(),
    );
    roll.enrolment(&decision.candidates[0], today, &settings())
}

fn at(urn: Urn) -> RollRow {
    RollRow { urn, ..testy() }
}

fn dual(urn: Urn) -> RollRow {
    RollRow {
        status: EnrolmentStatus::Dual,
        ..at(urn)
    }
}

#[test]
fn one_open_row_on_a_recent_roll_is_current() {
    let roll = rolls(&[testy()]);
    assert!(
        enrolment(&roll, TODAY)
            == Enrolment::Current {
                schools: vec![school(0)]
            }
    );
    assert!(
        enrolment(&roll, TODAY + 30.days())
            == Enrolment::Current {
                schools: vec![school(0)]
            }
    );
}

#[test]
fn a_roll_older_than_thirty_days_or_dated_ahead_is_stale() {
    let roll = rolls(&[testy()]);
    assert!(enrolment(&roll, TODAY + 31.days()) == Enrolment::Stale { likely: school(0) });
    assert!(enrolment(&roll, TODAY - 1.day()) == Enrolment::Stale { likely: school(0) });
}

#[test]
fn two_main_registrations_contradict_each_other_and_two_dual_ones_do_not() {
    let (a, b) = (school(0), school(1));
    assert!(
        enrolment(&rolls(&[at(a), at(b)]), TODAY)
            == Enrolment::Conflicting {
                schools: vec![a, b]
            }
    );
    assert!(
        enrolment(&rolls(&[at(a), dual(b)]), TODAY)
            == Enrolment::Conflicting {
                schools: vec![a, b]
            }
    );
    assert!(
        enrolment(&rolls(&[dual(a), dual(b)]), TODAY)
            == Enrolment::Current {
                schools: vec![a, b]
            }
    );
    let third = [dual(a), dual(b), dual(school(2))];
    assert!(matches!(
        enrolment(&rolls(&third), TODAY),
        Enrolment::Conflicting { .. }
    ));
}

#[test]
fn a_pupil_who_moved_is_at_the_new_school_only() {
    let old = RollRow {
        to: Some(date(2026, 1, 9)),
        ..at(school(0))
    };
    let new = RollRow {
        from: Some(date(2026, 1, 12)),
        ..at(school(1))
    };
    let roll = rolls(&[old, new]);
    assert!(
        enrolment(&roll, TODAY)
            == Enrolment::Current {
                schools: vec![school(1)]
            }
    );
    assert!(
        enrolment(&roll, date(2026, 1, 10))
            == Enrolment::Starting {
                likely: school(1),
                from: date(2026, 1, 12)
            }
    );
}

#[test]
fn a_pupil_who_left_is_nowhere() {
    let to = Some(date(2026, 2, 13));
    let left = RollRow { to, ..testy() };
    assert!(
        enrolment(&rolls(&[left]), TODAY)
            == Enrolment::Left {
                last: school(0),
                on: to
            }
    );
    let left = RollRow {
        status: EnrolmentStatus::Left,
        ..testy()
    };
    assert!(
        enrolment(&rolls(&[left]), TODAY)
            == Enrolment::Left {
                last: school(0),
                on: None
            }
    );
}

#[test]
fn a_row_that_a_later_roll_lost_is_gone() {
    let mut roll = rolls(&[testy()]);
    let decision = roll.decide(
        &report("Testy", "McTestface", Some(date(2014, 3, 12))),
        &settings(),
    );
    roll.replace(school(0), TODAY, &[]).unwrap();
    assert!(roll.enrolment(&decision.candidates[0], TODAY, &settings()) == Enrolment::Gone);
}
