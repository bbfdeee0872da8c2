//! "Not ours", and taking it back.

use super::{Desk, command_id, named, own_school, refused, some_version, timestamp, unavailable};
use crate::{domain::Command, lines::Cause};
use host::problem::Problem;
use jiff::SignedDuration;
use policy::Action;
use proto::schools::v1::{
    DisownAlertRequest, DisownAlertResponse, NotOursReason, RestoreAlertRequest,
    RestoreAlertResponse,
};
use tonic::Request;

/// How long a slip can be taken back.
const RESTORABLE: SignedDuration = SignedDuration::from_hours(24);

impl Desk {
    pub(super) async fn disown_alert(
        &self,
        request: Request<DisownAlertRequest>,
    ) -> Result<DisownAlertResponse, Problem> {
        let principal = self.caller(&request, Action::AlertDisown)?;
        let request = request.into_inner();
        let left = match request.reason() {
            NotOursReason::Left => true,
            NotOursReason::NeverOnRoll => false,
            NotOursReason::Unspecified => return Err(no_reason()),
        };
        some_version("version", request.version)?;
        named(&principal)?;
        let alert_id = request.alert_id;
        let row = self.alert_of(&principal, Action::AlertDisown, &alert_id)?;
        let urn = own_school(&principal)?;
        let line = self.lines.load(&row.line_id).await.map_err(unavailable)?;
        let routing = self
            .router
            .route_elsewhere(&line, urn)
            .await
            .map_err(unavailable)?;
        let now = self.now();
        let until = now.saturating_add(RESTORABLE).unwrap_or(now);
        let id = command_id("disown", &alert_id, &principal, now);
        let command = Command::Disown {
            alert_id,
            seen: request.version,
            by: self
                .lines
                .seals
                .confirmer(id, &principal)
                .await
                .map_err(unavailable)?,
            left,
            until_ms: until.as_millisecond(),
            routing,
            now_ms: now.as_millisecond(),
        };
        let cause = Cause::Person(&principal);
        let position = self.lines.run(&row.line_id, id, cause, &command).await;
        let position = position.map_err(refused)?;
        // The copy is hidden before this is answered.
        self.shown(position).await?;
        Ok(DisownAlertResponse {
            restorable_until: timestamp(until.as_millisecond()),
            position: self.show_position(position),
        })
    }

    pub(super) async fn restore_alert(
        &self,
        request: Request<RestoreAlertRequest>,
    ) -> Result<RestoreAlertResponse, Problem> {
        let principal = self.caller(&request, Action::AlertDisown)?;
        named(&principal)?;
        let RestoreAlertRequest { alert_id } = request.into_inner();
        let row = self.alert_of(&principal, Action::AlertDisown, &alert_id)?;
        let now = self.now();
        let id = command_id("restore", &alert_id, &principal, now);
        let command = Command::Restore {
            alert_id,
            by: self
                .lines
                .seals
                .confirmer(id, &principal)
                .await
                .map_err(unavailable)?,
            now_ms: now.as_millisecond(),
        };
        let cause = Cause::Person(&principal);
        let position = self.lines.run(&row.line_id, id, cause, &command).await;
        Ok(RestoreAlertResponse {
            position: self.show_position(position.map_err(refused)?),
        })
    }
}

fn no_reason() -> Problem {
    Problem::invalid_field(
        "reason",
        "is missing",
        "say NOT_OURS_REASON_LEFT or NOT_OURS_REASON_NEVER_ON_ROLL",
    )
}
