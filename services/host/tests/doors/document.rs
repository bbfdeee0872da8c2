//! The documents of both contracts: whole, and OpenAPI's true to the routes.

use super::hub::{Answer, Hub};
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn document() -> Value {
    document_at("/openapi.json").await
}

async fn document_at(path: &str) -> Value {
    let hub = Hub::start().await;
    Answer::of(reqwest::Client::new().get(hub.at(path)))
        .await
        .json()
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(target)) = map.get("$ref") {
                found.insert(target.clone());
            }
            map.values().for_each(|inner| references(inner, found));
        }
        Value::Array(list) => list.iter().for_each(|inner| references(inner, found)),
        _ => {}
    }
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, verbs)| {
        let verbs = verbs.as_object().unwrap().iter();
        verbs.map(move |(verb, operation)| (path.clone(), verb.clone(), operation.clone()))
    });
    operations.collect()
}

#[tokio::test]
async fn every_reference_resolves() {
    for path in ["/openapi.json", "/asyncapi.json"] {
        let document = document_at(path).await;
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 10, "{path}");
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(
                document.pointer(pointer).is_some_and(|v| !v.is_null()),
                "{path}: {reference}"
            );
        }
    }
}

#[tokio::test]
async fn every_route_of_the_services_is_there_with_its_parameters() {
    let document = document().await;
    let operations = operations(&document);
    assert_eq!(operations.len(), 7 + 5);
    let ids: BTreeSet<_> = operations
        .iter()
        .map(|(_, _, o)| o["operationId"].to_string())
        .collect();
    assert_eq!(ids.len(), operations.len());
    for (path, verb, operation) in operations {
        let declared: BTreeSet<_> = operation["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
            .collect();
        let in_path: BTreeSet<_> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .map(str::to_owned)
            .collect();
        assert_eq!(declared, in_path, "{verb} {path}");
        assert!(
            operation["description"]
                .as_str()
                .unwrap()
                .contains("Needs the action")
        );
    }
}

#[tokio::test]
async fn schemas_follow_the_json_mapping_and_carry_the_comments() {
    let document = document().await;
    let field = |message: &str, field: &str| {
        let pointer = format!("/components/schemas/{message}/properties/{field}");
        document.pointer(&pointer).unwrap().clone()
    };
    assert_eq!(
        field("firstbell.schools.v1.ImportReport", "rowsRead")["type"],
        json!(["string", "null"])
    );
    let occurred = field("firstbell.police.v1.Notification", "occurredAt");
    assert_eq!(occurred["format"], "date-time");
    assert_eq!(
        occurred["description"],
        "When it happened. Not in the future, not after `known_at`."
    );
    let grade = &document["components"]["schemas"]["firstbell.police.v1.RiskGrade"];
    assert_eq!(grade["enum"][3], "RISK_GRADE_HIGH");
}

/// A null is taken, as the mapping has it: for an absent field, never for an entry of a list.
#[tokio::test]
async fn every_field_may_be_null_and_no_entry_of_a_list() {
    let document = document().await;
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut fields = 0;
    for (name, schema) in schemas {
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            let type_of = schema["type"].as_array();
            let one_of = schema["anyOf"].as_array();
            let may_be_null = type_of.is_some_and(|all| all.contains(&json!("null")))
                || one_of.is_some_and(|all| all.contains(&json!({"type": "null"})));
            assert!(may_be_null, "{name}.{field}");
            assert!(!schema["items"]["type"].is_array(), "{name}.{field}");
            fields += 1;
        }
    }
    assert!(fields > 100);
}

/// What the server answers must be what its document says; checked on one answer by hand.
#[tokio::test]
async fn an_answer_holds_only_what_its_schema_lists() {
    let hub = Hub::start().await;
    let answer = hub.get("/v1/police/notifications/abc").await.json();
    let document = document().await;
    let schema = &document["components"]["schemas"]["firstbell.police.v1.NotificationStatus"];
    let known = schema["properties"].as_object().unwrap();
    assert!(
        answer
            .as_object()
            .unwrap()
            .keys()
            .all(|name| known.contains_key(name))
    );
}
