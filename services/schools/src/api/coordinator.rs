//! The door of coordinators, council desks and the officers for hidden locations.

use super::{Desk, allow, command_id, named, refused, some_version, unavailable};
use crate::{
    domain::{Command, Line, Placement, Routing},
    lines::Cause,
};
use host::problem::Problem;
use policy::{Action, Object, Principal};
use proto::schools::v1::{
    CallSheetRequest, CallSheetResponse, CloseChildRequest, ClosedReason, HideLocationRequest,
    ListQueueRequest, ListQueueResponse, OpenChildRequest, QueuedChild, ResolveChildResponse,
    ResolveReason, RouteChildRequest, SendToCouncilDeskRequest,
    coordinator_service_server::CoordinatorService,
};
use tonic::{Request, Response, Status};

/// Children without a sure school, and the call sheet.
pub struct Coordinator(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl CoordinatorService for Coordinator {
    async fn list_queue(&self, request: Request<ListQueueRequest>) -> Answer<ListQueueResponse> {
        Ok(Response::new(self.0.list_queue(request).await?))
    }

    async fn open_child(&self, request: Request<OpenChildRequest>) -> Answer<QueuedChild> {
        Ok(Response::new(self.0.open_child(request).await?))
    }

    async fn route_child(
        &self,
        request: Request<RouteChildRequest>,
    ) -> Answer<ResolveChildResponse> {
        Ok(Response::new(self.0.route_child(request).await?))
    }

    async fn send_to_council_desk(
        &self,
        request: Request<SendToCouncilDeskRequest>,
    ) -> Answer<ResolveChildResponse> {
        Ok(Response::new(self.0.send_to_council_desk(request).await?))
    }

    async fn close_child(
        &self,
        request: Request<CloseChildRequest>,
    ) -> Answer<ResolveChildResponse> {
        Ok(Response::new(self.0.close_child(request).await?))
    }

    async fn hide_location(
        &self,
        request: Request<HideLocationRequest>,
    ) -> Answer<ResolveChildResponse> {
        Ok(Response::new(self.0.hide_location(request).await?))
    }

    async fn call_sheet(&self, request: Request<CallSheetRequest>) -> Answer<CallSheetResponse> {
        Ok(Response::new(self.0.call_sheet(request).await?))
    }
}

impl Desk {
    async fn route_child(
        &self,
        request: Request<RouteChildRequest>,
    ) -> Result<ResolveChildResponse, Problem> {
        let principal = self.caller(&request, Action::QueueResolve)?;
        let request = request.into_inner();
        let decision = Decision::of(request.reason(), request.version)?;
        let line = self
            .child_at_desk(&principal, Action::QueueResolve, &request.line_id)
            .await?;
        let urn = request.school.parse().ok();
        let urn = urn.filter(|urn| self.reference.directory().get(*urn).is_some());
        let Some(urn) = urn else {
            return Err(Problem::invalid_field(
                "school",
                "is no school of the directory",
                "send the school's URN",
            ));
        };
        let routing = self
            .router
            .route_to(&line, urn)
            .await
            .map_err(unavailable)?;
        self.resolve(&principal, &line, decision, routing).await
    }

    async fn send_to_council_desk(
        &self,
        request: Request<SendToCouncilDeskRequest>,
    ) -> Result<ResolveChildResponse, Problem> {
        let principal = self.caller(&request, Action::QueueResolve)?;
        let request = request.into_inner();
        let decision = Decision::of(request.reason(), request.version)?;
        let line = self
            .child_at_desk(&principal, Action::QueueResolve, &request.line_id)
            .await?;
        let council = &request.council;
        if council.len() != 3 || !council.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(Problem::invalid_field(
                "council",
                "is not three digits",
                "send the council's code, such as 825",
            ));
        }
        let routing = self.router.route_to_council(&line, council).await;
        self.resolve(&principal, &line, decision, routing.map_err(unavailable)?)
            .await
    }

    async fn close_child(
        &self,
        request: Request<CloseChildRequest>,
    ) -> Result<ResolveChildResponse, Problem> {
        let principal = self.caller(&request, Action::QueueResolve)?;
        let request = request.into_inner();
        let decision = Decision::of(request.reason(), request.version)?;
        let line = self
            .child_at_desk(&principal, Action::QueueResolve, &request.line_id)
            .await?;
        let routing = Routing {
            otherwise: Some(Placement::Close(closed_reason(decision.reason)?)),
            ..Routing::default()
        };
        self.resolve(&principal, &line, decision, routing).await
    }

    async fn hide_location(
        &self,
        request: Request<HideLocationRequest>,
    ) -> Result<ResolveChildResponse, Problem> {
        let principal = self.caller(&request, Action::QueueHide)?;
        let HideLocationRequest { line_id } = request.into_inner();
        let line = self.lines.load(&line_id).await.map_err(unavailable)?;
        self.allow_hiding(&principal, &line).await?;
        let id = command_id("hide", &line_id, &principal, self.now());
        let cause = Cause::Person(&principal);
        let position = self
            .lines
            .run(&line_id, id, cause, &Command::HideLocation)
            .await;
        Ok(ResolveChildResponse {
            position: self.show_position(position.map_err(refused)?),
        })
    }

    /// The force that owns the child, or the council where it lives, wherever the child is by now.
    async fn allow_hiding(&self, principal: &Principal, line: &Line) -> Result<(), Problem> {
        let council = self.residence_council(line).await?;
        let owners = [
            Object::Force(&line.child.owner_force),
            Object::Council(&council),
        ];
        let mut allowed = owners
            .iter()
            .map(|owner| allow(principal, Action::QueueHide, owner));
        let is_party = self.is_party(principal, &line.line_id)?;
        if !is_party && allowed.any(|allowed| allowed.is_ok()) {
            Ok(())
        } else {
            Err(Problem::not_found())
        }
    }

    async fn resolve(
        &self,
        principal: &Principal,
        line: &Line,
        decision: Decision,
        routing: Routing,
    ) -> Result<ResolveChildResponse, Problem> {
        named(principal)?;
        let now = self.now();
        let id = command_id("resolve", &line.line_id, principal, now);
        let command = Command::Resolve {
            seen: decision.seen,
            reason: decision.reason,
            by: self
                .lines
                .seals
                .confirmer(id, principal)
                .await
                .map_err(unavailable)?,
            routing,
            now_ms: now.as_millisecond(),
        };
        let cause = Cause::Person(principal);
        let position = self.lines.run(&line.line_id, id, cause, &command).await;
        Ok(ResolveChildResponse {
            position: self.show_position(position.map_err(refused)?),
        })
    }
}

/// Why somebody decides, and on which version.
struct Decision {
    reason: ResolveReason,
    seen: u32,
}

// === impl Decision ===

impl Decision {
    fn of(reason: ResolveReason, seen: u32) -> Result<Self, Problem> {
        some_version("version", seen)?;
        match reason {
            ResolveReason::Unspecified => Err(Problem::invalid_field(
                "reason",
                "is missing",
                "say why, as one of the RESOLVE_REASON values",
            )),
            reason => Ok(Self { reason, seen }),
        }
    }
}

/// Only what ends the matter closes a child: everything else leaves somebody in charge.
fn closed_reason(reason: ResolveReason) -> Result<ClosedReason, Problem> {
    match reason {
        ResolveReason::NotOfSchoolAge => Ok(ClosedReason::NotAChildInScope),
        ResolveReason::Duplicate => Ok(ClosedReason::Duplicate),
        ResolveReason::ToldAnotherWay => Ok(ClosedReason::ToldAnotherWay),
        _ => Err(Problem::invalid_field(
            "reason",
            "does not end the matter",
            "route the child, or send it to the council's desk",
        )),
    }
}
