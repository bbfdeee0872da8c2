//! Reading a pupil roll: one row for each pupil at each school.
//!
//! A row is refused where it cannot be told whose it is, where, or from when to when. A slip in an
//! identifier or the sex is reported, and the pupil taken without it: a child who is missing from
//! the roll would be worse.

mod pupil;

use crate::{
    Error, Report,
    report::{Refusal, Taken},
    table::{self, Shape},
};
use jiff::civil::Date;
use matching::{RollRow, RowId, Urn};
use std::collections::{BTreeMap, HashMap};

/// Columns of a roll, in the order of the template. `urn`, `forename`, `surname` and
/// `date_of_birth` must be there; dates are ISO; `sex` is F, M or U; `enrolment_status` is `main`,
/// `dual` or `left`, or a code of the common basic data set (C, M, S, G, P); empty is `main`.
pub const HEADER: &[&str] = &[
    "urn",
    "upn",
    "nhs_number",
    "forename",
    "middle_names",
    "surname",
    "known_as",
    "former_surname",
    "date_of_birth",
    "sex",
    "address",
    "postcode",
    "enrolment_status",
    "from",
    "to",
];

const SHAPE: Shape = Shape {
    columns: HEADER,
    required: &["urn", "forename", "surname", "date_of_birth"],
    multiline: &["address"],
    strict: true,
    leading: &[],
};

/// What a roll file says.
pub struct RollFile {
    /// Pupils by school, in the order of the file; a pupil is on one school's roll once.
    pub schools: BTreeMap<Urn, Vec<RollRow>>,
    /// What became of each row.
    pub report: Report,
}

/// Reads a roll that was true on `as_at`.
pub fn read(data: &[u8], as_at: Date) -> Result<RollFile, Error> {
    let mut schools: BTreeMap<Urn, Vec<RollRow>> = BTreeMap::new();
    let mut places: HashMap<(Urn, RowId), usize> = HashMap::new();
    let report = table::read(data, &SHAPE, |row, report| {
        let pupil = pupil::read(row, report, as_at)?;
        let rows = schools.entry(pupil.urn).or_default();
        let known = places.get(&(pupil.urn, pupil.row_id));
        let Some(earlier) = known.and_then(|place| rows.get_mut(*place)) else {
            places.insert((pupil.urn, pupil.row_id), rows.len());
            rows.push(pupil);
            return Ok(Taken::Yes);
        };
        let Some(later) = later_stay(earlier, &pupil) else {
            return Err(Refusal::new(
                field(&pupil),
                "the same pupil is on this school's roll twice",
                "Leave the right row in.",
            ));
        };
        if later {
            *earlier = pupil;
        }
        Ok(Taken::Skipped("an earlier stay of a pupil who came back"))
    })?;
    schools.retain(|_, rows| !rows.is_empty());
    Ok(RollFile { schools, report })
}

/// Whether the second of two rows of one pupil is the later stay; none where they overlap.
fn later_stay(one: &RollRow, other: &RollRow) -> Option<bool> {
    let before = |a: &RollRow, b: &RollRow| Some(a.to? < b.from?);
    match (before(one, other), before(other, one)) {
        (Some(true), _) => Some(true),
        (_, Some(true)) => Some(false),
        _ => None,
    }
}

fn field(pupil: &RollRow) -> &'static str {
    match (pupil.upn, pupil.nhs_number) {
        (Some(_), _) => "upn",
        (None, Some(_)) => "nhs_number",
        (None, None) => "date_of_birth",
    }
}
