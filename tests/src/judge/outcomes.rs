//! Is what was answered to people still so: confirmations, withdrawals, destroyed keys?

use super::{
    answers::Answers,
    arrived::{Alert, Arrived, CardAlert, Child, of_alert},
    finding::{Finding, What},
};
use std::collections::BTreeMap;

/// What the hub shows where it may not, or can no longer, show what was there.
const NOT_SHOWN: [&str; 3] = ["", "erased", "withheld"];

pub(super) fn check(answers: &Answers, arrived: &Arrived) -> Vec<Finding> {
    let mut findings = confirmations(answers, arrived);
    for notification in &arrived.notifications {
        let id = &notification.id;
        let mut alerts = notification.children.iter().flat_map(Child::live);
        if answers.withdrawn.contains(id) && (!notification.withdrawn || alerts.next().is_some()) {
            findings.push(Finding::new(What::NotWithdrawn, id));
        }
    }
    for child in arrived.children() {
        let shown = |alert: &Alert| !NOT_SHOWN.contains(&alert.school.as_str());
        if answers.destroyed.contains(&child.line_id) && child.alerts.iter().any(shown) {
            findings.push(Finding::new(What::NotErased, &child.line_id));
        }
    }
    findings
}

fn confirmations(answers: &Answers, arrived: &Arrived) -> Vec<Finding> {
    let by_force: BTreeMap<&str, (&Child, &Alert)> = arrived
        .children()
        .flat_map(|child| child.alerts.iter().map(move |alert| (child, alert)))
        .map(|(child, alert)| (alert.id.as_str(), (child, alert)))
        .collect();
    let by_school: BTreeMap<&str, &CardAlert> = arrived
        .cards
        .iter()
        .flat_map(|card| &card.alerts)
        .map(|alert| (alert.id.as_str(), alert))
        .collect();
    let mut findings = Vec::new();
    for (alert_id, by) in &answers.confirmed {
        let Some((child, alert)) = by_force.get(alert_id.as_str()) else {
            findings.push(Finding::new(What::NotConfirmed, alert_id));
            continue;
        };
        let erased = answers.destroyed.contains(&child.line_id);
        let at_school = by_school.get(alert_id.as_str());
        let at_school = at_school.map(|own| (own.state.as_str(), own.confirmed_by.as_str()));
        let at_force = (alert.state.as_str(), alert.confirmed_by.as_str());
        let wrong = [Some(at_force), at_school]
            .into_iter()
            .flatten()
            .find_map(|(state, name)| shown(state, name, by, erased));
        findings.extend(wrong.map(|what| Finding::new(what, alert_id)));
    }
    findings
}

/// A later correction or withdrawal may have taken the confirmation's place.
fn shown(state: &str, name: &str, by: &str, erased: bool) -> Option<What> {
    match of_alert(state) {
        "REOPENED" | "NOT_OURS" | "WITHDRAWN" => None,
        "CONFIRMED" if name == by || (erased && NOT_SHOWN.contains(&name)) => None,
        "CONFIRMED" => Some(What::WrongName),
        _ => Some(What::NotConfirmed),
    }
}
