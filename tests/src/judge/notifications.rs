//! Are the answered notifications there, each once, under its ids, with its children?

use super::{
    answers::{Answers, Ids},
    arrived::{Arrived, Notification},
    finding::{Finding, What},
};
use std::collections::{BTreeMap, BTreeSet};

/// What the hub shows instead of a reference whose key was destroyed.
const ERASED: &str = "erased";

pub(super) fn check(answers: &Answers, arrived: &Arrived) -> Vec<Finding> {
    let mut findings = answered_alike(answers);
    let mut by_id: BTreeMap<&str, Vec<&Notification>> = BTreeMap::new();
    for notification in &arrived.notifications {
        let id = notification.id.as_str();
        by_id.entry(id).or_default().push(notification);
    }
    for ids in answers.accepted.values() {
        match by_id.get(ids.notification_id.as_str()).map(Vec::as_slice) {
            None => findings.push(Finding::new(What::Missing, &ids.notification_id)),
            Some([one]) if lines(one) != sorted(ids) => {
                findings.push(Finding::new(What::OtherChildren, &ids.notification_id));
            }
            Some(_) => {}
        }
    }
    let twice = by_id.iter().filter(|(_, same)| same.len() > 1);
    findings.extend(twice.map(|(id, _)| Finding::new(What::Doubled, id)));
    findings.extend(under_one_reference(answers, arrived));
    findings
}

/// The same notification has the same ids for ever, even after an older backup was restored.
fn answered_alike(answers: &Answers) -> Vec<Finding> {
    let differ = answers.ever.values().filter(|ids| {
        let mut pairs = ids.windows(2);
        pairs.any(|pair| pair.first() != pair.last())
    });
    let first = differ.filter_map(|ids| ids.first());
    first
        .map(|ids| Finding::new(What::AnsweredDifferently, &ids.notification_id))
        .collect()
}

/// A second notification under a reference, and one that nobody sent. The judge asks as one force.
fn under_one_reference(answers: &Answers, arrived: &Arrived) -> Vec<Finding> {
    let sent: BTreeSet<&str> = answers
        .sent
        .iter()
        .map(|(_, reference)| reference.as_str())
        .collect();
    let mut seen = BTreeMap::new();
    let mut findings = Vec::new();
    for notification in &arrived.notifications {
        let (id, reference) = (&notification.id, notification.reference.as_str());
        if reference == ERASED {
            continue;
        }
        if !sent.contains(reference) {
            findings.push(Finding::new(What::FromNowhere, id));
        }
        if seen.insert(reference, id).is_some_and(|other| other != id) {
            findings.push(Finding::new(What::Doubled, id));
        }
    }
    findings
}

fn lines(notification: &Notification) -> Vec<&str> {
    let lines = notification.children.iter();
    let mut lines: Vec<_> = lines.map(|child| child.line_id.as_str()).collect();
    lines.sort_unstable();
    lines
}

fn sorted(ids: &Ids) -> Vec<&str> {
    let mut lines: Vec<_> = ids.line_ids.iter().map(String::as_str).collect();
    lines.sort_unstable();
    lines
}
