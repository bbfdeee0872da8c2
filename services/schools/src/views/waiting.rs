//! Alerts that wait for a named person, as a metric: before their deadline, and past it.

use super::{View, ViewError};
use clock::SharedClock;
use host::{
    report::report,
    telemetry::metrics::{Figure, gauge},
};
use std::sync::Arc;

/// Registers the gauge, which is read as long as `view` is there.
pub(crate) fn register(view: &Arc<View>, clock: SharedClock) {
    let view = Arc::downgrade(view);
    let read = move || {
        let now_ms = clock.now().as_millisecond();
        let waiting = view.upgrade().map(|view| view.waiting(now_ms));
        match waiting {
            Some(Ok([before, after])) => [("before", before), ("after", after)]
                .map(|(side, count)| Figure::count(count).word("side", side))
                .into(),
            Some(Err(error)) => {
                tracing::warn!(error = %report(&error), "alerts cannot be counted now");
                Vec::new()
            }
            None => Vec::new(),
        }
    };
    gauge(
        "firstbell.alerts.waiting",
        "{alert}",
        "Alerts that no named person has confirmed, before their deadline and after it.",
        read,
    );
}

// === impl View ===

impl View {
    /// How many alerts wait for a named person: before their deadline, and past it.
    pub fn waiting(&self, now_ms: i64) -> Result<[u64; 2], ViewError> {
        let file = self.reader();
        // By its index alone: the words are those of `alert_waits`.
        let mut query = file.prepare_cached(
            "SELECT COUNT(*) FILTER (WHERE deadline_ms >= ?1),
                    COUNT(*) FILTER (WHERE deadline_ms < ?1)
             FROM alert WHERE state IN (1, 3)",
        )?;
        Ok(query.query_row([now_ms], |row| Ok([row.get(0)?, row.get(1)?]))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proto::schools::v1::CardState;

    #[test]
    fn alerts_that_wait_are_counted_by_their_index_alone() {
        let waits = [CardState::Unconfirmed, CardState::Reopened].map(i32::from);
        assert_eq!(waits, [1, 3], "as the index and the query have them");
        let folder = tempfile::tempdir().unwrap();
        let view = View::open(&folder.path().join("view.sqlite3")).unwrap();
        assert_eq!(view.waiting(0).unwrap(), [0, 0]);
        let file = view.reader();
        let plan = "EXPLAIN QUERY PLAN SELECT COUNT(*) FILTER (WHERE deadline_ms < 0)
                    FROM alert WHERE state IN (1, 3)";
        let plan: String = file.query_row(plan, [], |row| row.get(3)).unwrap();
        assert!(plan.contains("COVERING INDEX alert_waits"), "{plan}");
    }
}
