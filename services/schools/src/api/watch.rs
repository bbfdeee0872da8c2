//! Changes of a school's cards, live and resumable; content-free.

use super::{Desk, own_school, view_failed};
use futures::{Stream, StreamExt, TryStreamExt, stream, stream::BoxStream};
use host::problem::Problem;
use jiff::SignedDuration;
use journal::Position;
use policy::{Action, Principal};
use proto::schools::v1::{InboxChange, WatchInboxRequest};
use tonic::{Request, Status};

/// A stream outlives the assertion that opened it by this much, then the caller opens it again:
/// who has left the school hears no more.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);

type Changes = Vec<Result<InboxChange, Problem>>;

impl Desk {
    pub(super) fn watch_inbox(
        &self,
        request: Request<WatchInboxRequest>,
    ) -> Result<BoxStream<'static, Result<InboxChange, Status>>, Problem> {
        let principal = self.caller(&request, Action::AlertList)?;
        let urn = own_school(&principal)?.to_owned();
        self.allow_school(&principal, Action::AlertList, &urn)?;
        let after = self.resume_at(&request.into_inner().after)?;
        let changes = self.clone().changes(principal, urn, after);
        let until = self.now().saturating_add(LONGEST).unwrap_or_default();
        let end = self.lines.clock.sleep_until(until);
        Ok(changes.map_err(Status::from).take_until(end).boxed())
    }

    fn resume_at(&self, after: &str) -> Result<Position, Problem> {
        let after = self.position("after", after)?;
        Ok(after.unwrap_or_else(|| *self.view.shown().borrow()))
    }

    fn changes(
        self,
        principal: Principal,
        urn: String,
        after: Position,
    ) -> impl Stream<Item = Result<InboxChange, Problem>> + Send {
        let start = (self, principal, urn, after);
        stream::unfold(start, |(desk, principal, urn, after)| async move {
            let (page, after) = match desk.next_changes(&principal, &urn, after).await {
                Ok(Some(next)) => next,
                Ok(None) => return None,
                Err(problem) => (vec![Err(problem)], after),
            };
            Some((stream::iter(page), (desk, principal, urn, after)))
        })
        .flatten()
    }

    /// Waits for the next changes; none when the service stops.
    async fn next_changes(
        &self,
        principal: &Principal,
        urn: &str,
        mut after: Position,
    ) -> Result<Option<(Changes, Position)>, Problem> {
        let school = self.lines.seals.school_tag(urn);
        let mut touched = self.view.touched(&school);
        loop {
            touched.mark_unchanged();
            let head = *self.view.shown().borrow();
            let changes = self.view.changes(&school, after).map_err(view_failed)?;
            if changes.is_empty() {
                after = after.max(head);
                tokio::select! {
                    () = self.view.ended().cancelled() => return Ok(None),
                    _ = touched.changed() => continue,
                }
            }
            let groups = self.groups(principal, urn)?;
            let mut page: Changes = Vec::with_capacity(changes.len());
            for change in changes {
                after = change.position;
                let group = groups
                    .iter()
                    .find(|group| group.has(&change.notification_id));
                if let Some(group) = group {
                    page.push(Ok(InboxChange {
                        at: self.show_position(change.position),
                        card: Some(self.card(urn, group).await?),
                    }));
                }
            }
            return Ok(Some((page, after)));
        }
    }
}
