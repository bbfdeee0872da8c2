//! The chances of one field's degrees of agreement.

use crate::{Agreement, Field, model::degree};

/// Most that one field can weigh, in bits: no single field is worth more trust than this.
const MOST: f64 = 22.0;

/// Chances of each degree of agreement, in the order of [`crate::Agreement::DEGREES`]; both add up to 1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Chances {
    /// For the same child.
    pub same: [f64; 5],
    /// For another child. Where the value is known to be common or rare, that counts instead.
    pub other: [f64; 5],
}

// === impl Chances ===

impl Chances {
    /// What a degree of agreement weighs where it is not known how common the value is, in bits.
    pub fn bits(&self, agreement: Agreement) -> f64 {
        degree(agreement).map_or(0.0, |degree| self.weight(degree, None))
    }

    /// The weight of a degree. A value that is commoner than such agreements are by chance counts
    /// as common as it is.
    pub(crate) fn weight(&self, degree: usize, share: Option<f64>) -> f64 {
        let [same, other] = [&self.same, &self.other].map(|side| side.get(degree).copied());
        let (same, other) = (same.unwrap_or_default(), other.unwrap_or_default());
        let other = match (degree, share) {
            (0, Some(share)) => share,
            (_, Some(share)) => other.max(share),
            (_, None) => other,
        };
        let floor = f64::MIN_POSITIVE.sqrt();
        (same.max(floor) / other.max(floor))
            .log2()
            .clamp(-MOST, MOST)
    }
}

/// Estimates to begin with. Exact agreements by chance are there for values that nobody counts.
pub(super) fn standard(field: Field) -> Chances {
    let (same, other) = match field {
        // Unique, but copied from a sibling's record often enough not to be proof.
        Field::Upn | Field::NhsNumber => (
            [0.96, 0.0, 0.0, 0.0, 0.04],
            [0.000_000_2, 0.0, 0.0, 0.0, 0.999_999_8],
        ),
        Field::Forename => (
            [0.80, 0.07, 0.07, 0.03, 0.03],
            [0.002, 0.006, 0.012, 0.08, 0.90],
        ),
        Field::Surname => (
            [0.84, 0.06, 0.06, 0.0, 0.04],
            [0.0005, 0.001, 0.004, 0.0, 0.9945],
        ),
        // One day in some 5,000; swapped, slipped or half right in a few of a hundred.
        Field::DateOfBirth => (
            [0.92, 0.015, 0.035, 0.015, 0.015],
            [0.0002, 0.0002, 0.009, 0.09, 0.9006],
        ),
        Field::Age => ([0.85, 0.0, 0.11, 0.0, 0.04], [0.075, 0.0, 0.14, 0.0, 0.785]),
        Field::Sex => ([0.98, 0.0, 0.0, 0.0, 0.02], [0.5, 0.0, 0.0, 0.0, 0.5]),
        Field::Postcode => (
            [0.78, 0.0, 0.05, 0.07, 0.10],
            [0.0001, 0.0, 0.0005, 0.02, 0.9794],
        ),
        Field::Address => (
            [0.35, 0.0, 0.15, 0.20, 0.30],
            [0.000_1, 0.0, 0.000_5, 0.02, 0.9794],
        ),
        Field::House => ([0.80, 0.0, 0.08, 0.06, 0.06], [0.06, 0.0, 0.04, 0.40, 0.50]),
        // Somebody's word: of one school alone, of several of that name, of a namesake elsewhere.
        Field::StatedSchool => ([0.70, 0.13, 0.0, 0.02, 0.15], [0.01, 0.02, 0.0, 0.01, 0.96]),
    };
    Chances { same, other }
}
