//! Changes as one line each: states and times, no names, schools or references.

use crate::{commands::organisation::plain, error::CommandError, output::Output};
use jiff::Timestamp;
use proto::{
    police::v1::{AlertStatus, ChildStatus, NotificationChange},
    schools::v1::{Card, CardAlert, InboxChange},
};
use serde_json::{Value, json};

/// A card of a school.
pub(super) fn card(change: &InboxChange, output: &mut Output) -> Result<(), CommandError> {
    let Some(card) = &change.card else {
        return Ok(());
    };
    if output.is_json() {
        return output.object(&json!({
            "at": change.at,
            "card_id": card.card_id,
            "deadline": card.deadline.map(|at| at.to_string()),
            "urgent": card.urgent,
            "late_on_arrival": card.late_on_arrival,
            "alerts": card.alerts.iter().map(card_alert).collect::<Vec<_>>(),
        }));
    }
    output.line(&card_line(card))
}

fn card_alert(alert: &CardAlert) -> Value {
    json!({
        "alert_id": alert.alert_id,
        "state": card_state(alert),
        "opened": alert.opened,
        "passed": !alert.passed_to.is_empty(),
        "version": alert.version,
    })
}

fn card_state(alert: &CardAlert) -> String {
    plain(alert.state().as_str_name(), "CARD_STATE_")
}

/// Everything of an alert that can change, so that no two lines look as if nothing had.
fn card_alert_text(alert: &CardAlert) -> String {
    let mut text = card_state(alert);
    if alert.opened {
        text.push_str(" opened");
    }
    if !alert.passed_to.is_empty() {
        text.push_str(" passed");
    }
    if alert.version > 1 {
        text.push_str(" version ");
        text.push_str(&alert.version.to_string());
    }
    text
}

fn card_line(card: &Card) -> String {
    let states: Vec<_> = card.alerts.iter().map(card_alert_text).collect();
    let mut line = format!(
        "card {}  {}  before {}",
        card.card_id,
        states.join(", "),
        local(card.deadline)
    );
    if card.urgent {
        line.push_str("  urgent");
    }
    if card.late_on_arrival {
        line.push_str("  late on arrival");
    }
    line
}

/// A notification of a force.
pub(super) fn notification(
    change: &NotificationChange,
    output: &mut Output,
) -> Result<(), CommandError> {
    let Some(status) = &change.notification else {
        return Ok(());
    };
    if output.is_json() {
        return output.object(&json!({
            "at": change.at,
            "notification_id": status.notification_id,
            "version": status.version,
            "withdrawn": status.withdrawn,
            "children": status.children.iter().map(child).collect::<Vec<_>>(),
        }));
    }
    let children: Vec<_> = status.children.iter().map(child_text).collect();
    let withdrawn = if status.withdrawn { "  withdrawn" } else { "" };
    let id = &status.notification_id;
    output.line(&format!(
        "notification {id}{withdrawn}  {}",
        children.join(" | ")
    ))
}

fn child(child: &ChildStatus) -> Value {
    json!({
        "line": child.line,
        "line_id": child.line_id,
        "accountable": accountable(child),
        "detail": child.detail,
        "text_held": child.text_held,
        "alerts": child.alerts.iter().map(alert).collect::<Vec<_>>(),
    })
}

fn alert(alert: &AlertStatus) -> Value {
    json!({
        "alert_id": alert.alert_id,
        "state": alert_state(alert),
        "deadline": alert.deadline.map(|at| at.to_string()),
        "late_on_arrival": alert.late_on_arrival,
        "confirmed_as": alert.confirmed_as,
        "confirmed_in_time": alert.confirmed_in_time,
        "confirmed_at": alert.confirmed_at.map(|at| at.to_string()),
        "rung": alert.rung,
        "misdirected": alert.misdirected,
    })
}

fn accountable(child: &ChildStatus) -> String {
    plain(child.accountable().as_str_name(), "ACCOUNTABLE_")
}

fn alert_state(alert: &AlertStatus) -> String {
    plain(alert.state().as_str_name(), "ALERT_STATE_")
}

fn child_text(child: &ChildStatus) -> String {
    let mut parts = vec![format!("child {} {}", child.line, accountable(child))];
    if !child.detail.is_empty() {
        parts.push(child.detail.clone());
    }
    parts.extend(child.alerts.iter().map(alert_text));
    parts.join(", ")
}

fn alert_text(alert: &AlertStatus) -> String {
    let state = alert_state(alert);
    match (alert.confirmed_at, alert.deadline) {
        (Some(at), _) => format!("{state} {}", local(Some(at))),
        (None, Some(by)) => format!("{state} before {}", local(Some(by))),
        (None, None) => state,
    }
}

/// A moment as a clock in London shows it.
fn local(at: Option<prost_types::Timestamp>) -> String {
    let zoned = at
        .and_then(|at| Timestamp::new(at.seconds, at.nanos).ok())
        .and_then(|at| at.in_tz("Europe/London").ok());
    zoned.map_or_else(
        || "?".to_owned(),
        |at| at.strftime("%a %d %b %H:%M").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_changes_of_an_alert_shows_in_its_line_and_nobody_s_name() {
        let alerts = [
            CardAlert::default(),
            CardAlert {
                opened: true,
                ..CardAlert::default()
            },
            CardAlert {
                passed_to: "CANARY".to_owned(),
                ..CardAlert::default()
            },
            CardAlert {
                version: 2,
                ..CardAlert::default()
            },
        ];
        let lines: std::collections::BTreeSet<_> = alerts.iter().map(card_alert_text).collect();
        assert_eq!(lines.len(), alerts.len());
        assert!(!lines.iter().any(|line| line.contains("CANARY")));
    }
}
