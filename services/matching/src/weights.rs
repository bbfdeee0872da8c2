//! The fixed weights and thresholds, with the reasons for each number.
//!
//! A weight is the logarithm to base 2 of a likelihood ratio: how much likelier this agreement is
//! for the same child (m) than for two children picked at random (u). +10 is a thousand to one
//! for, −3 eight to one against; what is missing weighs nothing. Weights are added up, and a
//! total is compared with the thresholds. The numbers are estimates from the shape of English
//! rolls, not learnt ones, and are the same for every name.

use crate::compare::{Agreement, Field};

/// Name of these weights, kept with every decision.
pub const MODEL_VERSION: &str = "fixed-1";

/// Where a total becomes a candidate, a sure match, and where a second person is too near.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Thresholds {
    /// Least total of a sure match. 24: name and birth date all exact reach 26.5, and one
    /// field less does not.
    pub sure: f64,
    /// Least total of a candidate worth a coordinator's look.
    pub candidate: f64,
    /// Least distance of a sure match from the next person.
    pub margin: f64,
}

/// What a hub may set differently.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Settings {
    /// Thresholds of the decision.
    pub thresholds: Thresholds,
    /// Oldest roll, in days, that is believed without asking the school.
    pub max_roll_age_days: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            thresholds: Thresholds {
                sure: 24.0,
                candidate: 8.0,
                margin: 6.0,
            },
            max_roll_age_days: 30,
        }
    }
}

/// What an agreement of a field weighs.
pub(crate) fn weight(field: Field, agreement: Agreement) -> f64 {
    let (exact, close, differs) = match field {
        // Unique, but copied from the wrong sibling's record often enough not to be proof.
        Field::Upn | Field::NhsNumber => (20.0, 0.0, -8.0),
        // About one child in a hundred shares a forename; one in ten a near one or an initial.
        Field::Forename => (6.5, 3.5, -5.0),
        // About one in 250 shares a surname; surnames change, so a difference says less.
        Field::Surname => (8.0, 4.5, -4.0),
        // One day in some 4,400; swapped day and month or one digit wrong in a few of a hundred.
        Field::DateOfBirth => (12.0, 4.0, -6.0),
        // One year in thirteen; a year off is a common slip and a common coincidence.
        Field::Age => (3.5, 0.5, -5.0),
        // One in two; wrong in about one of ten where it differs.
        Field::Sex => (1.0, 0.0, -3.0),
        // Fifteen homes share a postcode, a district some thousands; families move.
        Field::Postcode => (8.0, 2.5, -1.5),
        // Free text: agreement is strong, difference mostly habit.
        Field::Address => (6.0, 3.0, -1.0),
        // Somebody's word: exact for a name that one school has, close for one of several.
        Field::StatedSchool => (3.0, 1.5, -1.0),
    };
    match agreement {
        Agreement::Exact => exact,
        Agreement::Close => close,
        Agreement::Differs => differs,
        Agreement::Missing => 0.0,
    }
}

/// What an address weighs where the postcode agrees: it was counted there already, so that only
/// the house is news.
pub(crate) fn weight_within_postcode(agreement: Agreement) -> f64 {
    match agreement {
        Agreement::Exact => 2.0,
        Agreement::Close => 1.0,
        Agreement::Differs => -1.0,
        Agreement::Missing => 0.0,
    }
}
