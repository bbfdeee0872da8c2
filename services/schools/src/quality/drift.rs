//! Whether a share is another than it was: the two-proportion z-test.
//!
//! A change is measured in standard errors of the difference of both shares, if both periods were
//! drawn from one and the same share. Three of them come by chance about once in 370 comparisons.
//! With little to count nothing is said.

use super::{Counts, counts::FIELDS};
use matching::Field;

/// A share that is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Sure, of all decisions.
    Sure,
    /// Unsure, of all decisions.
    Unsure,
    /// No candidate, of all decisions.
    None,
    /// "Not ours", of sure decisions.
    Overturned,
    /// This field of the first candidate is missing, of decisions with one.
    Missing(Field),
    /// This field of the first candidate differs, of decisions with one.
    Differs(Field),
}

/// One share in two periods.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drift {
    /// What of.
    pub measure: Measure,
    /// So many of how many, in the period before.
    pub before: (u32, u32),
    /// So many of how many, in the period.
    pub recent: (u32, u32),
}

/// From so many standard errors on a change is told.
const TOLD_AT: f64 = 3.0;
/// Fewer in either period say nothing.
const ENOUGH: u32 = 30;

// === impl Measure ===

impl Measure {
    /// Every share that is watched.
    pub fn all() -> impl Iterator<Item = Self> {
        let missing = Field::ALL.into_iter().map(Self::Missing);
        let differs = Field::ALL.into_iter().map(Self::Differs);
        [Self::Sure, Self::Unsure, Self::None, Self::Overturned]
            .into_iter()
            .chain(missing)
            .chain(differs)
    }

    /// So many of how many.
    fn share(self, counts: &Counts) -> (u32, u32) {
        let of_field = |counted: &[u32; FIELDS], field| {
            let index = Field::ALL.iter().position(|known| *known == field);
            index.and_then(|index| counted.get(index).copied())
        };
        let of_field = |counted, field| of_field(counted, field).unwrap_or_default();
        match self {
            Self::Sure => (counts.sure, counts.decisions),
            Self::Unsure => (counts.unsure, counts.decisions),
            Self::None => (counts.none, counts.decisions),
            Self::Overturned => (counts.overturned, counts.sure),
            Self::Missing(field) => (of_field(&counts.missing, field), counts.compared),
            Self::Differs(field) => (of_field(&counts.differs, field), counts.compared),
        }
    }

    /// What is measured, and of which field.
    pub fn words(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Sure => ("sure", None),
            Self::Unsure => ("unsure", None),
            Self::None => ("none", None),
            Self::Overturned => ("overturned", None),
            Self::Missing(field) => ("missing", Some(field.name())),
            Self::Differs(field) => ("differs", Some(field.name())),
        }
    }
}

// === impl Drift ===

impl Drift {
    /// Every share, in the period before and in the period.
    pub fn between(before: &Counts, recent: &Counts) -> impl Iterator<Item = Self> {
        Measure::all().map(move |measure| Self {
            measure,
            before: measure.share(before),
            recent: measure.share(recent),
        })
    }

    /// Whether both periods have enough for the change to say something.
    pub fn is_enough(&self) -> bool {
        self.before.1.min(self.recent.1) >= ENOUGH
    }

    /// The change in standard errors; 0 where nothing varies.
    pub fn z(&self) -> f64 {
        let share = |(count, of): (u32, u32)| (f64::from(count), f64::from(of));
        let (before, before_of) = share(self.before);
        let (recent, recent_of) = share(self.recent);
        let pooled = (before + recent) / (before_of + recent_of);
        let error = (pooled * (1.0 - pooled) * (1.0 / before_of + 1.0 / recent_of)).sqrt();
        let z = (recent / recent_of - before / before_of) / error;
        if z.is_finite() { z } else { 0.0 }
    }

    /// Whether it is told.
    pub fn is_told(&self) -> bool {
        self.is_enough() && self.z().abs() >= TOLD_AT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drift(before: (u32, u32), recent: (u32, u32)) -> Drift {
        Drift {
            measure: Measure::Sure,
            before,
            recent,
        }
    }

    #[test]
    fn the_change_is_that_of_a_textbook() {
        // 50 of 100, then 70 of 100: pooled 0.6, standard error 0.06928.
        let change = drift((50, 100), (70, 100));
        assert!((change.z() - 2.8868).abs() < 0.0001, "{}", change.z());
        assert!(!change.is_told());
        let more = drift((50, 100), (71, 100));
        assert!(more.is_told());
        assert!(drift((71, 100), (50, 100)).z() < 0.0);
    }

    #[test]
    fn with_little_to_count_nothing_is_said() {
        let change = drift((0, 29), (29, 29));
        assert!(change.z() > 3.0);
        assert!(!change.is_told());
        assert!(drift((0, 30), (30, 30)).is_told());
    }

    #[test]
    fn what_does_not_vary_or_is_not_there_has_not_changed() {
        for (before, recent) in [((0, 0), (0, 0)), ((0, 90), (0, 90)), ((90, 90), (40, 40))] {
            assert!(drift(before, recent).z().abs() < f64::EPSILON);
        }
        assert!(drift((0, 0), (5, 9)).z().abs() < f64::EPSILON);
    }

    #[test]
    fn every_share_is_of_what_it_is_a_share_of() {
        let mut counts = Counts {
            decisions: 10,
            sure: 6,
            unsure: 3,
            none: 1,
            overturned: 2,
            compared: 9,
            ..Counts::default()
        };
        counts.missing[7] = 4;
        let shares: Vec<_> = Drift::between(&Counts::default(), &counts)
            .filter(|drift| drift.recent.0 > 0)
            .map(|drift| (drift.measure, drift.recent))
            .collect();
        let expected = [
            (Measure::Sure, (6, 10)),
            (Measure::Unsure, (3, 10)),
            (Measure::None, (1, 10)),
            (Measure::Overturned, (2, 6)),
            (Measure::Missing(Field::Postcode), (4, 9)),
        ];
        assert_eq!(shares, expected);
    }
}
