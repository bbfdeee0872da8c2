//! Passes an alert to a colleague, without a reason.

use super::{Desk, command_id, own_school, refused, unavailable};
use crate::{contacts::AwayError, domain::Command, lines::Cause, telling::COLLEAGUES};
use host::problem::Problem;
use policy::{Action, OrganisationKind};
use proto::schools::v1::{PassAlertRequest, PassAlertResponse};
use tonic::Request;

impl Desk {
    pub(super) async fn pass_alert(
        &self,
        request: Request<PassAlertRequest>,
    ) -> Result<PassAlertResponse, Problem> {
        let principal = self.caller(&request, Action::AlertPass)?;
        let PassAlertRequest {
            alert_id,
            contact_id,
        } = request.into_inner();
        let row = self.alert_of(&principal, Action::AlertPass, &alert_id)?;
        self.check_colleague(own_school(&principal)?, &contact_id)
            .await?;
        let now = self.now();
        let id = command_id("pass", &alert_id, &principal, now);
        let seals = &self.lines.seals;
        let command = Command::Pass {
            alert_id,
            by: seals.confirmer(id, &principal).await.map_err(unavailable)?,
            to: seals
                .passed_to(id, &contact_id)
                .await
                .map_err(unavailable)?,
            now_ms: now.as_millisecond(),
        };
        let cause = Cause::Person(&principal);
        let position = self.lines.run(&row.line_id, id, cause, &command).await;
        Ok(PassAlertResponse {
            position: self.show_position(position.map_err(refused)?),
        })
    }

    async fn check_colleague(&self, urn: &str, contact_id: &str) -> Result<(), Problem> {
        let school = OrganisationKind::School;
        let today = self.router.today();
        let found = self
            .contacts
            .reachable(school, urn, COLLEAGUES, today)
            .await;
        if found.away.contains(contact_id) {
            return Err(unavailable(AwayError));
        }
        let mut people = found.people.iter();
        if people.any(|person| person.contact_id == contact_id) {
            return Ok(());
        }
        Err(Problem::invalid_field(
            "contact_id",
            "is no current contact of this school",
            "name a colleague from the school's list of contacts",
        ))
    }
}
