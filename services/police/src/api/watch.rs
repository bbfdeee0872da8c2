//! Every change of state of a force's notifications, live and resumable.
//!
//! A notification that changed several times since the last look is sent once, as it now stands, so
//! a slow reader is never far behind.

use super::{Parts, caller::Caller, marks, status::broken};
use futures::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use host::problem::Problem;
use journal::Position;
use policy::Action;
use proto::police::v1::{NotificationChange, WatchNotificationsRequest};
use std::{sync::Arc, time::Duration};
use tonic::Status;

/// Changes read at a time.
const PAGE: usize = 100;

/// After this long the stream ends and the caller resumes: so a token that was revoked ends too.
const LONGEST_WATCH: Duration = Duration::from_secs(15 * 60);

/// Where one watch stands.
struct Watch {
    parts: Arc<Parts>,
    force: String,
    after: Position,
}

/// Starts a watch after the change that the caller saw last, or from now on.
pub(super) fn watch(
    parts: &Arc<Parts>,
    caller: &Caller,
    request: &WatchNotificationsRequest,
) -> Result<BoxStream<'static, Result<NotificationChange, Status>>, Problem> {
    caller.may(Action::NotificationRead)?;
    let head = *parts.journal.head().borrow();
    let seen = marks::read(parts.journal.identity(), head, "after", &request.after)?;
    let watch = Watch {
        after: seen.unwrap_or_else(|| *parts.views.shown().borrow()),
        force: caller.force()?.to_owned(),
        parts: Arc::clone(parts),
    };
    let changes = stream::try_unfold(watch, Watch::next)
        .map_ok(|changes| stream::iter(changes.into_iter().map(Ok::<_, Problem>)))
        .try_flatten()
        .map_err(Status::from)
        .take_until(tokio::time::sleep(LONGEST_WATCH));
    Ok(changes.boxed())
}

// === impl Watch ===

impl Watch {
    /// The next changes, once there are any; nothing once the view has ended.
    async fn next(mut self) -> Result<Option<(Vec<NotificationChange>, Self)>, Problem> {
        loop {
            // Looked at before the rows, so that nothing in between is slept through.
            let mut shown = self.parts.views.shown();
            let seen = *shown.borrow_and_update();
            let changes = self.changes().await?;
            if !changes.is_empty() {
                return Ok(Some((changes, self)));
            }
            tokio::select! {
                () = self.parts.views.ended().cancelled() => return Ok(None),
                _ = shown.wait_for(|now| *now > seen) => {}
            }
        }
    }

    async fn changes(&mut self) -> Result<Vec<NotificationChange>, Problem> {
        let views = &self.parts.views;
        let rows = views
            .changed(&self.force, self.after, PAGE)
            .await
            .map_err(broken)?;
        let mut changes = Vec::with_capacity(rows.len());
        for row in &rows {
            let at = Position(row.changed_position);
            changes.push(NotificationChange {
                at: marks::write(self.parts.journal.identity(), at),
                notification: Some(self.parts.opened(row, &self.force).await?),
            });
            self.after = at;
        }
        Ok(changes)
    }
}
