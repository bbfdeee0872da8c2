//! Chance that can be played again: a row of numbers that follows from a seed (splitmix64).

use std::{ops::Range, time::Duration};

pub(super) struct Chance(u64);

// === impl Chance ===

impl Chance {
    pub(super) fn of(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of `range`, which is not empty.
    pub(super) fn within(&mut self, range: Range<usize>) -> usize {
        let choices = (range.end - range.start) as u64;
        range.start + usize::try_from(self.next() % choices).unwrap()
    }

    pub(super) fn one_in(&mut self, times: usize) -> bool {
        self.within(0..times) == 0
    }

    /// None where there are none.
    pub(super) fn one_of<'a, T>(&mut self, these: &'a [T]) -> Option<&'a T> {
        (!these.is_empty()).then(|| &these[self.within(0..these.len())])
    }

    /// The same in another order.
    pub(super) fn shuffled<T, const N: usize>(&mut self, mut these: [T; N]) -> [T; N] {
        for at in (1..N).rev() {
            these.swap(at, self.within(0..at + 1));
        }
        these
    }

    pub(super) fn moment(&mut self, longest_ms: usize) -> Duration {
        Duration::from_micros(self.within(0..longest_ms * 1000) as u64)
    }
}
