//! Bad days of a server, one append at a time.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// How one append fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is taken, but the answer is an error as of a connection that broke.
    AnswerLost,
    /// It is not taken; the server is not the leader any more, and names itself as the new one.
    NotLeader,
    /// It is not taken; the server says that it is too busy.
    Unavailable,
}

/// What is still to come.
#[derive(Default)]
pub(crate) struct Faults(Mutex<VecDeque<Fault>>);

// === impl Faults ===

impl Faults {
    pub(crate) fn add(&self, faults: impl IntoIterator<Item = Fault>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.extend(faults);
    }

    pub(crate) fn next(&self) -> Option<Fault> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.pop_front()
    }
}
