//! Says what is wrong with JSON that was refused, from the contract and not from what was sent.

use super::{STRICT, duplicates::Scan, malformed};
use crate::problem::{Code, Problem};
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor};
use serde::de::DeserializeSeed;
use serde_json::error::Category;
use serde_path_to_error::{Deserializer, Path, Segment, Track};
use std::fmt::Write as _;

const UNKNOWN_FIELD: &str = "unrecognized field name '";
const ONEOF: &str = "multiple fields provided for oneof";

/// Where in the contract a refused value stands.
struct Place {
    path: String,
    field: Option<FieldDescriptor>,
    /// The value is one element of the list `field`.
    element: bool,
    /// The message at this place, if it is one.
    message: Option<MessageDescriptor>,
}

/// Why `text` is no message of this type. Reads it again, this time keeping track of the place.
pub(super) fn refusal(descriptor: &MessageDescriptor, text: &str) -> Problem {
    let mut json = serde_json::Deserializer::from_str(text);
    let mut track = Track::new();
    let tracked = Deserializer::new(&mut json, &mut track);
    let read = DynamicMessage::deserialize_with_options(descriptor.clone(), tracked, &STRICT);
    match read.and_then(|_| json.end()) {
        Ok(()) => Problem::of(Code::Malformed),
        Err(error) => match error.classify() {
            Category::Data => wrong_value(&place(descriptor, &track.path()), &error.to_string()),
            Category::Eof => malformed("The body is not JSON: it ends too early.".to_owned()),
            Category::Syntax | Category::Io => broken(&error),
        },
    }
}

/// Which field `text` gives twice.
pub(super) fn duplicate(descriptor: &MessageDescriptor, text: &str) -> Problem {
    let mut json = serde_json::Deserializer::from_str(text);
    let mut track = Track::new();
    // Known to fail: the path is what is wanted.
    let _ = Scan.deserialize(Deserializer::new(&mut json, &mut track));
    let place = place(descriptor, &track.path());
    Problem::invalid_field(place.path, "is given twice", "give it once")
}

fn broken(error: &serde_json::Error) -> Problem {
    if error.to_string().starts_with("recursion limit exceeded") {
        return malformed("The body is nested too deeply: at most 128 levels.".to_owned());
    }
    malformed(format!(
        "The body is not JSON from line {}, column {}.",
        error.line(),
        error.column()
    ))
}

fn wrong_value(place: &Place, error: &str) -> Problem {
    if let Some(rest) = error.strip_prefix(UNKNOWN_FIELD) {
        let name = rest.split('\'').next().unwrap_or_default();
        return unknown_field(place, name);
    }
    let Some(field) = &place.field else {
        return malformed("The body must be one JSON object in braces.".to_owned());
    };
    if error.starts_with(ONEOF) {
        return Problem::invalid_field(
            &place.path,
            "has two fields of which only one may be given",
            "keep one of them",
        );
    }
    let (reason, remedy) = if field.is_list() && !place.element {
        (
            "is not a list",
            "write a list in square brackets".to_owned(),
        )
    } else {
        expected(&field.kind())
    };
    Problem::invalid_field(&place.path, reason, remedy)
}

fn unknown_field(place: &Place, name: &str) -> Problem {
    let known: Vec<_> = place
        .message
        .iter()
        .flat_map(MessageDescriptor::fields)
        .map(|field| field.name().to_owned())
        .collect();
    let remedy = format!("take it out; known here: {}", known.join(", "));
    if !looks_like_a_name(name) {
        return Problem::invalid_field(&place.path, "holds a field that is not known here", remedy);
    }
    let dot = if place.path.is_empty() { "" } else { "." };
    Problem::invalid_field(
        format!("{}{dot}{name}", place.path),
        "is not a field here",
        remedy,
    )
}

/// Whether a name may be repeated in an answer: short and plain, as fields are named.
pub(crate) fn looks_like_a_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 40
        && bytes
            .next()
            .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// What was wrong and what is expected of a value of this kind.
pub(crate) fn expected(kind: &Kind) -> (&'static str, String) {
    match kind {
        Kind::String => ("is not text", "write text in double quotes".to_owned()),
        Kind::Bytes => (
            "is not base64",
            "write the bytes as base64 in quotes".to_owned(),
        ),
        Kind::Bool => (
            "is neither true nor false",
            "write true or false, without quotes".to_owned(),
        ),
        Kind::Double | Kind::Float => ("is not a number", "write a number".to_owned()),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => whole(i32::MIN, i32::MAX),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => whole(i64::MIN, i64::MAX),
        Kind::Uint32 | Kind::Fixed32 => whole(u32::MIN, u32::MAX),
        Kind::Uint64 | Kind::Fixed64 => whole(u64::MIN, u64::MAX),
        Kind::Enum(names) => {
            let names: Vec<_> = names
                .values()
                .map(|value| value.name().to_owned())
                .collect();
            (
                "is not one of the names known here",
                format!("write one of {}", names.join(", ")),
            )
        }
        Kind::Message(message) if message.full_name() == "google.protobuf.Timestamp" => (
            "is not a date and time",
            "write it with its zone, as 2026-11-20T22:15:00Z or 2026-06-20T22:15:00+01:00"
                .to_owned(),
        ),
        Kind::Message(_) => ("is not an object", "write an object in braces".to_owned()),
    }
}

fn whole<T: std::fmt::Display>(least: T, most: T) -> (&'static str, String) {
    (
        "is not a whole number in range",
        format!("write a whole number from {least} to {most}"),
    )
}

/// Follows a path of the JSON text through the contract, into the contract's own names.
fn place(descriptor: &MessageDescriptor, path: &Path) -> Place {
    let mut place = Place {
        path: String::new(),
        field: None,
        element: false,
        message: Some(descriptor.clone()),
    };
    for segment in path {
        let known = match segment {
            Segment::Map { key } => place.enter_field(key),
            Segment::Seq { index } => place.enter_element(*index),
            Segment::Enum { .. } | Segment::Unknown => false,
        };
        if !known {
            break;
        }
    }
    place
}

// === impl Place ===

impl Place {
    fn enter_field(&mut self, key: &str) -> bool {
        let Some(field) = self.message.as_ref().and_then(|message| {
            message
                .get_field_by_json_name(key)
                .or_else(|| message.get_field_by_name(key))
        }) else {
            return false;
        };
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(field.name());
        self.message = field.kind().as_message().cloned();
        self.field = Some(field);
        self.element = false;
        true
    }

    fn enter_element(&mut self, index: usize) -> bool {
        // Writing to a string cannot fail.
        let _ = write!(self.path, "[{index}]");
        self.element = true;
        true
    }
}
