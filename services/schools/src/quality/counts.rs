//! What is counted of decisions.

use crate::wire::stored as s;
use matching::{Agreement, Field};

/// How many fields are compared.
pub const FIELDS: usize = Field::ALL.len();

/// How a first candidate compares with the report: one bit for each of [`Field::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Not given on one side at least.
    pub missing: u16,
    /// Given on both, and not the same.
    pub differs: u16,
}

/// How many decisions were of which kind, and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub decisions: u32,
    /// Sure who it is.
    pub sure: u32,
    /// Candidates, and none of them sure.
    pub unsure: u32,
    /// No candidate.
    pub none: u32,
    /// The likely school was asked first.
    pub asked: u32,
    /// It said no.
    pub asked_no: u32,
    /// Two schools claim the child.
    pub conflicting: u32,
    /// "Not ours" after a sure match.
    pub overturned: u32,
    /// Overturned, because the child had left.
    pub overturned_left: u32,
    /// Overturned, after somebody had opened it.
    pub misdirected: u32,
    /// "Not ours", and taken back.
    pub restored: u32,
    /// A person chose the first candidate's school.
    pub chose_first: u32,
    /// A person chose another candidate's school.
    pub chose_other: u32,
    /// A person chose a school of no candidate.
    pub chose_elsewhere: u32,
    /// A person chose no school.
    pub chose_no_school: u32,
    /// Decisions with a candidate.
    pub compared: u32,
    /// Of those, for each of [`Field::ALL`]: missing.
    pub missing: [u32; FIELDS],
    /// Of those, for each of [`Field::ALL`]: differing.
    pub differs: [u32; FIELDS],
}

// === impl Compared ===

impl Compared {
    /// What the weights of a candidate say. Fields that this version does not know are left out.
    pub fn of(weights: &s::CandidateWeights) -> Self {
        let mut compared = Self::default();
        for verdict in &weights.fields {
            let index = Field::ALL
                .iter()
                .position(|field| field.name() == verdict.field);
            let bit = index.map_or(0, |index| 1 << index);
            if verdict.agreement == Agreement::Missing.name() {
                compared.missing |= bit;
            } else if verdict.agreement == Agreement::Differs.name() {
                compared.differs |= bit;
            }
        }
        compared
    }
}

// === impl Counts ===

impl Counts {
    /// Every count, in one order.
    pub(crate) fn each_mut(&mut self) -> impl Iterator<Item = &mut u32> {
        [
            &mut self.decisions,
            &mut self.sure,
            &mut self.unsure,
            &mut self.none,
            &mut self.asked,
            &mut self.asked_no,
            &mut self.conflicting,
            &mut self.overturned,
            &mut self.overturned_left,
            &mut self.misdirected,
            &mut self.restored,
            &mut self.chose_first,
            &mut self.chose_other,
            &mut self.chose_elsewhere,
            &mut self.chose_no_school,
            &mut self.compared,
        ]
        .into_iter()
        .chain(&mut self.missing)
        .chain(&mut self.differs)
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: &Self) {
        let mut other = other.clone();
        for (count, more) in self.each_mut().zip(other.each_mut()) {
            *count = count.saturating_add(*more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_agrees_or_is_not_known_is_neither_missing_nor_differing() {
        let said = [
            ("upn", "missing"),
            ("postcode", "differs"),
            ("forename", "exact"),
            ("shoe_size", "differs"),
        ];
        let fields = said.map(|(field, agreement)| s::FieldVerdict {
            field: field.to_owned(),
            agreement: agreement.to_owned(),
            weight: 0.0,
        });
        let compared = Compared::of(&s::CandidateWeights {
            total: 0.0,
            fields: fields.to_vec(),
        });
        assert_eq!((compared.missing, compared.differs), (1, 1 << 7));
        assert_eq!(Field::ALL[7], Field::Postcode);
    }

    #[test]
    fn every_count_is_added() {
        let mut one = Counts::default();
        one.each_mut().for_each(|count| *count = 1);
        let mut sum = one.clone();
        sum.add(&one);
        assert!(sum.each_mut().all(|count| *count == 2));
        assert_eq!(sum.each_mut().count(), 16 + 2 * FIELDS);
    }
}
