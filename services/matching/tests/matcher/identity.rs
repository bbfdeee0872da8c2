//! Who the child is.

use crate::people::{TODAY, pupil, report, rolls, school, settings, testy};
use jiff::civil::date;
use matching::{Agreement, Field, Identity, Query, RollRow};

const BORN: jiff::civil::Date = date(2014, 3, 12);

fn identity(query: &Query, rows: &[RollRow]) -> Identity {
    rolls(rows).decide(query, &settings()).identity
}

#[test]
fn a_name_and_birth_date_without_a_rival_are_sure() {
    assert_eq!(
        identity(&report("TESTY", "Mc-Testface", Some(BORN)), &[testy()]),
        Identity::Sure
    );
}

#[test]
fn a_stranger_is_none() {
    assert_eq!(
        identity(
            &report("Orla", "Sample", Some(date(2011, 7, 30))),
            &[testy()]
        ),
        Identity::None
    );
    assert_eq!(identity(&Query::on(TODAY), &[testy()]), Identity::None);
}

#[test]
fn each_field_says_what_it_weighs_and_the_weights_make_the_total() {
    // Given a report with a swapped birth date and the sex left out
    let query = report("Testy", "McTestface", Some(date(2014, 12, 3)));
    // When it is decided
    let decision = rolls(&[testy()]).decide(&query, &settings());
    // Then every field is named with its agreement
    let [candidate] = decision.candidates.as_slice() else {
        panic!("one candidate")
    };
    let agreement = |field| {
        candidate
            .weights
            .iter()
            .find(|w| w.field == field)
            .unwrap()
            .agreement
    };
    assert_eq!(agreement(Field::Forename), Agreement::Exact);
    assert_eq!(agreement(Field::DateOfBirth), Agreement::Variant);
    assert_eq!(agreement(Field::Sex), Agreement::Missing);
    let sum: f64 = candidate.weights.iter().map(|w| w.weight).sum();
    assert!((sum - candidate.total).abs() < 1e-9);
    assert_eq!(decision.identity, Identity::Unsure);
}

#[test]
fn a_twin_is_never_sure_under_the_other_twins_name() {
    // Given a pupil whose twin is on no roll
    let query = Query {
        address: "12 Sample Road".into(),
        postcode: "zz11aa".into(),
        ..report("Tasty", "McTestface", Some(BORN))
    };
    // Then the report about the twin is not sure, be the forename near or far
    assert_eq!(identity(&query, &[testy()]), Identity::Unsure);
    assert_eq!(
        identity(
            &Query {
                forename: "Orla".into(),
                ..query
            },
            &[testy()]
        ),
        Identity::Unsure
    );
}

#[test]
fn twins_are_told_apart_by_an_exact_forename() {
    let twin = RollRow {
        row_id: matching::RowId(2),
        forename: "Orla".into(),
        upn: None,
        nhs_number: None,
        ..testy()
    };
    let query = Query {
        postcode: "ZZ1 1AA".into(),
        ..report("Orla", "McTestface", Some(BORN))
    };
    let decision = rolls(&[testy(), twin.clone()]).decide(&query, &settings());
    assert_eq!(decision.identity, Identity::Sure);
    assert!(decision.candidates[0].row_id == twin.row_id);
}

#[test]
fn a_report_without_a_forename_is_never_sure() {
    let query = Query {
        upn: "H801200001001".into(),
        postcode: "ZZ1 1AA".into(),
        ..report("", "McTestface", Some(BORN))
    };
    assert_eq!(identity(&query, &[testy()]), Identity::Unsure);
    assert_eq!(
        identity(&report("", "McTestface", Some(BORN)), &[testy()]),
        Identity::Unsure
    );
}

#[test]
fn an_exact_identifier_is_sure_with_the_name_and_unsure_against_it() {
    let with = |forename: &str| Query {
        upn: "h801200001001".into(),
        ..report(forename, "Changed", None)
    };
    let row = RollRow {
        former_surname: "Changed".into(),
        ..testy()
    };
    assert_eq!(
        identity(&with("Testy"), std::slice::from_ref(&row)),
        Identity::Sure
    );
    let misspelt = Query {
        date_of_birth: Some(BORN),
        ..with("Testi")
    };
    assert_eq!(
        identity(&misspelt, std::slice::from_ref(&row)),
        Identity::Sure
    );
    assert_eq!(identity(&with("Orla"), &[row]), Identity::Unsure);
}

#[test]
fn an_identifier_that_differs_is_never_sure_and_a_misspelt_one_does_not_count() {
    let query = Query {
        postcode: "ZZ1 1AA".into(),
        ..report("Testy", "McTestface", Some(BORN))
    };
    let other = Query {
        nhs_number: "9434765919".into(),
        ..query.clone()
    };
    let misspelt = Query {
        nhs_number: "9990000019".into(),
        ..query
    };
    assert_eq!(identity(&other, &[testy()]), Identity::Unsure);
    assert_eq!(identity(&misspelt, &[testy()]), Identity::Sure);
}

#[test]
fn namesakes_born_the_same_day_are_unsure_until_something_tells_them_apart() {
    let namesake = RollRow {
        upn: Some("G80120000101A".parse().unwrap()),
        nhs_number: None,
        urn: school(1),
        postcode: "ZZ9 9ZZ".into(),
        ..testy()
    };
    let query = report("Testy", "McTestface", Some(BORN));
    assert_eq!(
        identity(&query, &[testy(), namesake.clone()]),
        Identity::Unsure
    );
    let told = Query {
        postcode: "ZZ1 1AA".into(),
        ..query
    };
    let decision = rolls(&[testy(), namesake]).decide(&told, &settings());
    assert_eq!(decision.identity, Identity::Sure);
    assert!(decision.candidates[0].urn == school(0));
    assert_ne!(decision.candidates[0].person, decision.candidates[1].person);
}

#[test]
fn one_person_on_two_rolls_is_no_rival_of_itself() {
    let elsewhere = RollRow {
        urn: school(1),
        nhs_number: None,
        ..testy()
    };
    let query = Query {
        postcode: "ZZ1 1AA".into(),
        ..report("Testy", "McTestface", Some(BORN))
    };
    let decision = rolls(&[testy(), elsewhere]).decide(&query, &settings());
    assert_eq!(decision.identity, Identity::Sure);
    assert_eq!(
        decision
            .candidates
            .iter()
            .map(|c| c.person)
            .collect::<Vec<_>>(),
        [0, 0]
    );
}

#[test]
fn a_name_and_postcode_need_a_birth_date_or_age() {
    let query = Query {
        postcode: "ZZ1 1AA".into(),
        address: "12 Sample Rd".into(),
        ..report("Testy", "McTestface", None)
    };
    assert_eq!(identity(&query, &[testy()]), Identity::Unsure);
    assert_eq!(
        identity(
            &Query {
                age: Some(11),
                ..query.clone()
            },
            &[testy()]
        ),
        Identity::Sure
    );
    assert_eq!(
        identity(
            &Query {
                age: Some(9),
                ..query
            },
            &[testy()]
        ),
        Identity::Unsure
    );
}

#[test]
fn a_stated_school_is_evidence_and_never_proof() {
    let query = Query {
        stated_school: vec![school(0)],
        ..report("T", "McTestface", Some(BORN))
    };
    assert_eq!(identity(&query, &[testy()]), Identity::Unsure);
}

#[test]
fn a_namesake_of_the_stated_school_speaks_for_the_child_but_less() {
    // Given a report that names a school
    let weight = |stated_school, namesakes| {
        let query = Query {
            stated_school,
            namesakes,
            ..report("Testy", "McTestface", Some(BORN))
        };
        let decision = rolls(&[testy()]).decide(&query, &settings());
        decision.candidates[0].total
    };
    let (here, there) = (school(0), school(1));
    // Then the school alone says most, one of several less, a namesake elsewhere little, and
    // another school speaks against
    let said = [
        weight(vec![here], vec![there]),
        weight(vec![here, there], vec![]),
        weight(vec![there], vec![here]),
        weight(vec![], vec![]),
        weight(vec![there], vec![]),
    ];
    assert!(said.is_sorted_by(|more, less| more > less), "{said:?}");
}

#[test]
fn names_in_each_others_place_are_found() {
    assert_eq!(
        identity(&report("McTestface", "Testy", None), &[testy()]),
        Identity::Unsure
    );
}

#[test]
fn at_most_five_candidates_are_kept_best_first() {
    let rows: Vec<_> = (0..9)
        .map(|n| pupil(n, school(0), &format!("Testy{n}"), "McTestface", BORN))
        .collect();
    let decision = rolls(&rows).decide(&report("Testy", "McTestface", Some(BORN)), &settings());
    assert_eq!(decision.candidates.len(), 5);
    assert!(decision.candidates.is_sorted_by(|a, b| a.total >= b.total));
}

#[test]
fn debug_forms_tell_nothing_about_anybody() {
    let roll = rolls(&[testy()]);
    let query = report("Testy", "McTestface", Some(BORN));
    let told = format!(
        "{query:?} {:?} {:?} {roll:?}",
        testy(),
        roll.decide(&query, &settings())
    );
    for secret in ["Testy", "2014", "100000", "H8012"] {
        assert!(!told.contains(secret), "{told}");
    }
}
