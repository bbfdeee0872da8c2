//! The alert rules that ship.

use super::asked::Sent;
use serde::Deserialize;
use std::{collections::BTreeSet, fs};
use tests::collector::Point;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    name: String,
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    alert: String,
    expr: String,
    #[serde(default, rename = "for")]
    lasting: Option<String>,
    labels: Labels,
    annotations: Annotations,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Labels {
    severity: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Annotations {
    summary: String,
    description: String,
}

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/alerts.yaml");
/// What nobody on duty can do without.
const NEEDED: [&str; 7] = [
    "BrokerAway",
    "ChildrenInTransit",
    "ConsumerBehind",
    "EventSetAside",
    "NotReady",
    "ProcessSilent",
    "RelayStopped",
];

/// Every rule asks for what is sent, and says how urgent it is and what to do.
pub(crate) fn rules_ask_only_for(points: &[Point]) {
    let sent = Sent::of(points);
    let rules: Rules = serde_saphyr::from_str(&fs::read_to_string(FILE).unwrap()).unwrap();
    let mut alerts = BTreeSet::new();
    for group in rules.groups {
        for rule in group.rules {
            let missing = sent.missing(&rule.expr);
            assert!(missing.is_empty(), "{}: {missing:?}", rule.alert);
            let severity = rule.labels.severity.as_str();
            assert!(["page", "ticket"].contains(&severity), "{}", rule.alert);
            let texts = [rule.annotations.summary, rule.annotations.description];
            assert!(texts.iter().all(|text| !text.is_empty()), "{}", rule.alert);
            let lasting = rule.lasting.as_deref().unwrap_or("0m");
            assert!(lasting.ends_with('m'), "{}: {lasting}", rule.alert);
            assert!(alerts.insert(rule.alert), "{}: twice", group.name);
        }
    }
    for needed in NEEDED {
        assert!(alerts.contains(needed), "{needed}");
    }
}
