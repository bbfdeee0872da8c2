//! Whether learnt weights may be used: what no roll and no reports could honestly teach is refused.

use crate::{Agreement, Chances, Field, Model};

/// Furthest that chances may add up from one.
const ROUNDING: f64 = 1e-6;

/// Why a model must not decide about children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// A chance that is no chance, or that is never or always so.
    #[error("{} has a chance that is not between 0 and 1, or chances that do not add up to 1", .0.name())]
    Chance(Field),
    /// The share of children on a roll is no share.
    #[error("the share of children on a roll is not between 0 and 1")]
    OnRoll,
    /// Agreement speaks against, or disagreement for the same child.
    #[error("{} speaks against where it agrees, or for where it differs", .0.name())]
    Reversed(Field),
    /// A lesser agreement weighs more than a better one.
    #[error("{} weighs more where it agrees less", .0.name())]
    OutOfOrder(Field),
}

// === impl Model ===

impl Model {
    /// Whether these weights can be used; else the first thing that is wrong with them.
    pub fn check(&self) -> Result<(), Unfit> {
        let standard = Self::default();
        for field in Field::ALL {
            let chances = self.chances(field);
            let possible = standard.chances(field).is_possible();
            if !chances.are_chances(possible) {
                return Err(Unfit::Chance(field));
            }
            let bits = |degree| chances.bits(degree);
            let (exact, differs) = (bits(Agreement::Exact), bits(Agreement::Differs));
            if exact <= 0.0 || differs >= 0.0 {
                return Err(Unfit::Reversed(field));
            }
            if !chances.are_in_order(possible) {
                return Err(Unfit::OutOfOrder(field));
            }
        }
        let mut shares = self.on_roll_at.iter().chain([&self.on_roll]);
        if shares.any(|share| !is_chance(*share)) {
            return Err(Unfit::OnRoll);
        }
        Ok(())
    }
}

// === impl Chances ===

impl Chances {
    /// Which degrees of agreement the field knows.
    fn is_possible(&self) -> [bool; 5] {
        self.same.map(|chance| chance > 0.0)
    }

    /// Whether an exact agreement weighs more than one in part and a difference less than a slip. Among
    /// the near ones any may weigh most: by chance a date is even rarer exchanged than it is the same.
    fn are_in_order(&self, possible: [bool; 5]) -> bool {
        let bits = |degree| self.bits(degree);
        let (exact, differs) = (bits(Agreement::Exact), bits(Agreement::Differs));
        let mut known = Agreement::DEGREES.into_iter().zip(possible);
        known.all(|(degree, possible)| match degree {
            _ if !possible => true,
            Agreement::Variant | Agreement::Close => bits(degree) > differs,
            Agreement::Weak => bits(degree) < exact,
            Agreement::Exact | Agreement::Differs | Agreement::Missing => true,
        })
    }

    fn are_chances(&self, possible: [bool; 5]) -> bool {
        [self.same, self.other].into_iter().all(|side| {
            let sum: f64 = side.iter().sum();
            let mut each = side.into_iter().zip(possible);
            (sum - 1.0).abs() <= ROUNDING
                && each.all(|(chance, possible)| {
                    if possible {
                        is_chance(chance)
                    } else {
                        chance.abs() <= ROUNDING
                    }
                })
        })
    }
}

/// Neither never nor always, nor no number at all.
fn is_chance(chance: f64) -> bool {
    chance > 0.0 && chance < 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(field: Field, change: impl FnOnce(&mut Chances)) -> Model {
        let model = Model::default();
        let mut chances = *model.chances(field);
        change(&mut chances);
        model.with(field, chances)
    }

    #[test]
    fn the_standard_weights_can_be_used() {
        assert_eq!(Model::default().check(), Ok(()));
    }

    #[test]
    fn a_chance_of_never_or_always_or_no_number_is_named_by_its_field() {
        for chance in [0.0, 1.0, -0.1, f64::NAN, f64::INFINITY] {
            let model = with(Field::Surname, |surname| surname.same[1] = chance);
            assert_eq!(
                model.check(),
                Err(Unfit::Chance(Field::Surname)),
                "{chance}"
            );
        }
        let certain = with(Field::Sex, |sex| sex.same = [1.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(certain.check(), Err(Unfit::Chance(Field::Sex)));
        let too_much = with(Field::Sex, |sex| sex.other = [0.6, 0.0, 0.0, 0.0, 0.6]);
        assert_eq!(too_much.check(), Err(Unfit::Chance(Field::Sex)));
    }

    #[test]
    fn an_agreement_that_a_field_does_not_know_stays_unknown() {
        let model = with(Field::Upn, |upn| upn.same = [0.9, 0.0, 0.05, 0.0, 0.05]);
        assert_eq!(model.check(), Err(Unfit::Chance(Field::Upn)));
    }

    #[test]
    fn weights_that_are_reversed_are_named_by_their_field() {
        let model = with(Field::Postcode, |field| {
            std::mem::swap(&mut field.same, &mut field.other);
        });
        assert_eq!(model.check(), Err(Unfit::Reversed(Field::Postcode)));
    }

    #[test]
    fn a_weak_agreement_that_outweighs_an_exact_one_is_named_by_its_field() {
        let model = with(Field::Forename, |field| {
            field.other = [0.08, 0.006, 0.012, 0.002, 0.90];
            field.same = [0.50, 0.07, 0.07, 0.33, 0.03];
        });
        assert_eq!(model.check(), Err(Unfit::OutOfOrder(Field::Forename)));
        assert_eq!(
            model.check().unwrap_err().to_string(),
            "forename weighs more where it agrees less"
        );
    }

    #[test]
    fn a_share_of_children_on_a_roll_that_is_none_is_refused() {
        let mut model = Model::default();
        model.on_roll_at[4] = f64::NAN;
        assert_eq!(model.check(), Err(Unfit::OnRoll));
    }
}
