//! An upload: the body as it comes, in chunks that a gRPC message can hold.

use super::call::Wire;
use crate::problem::{Code, Problem};
use axum::{body::Body, http::Uri};
use futures::{Stream, StreamExt, stream};
use prost::{Message as _, bytes::Bytes};
use prost_reflect::{DynamicMessage, MessageDescriptor, Value};
use tonic::Status;

/// The most bytes of one chunk.
const CHUNK_BYTES: usize = 64 * 1024;

/// The wire form of messages of type `chunk`: first the header, its fields taken from the query, then the data.
///
/// A body that breaks off ends the stream with an error, never as if it had been whole.
pub(super) fn chunks(
    chunk: &MessageDescriptor,
    uri: &Uri,
    body: Body,
) -> Result<impl Stream<Item = Wire> + Send + 'static, Problem> {
    let first = first(chunk, uri)?;
    let chunk = chunk.clone();
    let data = body.into_data_stream().flat_map(move |bytes| {
        let pieces = match bytes {
            Ok(bytes) => pieces(bytes).map(|piece| data(&chunk, piece)).collect(),
            Err(_) => vec![Err(broke_off())],
        };
        stream::iter(pieces)
    });
    Ok(stream::iter([Ok(first.encode_to_vec())]).chain(data))
}

fn first(chunk: &MessageDescriptor, uri: &Uri) -> Result<DynamicMessage, Problem> {
    let internal = || Problem::of(Code::Internal);
    let field = chunk.get_field_by_name("header").ok_or_else(internal)?;
    let kind = field.kind();
    let descriptor = kind.as_message().ok_or_else(internal)?;
    let mut header = DynamicMessage::new(descriptor.clone());
    super::params::set_from_query(&mut header, uri)?;
    let mut first = DynamicMessage::new(chunk.clone());
    first.set_field(&field, Value::Message(header));
    Ok(first)
}

fn data(chunk: &MessageDescriptor, bytes: Bytes) -> Wire {
    let mut message = DynamicMessage::new(chunk.clone());
    message
        .try_set_field_by_name("data", Value::Bytes(bytes))
        .map_err(|_| Status::internal("a chunk could not be made"))?;
    Ok(message.encode_to_vec())
}

fn pieces(mut bytes: Bytes) -> impl Iterator<Item = Bytes> {
    std::iter::from_fn(move || {
        let length = bytes.len().min(CHUNK_BYTES);
        (length > 0).then(|| bytes.split_to(length))
    })
}

fn broke_off() -> Status {
    Problem::new(
        Code::Malformed,
        "The upload broke off before its end; nothing of it counts. Send it again.",
    )
    .into()
}
