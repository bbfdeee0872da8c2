//! Rolls that lie.

use crate::people::{TODAY, pupil, report, rolls, school, settings, testy};
use jiff::civil::date;
use matching::{Enrolment, EnrolmentStatus, Identity, Query, Roll, RollRow};

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
