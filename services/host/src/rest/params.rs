//! Fields that stand in the path or the query.

use crate::{
    json::{expected, looks_like_a_name},
    problem::{Code, FieldErrors, Problem},
};
use axum::{
    extract::{FromRequestParts, Query, RawPathParams},
    http::{Uri, request::Parts},
};
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, ReflectMessage, Value};

/// Sets the fields that the path holds. A body may repeat one, but not contradict it.
pub(super) async fn set_from_path(
    message: &mut DynamicMessage,
    parts: &mut Parts,
) -> Result<(), Problem> {
    // An id that is not even text cannot exist.
    let params = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|_| Problem::not_found())?;
    for (name, text) in &params {
        let Some(field) = message.descriptor().get_field_by_name(name) else {
            return Err(Problem::of(Code::Internal));
        };
        let value = Value::String(text.to_owned());
        if message.has_field(&field) && *message.get_field(&field) != value {
            return Err(Problem::invalid_field(
                name,
                "differs from the one in the address",
                "leave it out of the body",
            ));
        }
        message.set_field(&field, value);
    }
    Ok(())
}

/// Sets fields from the query, by either spelling of their names.
pub(super) fn set_from_query(message: &mut DynamicMessage, uri: &Uri) -> Result<(), Problem> {
    let mut errors = FieldErrors::new();
    for (name, text) in pairs(uri)? {
        match queried(message, &name) {
            Some(field) => set(message, &field, &text, &mut errors),
            None => unknown(message, &name, &mut errors),
        }
    }
    errors.into_result()
}

/// Refuses a query where everything belongs in the body.
pub(super) fn refuse_query(uri: &Uri) -> Result<(), Problem> {
    match uri.query() {
        None | Some("") => Ok(()),
        Some(_) => Err(Problem::new(
            Code::Malformed,
            "This address takes no query. Send every field in the JSON body.",
        )),
    }
}

/// Whether a field can be written in a query.
pub(crate) fn fits_query(field: &FieldDescriptor) -> bool {
    !field.is_map() && !matches!(field.kind(), Kind::Message(_) | Kind::Bytes)
}

fn pairs(uri: &Uri) -> Result<Vec<(String, String)>, Problem> {
    Query::try_from_uri(uri)
        .map(|Query(pairs)| pairs)
        .map_err(|_| Problem::new(Code::Malformed, "The query cannot be read."))
}

fn queried(message: &DynamicMessage, name: &str) -> Option<FieldDescriptor> {
    let descriptor = message.descriptor();
    descriptor
        .get_field_by_name(name)
        .or_else(|| descriptor.get_field_by_json_name(name))
        .filter(fits_query)
}

fn set(
    message: &mut DynamicMessage,
    field: &FieldDescriptor,
    text: &str,
    errors: &mut FieldErrors,
) {
    let Some(value) = parse(&field.kind(), text) else {
        let (reason, remedy) = expected(&field.kind());
        return errors.add(field.name(), reason, remedy);
    };
    if field.is_list() {
        if let Value::List(list) = message.get_field_mut(field) {
            list.push(value);
        }
    } else if message.has_field(field) {
        errors.add(field.name(), "is given twice", "give it once");
    } else {
        message.set_field(field, value);
    }
}

fn unknown(message: &DynamicMessage, name: &str, errors: &mut FieldErrors) {
    let known: Vec<_> = message
        .descriptor()
        .fields()
        .filter(fits_query)
        .map(|field| field.name().to_owned())
        .collect();
    let path = if looks_like_a_name(name) { name } else { "" };
    errors.add(
        path,
        "is not known in this query",
        format!("take it out; known here: {}", known.join(", ")),
    );
}

fn parse(kind: &Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::String => Some(Value::String(text.to_owned())),
        Kind::Bool => text.parse().ok().map(Value::Bool),
        Kind::Double => text.parse().ok().map(Value::F64),
        Kind::Float => text.parse().ok().map(Value::F32),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => text.parse().ok().map(Value::I32),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => text.parse().ok().map(Value::I64),
        Kind::Uint32 | Kind::Fixed32 => text.parse().ok().map(Value::U32),
        Kind::Uint64 | Kind::Fixed64 => text.parse().ok().map(Value::U64),
        Kind::Enum(names) => names
            .get_value_by_name(text)
            .map(|value| Value::EnumNumber(value.number())),
        Kind::Message(_) | Kind::Bytes => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proto::police::v1::{Accountable, ListNotificationsRequest};

    fn list(query: &str) -> Result<ListNotificationsRequest, Problem> {
        let name = "firstbell.police.v1.ListNotificationsRequest";
        let descriptor = proto::descriptors().get_message_by_name(name).unwrap();
        let mut message = DynamicMessage::new(descriptor);
        let uri: Uri = format!("/v1/police/notifications?{query}").parse().unwrap();
        set_from_query(&mut message, &uri)?;
        Ok(message.transcode_to().unwrap())
    }

    #[test]
    fn a_query_fills_fields_by_either_spelling() {
        let request = list("pageSize=7&page=a%2Fb&accountable=ACCOUNTABLE_ROUTED").unwrap();
        assert_eq!((request.page_size, request.page.as_str()), (7, "a/b"));
        assert_eq!(request.accountable(), Accountable::Routed);
        assert_eq!(list("page_size=7").unwrap().page_size, 7);
    }

    #[test]
    fn every_wrong_parameter_is_named() {
        let problem = list("pageSize=many&accountable=7&colour=red&page=a&page=b&T%20McT=1");
        let problem = problem.unwrap_err();
        let paths: Vec<_> = problem.fields().iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["page_size", "accountable", "colour", "page", ""]);
    }
}
