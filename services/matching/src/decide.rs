//! Who the child is: sure, unsure or none, with the candidates and what each field weighed.
//!
//! The total alone never makes a match sure. Besides the threshold:
//! - only the best candidate may be sure, and only where no second *person* is near;
//! - the forename agrees exactly, or nearly and an exact identifier agrees: twins and siblings
//!   share everything but a forename, so a report without one, or with another, is never sure;
//! - a birth date or an age speaks for it, or an exact identifier does;
//! - neither a birth date nor an identifier speaks against it;
//! - an exact identifier is still compared with the names: it alone is never enough.

use crate::{
    Agreement, Field, FieldWeight, MODEL_VERSION, Query, Roll, RowId, Settings, Thresholds, Urn,
    roll::stored::Stored, score::Prepared,
};
use jiff::civil::Date;
use std::{cmp::Reverse, fmt};

/// Most candidates that are kept.
const MOST_CANDIDATES: usize = 5;
/// Most rows that are compared with one query; beyond them nothing is sure, since a rival may
/// have gone unseen.
const MOST_ROWS: usize = 20_000;

/// How sure it is who the child is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Identity {
    /// The first candidate is the child.
    Sure,
    /// The child may be one of the candidates: a person decides.
    Unsure,
    /// Nobody on any roll comes near.
    None,
}

/// A row that may be the child.
#[derive(Clone, PartialEq)]
pub struct Candidate {
    /// School of the row.
    pub urn: Urn,
    /// Day the school's roll was true on.
    pub as_at: Date,
    /// The row within that roll.
    pub row_id: RowId,
    /// Which person this is, from 0 for the best: candidates of one number are the same person
    /// on several rolls.
    pub person: usize,
    /// Sum of the weights.
    pub total: f64,
    /// What each field said, in the order of [`Field`].
    pub weights: Vec<FieldWeight>,
}

/// The answer to "who is this child", with its reasons.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision {
    /// How sure it is.
    pub identity: Identity,
    /// Best first, at most five.
    pub candidates: Vec<Candidate>,
    /// Thresholds that applied.
    pub thresholds: Thresholds,
    /// Name of the weights that applied.
    pub model_version: String,
}

impl Roll {
    /// Decides who the child of a report is, among all pupils on all rolls.
    pub fn decide(&self, query: &Query, settings: &Settings) -> Decision {
        let thresholds = settings.thresholds;
        let prepared = Prepared::new(query);
        let rows = self.block(&prepared.keys());
        let all_seen = rows.len() <= MOST_ROWS;
        let mut scored: Vec<Scored<'_>> = rows
            .into_iter()
            .take(MOST_ROWS)
            .filter_map(|slot| self.stored(slot))
            .map(|row| Scored::new(row, prepared.weights(row)))
            .filter(|scored| scored.total >= thresholds.candidate)
            .collect();
        scored.sort_by(|a, b| {
            b.total
                .total_cmp(&a.total)
                .then_with(|| a.order().cmp(&b.order()))
        });
        let people = number_people(&scored);
        let sure = all_seen && is_sure(&scored, &people, thresholds);
        Decision {
            identity: match (sure, scored.is_empty()) {
                (true, _) => Identity::Sure,
                (false, false) => Identity::Unsure,
                (false, true) => Identity::None,
            },
            candidates: self.candidates(scored, people),
            thresholds,
            model_version: MODEL_VERSION.to_owned(),
        }
    }

    fn candidates(&self, scored: Vec<Scored<'_>>, people: Vec<usize>) -> Vec<Candidate> {
        let numbered = scored.into_iter().zip(people).take(MOST_CANDIDATES);
        let candidate = |(scored, person): (Scored<'_>, usize)| {
            Some(Candidate {
                urn: scored.row.urn,
                as_at: self.as_at(scored.row.urn)?,
                row_id: scored.row.id,
                person,
                total: scored.total,
                weights: scored.weights,
            })
        };
        numbered.filter_map(candidate).collect()
    }
}

/// A row with what it weighs.
struct Scored<'a> {
    row: &'a Stored,
    total: f64,
    weights: Vec<FieldWeight>,
}

impl<'a> Scored<'a> {
    fn new(row: &'a Stored, weights: Vec<FieldWeight>) -> Self {
        Self {
            row,
            total: weights.iter().map(|w| w.weight).sum(),
            weights,
        }
    }

    /// Of two rows that weigh the same the one still open comes first; then any order, but a fixed one.
    fn order(&self) -> (bool, Reverse<Option<Date>>, Urn, RowId) {
        (
            self.row.to.is_some(),
            Reverse(self.row.from),
            self.row.urn,
            self.row.id,
        )
    }

    fn agreement(&self, field: Field) -> Agreement {
        let found = self.weights.iter().find(|w| w.field == field);
        found.map_or(Agreement::Missing, |w| w.agreement)
    }
}

/// Numbers the people behind rows sorted best first. Every row is compared with the first row of
/// the people before it, of whom only the first few can matter.
fn number_people(scored: &[Scored<'_>]) -> Vec<usize> {
    let mut firsts: Vec<&Stored> = Vec::new();
    let mut numbers = Vec::with_capacity(scored.len());
    for scored in scored {
        let known = firsts
            .iter()
            .take(MOST_CANDIDATES)
            .position(|first| same_person(first, scored.row));
        numbers.push(known.unwrap_or(firsts.len()));
        if known.is_none() {
            firsts.push(scored.row);
        }
    }
    numbers
}

fn is_sure(scored: &[Scored<'_>], people: &[usize], thresholds: Thresholds) -> bool {
    let Some(best) = scored.first() else {
        return false;
    };
    let second = scored
        .iter()
        .zip(people)
        .find(|(_, person)| **person != 0)
        .map(|(scored, _)| scored.total);
    let alone = second.is_none_or(|second| best.total - second >= thresholds.margin);
    best.total >= thresholds.sure && alone && speaks_for_itself(best)
}

/// What a match needs besides its total.
fn speaks_for_itself(best: &Scored<'_>) -> bool {
    use Agreement::{Close, Differs, Exact};
    let identifiers = [best.agreement(Field::Upn), best.agreement(Field::NhsNumber)];
    let identified = identifiers.contains(&Exact);
    let named = match best.agreement(Field::Forename) {
        Exact => true,
        Close => identified,
        _ => false,
    };
    let born = best.agreement(Field::DateOfBirth);
    let aged = matches!(born, Exact | Close) || best.agreement(Field::Age) == Exact;
    let contradicted = born == Differs || identifiers.contains(&Differs);
    named && (aged || identified) && !contradicted
}

/// Whether two rows are one person: the same UPN, else the same NHS number, else (where neither
/// tells) the same names and birth date.
pub(crate) fn same_person(one: &Stored, other: &Stored) -> bool {
    match (
        Agreement::of(one.upn, other.upn),
        Agreement::of(one.nhs_number, other.nhs_number),
    ) {
        (Agreement::Exact, _) | (_, Agreement::Exact) => true,
        (Agreement::Differs, _) | (_, Agreement::Differs) => false,
        _ => same_names_and_birth(one, other),
    }
}

fn same_names_and_birth(one: &Stored, other: &Stored) -> bool {
    let (a, b) = (one.folded(), other.folded());
    let named = !a.forename.is_empty() && !a.surname.is_empty();
    let born = Agreement::of(one.date_of_birth, other.date_of_birth);
    named && born == Agreement::Exact && (a.forename, a.surname) == (b.forename, b.surname)
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Candidate")
            .field("person", &self.person)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
