//! Learning weights from the rolls and the reports themselves, and from what people decided.
//!
//! Expectation-maximisation over what a report may mean: one of the rows it resembles, a brother or
//! sister of one of them who is on no roll, or a stranger. Each report's chances add up to one over
//! all of these, so that siblings at one address teach nothing wrong and the weights do not run
//! away; the standard weights count like some reports more, so that a few odd ones cannot change
//! much. What agrees by chance is counted over pairs of reports and rows picked at random.
//!
//! A person's word ([`Told`]) makes a report count no more than any other: it only says which
//! readings of it go against that word.

mod chance;
mod told;

pub use chance::Chance;
pub use told::Told;

use crate::{
    Field, Model, Query, Roll, Settings,
    decide::Scored,
    model::{AGES, Weights, degree, sibling_odds},
    score::Evidence,
};

/// Most reports that are learnt from.
const MOST_REPORTS: usize = 10_000;
/// Candidates of one report that may matter.
const MOST_CANDIDATES: usize = 12;
/// Least total of a row that may be what a report means.
const LEAST: f64 = 0.0;
/// Times that the weights are estimated again; by then they have settled.
const ROUNDS: usize = 12;
/// Reports' worth of standard weights.
const STANDARD: f64 = 40.0;

impl Roll {
    /// A model that fits these reports and rolls; the standard one where there are no reports.
    pub fn learn(&self, reports: &[Query], settings: &Settings) -> Model {
        let every = reports.len().div_ceil(MOST_REPORTS).max(1);
        let reports = || reports.iter().step_by(every);
        let mut chance = Chance::new(&settings.model);
        reports().for_each(|report| chance.count(self, report));
        let mut lessons = Lessons::after(chance);
        reports().for_each(|report| lessons.read(self, report, &Told::default()));
        lessons.learn(self.len())
    }
}

/// Reports that were read, and what each may mean. Holds nothing of what they say.
///
/// Made in two walks over the same reports, each a report at a time, so that whoever shares the
/// rolls with others need not hold them for long: [`Chance`] first, then this.
pub struct Lessons {
    standard: Model,
    model: Model,
    seen: Vec<Seen>,
}

/// A report, and the rows that it may mean.
struct Seen {
    age: Option<usize>,
    readings: Vec<Reading>,
    /// How far people's word leaves it possible that the child is on no roll, from 0 to 1.
    nobody: f64,
}

/// A row that a report may mean.
struct Reading {
    evidence: Evidence,
    /// How far people's word leaves it possible, from 0 to 1.
    word: f64,
}

// === impl Lessons ===

impl Lessons {
    /// Begins, with what agrees by chance already counted.
    pub fn after(chance: Chance) -> Self {
        let (standard, model) = chance.into_models();
        Self {
            standard,
            model,
            seen: Vec::new(),
        }
    }

    /// Takes one report in, with what people said of it since.
    pub fn read(&mut self, roll: &Roll, report: &Query, told: &Told) {
        let mut scored = roll.find(report, &self.model, LEAST).scored;
        // Rows that go against a person's word are the first to be left out.
        scored.sort_by(|one, other| told.leaves(other.urn()).total_cmp(&told.leaves(one.urn())));
        let readings = scored
            .into_iter()
            .take(MOST_CANDIDATES)
            .map(Reading::of(told));
        self.seen.push(Seen {
            age: report.age_in_years(),
            readings: readings.collect(),
            nobody: told.leaves_nobody(roll),
        });
    }

    /// Number of reports that were read.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether no report was read.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// The model that fits what was read, against rolls of so many rows; the standard one where
    /// nothing was.
    pub fn learn(self, rows: usize) -> Model {
        if self.seen.is_empty() {
            return self.standard;
        }
        let mut model = self.model;
        for _ in 0..ROUNDS {
            model = estimate(&self.seen, &model, &self.standard, rows);
        }
        model.named_by_its_weights()
    }
}

// === impl Reading ===

impl Reading {
    fn of(told: &Told) -> impl Fn(Scored<'_>) -> Self + '_ {
        |scored| Self {
            word: told.leaves(scored.urn()),
            evidence: scored.into_evidence(),
        }
    }
}

/// One round: how likely each reading of each report is, and the weights that make that likeliest.
fn estimate(seen: &[Seen], model: &Model, standard: &Model, rows: usize) -> Model {
    let mut counted = [[0.0_f64; 5]; Field::ALL.len()];
    let mut on_roll = Share::default();
    let mut at_age = [Share::default(); AGES];
    let weights = Weights::of(model);
    for report in seen {
        let strangers = model.strangers(rows, report.age);
        let chances = chances(report, &weights, strangers);
        let found = chances.iter().sum();
        on_roll.add(found);
        if let Some(share) = report.age.and_then(|age| at_age.get_mut(age.min(AGES - 1))) {
            share.add(found);
        }
        for (reading, chance) in report.readings.iter().zip(chances) {
            count_agreements(&mut counted, &reading.evidence, chance);
        }
    }
    let mut next = model.clone();
    next.on_roll = on_roll.mixed_with(standard.on_roll);
    next.on_roll_at = at_age.map(|share| share.mixed_with(next.on_roll));
    let fields = next.fields.iter_mut().zip(&standard.fields).zip(counted);
    for ((next, standard), counted) in fields {
        next.same = mixed(standard.same, counted, STANDARD);
    }
    next
}

/// How many of so many.
#[derive(Clone, Copy, Default)]
struct Share {
    found: f64,
    of: f64,
}

impl Share {
    fn add(&mut self, found: f64) {
        self.found += found;
        self.of += 1.0;
    }

    fn mixed_with(self, before: f64) -> f64 {
        ((self.found + STANDARD * before) / (self.of + STANDARD)).clamp(0.02, 0.998)
    }
}

/// The chance of each reading, strangers and siblings on no roll considered.
fn chances(report: &Seen, of_model: &Weights<'_>, strangers: f64) -> Vec<f64> {
    let weights: Vec<_> = report
        .readings
        .iter()
        .map(|reading| reading.evidence.weights(of_model))
        .collect();
    let sum = |weights: &[f64], fields: fn(Field) -> bool| -> f64 {
        let said = Field::ALL.into_iter().zip(weights);
        said.filter(|(field, _)| fields(*field))
            .map(|(_, weight)| weight)
            .sum()
    };
    let words = report.readings.iter().map(|reading| reading.word);
    let totals: Vec<f64> = weights
        .iter()
        .zip(words)
        .map(|(weights, word)| sum(weights, |_| true).exp2() * word)
        .collect();
    let households = weights
        .iter()
        .map(|weights| sum(weights, Field::is_of_household));
    let sibling = households.fold(0.0, f64::max).exp2() * sibling_odds();
    let all = totals.iter().sum::<f64>() + (strangers + sibling) * report.nobody;
    totals.into_iter().map(|total| total / all).collect()
}

/// Counts what agrees, for as much as it is likely.
fn count_agreements(counted: &mut [[f64; 5]; Field::ALL.len()], evidence: &Evidence, chance: f64) {
    for (count, agreement) in counted.iter_mut().zip(evidence.agreements) {
        if let Some(count) = degree(agreement).and_then(|at| count.get_mut(at)) {
            *count += chance;
        }
    }
}

/// Counts as chances, mixed with what was believed before.
fn mixed(before: [f64; 5], counted: [f64; 5], worth: f64) -> [f64; 5] {
    let all = counted.iter().sum::<f64>() + worth;
    let mut mixed = before;
    for (chance, counted) in mixed.iter_mut().zip(counted) {
        *chance = (*chance * worth + counted) / all;
    }
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_no_reports_nothing_is_learnt() {
        let settings = Settings::default();
        assert_eq!(Roll::default().learn(&[], &settings), settings.model);
    }
}
