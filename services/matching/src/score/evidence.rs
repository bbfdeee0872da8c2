//! What each field says about one row, and what that weighs.

use super::Found;
use crate::{Agreement, Field, FieldWeight, model::Weights};

/// Chance that forename and surname stand in each other's place, in bits.
pub(super) const SWAPPED: f64 = -6.0;

/// What each field says about one row, in the order of [`Field::ALL`].
#[derive(Clone)]
pub(crate) struct Evidence {
    pub(crate) agreements: [Agreement; Field::ALL.len()],
    /// How common the value is that agrees, where that is counted.
    pub(crate) shares: [Option<f64>; Field::ALL.len()],
    /// Forename and surname stand in each other's place.
    swapped: bool,
}

// === impl Evidence ===

impl Evidence {
    pub(super) fn new(found: &[Found; Field::ALL.len()], swapped: bool) -> Self {
        Self {
            agreements: found.map(|(agreement, _)| agreement),
            shares: found.map(|(_, share)| share),
            swapped,
        }
    }

    /// What each field weighs, in the order of [`Field::ALL`].
    pub(crate) fn weights(&self, weights: &Weights<'_>) -> [f64; Field::ALL.len()] {
        let mut all = weights.all(&self.agreements, &self.shares);
        if let [_, _, forename, ..] = &mut all
            && self.swapped
        {
            *forename += SWAPPED;
        }
        all
    }

    /// How far a field agrees.
    pub(crate) fn agreement(&self, field: Field) -> Agreement {
        let said = Field::ALL.into_iter().zip(self.agreements);
        let mut said = said.filter(|(one, _)| *one == field);
        said.next()
            .map_or(Agreement::Missing, |(_, agreement)| agreement)
    }

    /// The fields with what they said, for whoever asks why.
    pub(crate) fn reasons(&self, weights: &[f64]) -> Vec<FieldWeight> {
        let said = Field::ALL.into_iter().zip(self.agreements).zip(weights);
        said.map(|((field, agreement), weight)| FieldWeight {
            field,
            agreement,
            weight: *weight,
        })
        .collect()
    }
}
