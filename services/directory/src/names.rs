//! Schools by the words of their names, and of where they are.

use crate::{Establishment, stated::words};
use matching::Urn;
use std::collections::{BTreeMap, BTreeSet};

type Index = BTreeMap<String, BTreeSet<Urn>>;

/// Schools by word.
#[derive(Default)]
pub(crate) struct Names {
    named: Index,
    there: Index,
    plain: BTreeSet<Urn>,
}

impl Names {
    pub(crate) fn add(&mut self, school: &Establishment) {
        let named = words(&school.name).telling;
        if named.is_empty() {
            self.plain.insert(school.urn);
        }
        for (index, words) in [(&mut self.named, named), (&mut self.there, there(school))] {
            for word in words {
                index.entry(word).or_default().insert(school.urn);
            }
        }
    }

    pub(crate) fn remove(&mut self, school: &Establishment) {
        self.plain.remove(&school.urn);
        let named = words(&school.name).telling;
        for (index, words) in [(&mut self.named, named), (&mut self.there, there(school))] {
            for word in words {
                if let Some(urns) = index.get_mut(&word) {
                    urns.remove(&school.urn);
                }
                if index.get(&word).is_some_and(BTreeSet::is_empty) {
                    index.remove(&word);
                }
            }
        }
    }

    /// Schools whose name has no telling word, such as "The Academy".
    pub(crate) fn with_none(&self) -> Vec<Urn> {
        self.plain.iter().copied().collect()
    }

    /// Schools that have all these words in their name.
    pub(crate) fn with_all(&self, words: &BTreeSet<String>) -> Vec<Urn> {
        let sets = words.iter().map(|word| self.named.get(word));
        let Some(mut sets) = sets.collect::<Option<Vec<_>>>() else {
            return Vec::new();
        };
        sets.sort_by_key(|set| set.len());
        let Some((fewest, others)) = sets.split_first() else {
            return Vec::new();
        };
        let all = |urn: &&Urn| others.iter().all(|set| set.contains(urn));
        fewest.iter().filter(all).copied().collect()
    }

    /// Schools that have each of these words in their name, their town or their council's name.
    pub(crate) fn with_all_or_there(&self, words: &BTreeSet<String>) -> Vec<Urn> {
        let mut sets = words.iter().map(|word| {
            let named = self.named.get(word).into_iter().flatten();
            let there = self.there.get(word).into_iter().flatten();
            named.chain(there).copied().collect::<BTreeSet<Urn>>()
        });
        let first = sets.next().unwrap_or_default();
        let all = sets.fold(first, |all, set| &all & &set);
        all.into_iter().collect()
    }
}

fn there(school: &Establishment) -> BTreeSet<String> {
    let mut there = words(&school.town).telling;
    there.extend(words(&school.council_name).telling);
    there
}
