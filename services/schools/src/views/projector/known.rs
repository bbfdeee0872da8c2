//! The lines that something happened to lately, so that what comes next needs no reading of the whole.

use super::rows::Rows;
use crate::views::LineFacts;
use journal::Recorded;
use std::{collections::HashMap, mem};

/// Lines by their stream, in two generations: when the young one is full, the old one is forgotten.
#[derive(Default)]
pub(super) struct Known {
    young: HashMap<String, Shown>,
    old: HashMap<String, Shown>,
}

/// A line as it was last shown.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) facts: LineFacts,
    /// What is in the view of it; none where the view has to be asked.
    pub(super) rows: Option<Rows>,
}

/// Lines in one generation: a line holds sealed values and takes some kilobytes.
const GENERATION: usize = 2_048;

// === impl Known ===

impl Known {
    /// The line as it stood before these events, its next ones; none where it has to be read.
    pub(super) fn take(&mut self, stream: &str, next: &[&Recorded]) -> Option<Shown> {
        let first = next.first()?.frame.revision;
        let known = self.young.remove(stream);
        let known = known.or_else(|| self.old.remove(stream));
        if first == 0 {
            return Some(Shown::default());
        }
        known.filter(|shown| shown.facts.events >= first)
    }

    /// Remembers a line as it is shown.
    pub(super) fn keep(&mut self, stream: String, shown: Shown) {
        if self.young.len() >= GENERATION {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(stream, shown);
    }

    /// The next events of this line need it read again.
    pub(super) fn forget(&mut self, stream: &str) {
        self.young.remove(stream);
        self.old.remove(stream);
    }
}

// === impl Shown ===

impl Shown {
    pub(super) fn new(facts: LineFacts, rows: Rows) -> Self {
        let rows = Some(rows);
        Self { facts, rows }
    }
}
