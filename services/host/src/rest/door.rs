//! The methods of the contract that have a REST form, as their `door` option says.

use axum::http::uri::PathAndQuery;
use prost_reflect::{MethodDescriptor, Value};

/// One method that REST can reach.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) method: MethodDescriptor,
    pub(crate) verb: Verb,
    /// With `{field}` where a field of the request goes.
    pub(crate) path: String,
    pub(crate) shape: Shape,
    /// What the access policy decides on.
    pub(crate) action: String,
    /// `/package.Service/Method`.
    pub(crate) grpc_path: PathAndQuery,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
}

/// What goes in and what comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One request, one answer.
    Single,
    /// One request, a stream of answers: server-sent events.
    Watch,
    /// A stream of chunks with a header on the first, one answer: the body as it comes.
    Upload,
}

/// The doors of these services, by full name (`firstbell.police.v1.PoliceService`), in the order of
/// the contract. Methods without a verb are gRPC only.
pub(crate) fn doors<'a>(services: impl IntoIterator<Item = &'a str>) -> Vec<Door> {
    services
        .into_iter()
        .filter_map(|name| proto::descriptors().get_service_by_name(name))
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .filter_map(door)
        .collect()
}

fn door(method: MethodDescriptor) -> Option<Door> {
    let option = option(&method)?;
    let verb = match option.verb.as_str() {
        "GET" => Verb::Get,
        "POST" => Verb::Post,
        _ => return None,
    };
    let shape = shape(&method)?;
    let grpc_path = format!("/{}/{}", method.parent_service().full_name(), method.name());
    Some(Door {
        verb,
        path: option.path,
        action: option.action,
        shape,
        grpc_path: grpc_path.parse().ok()?,
        method,
    })
}

/// Whether the contract says who may call this method from outside, and for what.
pub(crate) fn has_door(method: &MethodDescriptor) -> bool {
    option(method).is_some_and(|door| !door.action.is_empty())
}

fn option(method: &MethodDescriptor) -> Option<proto::door::v1::Door> {
    let extension = proto::descriptors().get_extension_by_name("firstbell.door.v1.door")?;
    match method.options().get_extension(&extension).as_ref() {
        Value::Message(door) => door.transcode_to().ok(),
        _ => None,
    }
}

fn shape(method: &MethodDescriptor) -> Option<Shape> {
    match (method.is_client_streaming(), method.is_server_streaming()) {
        (false, false) => Some(Shape::Single),
        (false, true) => Some(Shape::Watch),
        (true, false) => {
            let chunk = method.input();
            let upload = chunk.get_field_by_name("header").is_some()
                && chunk.get_field_by_name("data").is_some();
            upload.then_some(Shape::Upload)
        }
        (true, true) => None,
    }
}

// === impl Door ===

impl Door {
    /// Names of the request's fields that the path holds.
    pub(crate) fn path_fields(&self) -> impl Iterator<Item = &str> {
        self.path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Door> {
        let names: Vec<_> = proto::descriptors()
            .services()
            .map(|service| service.full_name().to_owned())
            .collect();
        doors(names.iter().map(String::as_str))
    }

    #[test]
    fn every_verb_of_the_contract_has_a_route() {
        let with_verb = proto::descriptors()
            .services()
            .flat_map(|service| service.methods().collect::<Vec<_>>())
            .filter(|method| option(method).is_some_and(|option| !option.verb.is_empty()));
        assert_eq!(all().len(), with_verb.count());
        assert!(all().len() > 30);
    }

    #[test]
    fn every_path_field_is_a_text_field_of_the_request() {
        for door in all() {
            for name in door.path_fields() {
                let field = door.method.input().get_field_by_name(name).unwrap();
                assert_eq!(field.kind(), prost_reflect::Kind::String, "{}", door.path);
            }
        }
    }

    #[test]
    fn shapes_follow_the_streams_of_the_contract() {
        let shape = |path: &str| all().iter().find(|door| door.path == path).unwrap().shape;
        assert_eq!(shape("/v1/police/notifications"), Shape::Single);
        assert_eq!(shape("/v1/schools/watch"), Shape::Watch);
        assert_eq!(shape("/v1/directory/rolls"), Shape::Upload);
    }
}
