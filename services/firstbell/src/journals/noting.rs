//! Notes how far an open journal that is kept elsewhere has gone, while it goes: a kill leaves the
//! data folder knowing of nearly all of it.

use super::known::Known;
use host::report::report;
use journal::{Journal, Position};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::watch,
    task::{AbortHandle, JoinHandle},
    time::timeout,
};

/// The task that notes; it ends with the journal, or where this is dropped.
pub(super) struct Noting {
    task: Mutex<Option<JoinHandle<()>>>,
    end: AbortHandle,
}

/// Time from one note to the next: what a kill leaves unnoted at most.
const EVERY: Duration = Duration::from_secs(2);

// === impl Noting ===

impl Noting {
    /// Goes on from `known`, which has noted the journal as far as `noted`.
    pub(super) fn begin(known: Known, journal: &dyn Journal, noted: Position) -> Self {
        let task = tokio::spawn(note(known, journal.identity(), journal.head(), noted));
        Self {
            end: task.abort_handle(),
            task: Mutex::new(Some(task)),
        }
    }

    /// Waits until the end of the journal, which is closed, is noted.
    pub(super) async fn finish(&self) {
        let task = self
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task {
            // It tells of what goes wrong itself.
            let _ = task.await;
        }
    }
}

impl Drop for Noting {
    fn drop(&mut self) {
        self.end.abort();
    }
}

async fn note(
    mut known: Known,
    identity: journal::JournalIdentity,
    mut head: watch::Receiver<Position>,
    mut noted: Position,
) {
    let mut is_told = false;
    loop {
        let is_open = head.wait_for(|head| *head != noted).await.is_ok();
        let end = *head.borrow();
        if end != noted {
            match known.note(identity, end).await {
                Ok(()) => (noted, is_told) = (end, false),
                Err(error) if !is_told => {
                    let error = report(&error);
                    tracing::warn!(error, "where the journal ends is not noted");
                    is_told = true;
                }
                Err(_) => {}
            }
        }
        if !is_open {
            return;
        }
        // Ends early where the journal is closed.
        let _ = timeout(EVERY, head.wait_for(|_| false)).await;
    }
}
