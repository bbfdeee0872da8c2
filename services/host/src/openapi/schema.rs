//! Schemas of messages in their proto3 JSON form.

use super::comments::Comments;
use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

/// The schemas that the document needs so far, by full name of message or enum.
pub(super) struct Schemas<'a> {
    comments: &'a Comments,
    done: Map<String, Value>,
}

// === impl Schemas ===

impl<'a> Schemas<'a> {
    pub(super) fn new(comments: &'a Comments) -> Self {
        Self {
            comments,
            done: Map::new(),
        }
    }

    pub(super) fn into_map(self) -> Map<String, Value> {
        self.done
    }

    /// A reference to the schema of this message, which is added if it is not there yet.
    pub(super) fn message(&mut self, message: &MessageDescriptor) -> Value {
        let name = message.full_name();
        if name == "google.protobuf.Timestamp" {
            return json!({"type": "string", "format": "date-time"});
        }
        if !self.done.contains_key(name) {
            // Marked before its fields are looked at, for messages that hold themselves.
            self.done.insert(name.to_owned(), Value::Null);
            let schema = self.object(message);
            self.done.insert(name.to_owned(), schema);
        }
        reference(name)
    }

    /// The schema of one field, with its description.
    pub(super) fn field(&mut self, field: &FieldDescriptor) -> Value {
        let one = self.kind(&field.kind());
        let mut schema = if field.is_list() {
            json!({"type": "array", "items": one})
        } else {
            one
        };
        describe(&mut schema, self.comments.above(field));
        schema
    }

    fn object(&mut self, message: &MessageDescriptor) -> Value {
        let properties: Map<String, Value> = message
            .fields()
            .map(|field| (field.json_name().to_owned(), or_null(self.field(&field))))
            .collect();
        let mut schema = json!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        });
        let mut about = vec![self.comments.above(message).to_owned()];
        for oneof in message.oneofs().filter(|oneof| !oneof.is_synthetic()) {
            let fields: Vec<_> = oneof.fields().map(|f| f.json_name().to_owned()).collect();
            about.push(format!("At most one of: {}.", fields.join(", ")));
        }
        describe(&mut schema, about.join("\n").trim());
        schema
    }

    fn kind(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::String => json!({"type": "string"}),
            Kind::Bytes => json!({"type": "string", "contentEncoding": "base64"}),
            Kind::Bool => json!({"type": "boolean"}),
            Kind::Double | Kind::Float => json!({"oneOf": [
                {"type": "number"},
                {"type": "string", "enum": ["NaN", "Infinity", "-Infinity"]},
            ]}),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
                json!({"type": "integer", "minimum": i32::MIN, "maximum": i32::MAX})
            }
            Kind::Uint32 | Kind::Fixed32 => {
                json!({"type": "integer", "minimum": 0, "maximum": u32::MAX})
            }
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => {
                json!({"type": "string", "format": "int64", "pattern": "^-?[0-9]{1,19}$"})
            }
            Kind::Uint64 | Kind::Fixed64 => {
                json!({"type": "string", "format": "uint64", "pattern": "^[0-9]{1,20}$"})
            }
            Kind::Enum(names) => self.names(names),
            Kind::Message(message) => self.message(message),
        }
    }

    fn names(&mut self, names: &EnumDescriptor) -> Value {
        let name = names.full_name();
        if !self.done.contains_key(name) {
            let mut about = vec![self.comments.above(names).to_owned()];
            for value in names.values() {
                let comment = self.comments.above(&value);
                if !comment.is_empty() {
                    about.push(format!("- `{}`: {comment}", value.name()));
                }
            }
            let all: Vec<_> = names.values().map(|v| v.name().to_owned()).collect();
            let mut schema = json!({"type": "string", "enum": all});
            describe(&mut schema, about.join("\n").trim());
            self.done.insert(name.to_owned(), schema);
        }
        reference(name)
    }
}

/// In the JSON mapping a field that is null is a field that is absent.
fn or_null(mut schema: Value) -> Value {
    if let Some(one @ Value::String(_)) = schema.get_mut("type") {
        *one = json!([one, "null"]);
        return schema;
    }
    let about = schema
        .as_object_mut()
        .and_then(|all| all.remove("description"));
    let mut either = json!({"anyOf": [schema, {"type": "null"}]});
    describe(
        &mut either,
        about.as_ref().and_then(Value::as_str).unwrap_or_default(),
    );
    either
}

fn describe(schema: &mut Value, about: &str) {
    if let (false, Some(schema)) = (about.is_empty(), schema.as_object_mut()) {
        schema.insert("description".to_owned(), about.into());
    }
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}
