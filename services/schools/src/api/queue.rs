//! Children at a desk, as those who may act there see them.

use super::{Desk, allow, timestamp, unavailable, view_failed};
use crate::{
    domain::{Accountable, Line},
    views::QueueRow,
};
use host::problem::Problem;
use policy::{Action, Object, OrganisationKind, Principal};
use proto::{
    access::v1::ContactRole,
    police::v1::ResidenceArea,
    schools::v1::{CouncilRef, Desk as DeskKind, ListQueueRequest, ListQueueResponse, QueueEntry},
};
use tonic::Request;

const OFFICER: &[ContactRole] = &[ContactRole::HiddenLocationOfficer];

impl Desk {
    pub(super) async fn list_queue(
        &self,
        request: Request<ListQueueRequest>,
    ) -> Result<ListQueueResponse, Problem> {
        let principal = self.caller(&request, Action::QueueList)?;
        self.at_least(&request.into_inner().at_least).await?;
        let mut children = Vec::new();
        for row in self.own_queue(&principal)? {
            if !self.is_party(&principal, &row.line_id)? {
                children.push(entry(row));
            }
        }
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

    /// Hidden children are few, so each is decided on by itself. Where the council has named no
    /// officer, the owning force sees that there is one, and rings the council.
    async fn hidden_queue(&self, principal: &Principal) -> Result<Vec<QueueEntry>, Problem> {
        let mut entries = Vec::new();
        for row in self.view.hidden_queue().map_err(view_failed)? {
            if self.is_party(principal, &row.line_id)? {
                continue;
            }
            let line = self.lines.load(&row.line_id).await.map_err(unavailable)?;
            let owner = Object::Force(&line.child.owner_force);
            let own = self
                .allow_child(principal, Action::QueueList, &line)
                .await
                .is_ok();
            let in_place = || allow(principal, Action::QueueList, &owner).is_ok();
            if own || (!self.has_officer(&line).await? && in_place()) {
                entries.push(entry(row));
            }
        }
        Ok(entries)
    }

    async fn has_officer(&self, line: &Line) -> Result<bool, Problem> {
        let council = self.residence_council(line).await?;
        let today = self.router.today();
        let kind = OrganisationKind::Council;
        Ok(self.contacts.covers(kind, &council, OFFICER, today))
    }

    /// The council where the child lives; empty where the sender did not say.
    pub(super) async fn residence_council(&self, line: &Line) -> Result<String, Problem> {
        let area = line.child.area.as_ref();
        let area: Option<ResidenceArea> = self.lines.seals.open(area).await.map_err(unavailable)?;
        Ok(area.map(|area| area.residence_council).unwrap_or_default())
    }

    /// A child at a desk that is the caller's, who is no party to the incident.
    pub(super) async fn child_at_desk(
        &self,
        principal: &Principal,
        action: Action,
        line_id: &str,
    ) -> Result<Line, Problem> {
        let line = self.lines.load(line_id).await.map_err(unavailable)?;
        let at_desk = matches!(line.accountable(), Accountable::Desk(..));
        if !at_desk || self.is_party(principal, line_id)? {
            return Err(Problem::not_found());
        }
        self.allow_child(principal, action, &line).await?;
        Ok(line)
    }

    /// Whether `principal` may do `action` to this child: at its desk, or, once hidden, as the
    /// officer of the council where it lives.
    pub(super) async fn allow_child(
        &self,
        principal: &Principal,
        action: Action,
        line: &Line,
    ) -> Result<(), Problem> {
        if line.hidden {
            let council = self.residence_council(line).await?;
            // Hidden later, and nobody said where the child lives: the force still answers.
            return match council.as_str() {
                "" => allow(principal, action, &Object::Force(&line.child.owner_force)),
                council => allow(principal, action, &Object::HiddenChild { council }),
            };
        }
        if matches!(line.desk, Some((DeskKind::Council, _))) {
            let area = line.desk_area.as_ref();
            let council: Option<CouncilRef> =
                self.lines.seals.open(area).await.map_err(unavailable)?;
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
