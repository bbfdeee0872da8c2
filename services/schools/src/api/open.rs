//! Opens a card: everything the force sent about this school's own children.

use super::{Desk, command_id, own_school, refused, timestamp, unavailable};
use crate::{
    domain::{Alert, AlertStatus, Command, Line, Refusal},
    lines::Cause,
};
use host::problem::Problem;
use journal::decider::ExecuteError;
use policy::{Action, Principal};
use proto::{
    police::v1::{ChildContent, ChildIdentity, IncidentTimes, SharedContent, SharedIdentity},
    schools::v1::{CardState, OpenAlert, OpenCardRequest, OpenCardResponse, OpenIncident},
};
use tonic::Request;

/// Shown where the sender gave no note of their own.
const DEFAULT_HANDLING: &str =
    "Support quietly. Do not question the child or contact home unless it says so above.";

impl Desk {
    pub(super) async fn open_card(
        &self,
        request: Request<OpenCardRequest>,
    ) -> Result<OpenCardResponse, Problem> {
        let principal = self.caller(&request, Action::AlertOpen)?;
        let OpenCardRequest { card_id } = request.into_inner();
        let urn = own_school(&principal)?;
        self.allow_school(&principal, Action::AlertOpen, urn)?;
        let groups = self.groups(&principal, urn)?;
        let group = groups
            .iter()
            .find(|group| group.has(&card_id))
            .ok_or_else(Problem::not_found)?;
        let mut incidents: Vec<OpenIncident> = Vec::new();
        for row in &group.alerts {
            if !is_held(row.state) {
                continue;
            }
            if !row.opened {
                self.record_opening(&principal, &row.line_id, &row.alert_id)
                    .await?;
            }
            let line = self.lines.load(&row.line_id).await.map_err(unavailable)?;
            let Some(alert) = line.alert(&row.alert_id).filter(|alert| alert.is_live()) else {
                continue;
            };
            let child = self.open_alert(&line, alert).await?;
            let known = incidents
                .iter_mut()
                .find(|incident| incident.notification_id == line.notification_id);
            match known {
                Some(incident) => incident.children.push(child),
                None => incidents.push(self.open_incident(&line, child).await?),
            }
        }
        if incidents.is_empty() {
            return Err(Problem::not_found());
        }
        let deadline = group.alerts.iter().map(|row| row.deadline_ms).min();
        Ok(OpenCardResponse {
            card_id,
            deadline: deadline.and_then(timestamp),
            incidents,
        })
    }

    /// The opening is on the record before anything is shown.
    async fn record_opening(
        &self,
        principal: &Principal,
        line_id: &str,
        alert_id: &str,
    ) -> Result<(), Problem> {
        let id = command_id("open", alert_id, principal, self.now());
        let by = self
            .lines
            .seals
            .confirmer(id, principal)
            .await
            .map_err(unavailable)?;
        let command = Command::Open {
            alert_id: alert_id.to_owned(),
            by,
        };
        let cause = Cause::Person(principal);
        match self.lines.run(line_id, id, cause, &command).await {
            Ok(_) | Err(ExecuteError::Refused(Refusal::NoLongerHeld)) => Ok(()),
            Err(error) => Err(refused(error)),
        }
    }

    async fn open_incident(&self, line: &Line, child: OpenAlert) -> Result<OpenIncident, Problem> {
        let seals = &self.lines.seals;
        let shared = &line.shared;
        let identity: Option<SharedIdentity> = seals
            .open(shared.identity.as_ref())
            .await
            .map_err(unavailable)?;
        let content: Option<SharedContent> = seals
            .open(shared.content.as_ref())
            .await
            .map_err(unavailable)?;
        let times: Option<IncidentTimes> = seals
            .open(shared.times.as_ref())
            .await
            .map_err(unavailable)?;
        let content = content.unwrap_or_default();
        Ok(OpenIncident {
            notification_id: line.notification_id.clone(),
            force: line.force.clone(),
            erased: identity.is_none(),
            reference: identity
                .map(|identity| identity.reference)
                .unwrap_or_default(),
            occurred_at: times.and_then(|times| timestamp(times.occurred_at_ms)),
            place: content.place,
            police_actions: content.police_actions,
            referral_sent: shared.referral_sent,
            children: vec![child],
        })
    }

    async fn open_alert(&self, line: &Line, alert: &Alert) -> Result<OpenAlert, Problem> {
        let seals = &self.lines.seals;
        let child = &line.child;
        let identity: Option<ChildIdentity> = seals
            .open(child.identity.as_ref())
            .await
            .map_err(unavailable)?;
        let content: Option<ChildContent> = seals
            .open(child.content.as_ref())
            .await
            .map_err(unavailable)?;
        let noted = content
            .as_ref()
            .and_then(|content| content.handling.as_ref())
            .is_some_and(|handling| !handling.note.is_empty());
        Ok(OpenAlert {
            alert_id: alert.id.clone(),
            state: state(alert.status).into(),
            version: line.version,
            default_handling: if noted {
                String::new()
            } else {
                DEFAULT_HANDLING.to_owned()
            },
            more_to_follow: child.text_held,
            erased: identity.is_none(),
            identity,
            content,
        })
    }
}

/// Copies that were given up or taken back are hidden.
fn is_held(state: i32) -> bool {
    state != i32::from(CardState::NotOurs) && state != i32::from(CardState::Withdrawn)
}

fn state(status: AlertStatus) -> CardState {
    match status {
        AlertStatus::Unconfirmed => CardState::Unconfirmed,
        AlertStatus::Confirmed => CardState::Confirmed,
        AlertStatus::Reopened => CardState::Reopened,
        AlertStatus::NotOurs { .. } => CardState::NotOurs,
        AlertStatus::Withdrawn => CardState::Withdrawn,
    }
}
