//! Calls a gRPC service of this process with messages known by their descriptor.

use axum::http::HeaderMap;
use prost::bytes::{Buf, BufMut};
use prost_reflect::{DynamicMessage, MessageDescriptor};
use tonic::{
    Request, Status,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    metadata::MetadataMap,
};

/// Headers that a handler may see, whichever door was used.
const FORWARDED: [&str; 2] = [crate::principal::ASSERTION, "traceparent"];

/// A gRPC request with the forwarded headers of the REST request.
pub(super) fn request<T>(headers: &HeaderMap, message: T) -> Request<T> {
    let mut forwarded = HeaderMap::with_capacity(FORWARDED.len());
    for name in FORWARDED {
        if let Some(value) = headers.get(name) {
            forwarded.insert(name, value.clone());
        }
    }
    let mut request = Request::new(message);
    *request.metadata_mut() = MetadataMap::from_headers(forwarded);
    request
}

/// The wire form of a message, or why there is none: an upload that broke off.
pub(super) type Wire = Result<Vec<u8>, Status>;

/// Passes on any message of the contract and decodes answers of one type.
#[derive(Clone)]
pub(super) struct ContractCodec {
    pub(super) answer: MessageDescriptor,
}

/// Passes on what was encoded before.
pub(super) struct ContractEncoder;

/// Decodes messages of one type.
pub(super) struct ContractDecoder(MessageDescriptor);

impl Codec for ContractCodec {
    type Encode = Wire;
    type Decode = DynamicMessage;
    type Encoder = ContractEncoder;
    type Decoder = ContractDecoder;

    fn encoder(&mut self) -> ContractEncoder {
        ContractEncoder
    }

    fn decoder(&mut self) -> ContractDecoder {
        ContractDecoder(self.answer.clone())
    }
}

impl Encoder for ContractEncoder {
    type Item = Wire;
    type Error = Status;

    fn encode(&mut self, item: Wire, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&item?);
        Ok(())
    }
}

impl Decoder for ContractDecoder {
    type Item = DynamicMessage;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<DynamicMessage>, Status> {
        let bytes = buffer.copy_to_bytes(buffer.remaining());
        DynamicMessage::decode(self.0.clone(), bytes)
            .map(Some)
            .map_err(|_| Status::internal("an answer could not be decoded"))
    }
}
