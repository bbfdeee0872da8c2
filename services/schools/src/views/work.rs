//! What the clock and the post room have to do.

use super::{View, ViewError};
use journal::Position;
use proto::schools::v1::Rung;
use rusqlite::OptionalExtension;
use std::time::Duration;

/// A step of telling that was called and not concluded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PendingStep {
    /// The child line.
    pub line_id: String,
    /// Alert, enquiry, or line.
    pub subject_id: String,
    /// `Rung`.
    pub rung: i32,
    /// As it was called, milliseconds since 1970 UTC.
    pub due_ms: i64,
}

/// The view did not get there in time.
#[derive(Debug, thiserror::Error)]
#[error("wait for the schools view to show a position")]
pub struct WaitError;

const LONGEST_WAIT: Duration = Duration::from_secs(10);

// === impl View ===

impl View {
    /// When the next timer is due, milliseconds since 1970 UTC.
    pub fn next_due(&self) -> Result<Option<i64>, ViewError> {
        let file = self.reader();
        let mut query = file.prepare_cached("SELECT due_ms FROM timer ORDER BY due_ms LIMIT 1")?;
        Ok(query.query_row([], |row| row.get(0)).optional()?)
    }

    /// Lines with something due by `now_ms`, with the first due time of each.
    pub fn lines_due(&self, now_ms: i64) -> Result<Vec<(String, i64)>, ViewError> {
        let file = self.reader();
        let mut query = file.prepare_cached(
            // Else every timer there is would be looked at, in the order of lines.
            "SELECT line_id, MIN(due_ms) FROM timer INDEXED BY timer_by_due WHERE due_ms <= ?1
             GROUP BY line_id ORDER BY 2",
        )?;
        let rows = query.query_map([now_ms], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Steps that wait to be sent and concluded: so many of those that wait longest.
    pub fn pending_steps(&self, limit: usize) -> Result<Vec<PendingStep>, ViewError> {
        let file = self.reader();
        let mut query = file.prepare_cached(
            "SELECT line_id, subject_id, rung, due_ms FROM step ORDER BY due_ms LIMIT ?1",
        )?;
        let rows = query.query_map([limit], |row| {
            Ok(PendingStep {
                line_id: row.get(0)?,
                subject_id: row.get(1)?,
                rung: row.get(2)?,
                due_ms: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Waits until the view shows `position`.
    pub async fn wait_for(&self, position: Position) -> Result<(), WaitError> {
        let mut shown = self.shown();
        let arrived = shown.wait_for(|now| *now >= position);
        match tokio::time::timeout(LONGEST_WAIT, arrived).await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(WaitError),
        }
    }
}

// === impl PendingStep ===

impl PendingStep {
    /// Which rung.
    pub fn rung(&self) -> Rung {
        Rung::try_from(self.rung).unwrap_or(Rung::Unspecified)
    }
}
