//! The index over all rolls: which rows are worth comparing with a query.
//!
//! Besides the exact identifiers there are two blocking keys: the birth date with the initial of
//! any name, and any part of a surname with the initial of a forename. A pupil is found if one of
//! them survives, so a wrong birth date and a changed surname are each forgiven, and the number of
//! rows compared depends on how common a name or birthday is, not on how many schools there are.

use super::stored::{Folded, Stored};
use crate::{NhsNumber, Upn, fold::joined};
use jiff::civil::Date;
use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

/// Most surname parts of one row or query that are used as keys.
const MOST_PARTS: usize = 6;

/// Rows by key; a key is a 64-bit hash, so a false friend costs one comparison.
#[derive(Default)]
pub(crate) struct Blocks(HashMap<u64, Block>);

/// Most keys name one row.
enum Block {
    One(u32),
    Many(Vec<u32>),
}

impl Blocks {
    pub(crate) fn insert(&mut self, row: u32, keys: &HashSet<u64>) {
        for key in keys {
            self.0
                .entry(*key)
                .and_modify(|block| match block {
                    Block::One(first) => *block = Block::Many(vec![*first, row]),
                    Block::Many(rows) => rows.push(row),
                })
                .or_insert(Block::One(row));
        }
    }

    pub(crate) fn remove(&mut self, row: u32, keys: &HashSet<u64>) {
        for key in keys {
            let empty = match self.0.get_mut(key) {
                Some(Block::One(only)) => *only == row,
                Some(Block::Many(rows)) => {
                    rows.retain(|r| *r != row);
                    rows.is_empty()
                }
                None => false,
            };
            if empty {
                self.0.remove(key);
            }
        }
    }

    /// Rows under any of these keys, each once, in a stable order.
    pub(crate) fn rows(&self, keys: &HashSet<u64>) -> Vec<u32> {
        let mut rows = Vec::new();
        for block in keys.iter().filter_map(|key| self.0.get(key)) {
            match block {
                Block::One(row) => rows.push(*row),
                Block::Many(several) => rows.extend(several),
            }
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

/// Every key under which a row is found.
pub(crate) fn keys_of(row: &Stored) -> HashSet<u64> {
    let text = row.folded();
    let mut keys = identifier_keys(row.upn, row.nhs_number);
    keys.extend(birth_keys(row.date_of_birth, &text));
    keys.extend(surname_keys(&text));
    keys
}

/// Every key under which a query looks: those of a row, with forename and surname also the other
/// way round, and every initial where no forename is given.
pub(crate) fn keys_for(
    upn: Option<Upn>,
    nhs_number: Option<NhsNumber>,
    born: Option<Date>,
    text: &Folded<'_>,
) -> HashSet<u64> {
    let mut keys = identifier_keys(upn, nhs_number);
    keys.extend(birth_keys(born, text));
    keys.extend(surname_keys(text));
    keys.extend(surname_keys(&Folded {
        forename: text.surname,
        surname: text.forename,
        ..Folded::default()
    }));
    if forename_initials(text).is_empty() {
        for part in surname_parts(text) {
            keys.extend(('a'..='z').map(|initial| key(("surname", &part, initial))));
        }
    }
    keys
}

/// The keys of exact identifiers alone.
pub(crate) fn identifier_keys(upn: Option<Upn>, nhs_number: Option<NhsNumber>) -> HashSet<u64> {
    let upn = upn.map(|upn| key(("upn", upn)));
    let nhs_number = nhs_number.map(|number| key(("nhs", number)));
    upn.into_iter().chain(nhs_number).collect()
}

/// The birth date with the initial of each name.
pub(crate) fn birth_keys(born: Option<Date>, text: &Folded<'_>) -> Vec<u64> {
    let Some(born) = born else { return Vec::new() };
    let names = [
        text.forename,
        text.known_as,
        text.surname,
        text.former_surname,
    ];
    let initials: HashSet<char> = names.into_iter().flat_map(initials).collect();
    initials
        .into_iter()
        .map(|initial| key(("born", born, initial)))
        .collect()
}

fn surname_keys(text: &Folded<'_>) -> Vec<u64> {
    let initials = forename_initials(text);
    let parts = surname_parts(text);
    parts
        .iter()
        .flat_map(|part| {
            initials
                .iter()
                .map(move |initial| key(("surname", part, *initial)))
        })
        .collect()
}

fn forename_initials(text: &Folded<'_>) -> HashSet<char> {
    [text.forename, text.known_as]
        .into_iter()
        .flat_map(initials)
        .collect()
}

/// Each surname whole, and each of its longer parts.
fn surname_parts(text: &Folded<'_>) -> Vec<String> {
    let mut parts = Vec::new();
    for name in [text.surname, text.former_surname]
        .into_iter()
        .filter(|name| !name.is_empty())
    {
        parts.push(joined(name));
        parts.extend(
            name.split(' ')
                .filter(|part| part.len() > 2)
                .map(str::to_owned)
                .take(MOST_PARTS),
        );
    }
    parts.sort_unstable();
    parts.dedup();
    parts
}

fn initials(name: &str) -> impl Iterator<Item = char> {
    name.split(' ')
        .filter_map(|word| word.chars().next())
        .take(MOST_PARTS)
}

fn key(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}
