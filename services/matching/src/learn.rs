//! Learning weights from the rolls and the reports themselves, without being told who is who.
//!
//! Expectation-maximisation over what a report may mean: one of the rows it resembles, a brother or
//! sister of one of them who is on no roll, or a stranger. Each report's chances add up to one over
//! all of these, so that siblings at one address teach nothing wrong and the weights do not run
//! away; the standard weights count like some reports more, so that a few odd ones cannot change
//! much. What agrees by chance is counted over pairs of reports and rows picked at random.

use crate::{
    Field, Model, Query, Roll, Settings,
    decide::Scored,
    model::{AGES, Weights, degree, sibling_odds},
    score::{Comparison, Evidence, Prepared},
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
/// Pairs picked at random for each report.
const RANDOM_PAIRS: usize = 20;

impl Roll {
    /// A model that fits these reports and rolls; the standard one where there are no reports.
    pub fn learn(&self, reports: &[Query], settings: &Settings) -> Model {
        if reports.is_empty() {
            return settings.model.clone();
        }
        let every = reports.len().div_ceil(MOST_REPORTS).max(1);
        let reports: Vec<&Query> = reports.iter().step_by(every).collect();
        let mut model = settings.model.clone();
        let standard = settings.model.clone();
        self.count_chance(&reports, &mut model);
        let seen: Vec<Seen> = reports
            .iter()
            .map(|report| {
                let scored = self.find(report, &model, LEAST).scored.into_iter();
                Seen {
                    age: report.age_in_years(),
                    candidates: scored
                        .take(MOST_CANDIDATES)
                        .map(Scored::into_evidence)
                        .collect(),
                }
            })
            .collect();
        for _ in 0..ROUNDS {
            model = estimate(&seen, &model, &standard, self.len());
        }
        model.version = format!("learnt-{:08x}", fingerprint(&model));
        model
    }

    /// What agrees between reports and rows that have nothing to do with each other.
    fn count_chance(&self, reports: &[&Query], model: &mut Model) {
        let rows: Vec<_> = self.all().collect();
        let standard = model.clone();
        let mut counted = [[0.0_f64; 5]; Field::ALL.len()];
        let mut pick = 0_usize;
        for report in reports {
            let prepared = Prepared::new(report);
            let mut comparison = Comparison::new(&prepared, self, &standard);
            for _ in 0..RANDOM_PAIRS.min(rows.len()) {
                // Any step that has no factor in common with most lengths visits rows all over.
                pick = pick.wrapping_add(7_368_787) % rows.len();
                let Some(row) = rows.get(pick) else { continue };
                let Some(evidence) = comparison.evidence(row, f64::MIN) else {
                    continue;
                };
                for (count, agreement) in counted.iter_mut().zip(evidence.agreements) {
                    if let Some(count) = degree(agreement).and_then(|at| count.get_mut(at)) {
                        *count += 1.0;
                    }
                }
            }
        }
        for (chances, counted) in model.fields.iter_mut().zip(counted) {
            chances.other = mixed(chances.other, counted, STANDARD * 50.0);
        }
    }
}

/// A report, and the rows that it may mean.
struct Seen {
    age: Option<usize>,
    candidates: Vec<Evidence>,
}

/// One round: how likely each reading of each report is, and the weights that make that likeliest.
fn estimate(seen: &[Seen], model: &Model, standard: &Model, rows: usize) -> Model {
    let mut counted = [[0.0_f64; 5]; Field::ALL.len()];
    let mut on_roll = Share::default();
    let mut at_age = [Share::default(); AGES];
    for report in seen {
        let strangers = model.strangers(rows, report.age);
        let chances = chances(&report.candidates, model, strangers);
        let found = chances.iter().sum();
        on_roll.add(found);
        if let Some(share) = report.age.and_then(|age| at_age.get_mut(age.min(AGES - 1))) {
            share.add(found);
        }
        for (evidence, chance) in report.candidates.iter().zip(chances) {
            for (count, agreement) in counted.iter_mut().zip(evidence.agreements) {
                if let Some(count) = degree(agreement).and_then(|at| count.get_mut(at)) {
                    *count += chance;
                }
            }
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

/// The chance of each candidate, strangers and siblings on no roll considered.
fn chances(candidates: &[Evidence], model: &Model, strangers: f64) -> Vec<f64> {
    let of_model = Weights::of(model);
    let weights: Vec<_> = candidates
        .iter()
        .map(|evidence| evidence.weights(&of_model))
        .collect();
    let sum = |weights: &[f64], fields: fn(Field) -> bool| -> f64 {
        let said = Field::ALL.into_iter().zip(weights);
        said.filter(|(field, _)| fields(*field))
            .map(|(_, weight)| weight)
            .sum()
    };
    let totals: Vec<f64> = weights
        .iter()
        .map(|weights| sum(weights, |_| true).exp2())
        .collect();
    let households = weights
        .iter()
        .map(|weights| sum(weights, Field::is_of_household));
    let sibling = households.fold(0.0, f64::max).exp2() * sibling_odds();
    let all = totals.iter().sum::<f64>() + strangers + sibling;
    totals.into_iter().map(|total| total / all).collect()
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

/// Tells one set of weights from another.
fn fingerprint(model: &Model) -> u32 {
    let fields = model
        .fields
        .iter()
        .flat_map(|field| field.same.iter().chain(&field.other));
    let all = fields.chain([&model.on_roll]);
    all.fold(0x811c_9dc5, |hash: u32, chance| {
        chance
            .to_bits()
            .to_le_bytes()
            .into_iter()
            .fold(hash, |hash, byte| {
                (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
            })
    })
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
