//! Who the child is: sure, unsure or none, with the candidates and what each field weighed.
//!
//! A match is sure where the chance that it is anybody else is below a set one. That
//! somebody else may be
//! - a stranger on no roll, of whom there are more the fewer children are on the rolls: the total
//!   must outweigh them;
//! - another person on a roll, who is a candidate too: none may be near;
//! - a brother or sister on no roll, who shares surname, home and school: what is personal must be
//!   enough by itself;
//! - a twin on no roll, who shares the birth date as well: what is left must be enough.
//!
//! And no sum makes up for these: the forename must agree; neither a birth date nor an identifier
//! may speak against it; an exact identifier is still compared with the name.

use crate::{
    Agreement, Field, FieldWeight, Model, Query, Roll, RowId, Settings, Thresholds, Urn,
    model::Weights,
    roll::stored::Stored,
    score::{Comparison, Evidence, Prepared},
};
use jiff::civil::Date;
use std::{cmp::Reverse, collections::HashSet, fmt};

/// Most candidates that are kept.
const MOST_CANDIDATES: usize = 5;
/// Most rows that are compared with one query; beyond them nothing is sure, since a rival may
/// have gone unseen.
const MOST_ROWS: usize = 40_000;

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
    /// What each field said, in the order of [`Field::ALL`].
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
        let thresholds = settings.thresholds(self.len(), query.age_in_years());
        let found = self.find(query, &settings.model, thresholds.candidate);
        let mut scored = found.scored;
        scored.retain(|scored| scored.total >= thresholds.candidate);
        let people = number_people(&scored);
        let sure = found.all_seen && is_sure(&scored, &people, &thresholds);
        Decision {
            identity: match (sure, scored.is_empty()) {
                (true, _) => Identity::Sure,
                (false, false) => Identity::Unsure,
                (false, true) => Identity::None,
            },
            candidates: self.candidates(scored, people),
            thresholds,
            model_version: settings.model.version.clone(),
        }
    }

    /// Every row that may weigh at least `least`, best first.
    pub(crate) fn find<'a>(&'a self, query: &'a Query, model: &'a Model, least: f64) -> Found<'a> {
        let prepared = Prepared::new(query);
        let mut comparison = Comparison::new(&prepared, self, model);
        let weights = Weights::of(model);
        let rows = self.block(&prepared.keys());
        let all_seen = rows.len() <= MOST_ROWS;
        let rows = rows.into_iter().take(MOST_ROWS);
        let rows = rows.filter_map(|slot| self.stored(slot));
        let mut scored: Vec<_> = rows
            .filter_map(|row| Some(Scored::new(row, comparison.evidence(row, least)?, &weights)))
            .collect();
        weigh_names_that_go_together(&mut scored, self);
        scored.sort_by(|a, b| {
            let better = b.total.total_cmp(&a.total);
            better.then_with(|| a.order().cmp(&b.order()))
        });
        Found { scored, all_seen }
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
                weights: scored.evidence.reasons(&scored.weights),
            })
        };
        numbered.filter_map(candidate).collect()
    }
}

/// What was found for a query.
pub(crate) struct Found<'a> {
    /// Best first.
    pub(crate) scored: Vec<Scored<'a>>,
    /// Nothing that might be a rival was left out.
    all_seen: bool,
}

/// A row with what it weighs.
pub(crate) struct Scored<'a> {
    row: &'a Stored,
    pub(crate) evidence: Evidence,
    weights: [f64; Field::ALL.len()],
    total: f64,
    /// What the total lost because its names go together: news of strangers, and of nobody who
    /// shares the surname.
    together: f64,
}

// === impl Scored ===

impl<'a> Scored<'a> {
    fn new(row: &'a Stored, evidence: Evidence, weights: &Weights<'_>) -> Self {
        let weights = evidence.weights(weights);
        Self {
            row,
            total: weights.iter().sum(),
            evidence,
            weights,
            together: 0.0,
        }
    }

    /// School of the row.
    pub(crate) fn urn(&self) -> Urn {
        self.row.urn
    }

    /// What was found, without the row.
    pub(crate) fn into_evidence(self) -> Evidence {
        self.evidence
    }

    /// Of two rows that weigh the same the one still open comes first; then any order, but a fixed one.
    fn order(&self) -> (bool, Reverse<Option<Date>>, Urn, RowId) {
        let row = self.row;
        (row.to.is_some(), Reverse(row.from), row.urn, row.id)
    }

    /// Sum of the weights of these fields.
    fn sum(&self, fields: impl Fn(Field) -> bool) -> f64 {
        let said = Field::ALL.into_iter().zip(self.weights);
        said.filter(|(field, _)| fields(*field))
            .map(|(_, weight)| weight)
            .sum()
    }

    /// How much likelier this one is than another.
    fn lead_over(&self, other: &Self) -> f64 {
        let family = other.evidence.agreement(Field::Surname).is_near() && !other.same_names();
        self.total - other.total + if family { self.together } else { 0.0 }
    }

    fn same_names(&self) -> bool {
        let exact = |field| self.evidence.agreement(field) == Agreement::Exact;
        exact(Field::Forename) && exact(Field::Surname)
    }
}

/// Some names go together: there are more of a Mohammed Khan than chance would make. A name that
/// several pupils have counts as common as it is on the rolls. One person on several rolls is one.
fn weigh_names_that_go_together(scored: &mut [Scored<'_>], roll: &Roll) {
    let namesakes = scored.iter().filter(|scored| scored.same_names());
    let birthdays: HashSet<_> = namesakes.map(|scored| scored.row.date_of_birth).collect();
    let share = roll.counts().share_of(birthdays.len().saturating_sub(1));
    for scored in scored.iter_mut().filter(|scored| scored.same_names()) {
        let of = |field| {
            let place = Field::ALL.iter().position(|one| *one == field)?;
            *scored.evidence.shares.get(place)?
        };
        let apart = of(Field::Forename).zip(of(Field::Surname));
        let excess = apart.map_or(0.0, |(forename, surname)| {
            (share / (forename * surname)).log2()
        });
        let place = Field::ALL.iter().position(|field| *field == Field::Surname);
        let weight = place.and_then(|place| scored.weights.get_mut(place));
        if let Some(weight) = weight.filter(|_| excess > 0.0) {
            *weight -= excess;
            scored.total -= excess;
            scored.together = excess;
        }
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

fn is_sure(scored: &[Scored<'_>], people: &[usize], thresholds: &Thresholds) -> bool {
    let Some(best) = scored.first() else {
        return false;
    };
    let others = scored
        .iter()
        .zip(people)
        .filter(|(_, person)| **person != 0);
    let mut others = others.map(|(scored, _)| scored);
    let no_stranger = best.total >= thresholds.sure;
    let alone = others.all(|other| best.lead_over(other) >= thresholds.margin);
    let no_sibling = best.sum(|field| !field.is_of_household()) >= thresholds.personal;
    let same_forename = best.evidence.agreement(Field::Forename) == Agreement::Exact;
    let no_twin = same_forename || best.sum(|field| !field.is_of_twins()) >= thresholds.twin;
    no_stranger && alone && no_sibling && no_twin && speaks_for_itself(&best.evidence)
}

/// What no sum makes up for.
fn speaks_for_itself(best: &Evidence) -> bool {
    let against = [Field::Upn, Field::NhsNumber, Field::DateOfBirth];
    let contradicted = against
        .into_iter()
        .any(|field| best.agreement(field) == Agreement::Differs);
    best.agreement(Field::Forename).is_near() && !contradicted
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
