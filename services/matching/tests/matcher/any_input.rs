//! Whatever a roll or a report holds: nothing panics, and the answer keeps its shape.

use crate::people::{TODAY, pupil, report, rolls, school, settings, testy};
use jiff::civil::{Date, date};
use matching::{
    Candidate, Decision, EnrolmentStatus, Identity, Query, Roll, RollRow, RowId, Settings, Sex,
};
use proptest::{array::uniform7, collection::vec, option, prelude::*};

fn any_date() -> impl Strategy<Value = Option<Date>> {
    option::of((-9999_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| date(y, m, d)))
}

/// Names and what stands in their place: any script, nothing, numbers, signs that are not seen,
/// absurd lengths.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        Just(String::new()),
        "[A-Za-z' -]{0,12}",
        "[0-9./]{1,12}",
        "[\\p{Han}\\p{Arabic}\\p{Cyrillic}\\p{Devanagari}\\p{Hangul} ]{1,12}",
        "[\\p{Cc}\\p{Cf}\\p{M}]{1,20}",
        "\\PC{0,3000}",
        Just("\u{1f}\u{1f}\0".to_owned()),
        Just("ﷺ".repeat(500)),
        Just("a".repeat(200_000)),
        Just(" \u{202e}a\u{200b}".repeat(5_000)),
        // So that rows and reports meet.
        Just("Testy".to_owned()),
        Just("ZZ1 1AA".to_owned()),
        "(1|ZZ|zz1|ZZ1A|1AA|É1|1ǅa|ZZ11AA|,| ){0,8}",
    ]
}

fn any_number() -> impl Strategy<Value = String> {
    prop_oneof![
        any_text(),
        Just("H801200001001".to_owned()),
        Just("9990000018".to_owned())
    ]
}

fn any_status() -> impl Strategy<Value = EnrolmentStatus> {
    prop_oneof![
        Just(EnrolmentStatus::Main),
        Just(EnrolmentStatus::Dual),
        Just(EnrolmentStatus::Left)
    ]
}

prop_compose! {
    fn any_row()(
        texts in uniform7(any_text()), id in 0_u64..4, number in 0_u32..3, upn in any_number(),
        nhs_number in any_number(), dates in (any_date(), any_date(), any_date()), status in any_status(),
    ) -> RollRow {
        let [forename, middle_names, surname, known_as, former_surname, address, postcode] = texts;
        let (date_of_birth, from, to) = dates;
        RollRow {
            row_id: RowId(id), urn: school(number), upn: upn.parse().ok(), nhs_number: nhs_number.parse().ok(),
            forename, middle_names, surname, known_as, former_surname, date_of_birth, sex: Sex::Male,
            address, postcode, status, from, to,
        }
    }
}

prop_compose! {
    fn any_query()(
        texts in uniform7(any_text()), upn in any_number(), nhs_number in any_number(), born in any_date(),
        age: Option<u32>, day in any_date(), schools in vec(0_u32..4, 0..3), namesakes in vec(0_u32..4, 0..3),
    ) -> Query {
        let [forename, middle_names, surname, known_as, address, postcode, _] = texts;
        Query {
            forename, middle_names, surname, known_as, date_of_birth: born, age, sex: Sex::Female, address,
            postcode, upn, nhs_number, stated_school: schools.into_iter().map(school).collect(),
            namesakes: namesakes.into_iter().map(school).collect(), ..Query::on(day.unwrap_or(Date::MAX))
        }
    }
}

fn key(candidate: &Candidate) -> (matching::Urn, RowId) {
    (candidate.urn, candidate.row_id)
}

/// At most five, best first, each there once, each sum that of its weights.
fn is_in_shape(decision: &Decision) -> bool {
    let candidates = &decision.candidates;
    let mut keys: Vec<_> = candidates.iter().map(key).collect();
    keys.sort_unstable();
    keys.dedup();
    let summed = |candidate: &Candidate| {
        let sum: f64 = candidate.weights.iter().map(|weight| weight.weight).sum();
        candidate.total.is_finite() && (sum - candidate.total).abs() < 1e-6
    };
    candidates.len() <= 5
        && keys.len() == candidates.len()
        && candidates.is_sorted_by(|better, worse| better.total >= worse.total)
        && candidates.iter().all(summed)
        && (decision.identity == Identity::None) == candidates.is_empty()
}

/// Pupils who have nothing to do with anybody else here.
fn strangers(count: u64) -> Vec<RollRow> {
    let names = ["Orla", "Bram", "Ines", "Kofi", "Wren"];
    let surnames = [
        "Sample", "Example", "Specimen", "Muster", "Ejemplo", "Vzorek",
    ];
    let stranger = |n: u64| {
        let pick = |from: &[&str]| from[usize::try_from(n).unwrap_or(0) % from.len()].to_owned();
        let day = i8::try_from(n % 27).unwrap_or(0) + 1;
        RollRow {
            postcode: format!("YY{} {}YY", n % 90, n % 9),
            address: format!("{n} Nowhere Row"),
            ..pupil(
                n,
                school(50),
                &pick(&names),
                &pick(&surnames),
                date(2010, 6, day),
            )
        }
    };
    (1000..1000 + count).map(stranger).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_roll_and_any_report_are_answered_in_shape_and_alike(
        mut rows in vec(any_row(), 0..8), query in any_query(), today in any_date(),
    ) {
        let today = today.unwrap_or(Date::MIN);
        let roll = rolls(&rows);
        let decision = roll.decide(&query, &settings());
        prop_assert!(is_in_shape(&decision));
        prop_assert!(decision == roll.decide(&query, &settings()));
        for candidate in &decision.candidates {
            let one = roll.enrolment(candidate, today, &settings());
            prop_assert!(one == roll.enrolment(candidate, today, &settings()));
        }
        // The order of loading is nothing, where no row replaces another.
        rows.sort_unstable_by_key(|row| (row.urn, row.row_id));
        rows.dedup_by_key(|row| (row.urn, row.row_id));
        let one = rolls(&rows).decide(&query, &settings());
        rows.reverse();
        prop_assert!(one == rolls(&rows).decide(&query, &settings()));
    }

    #[test]
    fn any_rows_replace_and_change_a_roll_whole_or_not_at_all(
        rows in vec(any_row(), 0..8), later in vec(any_row(), 0..8), whole: bool,
    ) {
        let mut roll = rolls(&rows);
        let before = roll.len();
        let mine = later.iter().all(|row| row.urn == school(0));
        let load = if whole { Roll::replace } else { Roll::change };
        let taken = load(&mut roll, school(0), TODAY, &later);
        prop_assert_eq!(taken.is_ok(), mine);
        if !mine {
            prop_assert_eq!(roll.len(), before);
        }
        for row in later.iter().filter(|_| mine) {
            prop_assert!(roll.row(row.urn, row.row_id).is_some());
        }
        roll.remove(school(0));
        roll.remove(school(1));
        roll.remove(school(2));
        prop_assert!(roll.is_empty() && roll.rows().next().is_none());
    }

    #[test]
    fn any_reports_teach_weights_that_can_be_used(
        rows in vec(any_row(), 0..8), reports in vec(any_query(), 0..8), query in any_query(),
    ) {
        let roll = rolls(&rows);
        let model = roll.learn(&reports, &settings());
        prop_assert!(model == roll.learn(&reports, &settings()));
        prop_assert!(model.on_roll > 0.0 && model.on_roll < 1.0);
        prop_assert!(model.on_roll_at.iter().all(|share| *share > 0.0 && *share < 1.0));
        let learnt = Settings { model, ..settings() };
        prop_assert!(is_in_shape(&roll.decide(&query, &learnt)));
    }

    #[test]
    fn strangers_far_away_make_nobody_sure_of_a_child_on_no_roll(
        count in prop::sample::select(vec![1_u64, 50, 1_000]), day in 1_i8..=28, forename in "(Tasty|Teddy|T|)",
        twin: bool, upn: bool,
    ) {
        // Given a roll with whoever is near a child, but not the child: a twin or not
        let near = RollRow { upn: testy().upn.filter(|_| upn), nhs_number: None, ..testy() };
        let sibling = RollRow { row_id: RowId(2), forename: "Titus".into(), date_of_birth: Some(date(2012, 5, day)), upn: None, ..near.clone() };
        let namesake = pupil(3, school(1), "Tasty", "McTestface", date(2009, 11, day));
        let mut roll = rolls(&[near, sibling, namesake]);
        let born = testy().date_of_birth.filter(|_| twin).unwrap_or(date(2016, 7, day));
        let query = Query {
            address: testy().address, postcode: testy().postcode,
            ..report(&forename, "McTestface", Some(born))
        };
        let before = roll.decide(&query, &settings());
        // When strangers join the rolls
        roll.replace(school(50), TODAY, &strangers(count)).unwrap();
        // Then nobody is sure, before or after, and no stranger is a candidate
        let after = roll.decide(&query, &settings());
        prop_assert_ne!(before.identity, Identity::Sure);
        prop_assert_ne!(after.identity, Identity::Sure);
        prop_assert!(after.candidates.iter().all(|candidate| candidate.urn != school(50)));
    }

    #[test]
    fn strangers_far_away_change_nobody_who_is_sure(count in prop::sample::select(vec![0_u64, 1, 50, 1_000])) {
        let query = Query { postcode: testy().postcode, ..report("Testy", "McTestface", testy().date_of_birth) };
        let mut roll = rolls(&[testy()]);
        roll.replace(school(50), TODAY, &strangers(count)).unwrap();
        let decision = roll.decide(&query, &settings());
        prop_assert_eq!(decision.identity, Identity::Sure);
        prop_assert!(key(&decision.candidates[0]) == (school(0), RowId(1)));
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
