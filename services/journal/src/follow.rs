//! Catches up from a position, then stays live.

use crate::{Position, ReadError, Recorded, SharedJournal};
use futures::{Stream, stream};

const PAGE: usize = 512;

/// Every event after `after`, in order, for ever. Ends only when the journal closes or a read fails.
pub fn follow(
    journal: SharedJournal,
    after: Position,
) -> impl Stream<Item = Result<Vec<Recorded>, ReadError>> + Send {
    let head = journal.head();
    stream::try_unfold(
        (journal, head, after),
        |(journal, mut head, after)| async move {
            // Closed: whatever was committed before is still read below.
            let _ = head.wait_for(|last| *last > after).await;
            let page = journal.read_all(after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(None);
            };
            let after = last.position;
            Ok(Some((page, (journal, head, after))))
        },
    )
}
