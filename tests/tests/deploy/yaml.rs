//! The files of the collector, of Prometheus and of Grafana: what they name is there.

use super::tools::{deploy, text};
use serde_json::Value;

/// A file of the folder.
pub(super) fn read(file: &str) -> Value {
    serde_saphyr::from_str(&text(file)).unwrap()
}

/// Every text in it that is no key.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Object(values) => values.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_part_of_a_pipeline_of_the_collector_is_set_up_and_used() {
    let config = read("collector.yaml");
    let pipelines = config["service"]["pipelines"].as_object().unwrap();
    assert_eq!(
        pipelines.keys().collect::<Vec<_>>(),
        ["metrics", "traces"],
        "what a process sends"
    );
    for kind in ["receivers", "processors", "exporters"] {
        let set_up: Vec<_> = config[kind].as_object().unwrap().keys().collect();
        let used = pipelines
            .values()
            .flat_map(|pipeline| texts(&pipeline[kind]));
        let used: Vec<_> = used.collect();
        for part in &used {
            assert!(set_up.contains(&part), "{kind}: {part} is not set up");
        }
        for part in set_up {
            assert!(used.contains(part), "{kind}: {part} is not used");
        }
    }
    for pipeline in pipelines.values() {
        // Else a burst ends the collector.
        assert_eq!(pipeline["processors"][0], "memory_limiter");
    }
}

#[test]
fn the_alert_rules_are_those_that_prometheus_reads() {
    let rules = read("prometheus.yaml")["rule_files"].clone();
    assert_eq!(rules, serde_json::json!(["alerts.yaml"]));
    assert!(deploy().join("alerts.yaml").is_file());
}

#[test]
fn dashboards_ask_a_source_that_there_is() {
    let sources = read("grafana/provisioning/datasources/firstbell.yaml");
    let sources = sources["datasources"].as_array().unwrap();
    let known: Vec<_> = sources.iter().map(|source| &source["uid"]).collect();
    let folder = deploy().join("grafana/dashboards");
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let dashboard: Value = serde_json::from_str(&text).unwrap();
        for panel in dashboard["panels"].as_array().unwrap() {
            assert!(known.contains(&&panel["datasource"]["uid"]), "{panel}");
        }
    }
}
