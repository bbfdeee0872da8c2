//! What the night came to, counted from what the force and the duty desk are shown.

use super::{
    people,
    play::coordinator,
    stage::{Player, Stage},
    town,
};
use crate::{error::CommandError, output::Output};
use policy::{OrganisationKind, Role};
use proto::{
    police::v1::{
        Accountable, AlertState, ListNotificationsRequest, NotificationStatus,
        police_service_client::PoliceServiceClient,
    },
    schools::v1::{
        CallSheetEntry, CallSheetRequest, coordinator_service_client::CoordinatorServiceClient,
    },
};
use serde::Serialize;

/// The night in numbers; stable, programs read it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Notifications.
    pub notifications: Notifications,
    /// Children in them: each in exactly one of the places.
    pub children: Children,
    /// Alerts at schools.
    pub alerts: Alerts,
}

/// Notifications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Notifications {
    /// Accepted by the hub.
    pub accepted: u64,
}

/// Children, by who answers for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Children {
    /// All of them.
    pub total: u64,
    /// With a school.
    pub routed: u64,
    /// With a coordinator.
    pub with_coordinator: u64,
    /// With a council's desk.
    pub council_desk: u64,
    /// Closed with a reason.
    pub closed: u64,
}

/// Alerts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Alerts {
    /// Raised at a school.
    pub raised: u64,
    /// Confirmed by a named person before their deadline.
    pub confirmed_before_bell: u64,
    /// Climbed beyond the school's Key Adults: to the head, the holiday contact, the duty desk.
    pub escalated: u64,
}

/// What the duty desk has to ring.
pub type CallSheet = Vec<CallSheetEntry>;

const PAGE: u32 = 500;
/// Up to here only the school's own Key Adults were told: nothing has climbed yet.
const NOT_CLIMBED: [&str; 3] = ["", "telling", "key_adults"];

// === impl Summary ===

impl Summary {
    /// Counts what the force is shown.
    pub async fn of(stage: &Stage) -> Result<Self, CommandError> {
        let channel = stage.as_player(&coordinator()).await?;
        let mut force = PoliceServiceClient::new(channel);
        let mut summary = Self::default();
        let mut page = String::new();
        loop {
            let request = ListNotificationsRequest {
                page_size: PAGE,
                page,
                accountable: 0,
            };
            let answer = force.list_notifications(request).await?.into_inner();
            answer
                .notifications
                .iter()
                .for_each(|status| summary.count(status));
            page = answer.next_page;
            if page.is_empty() {
                return Ok(summary);
            }
        }
    }

    fn count(&mut self, status: &NotificationStatus) {
        self.notifications.accepted += 1;
        for child in &status.children {
            self.children.total += 1;
            match child.accountable() {
                Accountable::Routed => self.children.routed += 1,
                Accountable::WithCoordinator => self.children.with_coordinator += 1,
                Accountable::WithCouncilDesk => self.children.council_desk += 1,
                Accountable::Closed => self.children.closed += 1,
                Accountable::Unspecified => {}
            }
            for alert in &child.alerts {
                self.alerts.raised += 1;
                let confirmed = alert.state() == AlertState::Confirmed && alert.confirmed_in_time;
                self.alerts.confirmed_before_bell += u64::from(confirmed);
                let climbed = !NOT_CLIMBED.contains(&alert.rung.as_str());
                self.alerts.escalated += u64::from(climbed);
            }
        }
    }

    /// As a table that a head teacher would understand.
    pub fn print(&self, sheet: &CallSheet, output: &mut Output) -> Result<(), CommandError> {
        let row = |what: &str, number: u64| vec![what.to_owned(), number.to_string()];
        let children = &self.children;
        let alerts = &self.alerts;
        output.table(
            &["by half past nine", ""],
            [
                row(
                    "incidents that police told the hub of",
                    self.notifications.accepted,
                ),
                row("children concerned", children.total),
                row("  whose school has been told", children.routed),
                row(
                    "  whose school a coordinator is finding",
                    children.with_coordinator,
                ),
                row(
                    "  without a school: with the council",
                    children.council_desk,
                ),
                row("  closed, with a reason", children.closed),
                row("alerts sent to schools", alerts.raised),
                row(
                    "  in a named person's hands before the bell",
                    alerts.confirmed_before_bell,
                ),
                row("  that climbed to the head or further", alerts.escalated),
                row(
                    "schools that the council's duty desk has to ring",
                    sheet.len() as u64,
                ),
            ],
        )
    }
}

/// The duty desk's call sheet as it stands.
pub async fn call_sheet(stage: &Stage) -> Result<CallSheet, CommandError> {
    let desk = duty_desk();
    let mut desk = CoordinatorServiceClient::new(stage.as_player(&desk).await?);
    let request = CallSheetRequest::default();
    Ok(desk.call_sheet(request).await?.into_inner().schools)
}

/// The council's duty desk.
pub fn duty_desk() -> Player {
    Player::new(
        OrganisationKind::Council,
        town::COUNCIL,
        Role::DutyDesk,
        people::DUTY_DESK,
    )
}
