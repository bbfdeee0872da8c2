//! "I have this in hand", by name.

use super::{Desk, named, own_school, refused, some_version, unavailable, view_failed};
use crate::{domain::Command, lines::Cause, views::AlertRow};
use host::problem::Problem;
use journal::{CommandId, Position};
use policy::{Action, Principal};
use proto::schools::v1::{AlertResult, ConfirmAlertsRequest, ConfirmAlertsResponse, SeenAlert};
use tonic::Request;

const MOST_ALERTS: usize = 100;

impl Desk {
    pub(super) async fn confirm_alerts(
        &self,
        request: Request<ConfirmAlertsRequest>,
    ) -> Result<ConfirmAlertsResponse, Problem> {
        let principal = self.caller(&request, Action::AlertConfirm)?;
        let ConfirmAlertsRequest { alerts } = request.into_inner();
        if alerts.is_empty() || alerts.len() > MOST_ALERTS {
            return Err(Problem::invalid_field(
                "alerts",
                "holds none, or more than 100",
                "name 1 to 100 alerts in one call",
            ));
        }
        named(&principal)?;
        let mut last = Position::START;
        let mut results = Vec::with_capacity(alerts.len());
        for (place, seen) in alerts.into_iter().enumerate() {
            let problem = match self.confirm(&principal, place, &seen).await {
                Ok(position) => {
                    last = last.max(position);
                    None
                }
                Err(problem) => Some(problem.into()),
            };
            let alert_id = seen.alert_id;
            results.push(AlertResult { alert_id, problem });
        }
        Ok(ConfirmAlertsResponse {
            results,
            position: self.show_position(last),
        })
    }

    async fn confirm(
        &self,
        principal: &Principal,
        place: usize,
        seen: &SeenAlert,
    ) -> Result<Position, Problem> {
        let SeenAlert { alert_id, version } = seen;
        some_version(&format!("alerts[{place}].version"), *version)?;
        let row = self.alert_of(principal, Action::AlertConfirm, alert_id)?;
        let id = confirmation(alert_id, principal, *version);
        let by = self
            .lines
            .seals
            .confirmer(id, principal)
            .await
            .map_err(unavailable)?;
        let command = Command::Confirm {
            alert_id: alert_id.clone(),
            seen: *version,
            by,
            now_ms: self.now().as_millisecond(),
        };
        self.lines
            .run(&row.line_id, id, Cause::Person(principal), &command)
            .await
            .map_err(refused)
    }

    /// An alert of the caller's own school that the caller is no party to.
    pub(super) fn alert_of(
        &self,
        principal: &Principal,
        action: Action,
        alert_id: &str,
    ) -> Result<AlertRow, Problem> {
        let urn = own_school(principal)?;
        self.allow_school(principal, action, urn)?;
        let row = self
            .view
            .alert(alert_id)
            .map_err(view_failed)?
            .ok_or_else(Problem::not_found)?;
        let own = row.school_tag == self.lines.seals.school_tag(urn);
        if !own || self.is_party(principal, &row.line_id)? {
            return Err(Problem::not_found());
        }
        Ok(row)
    }

    /// Whether the caller is a party to the line's incident: then it does not exist for them.
    pub(super) fn is_party(&self, principal: &Principal, line_id: &str) -> Result<bool, Problem> {
        match self.person_tag(principal) {
            Some(tag) => self.view.is_party(line_id, &tag).map_err(view_failed),
            None => Ok(false),
        }
    }
}

/// One person confirms one version once: said again, it is the first answer again.
fn confirmation(alert_id: &str, principal: &Principal, version: u32) -> CommandId {
    CommandId::derive(&[
        b"confirm",
        alert_id.as_bytes(),
        principal.id.as_bytes(),
        &version.to_be_bytes(),
    ])
}
