//! A page of public events: so many of them, and no more bytes than one reader may keep at a time.

use crate::Recorded;

/// A page that is being filled.
pub(crate) struct PublicPage {
    events: Vec<(u64, Recorded)>,
    limit: usize,
    bytes: usize,
}

/// A page ends with the event whose payload brings it to so many bytes.
const FULL: usize = 2 * 1024 * 1024;

// === impl PublicPage ===

impl PublicPage {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            events: Vec::new(),
            limit,
            bytes: 0,
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.events.len() >= self.limit || self.bytes >= FULL
    }

    /// Adds the next event, with its number; one that comes after the page is full is left out.
    pub(crate) fn add(&mut self, number: u64, event: Recorded) {
        if !self.is_full() {
            self.bytes += event.frame.payload.len();
            self.events.push((number, event));
        }
    }

    pub(crate) fn events(self) -> Vec<(u64, Recorded)> {
        self.events
    }
}
