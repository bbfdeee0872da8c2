//! The OpenAPI document, made from the same descriptors that the doors are made from.
//!
//! There is nothing to keep in step by hand: paths come from the `door` option, schemas from the
//! messages in their proto3 JSON form, and descriptions from the comments of the protos.

mod comments;
mod operation;
mod schema;

use crate::rest::Door;
pub(crate) use comments::Comments;
use schema::Schemas;
use serde_json::{Map, Value, json};
use std::{borrow::Borrow, collections::BTreeMap};

const ABOUT: &str = "Police domestic-abuse notifications reach a named adult at each involved child's \
school before the first bell.\n\nThis is the JSON form of the gRPC contract. Field names are written in camelCase \
and read in camelCase or snake_case; fields at their default value are left out of answers; unknown fields, \
and fields given twice, are refused. Refusals name fields by their path in snake_case. Live streams are \
server-sent events: reconnect with `Last-Event-ID` to take up where you were.";

/// The document of these services, by full name (`firstbell.police.v1.PoliceService`), as the
/// server gives it at `/openapi.json`.
pub fn of_services<'a>(services: impl IntoIterator<Item = &'a str>) -> Value {
    document(&crate::rest::doors(services))
}

pub(crate) fn document<D: Borrow<Door>>(doors: &[D]) -> Value {
    let comments = Comments::of(proto::descriptors());
    let mut schemas = Schemas::new(&comments);
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for door in doors.iter().map(Borrow::borrow) {
        let (verb, operation) = operation::of(door, &comments, &mut schemas);
        paths
            .entry(&door.path)
            .or_default()
            .insert(verb.to_owned(), operation);
    }
    let problem = operation::problem_response(&mut schemas);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Firstbell",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.into_map(),
            "responses": {"Problem": problem},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    })
}
