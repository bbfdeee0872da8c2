//! Children between schools, far from home, or at no school.

use crate::people::{TODAY, pupil, report, rolls, school, settings, testy};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use matching::{Decision, Enrolment, EnrolmentStatus, Identity, Query, Roll, RollRow, RowId, Urn};

const BORN: Date = date(2014, 3, 12);
const LAST_OF_AUGUST: Date = date(2025, 8, 31);
const FIRST_OF_SEPTEMBER: Date = date(2025, 9, 1);

/// Each row on its school's roll, as that was on a day.
fn loaded(rows: &[(RollRow, Date)]) -> Roll {
    let mut roll = Roll::default();
    for (row, as_at) in rows {
        roll.change(row.urn, *as_at, std::slice::from_ref(row))
            .expect("a row of its own school");
    }
    roll
}

fn decide(roll: &Roll, day: Date) -> Decision {
    let query = Query {
        incident_date: day,
        postcode: testy().postcode,
        ..report("Testy", "McTestface", Some(BORN))
    };
    roll.decide(&query, &settings())
}

/// Where the child is, whom the report names surely.
fn enrolment(roll: &Roll, day: Date) -> Enrolment {
    let decision = decide(roll, day);
    assert_eq!(decision.identity, Identity::Sure);
    roll.enrolment(&decision.candidates[0], day, &settings())
}

fn told(urn: Urn) -> Enrolment {
    Enrolment::Current { schools: vec![urn] }
}

/// The last row at the primary school.
fn year_6() -> RollRow {
    RollRow {
        to: Some(LAST_OF_AUGUST),
        ..testy()
    }
}

/// The first row at the secondary school.
fn year_7(urn: Urn) -> RollRow {
    RollRow {
        row_id: RowId(2),
        urn,
        from: Some(FIRST_OF_SEPTEMBER),
        ..testy()
    }
}

#[test]
fn an_august_leaver_is_at_the_old_school_up_to_the_last_of_august() {
    // Given a Year 6 child whose row closes on 31 August, on a roll of mid August
    let roll = loaded(&[(year_6(), date(2025, 8, 15))]);
    // Then the school is told up to that day, and nobody is told or asked after it
    assert!(enrolment(&roll, date(2025, 8, 20)) == told(school(0)));
    assert!(enrolment(&roll, LAST_OF_AUGUST) == told(school(0)));
    let left = Enrolment::Left {
        last: school(0),
        on: Some(LAST_OF_AUGUST),
    };
    assert!(enrolment(&roll, FIRST_OF_SEPTEMBER) == left);
}

#[test]
fn an_august_leaver_on_a_roll_of_before_the_holidays_is_asked_about() {
    // Given a roll of the last day of term
    let roll = loaded(&[(year_6(), date(2025, 7, 18))]);
    // Then late in August it is too old to be believed
    let asked = Enrolment::Stale { likely: school(0) };
    assert!(enrolment(&roll, date(2025, 8, 20)) == asked);
}

#[test]
fn a_year_7_child_goes_from_the_old_roll_to_the_new_one_on_the_first_of_september() {
    // Given a child on the primary's roll to 31 August and on the secondary's from 1 September
    let roll = loaded(&[
        (year_6(), date(2025, 8, 15)),
        (year_7(school(1)), date(2025, 8, 25)),
    ]);
    // When it is reported in August, on 31 August, and on 1 September
    // Then one school is told each day: that whose pupil the child is
    assert!(enrolment(&roll, date(2025, 8, 26)) == told(school(0)));
    assert!(enrolment(&roll, LAST_OF_AUGUST) == told(school(0)));
    assert!(enrolment(&roll, FIRST_OF_SEPTEMBER) == told(school(1)));
}

#[test]
fn a_year_7_child_on_an_admissions_list_of_july_is_asked_about_at_the_new_school() {
    let roll = loaded(&[
        (year_6(), date(2025, 8, 15)),
        (year_7(school(1)), date(2025, 7, 10)),
    ]);
    let asked = Enrolment::Stale { likely: school(1) };
    assert!(enrolment(&roll, FIRST_OF_SEPTEMBER) == asked);
}

#[test]
fn a_year_7_child_whose_new_school_has_loaded_no_roll_is_a_coordinators() {
    // Given only the primary's roll, loaded anew in September
    let roll = loaded(&[(year_6(), date(2025, 9, 3))]);
    // Then the last school is named, and neither told nor asked
    let left = Enrolment::Left {
        last: school(0),
        on: Some(LAST_OF_AUGUST),
    };
    assert!(enrolment(&roll, date(2025, 9, 4)) == left);
}

#[test]
fn a_year_7_child_whom_the_primary_still_has_is_neither_schools_until_somebody_decides() {
    // Given a primary whose roll of July knows of no leaving, and a secondary with a roll of today
    let still = RollRow {
        to: None,
        ..year_6()
    };
    let today = date(2025, 9, 10);
    let roll = loaded(&[(still, date(2025, 7, 18)), (year_7(school(1)), today)]);
    // Then the newer claim alone is not believed
    let schools = vec![school(0), school(1)];
    assert!(enrolment(&roll, today) == Enrolment::Conflicting { schools });
}

#[test]
fn of_two_schools_that_expect_a_child_neither_is_asked() {
    // Given a child who left, and two schools that expect it on different days
    let left = RollRow {
        to: Some(date(2025, 7, 22)),
        ..year_6()
    };
    let earlier = RollRow {
        from: Some(date(2025, 8, 28)),
        ..year_7(school(2))
    };
    let today = date(2025, 8, 20);
    let roll = loaded(&[
        (left.clone(), today),
        (year_7(school(1)), today),
        (earlier, today),
    ]);
    // Then the earlier day wins nothing
    let schools = vec![school(1), school(2)];
    assert!(enrolment(&roll, today) == Enrolment::Conflicting { schools });
    // But one that expects it alone is asked
    let roll = loaded(&[(left, today), (year_7(school(1)), today)]);
    let asked = Enrolment::Starting {
        likely: school(1),
        from: FIRST_OF_SEPTEMBER,
    };
    assert!(enrolment(&roll, today) == asked);
}

#[test]
fn a_row_that_closes_before_it_opens_is_no_school_to_come() {
    let never = RollRow {
        from: Some(TODAY + 30.days()),
        to: Some(TODAY + 29.days()),
        ..testy()
    };
    let left = Enrolment::Left {
        last: school(0),
        on: never.to,
    };
    assert!(enrolment(&rolls(&[never]), TODAY) == left);
}

#[test]
fn a_looked_after_child_far_from_the_address_in_the_report_is_found_at_its_school() {
    // Given a child placed far away, with the foster home on the new school's roll and the
    // family's home on the old one's
    let far = RollRow {
        address: "3 Far Lane, Farington".into(),
        postcode: "YY9 9YY".into(),
        from: Some(date(2026, 1, 5)),
        ..RollRow {
            urn: school(1),
            ..testy()
        }
    };
    let old = RollRow {
        to: Some(date(2025, 12, 19)),
        ..testy()
    };
    let roll = rolls(&[old, far.clone()]);
    // When the report has the family's address
    let query = Query {
        address: testy().address,
        postcode: testy().postcode,
        ..report("Testy", "McTestface", Some(BORN))
    };
    let decision = roll.decide(&query, &settings());
    // Then the closed row resembles it more, and the open one's school is told
    assert_eq!(decision.identity, Identity::Sure);
    assert!(decision.candidates[0].urn == school(0));
    let today = |decision: &Decision, roll: &Roll| {
        roll.enrolment(&decision.candidates[0], TODAY, &settings())
    };
    assert!(today(&decision, &roll) == told(school(1)));
    // And where only the far school has a row, an address at the other end of the country is no
    // reason to doubt a rare name and a birth date, with the number that care records have
    let roll = rolls(&[far]);
    let decision = roll.decide(
        &Query {
            upn: "H801200001001".into(),
            ..query
        },
        &settings(),
    );
    assert_eq!(decision.identity, Identity::Sure);
    assert!(today(&decision, &roll) == told(school(1)));
}

#[test]
fn a_looked_after_child_whom_the_old_school_keeps_is_a_coordinators() {
    let far = RollRow {
        urn: school(1),
        from: Some(date(2026, 1, 5)),
        ..testy()
    };
    let schools = vec![school(0), school(1)];
    assert!(enrolment(&rolls(&[testy(), far]), TODAY) == Enrolment::Conflicting { schools });
}

#[test]
fn a_home_educated_child_is_at_no_school_any_more() {
    // Given a child taken off the roll to be taught at home
    let to = Some(date(2025, 10, 24));
    let row = RollRow { to, ..testy() };
    // Then the last school is named for the coordinator, however recent its roll
    let left = Enrolment::Left {
        last: school(0),
        on: to,
    };
    assert!(enrolment(&rolls(&[row]), TODAY) == left);
}

#[test]
fn a_missing_child_is_its_schools_until_taken_off_the_roll() {
    // Given a child whom nobody has seen since January, still registered: the school must look for it
    assert!(enrolment(&rolls(&[testy()]), TODAY) == told(school(0)));
    // When the school takes it off the roll, with no school to follow
    let row = RollRow {
        status: EnrolmentStatus::Left,
        to: Some(date(2026, 3, 2)),
        ..testy()
    };
    // Then it is known by name, and at no school
    let left = Enrolment::Left {
        last: school(0),
        on: row.to,
    };
    assert!(enrolment(&rolls(&[row]), TODAY) == left);
}

#[test]
fn the_latest_of_several_schools_left_is_named() {
    let first = RollRow {
        to: Some(date(2024, 7, 19)),
        ..testy()
    };
    let undated = RollRow {
        urn: school(1),
        status: EnrolmentStatus::Left,
        ..testy()
    };
    let last = RollRow {
        urn: school(2),
        to: Some(date(2025, 7, 22)),
        ..testy()
    };
    let left = Enrolment::Left {
        last: school(2),
        on: last.to,
    };
    assert!(enrolment(&rolls(&[first, undated, last]), TODAY) == left);
}

#[test]
fn a_child_on_no_roll_is_no_other_child() {
    // Given a roll with a sister in the same house, a namesake of another year, and a stranger
    let sister = RollRow {
        forename: "Tasty".into(),
        upn: None,
        nhs_number: None,
        date_of_birth: Some(date(2016, 5, 1)),
        ..testy()
    };
    let namesake = pupil(2, school(1), "Testy", "McTestface", date(2009, 11, 30));
    let stranger = pupil(3, school(2), "Orla", "Sample", BORN);
    let roll = rolls(&[sister, namesake, stranger]);
    // When a child is reported who is on none
    let query = Query {
        address: testy().address,
        postcode: testy().postcode,
        ..report("Testy", "McTestface", Some(BORN))
    };
    // Then nobody is taken for it
    assert_ne!(roll.decide(&query, &settings()).identity, Identity::Sure);
    let nobody = report("Ada", "Nowhere", Some(date(2012, 2, 2)));
    let decision = roll.decide(&nobody, &settings());
    assert_eq!(decision.identity, Identity::None);
    assert!(decision.candidates.is_empty());
}
