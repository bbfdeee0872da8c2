//! A school's alerts as cards: one per incident, and nothing of what it is about.

use super::{Desk, own_school, timestamp, unavailable, view_failed};
use crate::{views::AlertRow, wire::plain::PassedTo};
use host::problem::Problem;
use jiff::civil::Date;
use policy::{Action, Principal};
use prost::Message;
use proto::{
    schools::v1::{Card, CardAlert, CardState, Confirmer, ListCardsRequest, ListCardsResponse},
    sealing::Sealed,
};
use tonic::Request;

/// One card: its alerts, those of the first notification first.
pub(super) struct Group {
    pub(super) alerts: Vec<AlertRow>,
}

impl Desk {
    pub(super) async fn list_cards(
        &self,
        request: Request<ListCardsRequest>,
    ) -> Result<ListCardsResponse, Problem> {
        let principal = self.caller(&request, Action::AlertList)?;
        let ListCardsRequest { all, at_least } = request.into_inner();
        self.at_least(&at_least).await?;
        let urn = own_school(&principal)?.to_owned();
        let mut cards = Vec::new();
        for group in self.groups(&principal, &urn)? {
            if all || group.needs_somebody() {
                cards.push(self.card(&urn, &group).await?);
            }
        }
        Ok(ListCardsResponse { cards })
    }

    /// The school's cards that this person may know of.
    pub(super) fn groups(&self, principal: &Principal, urn: &str) -> Result<Vec<Group>, Problem> {
        self.allow_school(principal, Action::AlertList, urn)?;
        let school = self.lines.seals.school_tag(urn);
        let reader = self.person_tag(principal);
        let rows = self
            .view
            .alerts_of_school(&school, reader.as_deref())
            .map_err(view_failed)?;
        Ok(group(rows))
    }

    pub(super) async fn card(&self, urn: &str, group: &Group) -> Result<Card, Problem> {
        let mut alerts = Vec::with_capacity(group.alerts.len());
        for row in &group.alerts {
            alerts.push(self.card_alert(row).await?);
        }
        let waiting = || group.alerts.iter().filter(|row| waits(row.state));
        let next = waiting().map(|row| row.deadline_ms).min();
        let deadline = next.or_else(|| group.alerts.iter().map(|row| row.deadline_ms).min());
        let mut notifications: Vec<String> = Vec::new();
        for row in &group.alerts {
            if !notifications.contains(&row.notification_id) {
                notifications.push(row.notification_id.clone());
            }
        }
        let mut notifications = notifications.into_iter();
        Ok(Card {
            card_id: notifications.next().unwrap_or_default(),
            school: urn.to_owned(),
            deadline: deadline.and_then(timestamp),
            arrived_at: group
                .alerts
                .first()
                .and_then(|row| timestamp(row.raised_ms)),
            urgent: group.alerts.iter().any(|row| row.urgent),
            late_on_arrival: group.alerts.iter().any(|row| row.late),
            alerts,
            possible_duplicates: notifications.collect(),
        })
    }

    async fn card_alert(&self, row: &AlertRow) -> Result<CardAlert, Problem> {
        let confirmed = row.state == i32::from(CardState::Confirmed);
        let by = row.by.as_deref().filter(|_| confirmed);
        let by: Option<Confirmer> = self.opened(by).await?;
        let passed: Option<PassedTo> = self.opened(row.passed_to.as_deref()).await?;
        Ok(CardAlert {
            alert_id: row.alert_id.clone(),
            state: row.state,
            confirmed_by: by.map(|by| by.name).unwrap_or_default(),
            confirmed_at: row.confirmed_ms.filter(|_| confirmed).and_then(timestamp),
            passed_to: passed.map(|to| to.contact_id).unwrap_or_default(),
            opened: row.opened,
            version: row.version,
        })
    }

    /// Opens a sealed value of a row; none where it is absent or its key is destroyed.
    pub(super) async fn opened<M: Message + Default>(
        &self,
        bytes: Option<&[u8]>,
    ) -> Result<Option<M>, Problem> {
        let sealed = bytes.and_then(|bytes| Sealed::decode(bytes).ok());
        self.lines
            .seals
            .open(sealed.as_ref())
            .await
            .map_err(unavailable)
    }
}

// === impl Group ===

impl Group {
    /// Whether an alert of this card waits for a named person.
    pub(super) fn needs_somebody(&self) -> bool {
        self.alerts.iter().any(|row| waits(row.state))
    }

    /// Whether the card is known by this notification.
    pub(super) fn has(&self, notification_id: &str) -> bool {
        self.alerts
            .iter()
            .any(|row| row.notification_id == notification_id)
    }
}

fn waits(state: i32) -> bool {
    state == i32::from(CardState::Unconfirmed) || state == i32::from(CardState::Reopened)
}

/// Alerts of one notification are one card, and so are those of two references that are possibly
/// the same incident: the same child, a day apart at most.
fn group(rows: Vec<AlertRow>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let (belong, mut rest): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|group| group.alerts.iter().any(|other| is_same_card(other, &row)));
        let mut alerts: Vec<_> = belong.into_iter().flat_map(|group| group.alerts).collect();
        alerts.push(row);
        rest.push(Group { alerts });
        groups = rest;
    }
    groups
}

fn is_same_card(one: &AlertRow, other: &AlertRow) -> bool {
    one.notification_id == other.notification_id
        || (one.child_tag.is_some()
            && one.child_tag == other.child_tag
            && is_a_day_apart(&one.incident_day, &other.incident_day))
}

fn is_a_day_apart(one: &str, other: &str) -> bool {
    let (Ok(one), Ok(other)) = (one.parse::<Date>(), other.parse::<Date>()) else {
        return false;
    };
    one.until(other)
        .is_ok_and(|span| span.get_days().abs() <= 1 && span.get_months() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(notification: &str, child: Option<&str>, day: &str) -> AlertRow {
        AlertRow {
            alert_id: format!("{notification}-{child:?}"),
            line_id: String::new(),
            notification_id: notification.to_owned(),
            school_tag: String::new(),
            state: 1,
            deadline_ms: 0,
            raised_ms: 0,
            late: false,
            urgent: false,
            opened: false,
            confirmed_ms: None,
            by: None,
            passed_to: None,
            child_tag: child.map(str::to_owned),
            incident_day: day.to_owned(),
            version: 1,
        }
    }

    #[test]
    fn siblings_of_one_incident_are_one_card() {
        let groups = group(vec![
            row("n1", Some("a"), "2026-11-20"),
            row("n1", Some("b"), "2026-11-20"),
        ]);
        assert_eq!(groups.len(), 1);
    }

    #[test]
    fn the_same_child_under_two_references_is_one_card() {
        let groups = group(vec![
            row("n1", Some("a"), "2026-11-20"),
            row("n2", Some("a"), "2026-11-21"),
        ]);
        assert_eq!(groups.len(), 1);
    }

    #[test]
    fn the_same_child_weeks_later_is_another_card() {
        let groups = group(vec![
            row("n1", Some("a"), "2026-11-20"),
            row("n2", Some("a"), "2026-12-20"),
            row("n3", None, "2026-11-20"),
            row("n4", None, "2026-11-20"),
        ]);
        assert_eq!(groups.len(), 4);
    }
}
