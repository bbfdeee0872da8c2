//! How many notifications are being taken in.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Counts the notifications that were read and are not answered yet. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Intake(Arc<AtomicUsize>);

/// One notification, for as long as it is held.
#[derive(Debug)]
pub struct Taking(Intake);

// === impl Intake ===

impl Intake {
    /// How many there are now.
    pub fn under_way(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// One more, until what this returns is dropped.
    #[must_use]
    pub fn begin(&self) -> Taking {
        self.0.fetch_add(1, Ordering::Relaxed);
        Taking(self.clone())
    }
}

impl Drop for Taking {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
