//! Catches up from a position, then stays live.

use crate::{Position, ReadError, Recorded, SharedJournal};
use futures::{Stream, stream};
use std::time::Duration;
use tokio::{sync::watch, time::Instant};

const PAGE: usize = 512;

/// Nobody who follows rests longer than this.
const LONGEST_REST: Duration = Duration::from_millis(5);

struct Follower {
    journal: SharedJournal,
    head: watch::Receiver<Position>,
    after: Position,
    /// When the last page was handed over, unless more was waiting than it held.
    handed_over: Option<Instant>,
}

/// Every event after `after`, in order, for ever. Ends only when the journal closes or a read fails.
///
/// Whoever follows rests as long as it took for a page, up to 5 ms. Events that come one after the other
/// are so taken together, and what a page costs is paid less often the busier the machine is.
pub fn follow(
    journal: SharedJournal,
    after: Position,
) -> impl Stream<Item = Result<Vec<Recorded>, ReadError>> + Send {
    let follower = Follower {
        head: journal.head(),
        journal,
        after,
        handed_over: None,
    };
    stream::try_unfold(follower, |mut follower| async move {
        let page = follower.next().await?;
        Ok((!page.is_empty()).then_some((page, follower)))
    })
}

// === impl Follower ===

impl Follower {
    /// Empty once the journal has closed and everything in it was read.
    async fn next(&mut self) -> Result<Vec<Recorded>, ReadError> {
        if let Some(handed_over) = self.handed_over {
            tokio::time::sleep(handed_over.elapsed().min(LONGEST_REST)).await;
        }
        // Closed: whatever was committed before is still read below.
        let _ = self.head.wait_for(|last| *last > self.after).await;
        let page = self.journal.read_all(self.after, PAGE).await?;
        if let Some(last) = page.last() {
            self.after = last.position;
        }
        self.handed_over = (page.len() < PAGE).then(Instant::now);
        Ok(page)
    }
}
