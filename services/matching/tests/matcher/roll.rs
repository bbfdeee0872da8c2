//! Loading, replacing and changing rolls.

use crate::people::{TODAY, pupil, report, rolls, school, settings, testy};
use jiff::{ToSpan, civil::date};
use matching::{Identity, Roll, RollError, RollRow, RowId};
use proptest::prelude::*;

#[test]
fn a_row_reads_back_as_the_school_wrote_it() {
    let roll = rolls(&[testy()]);
    assert!(roll.row(school(0), RowId(1)) == Some(testy()));
    assert!(roll.row(school(1), RowId(1)).is_none());
    assert!(roll.row(school(0), RowId(2)).is_none());
}

#[test]
fn a_school_writes_no_other_schools_roll() {
    let mut roll = rolls(&[testy()]);
    assert_eq!(
        roll.replace(school(9), TODAY, &[testy()]),
        Err(RollError::ForeignRow)
    );
    assert_eq!(roll.len(), 1);
}

#[test]
fn an_older_roll_does_not_replace_a_later_one() {
    let mut roll = rolls(&[testy()]);
    assert_eq!(
        roll.replace(school(0), TODAY - 1.day(), &[]),
        Err(RollError::Older)
    );
    assert_eq!(roll.len(), 1);
}

#[test]
fn replacing_whole_forgets_and_changing_keeps() {
    let other = pupil(2, school(0), "Orla", "Sample", date(2012, 1, 1));
    let query = report("Testy", "McTestface", Some(date(2014, 3, 12)));
    let mut roll = rolls(&[testy()]);
    roll.change(school(0), TODAY + 1.day(), std::slice::from_ref(&other))
        .unwrap();
    assert_eq!(
        (roll.len(), roll.as_at(school(0))),
        (2, Some(TODAY + 1.day()))
    );
    assert_eq!(roll.decide(&query, &settings()).identity, Identity::Sure);
    roll.replace(school(0), TODAY + 1.day(), &[other]).unwrap();
    assert_eq!(roll.len(), 1);
    assert_eq!(roll.decide(&query, &settings()).identity, Identity::None);
}

/// A load of one school: whole or not, and pupils by (row id, forename, birth day).
type Load = (bool, u32, Vec<(u64, String, i8)>);

fn rows(school_number: u32, pupils: &[(u64, String, i8)]) -> Vec<RollRow> {
    let row = |(id, forename, day): &(u64, String, i8)| {
        pupil(
            *id,
            school(school_number),
            forename,
            "Sample",
            date(2014, 3, *day),
        )
    };
    pupils.iter().map(row).collect()
}

/// The slow and obvious way to hold rolls.
fn loaded_afresh(loads: &[Load]) -> Roll {
    let mut kept: Vec<RollRow> = Vec::new();
    for (whole, number, pupils) in loads {
        let new = rows(*number, pupils);
        kept.retain(|row| {
            row.urn != school(*number) || (!whole && new.iter().all(|n| n.row_id != row.row_id))
        });
        for (at, row) in new.iter().enumerate() {
            if new[at + 1..].iter().all(|later| later.row_id != row.row_id) {
                kept.push(row.clone());
            }
        }
    }
    rolls(&kept)
}

proptest! {
    #[test]
    fn any_order_of_loads_answers_as_if_loaded_afresh(
        loads in proptest::collection::vec((any::<bool>(), 0_u32..3, proptest::collection::vec((0_u64..4, "[AB]nna", 1_i8..4), 0..4)), 0..8),
    ) {
        let mut roll = Roll::default();
        for (whole, number, pupils) in &loads {
            let rows = rows(*number, pupils);
            let load = if *whole { Roll::replace } else { Roll::change };
            load(&mut roll, school(*number), TODAY, &rows).unwrap();
        }
        let afresh = loaded_afresh(&loads);
        prop_assert_eq!(roll.len(), afresh.len());
        for forename in ["Anna", "Bnna"] {
            for day in 1..4 {
                let query = report(forename, "Sample", Some(date(2014, 3, day)));
                prop_assert!(roll.decide(&query, &settings()) == afresh.decide(&query, &settings()));
            }
        }
    }
}
