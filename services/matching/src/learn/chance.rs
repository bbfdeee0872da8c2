//! What agrees by chance: reports beside rows picked at random, which have nothing to do with them.

use super::{STANDARD, count_agreements, mixed};
use crate::{
    Field, Model, Query, Roll,
    model::Weights,
    score::{Comparison, Prepared},
};

/// Pairs picked at random for each report.
const RANDOM_PAIRS: usize = 20;
/// Random pairs' worth of standard chances.
const STANDARD_PAIRS: f64 = STANDARD * 50.0;

/// Counts what agrees by chance: the first of two walks over the reports that are learnt from.
pub struct Chance {
    standard: Model,
    counted: [[f64; 5]; Field::ALL.len()],
    pick: usize,
}

// === impl Chance ===

impl Chance {
    /// Counts beside this model's chances.
    pub fn new(standard: &Model) -> Self {
        Self {
            standard: standard.clone(),
            counted: [[0.0; 5]; Field::ALL.len()],
            pick: 0,
        }
    }

    /// Takes one report in.
    pub fn count(&mut self, roll: &Roll, report: &Query) {
        let slots = roll.slots();
        let prepared = Prepared::new(report);
        let mut comparison = Comparison::new(&prepared, roll, &self.standard);
        let weights = Weights::of(&self.standard);
        let strangers = self.standard.strangers(roll.len(), report.age_in_years());
        let likely = strangers.log2();
        for _ in 0..RANDOM_PAIRS.min(slots) {
            // Any step that has no factor in common with most lengths visits rows all over.
            self.pick = self.pick.wrapping_add(7_368_787) % slots;
            let row = u32::try_from(self.pick).ok();
            let Some(row) = row.and_then(|slot| roll.stored(slot)) else {
                continue;
            };
            let Some(evidence) = comparison.evidence(row, f64::MIN) else {
                continue;
            };
            // The child itself was picked: where rolls are small, that is no rare chance.
            if evidence.weights(&weights).iter().sum::<f64>() > likely {
                continue;
            }
            count_agreements(&mut self.counted, &evidence, 1.0);
        }
    }

    /// The standard model, and the same with what was counted.
    pub(super) fn into_models(self) -> (Model, Model) {
        let mut model = self.standard.clone();
        for (chances, counted) in model.fields.iter_mut().zip(self.counted) {
            chances.other = mixed(chances.other, counted, STANDARD_PAIRS);
        }
        (self.standard, model)
    }
}
