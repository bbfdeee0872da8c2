//! Takes what is due: the clock's commands on child lines.

use crate::{
    domain::Command,
    lines::{Cause, Lines},
    views::View,
};
use futures::{StreamExt, stream};
use jiff::Timestamp;
use journal::CommandId;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Wakes at each timer of the view.
pub struct Ladder {
    /// The lines that timers belong to.
    pub lines: Lines,
    /// Knows what is due when.
    pub view: Arc<View>,
}

const PAUSE: Duration = Duration::from_millis(500);
const SIDE_BY_SIDE: usize = 32;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

// === impl Ladder ===

impl Ladder {
    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut shown = self.view.shown();
        while !stop.is_cancelled() {
            shown.mark_unchanged();
            let taken = self.take_due(&stop).await;
            let next = match taken.and_then(|()| Ok(self.view.next_due()?)) {
                Ok(next) => next.and_then(|due| Timestamp::from_millisecond(due).ok()),
                Err(error) => {
                    tracing::warn!(%error, "the ladder waits and tries again");
                    let _ = tokio::time::timeout(PAUSE, stop.cancelled()).await;
                    continue;
                }
            };
            let timer = async {
                match next {
                    Some(due) => self.lines.clock.sleep_until(due).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = timer => {}
                _ = shown.changed() => {}
            }
        }
    }

    /// One line that cannot be dealt with now does not keep the others from climbing.
    async fn take_due(&self, stop: &CancellationToken) -> Result<(), BoxError> {
        let now_ms = self.lines.clock.now().as_millisecond();
        let taken: Vec<_> = stream::iter(self.view.lines_due(now_ms)?)
            .take_until(stop.cancelled())
            .map(|(line_id, due_ms)| self.take(line_id, due_ms, now_ms))
            .buffer_unordered(SIDE_BY_SIDE)
            .collect()
            .await;
        taken.into_iter().collect()
    }

    /// Takes what is due of one line, and waits until the view knows.
    async fn take(&self, line_id: String, due_ms: i64, now_ms: i64) -> Result<(), BoxError> {
        // A rung that failed may bring the next one to the same minute: the steps taken so far
        // tell the two apart.
        let taken = self.lines.load(&line_id).await?.steps.len() as u64;
        let id = CommandId::derive(&[
            b"schools.timer",
            line_id.as_bytes(),
            &due_ms.to_be_bytes(),
            &taken.to_be_bytes(),
        ]);
        let command = Command::TakeDue { now_ms };
        let position = self
            .lines
            .run(&line_id, id, Cause::Machine, &command)
            .await?;
        self.view.wait_for(position).await?;
        Ok(())
    }
}
