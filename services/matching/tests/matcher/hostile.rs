//! Rolls that lie, and input that is meant to break things.

use crate::people::{TODAY, pupil, report, rolls, school, settings, testy};
use jiff::civil::{Date, date};
use matching::{Enrolment, EnrolmentStatus, Identity, Query, Roll, RollRow, RowId, Sex};
use proptest::prelude::*;

/// Whether an alert for this report would reach `school(9)`, the one that lies.
fn reaches_the_liar(roll: &Roll, query: &Query) -> bool {
    let decision = roll.decide(query, &settings());
    if decision.identity != Identity::Sure {
        return false;
    }
    match roll.enrolment(&decision.candidates[0], TODAY, &settings()) {
        Enrolment::Current { schools } => schools.contains(&school(9)),
        Enrolment::Stale { likely } | Enrolment::Starting { likely, .. } => likely == school(9),
        _ => false,
    }
}

#[test]
fn a_row_that_guesses_name_birth_date_and_more_gains_nothing() {
    let born = date(2014, 3, 12);
    let guess = pupil(7, school(9), "Testy", "McTestface", born);
    let same_upn = RollRow {
        upn: testy().upn,
        ..guess.clone()
    };
    let other_upn = RollRow {
        upn: "G80120000101A".parse().ok(),
        ..guess.clone()
    };
    let dual = RollRow {
        status: EnrolmentStatus::Dual,
        ..guess.clone()
    };
    let later = RollRow {
        from: Some(date(2026, 3, 12)),
        ..guess.clone()
    };
    let reports = [
        report("Testy", "McTestface", Some(born)),
        Query {
            upn: "H801200001001".into(),
            ..report("Testy", "McTestface", Some(born))
        },
        Query {
            postcode: "ZZ1 1AA".into(),
            ..report("Testy", "McTestface", Some(born))
        },
    ];
    for lie in [guess, same_upn, other_upn, dual, later] {
        for query in &reports {
            assert!(!reaches_the_liar(&rolls(&[testy(), lie.clone()]), query));
        }
    }
}

#[test]
fn a_upn_claimed_under_another_name_is_seen_as_a_claim_on_the_same_child() {
    let claim = RollRow {
        upn: testy().upn,
        ..pupil(7, school(9), "Orla", "Sample", date(2012, 1, 1))
    };
    let roll = rolls(&[testy(), claim]);
    let decision = roll.decide(
        &report("Testy", "McTestface", Some(date(2014, 3, 12))),
        &settings(),
    );
    let enrolment = roll.enrolment(&decision.candidates[0], TODAY, &settings());
    assert!(
        enrolment
            == Enrolment::Conflicting {
                schools: vec![school(0), school(9)]
            }
    );
}

fn any_date() -> impl Strategy<Value = Option<Date>> {
    proptest::option::of(
        (-9999_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| date(y, m, d)),
    )
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[A-Za-z' -]{0,12}",
        "\\PC{0,3000}",
        Just("\u{1f}\u{1f}\0".to_owned()),
        Just("ﷺ".repeat(500))
    ]
}

prop_compose! {
    fn any_row()(texts in proptest::array::uniform7(any_text()), id in 0_u64..3, number in 0_u32..3,
                 born in any_date(), from in any_date(), to in any_date(), dual: bool) -> RollRow {
        let [forename, middle_names, surname, known_as, former_surname, address, postcode] = texts;
        let status = if dual { EnrolmentStatus::Dual } else { EnrolmentStatus::Main };
        RollRow { row_id: RowId(id), urn: school(number), upn: None, nhs_number: None, forename, middle_names, surname,
            known_as, former_surname, date_of_birth: born, sex: Sex::Male, address, postcode, status, from, to }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_roll_and_no_report_panics(rows in proptest::collection::vec(any_row(), 0..6), texts in proptest::array::uniform7(any_text()),
                                    born in any_date(), age: Option<u32>, today in any_date()) {
        let roll = rolls(&rows);
        let [forename, middle_names, surname, known_as, address, upn, postcode] = texts;
        let query = Query { forename, middle_names, surname, known_as, date_of_birth: born, age, address, postcode,
            nhs_number: upn.clone(), upn, ..Query::on(today.unwrap_or(Date::MAX)) };
        for candidate in roll.decide(&query, &settings()).candidates {
            roll.enrolment(&candidate, today.unwrap_or(Date::MIN), &settings());
        }
    }

    #[test]
    fn a_pupil_is_found_under_any_name_in_any_script(forename in "\\w{2,20}", surname in "\\w{2,20}") {
        let born = date(2014, 3, 12);
        let roll = rolls(&[pupil(1, school(0), &forename, &surname, born)]);
        let folded = (matching::fold(&forename), matching::fold(&surname));
        prop_assume!(folded.0.chars().nth(1).is_some() && !folded.1.is_empty() && folded.0 != folded.1);
        prop_assert_eq!(roll.decide(&report(&forename, &surname, Some(born)), &settings()).identity, Identity::Sure);
    }
}
