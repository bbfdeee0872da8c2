//! What people said of a report: a coordinator who found the school, a school that has the child or
//! never had.

use crate::{Roll, Urn, model::count};

/// How often people are wrong: one time in 50. A reading of a report that goes against their word
/// keeps that much of its chance, so that an exact identifier may still outweigh a slip of theirs.
const PEOPLE_ERR: f64 = 0.02;

/// What people said of the child of a report. Nothing is said by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Schools that have the child, or had it.
    pub at: Vec<Urn>,
    /// Schools that never had it.
    pub never_at: Vec<Urn>,
    /// Whether the child is on no roll at all.
    pub nowhere: bool,
}

// === impl Told ===

impl Told {
    /// Whether nobody has said anything.
    pub fn is_silent(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a row of this school goes against it.
    pub fn contradicts(&self, school: Urn) -> bool {
        let elsewhere = !self.at.is_empty() && !self.at.contains(&school);
        self.nowhere || elsewhere || self.never_at.contains(&school)
    }

    /// How much it leaves of the chance that a row of this school is meant, from 0 to 1.
    pub(super) fn leaves(&self, school: Urn) -> f64 {
        if self.contradicts(school) {
            PEOPLE_ERR
        } else {
            1.0
        }
    }

    /// How much it leaves of the chance that the child is on no roll: of a school that has the child,
    /// only its own new pupils may be on none yet; where it has no roll here, that is so anyway.
    pub(super) fn leaves_nobody(&self, roll: &Roll) -> f64 {
        let there: usize = self.at.iter().map(|school| roll.len_of(*school)).sum();
        match there {
            0 => 1.0,
            there => count(there) / count(roll.len()).max(1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn school(number: u32) -> Urn {
        (900_000 + number).to_string().parse().unwrap()
    }

    #[test]
    fn a_row_is_contradicted_by_whoever_has_the_child_elsewhere_or_never_had_it() {
        let [here, there] = [school(1), school(2)];
        let at = Told {
            at: vec![here],
            ..Told::default()
        };
        let never = Told {
            never_at: vec![here],
            ..Told::default()
        };
        let nowhere = Told {
            nowhere: true,
            ..Told::default()
        };
        for (told, expected) in [
            (Told::default(), [false, false]),
            (at, [false, true]),
            (never, [true, false]),
            (nowhere, [true, true]),
        ] {
            let found = [here, there].map(|school| told.contradicts(school));
            assert_eq!(found, expected, "{told:?}");
        }
    }
}
