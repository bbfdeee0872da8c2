//! What an agreement weighs: the model of Fellegi and Sunter, with its chances and its thresholds.
//!
//! A weight is the logarithm to base 2 of a likelihood ratio: how much likelier this agreement is
//! for the same child (m) than for another (u). +10 is a thousand to one for, −3 eight to one
//! against; what is missing weighs nothing. Weights are added up. What is common says less: where a
//! value agrees, u is how common that value is on the rolls ([`crate::roll`] counts).
//!
//! The chances below are estimates from the shape of English rolls and of reports written at night;
//! [`crate::Roll::learn`] replaces them by what the reports themselves show.

mod chances;
mod unfit;

pub use chances::Chances;
pub use unfit::Unfit;

use crate::{Agreement, Field};

/// A model: what each field's agreements weigh, and how many reported children are on a roll.
#[derive(Clone, PartialEq, Debug)]
pub struct Model {
    /// Name, kept with every decision.
    pub version: String,
    /// Chance that a reported child is on a loaded roll.
    pub on_roll: f64,
    /// The same for a child of so many years, from 0: the youngest are at no school.
    pub on_roll_at: [f64; AGES],
    /// Chances of each field, in the order of [`Field::ALL`].
    pub(crate) fields: [Chances; Field::ALL.len()],
}

/// Ages that are told apart, in whole years from 0; whoever is older counts as the last.
pub const AGES: usize = 20;

/// What a hub may set differently.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// Weights.
    pub model: Model,
    /// Greatest chance that a single sure match is wrong: 1 in 2,000. Most are far surer, so that of
    /// all sure matches fewer than 1 in 10,000 are wrong.
    pub sure_wrong: f64,
    /// Fewest children among whom a report is taken to mean one, however few are on the rolls:
    /// 300,000, as many as live where one force is.
    pub population: u32,
    /// Oldest roll, in days, that is believed without asking the school: 30.
    pub max_roll_age_days: u16,
}

/// What a match needs, in bits; kept with every decision.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Thresholds {
    /// Least total of a sure match: it is nobody who is on no roll.
    pub sure: f64,
    /// Least total of a candidate worth a coordinator's look.
    pub candidate: f64,
    /// Least distance of a sure match from the next person.
    pub margin: f64,
    /// Least total without what a household shares: it is no brother or sister on no roll.
    pub personal: f64,
    /// Least total without what twins share, where the forename is not the same: it is no twin on
    /// no roll.
    pub twin: f64,
}

/// How much of the doubt may be that of a stranger: nothing on any roll speaks against one, while
/// a household's children and a rival are mostly seen there. There are three whom a report may mean
/// instead, and the one who cannot be seen gets no more than a third.
const DOUBT_OF_STRANGERS: f64 = 1.0 / 3.0;
/// Brothers and sisters of a reported household who are on no roll, for each child who is.
const SIBLINGS_OFF_ROLL: f64 = 0.5;
/// Children who have a twin.
const TWINS: f64 = 0.03;
/// Twins of whom one is at a school of another kind or far away, where all others are on the rolls.
const TWINS_PARTED: f64 = 0.02;
/// How much more alike the names of twins are than those of strangers, in bits.
const TWINS_ALIKE: f64 = 2.0;
/// Chance of being the child from which a candidate is worth a coordinator's look.
const WORTH_A_LOOK: f64 = 0.002;

impl Default for Settings {
    fn default() -> Self {
        Self {
            model: Model::default(),
            sure_wrong: 1.0 / 2_000.0,
            population: 300_000,
            max_roll_age_days: 30,
        }
    }
}

impl Default for Model {
    fn default() -> Self {
        Self {
            version: "standard-2".to_owned(),
            on_roll: 0.9,
            on_roll_at: [0.9; AGES],
            fields: Field::ALL.map(chances::standard),
        }
    }
}

/// The weights of a model, worked out once for many rows.
pub(crate) struct Weights<'a> {
    model: &'a Model,
    plain: [[f64; 5]; Field::ALL.len()],
}

// === impl Weights ===

impl<'a> Weights<'a> {
    pub(crate) fn of(model: &'a Model) -> Self {
        let plain = |chances: Chances| [0, 1, 2, 3, 4].map(|degree| chances.weight(degree, None));
        Self {
            model,
            plain: model.fields.map(plain),
        }
    }

    /// What each field weighs. `shares`: how common the values are that agree, from 0 to 1.
    pub(crate) fn all(
        &self,
        agreements: &[Agreement; Field::ALL.len()],
        shares: &[Option<f64>; Field::ALL.len()],
    ) -> [f64; Field::ALL.len()] {
        let mut weights = [0.0; Field::ALL.len()];
        let tables = self.model.fields.iter().zip(&self.plain);
        let said = agreements.iter().zip(shares).zip(tables);
        for (weight, ((agreement, share), (chances, plain))) in weights.iter_mut().zip(said) {
            let degree = degree(*agreement);
            *weight = match (degree, share) {
                (None, _) => 0.0,
                (Some(degree), None) => plain.get(degree).copied().unwrap_or_default(),
                (Some(degree), share) => chances.weight(degree, *share),
            };
        }
        weights
    }

    /// The most that a field can weigh; where it is no more than weakly like, if `weak`.
    pub(crate) fn most_of(&self, field: Field, weak: bool) -> f64 {
        let degrees = self.plain.get(place(field)).into_iter().flatten();
        let degrees = degrees.skip(if weak { 3 } else { 0 });
        degrees.copied().fold(0.0, f64::max)
    }

    /// What one field weighs.
    pub(crate) fn of_field(&self, field: Field, found: (Agreement, Option<f64>)) -> f64 {
        self.model.weight(field, found.0, found.1)
    }
}

// === impl Model ===

impl Model {
    /// What an agreement weighs. `share`: how common the value is that agrees, from 0 to 1.
    pub(crate) fn weight(&self, field: Field, agreement: Agreement, share: Option<f64>) -> f64 {
        let chances = self.chances(field);
        match degree(agreement) {
            Some(degree) => chances.weight(degree, share),
            None => 0.0,
        }
    }

    /// How many children on no roll a report may mean as easily as one of `rows` pupils.
    pub(crate) fn strangers(&self, rows: usize, age: Option<usize>) -> f64 {
        let at = age.and_then(|age| self.on_roll_at.get(age.min(AGES - 1)));
        let on_roll = at.unwrap_or(&self.on_roll).clamp(0.01, 0.999);
        (count(rows) * (1.0 - on_roll) / on_roll).max(1.0)
    }

    /// Chances of one field.
    pub fn chances(&self, field: Field) -> &Chances {
        &self.fields[place(field)]
    }

    /// The same model with other chances of one field; its name stays.
    #[must_use]
    pub fn with(mut self, field: Field, chances: Chances) -> Self {
        self.fields[place(field)] = chances;
        self
    }

    /// The same weights, with no child likelier to be on a roll than `other` has it: what was learnt
    /// then never asks less of a sure match than `other` does.
    #[must_use]
    pub fn no_bolder_than(mut self, other: &Self) -> Self {
        self.on_roll = self.on_roll.min(other.on_roll);
        for (share, other) in self.on_roll_at.iter_mut().zip(other.on_roll_at) {
            *share = share.min(other);
        }
        self.named_by_its_weights()
    }

    /// Named by a hash of all its numbers: what was learnt twice is one model.
    pub(crate) fn named_by_its_weights(mut self) -> Self {
        let fields = self.fields.iter();
        let chances = fields.flat_map(|field| field.same.iter().chain(&field.other));
        let shares = self.on_roll_at.iter().chain([&self.on_roll]);
        let bytes = chances
            .chain(shares)
            .flat_map(|number| number.to_bits().to_le_bytes());
        let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        self.version = format!("learnt-{hash:08x}");
        self
    }
}

/// Every field is in the list: the first stands in for none that could be left out.
fn place(field: Field) -> usize {
    let place = Field::ALL.iter().position(|one| *one == field);
    place.unwrap_or_default()
}

/// The place of a degree of agreement among the chances; none where there is nothing to compare.
pub(crate) fn degree(agreement: Agreement) -> Option<usize> {
    match agreement {
        Agreement::Exact => Some(0),
        Agreement::Variant => Some(1),
        Agreement::Close => Some(2),
        Agreement::Weak => Some(3),
        Agreement::Differs => Some(4),
        Agreement::Missing => None,
    }
}

// === impl Settings ===

impl Settings {
    /// Thresholds for a child of this age among `rows` pupils.
    pub fn thresholds(&self, rows: usize, age: Option<usize>) -> Thresholds {
        let doubt = -self.sure_wrong.max(f64::MIN_POSITIVE).log2();
        let strangers = self.model.strangers(rows, age);
        let elsewhere = f64::from(self.population) - count(rows);
        let strangers = strangers.max(elsewhere);
        let missing = (elsewhere / f64::from(self.population.max(1))).max(TWINS_PARTED);
        let twins_off_roll = TWINS * missing;
        Thresholds {
            sure: strangers.log2() + doubt - DOUBT_OF_STRANGERS.log2(),
            candidate: strangers.log2() + WORTH_A_LOOK.log2(),
            margin: doubt,
            personal: SIBLINGS_OFF_ROLL.log2() + doubt,
            twin: twins_off_roll.log2() + TWINS_ALIKE + doubt,
        }
    }
}

/// A number of things, as one that is reckoned with.
pub(crate) fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Odds that a report means a brother or sister who is on no roll, before anything personal is compared.
pub(crate) fn sibling_odds() -> f64 {
    SIBLINGS_OFF_ROLL
}
