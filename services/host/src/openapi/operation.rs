//! One operation of the document: a method of the contract as REST has it.

use super::{comments::Comments, schema::Schemas};
use crate::{
    problem::PROBLEM_JSON,
    rest::{Door, Shape, Verb, fits_query},
};
use prost_reflect::{FieldDescriptor, MessageDescriptor};
use serde_json::{Value, json};

/// The verb in lower case, and the operation.
pub(super) fn of(
    door: &Door,
    comments: &Comments,
    schemas: &mut Schemas<'_>,
) -> (&'static str, Value) {
    let method = &door.method;
    let service = method.parent_service();
    let comment = comments.above(method);
    let mut operation = json!({
        "operationId": format!("{}_{}", service.name(), method.name()),
        "tags": [service.name()],
        "description": format!("{comment}\n\nNeeds the action `{}`.", door.action).trim(),
        "parameters": parameters(door, schemas),
        "responses": {
            "200": answer(door, schemas),
            "default": {"$ref": "#/components/responses/Problem"},
        },
    });
    if let Some(body) = body(door, schemas) {
        operation["requestBody"] = body;
    }
    let verb = match door.verb {
        Verb::Get => "get",
        Verb::Post => "post",
    };
    (verb, operation)
}

/// How every refusal looks.
pub(super) fn problem_response(schemas: &mut Schemas<'_>) -> Value {
    let problem = proto::descriptors()
        .get_message_by_name("firstbell.door.v1.Problem")
        .map(|message| schemas.message(&message));
    json!({
        "description": "The request was refused.",
        "content": {PROBLEM_JSON: {"schema": problem}},
    })
}

fn parameters(door: &Door, schemas: &mut Schemas<'_>) -> Vec<Value> {
    let request = door.method.input();
    let in_path: Vec<_> = door
        .path_fields()
        .filter_map(|name| request.get_field_by_name(name))
        .collect();
    let mut parameters: Vec<Value> = in_path
        .iter()
        .map(|field| parameter(field, "path", field.name(), schemas))
        .collect();
    for field in query_fields(door, &request) {
        if !in_path.contains(&field) {
            parameters.push(parameter(&field, "query", field.json_name(), schemas));
        }
    }
    if door.shape == Shape::Watch {
        parameters.push(json!({
            "name": "Last-Event-ID", "in": "header", "required": false,
            "description": "Id of the last event seen: take up after it.",
            "schema": {"type": "string"},
        }));
    }
    parameters
}

fn query_fields(door: &Door, request: &MessageDescriptor) -> Vec<FieldDescriptor> {
    let source = match (door.verb, door.shape) {
        (_, Shape::Upload) => request
            .get_field_by_name("header")
            .and_then(|header| header.kind().as_message().cloned()),
        (Verb::Get, _) => Some(request.clone()),
        (Verb::Post, _) => None,
    };
    source
        .iter()
        .flat_map(MessageDescriptor::fields)
        .filter(fits_query)
        .collect()
}

fn parameter(field: &FieldDescriptor, place: &str, name: &str, schemas: &mut Schemas<'_>) -> Value {
    json!({
        "name": name,
        "in": place,
        "required": place == "path",
        "schema": schemas.field(field),
    })
}

fn body(door: &Door, schemas: &mut Schemas<'_>) -> Option<Value> {
    let content = match (door.verb, door.shape) {
        (_, Shape::Upload) => json!({"application/octet-stream": {}}),
        (Verb::Post, _) => {
            json!({"application/json": {"schema": schemas.message(&door.method.input())}})
        }
        (Verb::Get, _) => return None,
    };
    Some(json!({"content": content}))
}

fn answer(door: &Door, schemas: &mut Schemas<'_>) -> Value {
    let schema = schemas.message(&door.method.output());
    match door.shape {
        Shape::Watch => json!({
            "description": "Server-sent events; the data of each is one such message, its id where to resume.",
            "content": {"text/event-stream": {"schema": schema}},
        }),
        Shape::Single | Shape::Upload => json!({
            "description": "Done.",
            "content": {"application/json": {"schema": schema}},
        }),
    }
}
