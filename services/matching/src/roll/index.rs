//! The index over all rolls: rows by key, in sorted runs that are merged as they grow alike.
//!
//! A key is a hash of 32 bits: a false friend, like a row that has since been replaced, costs one
//! comparison and nothing else. So nothing is ever taken out; the index is made anew when half of it
//! is stale.

/// Rows by key.
#[derive(Default)]
pub(crate) struct Index {
    /// Each in order of key and row, the longest first.
    runs: Vec<Vec<(u32, u32)>>,
}

impl Index {
    /// Adds rows under their keys, all at once.
    pub(crate) fn add(&mut self, mut entries: Vec<(u32, u32)>) {
        entries.sort_unstable();
        entries.dedup();
        entries.shrink_to_fit();
        let mut run = entries;
        while let Some(longer) = self.runs.pop_if(|last| last.len() <= run.len() * 2) {
            run = merge(&longer, &run);
        }
        if !run.is_empty() {
            self.runs.push(run);
        }
    }

    /// Number of entries, stale ones too.
    pub(crate) fn len(&self) -> usize {
        self.runs.iter().map(Vec::len).sum()
    }

    /// How many entries a key has.
    pub(crate) fn count(&self, key: u32) -> usize {
        self.runs.iter().map(|run| under(run, key).len()).sum()
    }

    /// Rows under a key.
    pub(crate) fn rows(&self, key: u32) -> impl Iterator<Item = u32> {
        let runs = self.runs.iter();
        runs.flat_map(move |run| under(run, key))
            .map(|(_, row)| *row)
    }
}

fn under(run: &[(u32, u32)], key: u32) -> &[(u32, u32)] {
    let from = run.partition_point(|entry| entry.0 < key);
    let rest = run.get(from..).unwrap_or_default();
    let length = rest.iter().take_while(|entry| entry.0 == key).count();
    rest.get(..length).unwrap_or_default()
}

fn merge(one: &[(u32, u32)], other: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut merged = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    while let (Some(a), Some(b)) = (one.peek(), other.peek()) {
        let next = if a <= b { one.next() } else { other.next() };
        merged.extend(next);
    }
    merged.extend(one);
    merged.extend(other);
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn every_row_is_found_under_its_keys_and_under_no_other(
            batches in prop::collection::vec(prop::collection::vec((0..20_u32, 0..50_u32), 0..40), 0..20)
        ) {
            let mut index = Index::default();
            let mut expected = BTreeSet::new();
            for batch in batches {
                expected.extend(batch.iter().copied());
                index.add(batch);
            }
            for key in 0..20 {
                let found: BTreeSet<_> = index.rows(key).map(|row| (key, row)).collect();
                let under: BTreeSet<_> = expected.iter().copied().filter(|(k, _)| *k == key).collect();
                prop_assert_eq!(&found, &under);
                prop_assert!(index.count(key) >= found.len());
            }
            prop_assert!(index.runs.len() <= 12);
        }
    }
}
