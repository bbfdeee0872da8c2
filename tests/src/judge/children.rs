//! Is every child in exactly one state, and do force, school and coordinator see the same?

use super::{
    answers::Answers,
    arrived::{Alert, Arrived, Card, CardAlert, Child, is_live, of_alert},
    finding::{Finding, What},
};
use std::collections::BTreeMap;

/// Every card alert by its id.
type AtSchools<'a> = BTreeMap<&'a str, Vec<(&'a Card, &'a CardAlert)>>;

pub(super) fn check(answers: &Answers, arrived: &Arrived) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut queued: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &arrived.queue {
        *queued.entry(&entry.line_id).or_default() += 1;
    }
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for child in arrived.children() {
        *lines.entry(&child.line_id).or_default() += 1;
        findings.extend(state(child).map(|what| Finding::new(what, &child.line_id)));
        if arrived.queue_seen {
            let times = queued.remove(child.line_id.as_str()).unwrap_or_default();
            findings.extend(in_queue(child, times).map(|what| Finding::new(what, &child.line_id)));
        }
    }
    let twice = lines.iter().filter(|(_, times)| **times > 1);
    findings.extend(twice.map(|(line, _)| Finding::new(What::Doubled, line)));
    findings.extend(
        queued
            .keys()
            .map(|line| Finding::new(What::WronglyInQueue, line)),
    );
    findings.extend(alerts(answers, arrived));
    findings
}

fn state(child: &Child) -> Option<What> {
    let live = child.live().count();
    match (child.accountable.as_str(), child.detail.as_str()) {
        ("ACCOUNTABLE_WITH_COORDINATOR", "in_transit") => Some(What::InTransit),
        ("ACCOUNTABLE_ROUTED", _) if live == 0 => Some(What::NoAlert),
        ("ACCOUNTABLE_ROUTED", _) => (live > 1).then_some(What::TooManyAlerts),
        (
            "ACCOUNTABLE_WITH_COORDINATOR" | "ACCOUNTABLE_WITH_COUNCIL_DESK" | "ACCOUNTABLE_CLOSED",
            _,
        ) => (live > 0).then_some(What::TooManyAlerts),
        _ => Some(What::Silent),
    }
}

/// Whether the queue agrees; an enquiry under way counts as the coordinator's and need not show.
fn in_queue(child: &Child, times: usize) -> Option<What> {
    let with_coordinator = child.accountable == "ACCOUNTABLE_WITH_COORDINATOR";
    match times {
        0 if with_coordinator && child.detail != "asked" => Some(What::NotInQueue),
        0 => None,
        1 if with_coordinator => None,
        _ => Some(What::WronglyInQueue),
    }
}

fn alerts(answers: &Answers, arrived: &Arrived) -> Vec<Finding> {
    let mut at_schools: AtSchools<'_> = BTreeMap::new();
    for card in &arrived.cards {
        for alert in &card.alerts {
            let same = at_schools.entry(&alert.id).or_default();
            same.push((card, alert));
        }
    }
    let mut findings = cards_twice(arrived);
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for child in arrived.children() {
        // Schools see nothing of a child whose keys are gone.
        let erased = answers.destroyed.contains(&child.line_id);
        for alert in &child.alerts {
            *known.entry(&alert.id).or_default() += 1;
            let seen = at_schools.remove(alert.id.as_str()).unwrap_or_default();
            let what = at_school(arrived, alert, &seen).filter(|_| !erased);
            findings.extend(what.map(|what| Finding::new(what, &alert.id)));
        }
    }
    let twice = known.iter().filter(|(_, times)| **times > 1);
    findings.extend(twice.map(|(alert, _)| Finding::new(What::Doubled, alert)));
    findings.extend(
        at_schools
            .keys()
            .map(|alert| Finding::new(What::OnlyAtSchool, alert)),
    );
    findings
}

fn at_school(arrived: &Arrived, alert: &Alert, seen: &[(&Card, &CardAlert)]) -> Option<What> {
    let looked_at = arrived.inboxes.contains(&alert.school);
    match seen {
        [] => (looked_at && is_live(&alert.state)).then_some(What::NotAtSchool),
        [(card, own)] => {
            let same_school = card.school == alert.school || !looked_at;
            let same = of_alert(&own.state) == of_alert(&alert.state) && same_school;
            (!same).then_some(What::StatesDiffer)
        }
        _ => Some(What::Doubled),
    }
}

/// One card for each school and incident.
fn cards_twice(arrived: &Arrived) -> Vec<Finding> {
    let mut cards: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for card in &arrived.cards {
        *cards.entry((&card.school, &card.id)).or_default() += 1;
    }
    let twice = cards.into_iter().filter(|(_, times)| *times > 1);
    twice
        .map(|((_, card), _)| Finding::new(What::Doubled, card))
        .collect()
}
