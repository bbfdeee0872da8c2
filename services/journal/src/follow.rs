//! Catches up from a position, then stays live.

use crate::{Position, ReadError, Recorded, SharedJournal};
use futures::{Stream, stream};
use std::time::Duration;
use tokio::{sync::watch, time::Instant};

const PAGE: usize = 512;

/// A page of so many events shows that much is happening.
const MANY: usize = 64;

/// The longest rest while little is happening.
const SHORT_REST: Duration = Duration::from_millis(5);

/// The rest while much is happening.
const LONG_REST: Duration = Duration::from_millis(25);

struct Follower {
    journal: SharedJournal,
    head: watch::Receiver<Position>,
    after: Position,
    /// The last page, unless more was waiting than it held.
    last: Option<Page>,
}

/// A page that was handed over.
struct Page {
    at: Instant,
    events: usize,
}

/// Every event after `after`, in order, for ever. Ends only when the journal closes or a read fails.
///
/// Whoever follows rests as long as it took for a page, up to 5 ms, and 25 ms after a page of many events.
/// Events that come one after the other are so taken together, and what a page costs is paid less often the
/// busier the machine is.
pub fn follow(
    journal: SharedJournal,
    after: Position,
) -> impl Stream<Item = Result<Vec<Recorded>, ReadError>> + Send {
    let follower = Follower {
        head: journal.head(),
        journal,
        after,
        last: None,
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
        if let Some(last) = self.last.take() {
            tokio::time::sleep(last.rest()).await;
        }
        // Closed: whatever was committed before is still read below.
        let _ = self.head.wait_for(|last| *last > self.after).await;
        let page = self.journal.read_all(self.after, PAGE).await?;
        if let Some(last) = page.last() {
            self.after = last.position;
        }
        self.last = (page.len() < PAGE).then(|| Page {
            at: Instant::now(),
            events: page.len(),
        });
        Ok(page)
    }
}

// === impl Page ===

impl Page {
    fn rest(&self) -> Duration {
        if self.events < MANY {
            self.at.elapsed().min(SHORT_REST)
        } else {
            LONG_REST
        }
    }
}
