//! The dashboards that ship.

use super::asked::Sent;
use serde_json::Value;
use std::{fs, path::Path};
use tests::collector::Point;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/grafana/dashboards");

/// Every panel asks for something, and for what is sent.
pub(crate) fn dashboards_ask_only_for(points: &[Point]) {
    let sent = Sent::of(points);
    let mut panels = 0;
    for file in fs::read_dir(Path::new(FOLDER)).unwrap() {
        let file = file.unwrap().path();
        let dashboard: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        for panel in dashboard["panels"].as_array().unwrap() {
            panels += 1;
            for query in queries(panel) {
                let missing = sent.missing(&query);
                assert!(missing.is_empty(), "{}: {missing:?}", panel["title"]);
            }
        }
        for variable in dashboard["templating"]["list"].as_array().unwrap() {
            let query = variable["query"].as_str().unwrap();
            let asked = query.strip_prefix("label_values(").unwrap();
            let (name, label) = asked.trim_end_matches(')').split_once(", ").unwrap();
            let missing = sent.missing(&format!("sum by ({label}) ({name})"));
            assert!(missing.is_empty(), "{query}: {missing:?}");
        }
    }
    assert!(panels >= 18, "the dashboards are found");
}

/// With its variables filled in.
fn queries(panel: &Value) -> Vec<String> {
    let targets = panel["targets"].as_array().unwrap();
    assert!(!targets.is_empty(), "{}", panel["title"]);
    let filled = |target: &Value| {
        let query = target["expr"].as_str().unwrap();
        query.replace("$force", ".*").replace("$__range", "24h")
    };
    targets.iter().map(filled).collect()
}
