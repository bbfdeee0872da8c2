//! Remembers how the streams written to lately end, so that an append needs no look-up.

use crate::EventHash;
use std::collections::HashMap;

/// How a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) revision: u64,
    pub(super) hash: EventHash,
    /// Microseconds since 1970 UTC.
    pub(super) recorded_at_us: i64,
}

/// The heads used last, in two generations: when the young one is full, the old one is forgotten.
#[derive(Debug, Default)]
pub(super) struct Heads {
    young: HashMap<String, Head>,
    old: HashMap<String, Head>,
}

/// Streams in one generation; both together take about 20 MB.
const GENERATION: usize = 65_536;

// === impl Heads ===

impl Heads {
    pub(super) fn get(&self, stream: &str) -> Option<Head> {
        self.young
            .get(stream)
            .or_else(|| self.old.get(stream))
            .copied()
    }

    pub(super) fn put(&mut self, stream: &str, head: Head) {
        if let Some(known) = self.young.get_mut(stream) {
            *known = head;
            return;
        }
        if self.young.len() >= GENERATION {
            // Into the room that the old one had.
            self.old.clear();
            std::mem::swap(&mut self.old, &mut self.young);
        }
        self.young.insert(stream.to_owned(), head);
    }

    /// Forgets everything, after a transaction that did not come to be.
    pub(super) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(revision: u64) -> Head {
        Head {
            revision,
            hash: EventHash::ZERO,
            recorded_at_us: 0,
        }
    }

    #[test]
    fn the_newest_head_is_found_after_generations_have_passed() {
        let mut heads = Heads::default();
        heads.put("a", head(1));
        for i in 0..GENERATION {
            heads.put(&format!("filler-{i}"), head(0));
        }
        assert_eq!(heads.get("a"), Some(head(1)));
        heads.put("a", head(2));
        assert_eq!(heads.get("a"), Some(head(2)));
        for i in 0..2 * GENERATION {
            heads.put(&format!("later-{i}"), head(0));
        }
        assert_eq!(heads.get("a"), None);
    }
}
