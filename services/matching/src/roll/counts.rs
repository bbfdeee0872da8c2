//! How common a name, a birthday or a postcode is on the rolls.
//!
//! What the rolls show is mixed with what is usual in England, so that a pilot's first school does
//! not make every name look common, or a rare one unique.

use super::stored::Stored;
use crate::compare::surnames;
use jiff::civil::Date;
use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

/// How many pupils' worth the usual share counts.
const USUAL: f64 = 3_000.0;
const USUAL_FORENAME: f64 = 0.001;
const USUAL_SURNAME: f64 = 0.000_2;
const USUAL_BIRTHDAY: f64 = 0.000_2;
const USUAL_POSTCODE: f64 = 0.000_005;

/// Counts over all rows.
#[derive(Default)]
pub(crate) struct Counts {
    rows: u32,
    forenames: HashMap<u32, u32>,
    surnames: HashMap<u32, u32>,
    birthdays: HashMap<Date, u32>,
    postcodes: HashMap<u32, u32>,
}

impl Counts {
    pub(crate) fn add(&mut self, row: &Stored) {
        self.rows = self.rows.saturating_add(1);
        self.each(row, |count| *count = count.saturating_add(1));
    }

    pub(crate) fn remove(&mut self, row: &Stored) {
        self.rows = self.rows.saturating_sub(1);
        self.each(row, |count| *count = count.saturating_sub(1));
    }

    fn each(&mut self, row: &Stored, change: impl Fn(&mut u32)) {
        let text = row.folded();
        for forename in distinct(&[text.forename, first(text.forename), text.known_as]) {
            change(self.forenames.entry(forename).or_default());
        }
        let parts = surnames::parts(text.surname);
        let surnames: Vec<_> = std::iter::once(text.surname).chain(parts).collect();
        for surname in distinct(&surnames) {
            change(self.surnames.entry(surname).or_default());
        }
        if let Some(born) = row.date_of_birth {
            change(self.birthdays.entry(born).or_default());
        }
        if !text.postcode.is_empty() {
            change(self.postcodes.entry(name(text.postcode)).or_default());
        }
    }

    /// Share of this forename among all children but one who has it, from 0 to 1.
    pub(crate) fn forename(&self, folded: &str) -> f64 {
        self.share(others(self.forenames.get(&name(folded))), USUAL_FORENAME)
    }

    /// Share of this surname among all children but one who has it.
    pub(crate) fn surname(&self, folded: &str) -> f64 {
        self.share(others(self.surnames.get(&name(folded))), USUAL_SURNAME)
    }

    /// Share of this birthday among all children but one who has it.
    pub(crate) fn birthday(&self, date: Date) -> f64 {
        self.share(others(self.birthdays.get(&date)), USUAL_BIRTHDAY)
    }

    /// Share of children who live in this postcode; nobody lives there alone.
    pub(crate) fn postcode(&self, folded: &str) -> f64 {
        let count = self.postcodes.get(&name(folded));
        self.share(count.copied().unwrap_or_default(), USUAL_POSTCODE)
    }

    /// The share that so many children are.
    pub(crate) fn share_of(&self, children: usize) -> f64 {
        self.share(u32::try_from(children).unwrap_or(u32::MAX), 0.0)
    }

    fn share(&self, count: u32, usual: f64) -> f64 {
        (f64::from(count) + USUAL * usual) / (f64::from(self.rows) + USUAL)
    }
}

/// How many there are besides the one that is compared.
fn others(count: Option<&u32>) -> u32 {
    count.map_or(0, |count| count.saturating_sub(1))
}

fn first(forename: &str) -> &str {
    forename.split(' ').next().unwrap_or_default()
}

fn distinct(names: &[&str]) -> Vec<u32> {
    let mut distinct: Vec<u32> = names
        .iter()
        .filter(|name| !name.is_empty())
        .map(|folded| name(folded))
        .collect();
    distinct.sort_unstable();
    distinct.dedup();
    distinct
}

fn name(folded: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    for letter in folded.bytes().filter(|byte| *byte != b' ') {
        letter.hash(&mut hasher);
    }
    let [a, b, c, d, ..] = hasher.finish().to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}
