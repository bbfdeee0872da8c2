//! Children at a desk, as those who may act there see them.

use super::{Desk, allow, timestamp, unavailable, view_failed};
use crate::{
    domain::{Accountable, Line},
    views::QueueRow,
};
use host::problem::Problem;
use policy::{Action, Object, OrganisationKind, Principal};
use proto::{
    police::v1::ResidenceArea,
    schools::v1::{CouncilRef, Desk as DeskKind, ListQueueRequest, ListQueueResponse, QueueEntry},
};
use tonic::Request;

impl Desk {
    pub(super) async fn list_queue(
        &self,
        request: Request<ListQueueRequest>,
    ) -> Result<ListQueueResponse, Problem> {
        let principal = self.caller(&request, Action::QueueList)?;
        self.at_least(&request.into_inner().at_least).await?;
        let mut children: Vec<_> = self.own_queue(&principal)?.into_iter().map(entry).collect();
        children.extend(self.hidden_queue(&principal).await?);
        Ok(ListQueueResponse { children })
    }

    fn own_queue(&self, principal: &Principal) -> Result<Vec<QueueRow>, Problem> {
        let code = principal.organisation.code.as_str();
        let (object, rows) = match principal.organisation.kind {
            OrganisationKind::Force => (Object::Force(code), self.view.queue_of_force(code)),
            OrganisationKind::Council => {
                let council = self.lines.seals.council_tag(code);
                (Object::Council(code), self.view.queue_of_council(&council))
            }
            _ => return Ok(Vec::new()),
        };
        // An officer for hidden locations alone has no other queue.
        if allow(principal, Action::QueueList, &object).is_err() {
            return Ok(Vec::new());
        }
        rows.map_err(view_failed)
    }

    /// Hidden children are few, so each is decided on by itself.
    async fn hidden_queue(&self, principal: &Principal) -> Result<Vec<QueueEntry>, Problem> {
        let code = &principal.organisation.code;
        let officer = Object::HiddenChild { council: code };
        if allow(principal, Action::QueueList, &officer).is_err() {
            return Ok(Vec::new());
        }
        let mut entries = Vec::new();
        for row in self.view.hidden_queue().map_err(view_failed)? {
            let line = self.lines.load(&row.line_id).await.map_err(unavailable)?;
            let allowed = self.allow_child(principal, Action::QueueList, &line).await;
            if allowed.is_ok() {
                entries.push(entry(row));
            }
        }
        Ok(entries)
    }

    /// A child at a desk that is the caller's.
    pub(super) async fn child_at_desk(
        &self,
        principal: &Principal,
        action: Action,
        line_id: &str,
    ) -> Result<Line, Problem> {
        let line = self.lines.load(line_id).await.map_err(unavailable)?;
        match line.accountable() {
            Accountable::Desk(..) => {
                self.allow_child(principal, action, &line).await?;
                Ok(line)
            }
            Accountable::School | Accountable::Closed(_) | Accountable::Nobody => {
                Err(Problem::not_found())
            }
        }
    }

    /// Whether `principal` may do `action` to this child: at its desk, or, once hidden, as the
    /// officer of the council where it lives.
    pub(super) async fn allow_child(
        &self,
        principal: &Principal,
        action: Action,
        line: &Line,
    ) -> Result<(), Problem> {
        let seals = &self.lines.seals;
        if line.hidden {
            let area: Option<ResidenceArea> = seals
                .open(line.child.area.as_ref())
                .await
                .map_err(unavailable)?;
            let council = area.map(|area| area.residence_council).unwrap_or_default();
            return allow(
                principal,
                action,
                &Object::HiddenChild { council: &council },
            );
        }
        if matches!(line.desk, Some((DeskKind::Council, _))) {
            let council: Option<CouncilRef> = seals
                .open(line.desk_area.as_ref())
                .await
                .map_err(unavailable)?;
            let code = council.map(|council| council.code).unwrap_or_default();
            return allow(principal, action, &Object::Council(&code));
        }
        allow(principal, action, &Object::Force(&line.child.owner_force))
    }
}

pub(super) fn entry(row: QueueRow) -> QueueEntry {
    QueueEntry {
        line_id: row.line_id,
        desk: row.desk,
        queue: row.queue,
        since: timestamp(row.since_ms),
        deadline: timestamp(row.deadline_ms),
        urgent: row.urgent,
        candidates: row.candidates,
    }
}
