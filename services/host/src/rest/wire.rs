//! Writes a message in its wire form, from the inside out.
//!
//! The library asks each message for the length of everything in it before it writes it, and so counts what
//! is four levels deep four times over. Here it is copied as often instead, which is cheaper.

use prost::{
    Message,
    encoding::{self, WireType},
};
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, Value};

/// The wire form of `message`, with the messages in it after all its other fields.
pub(super) fn encode(mut message: DynamicMessage) -> Vec<u8> {
    let mut inside = Vec::new();
    for field in fields_of_messages(&message) {
        let inner = match message.take_field(&field) {
            Some(Value::List(list)) => list,
            Some(value) => vec![value],
            None => continue,
        };
        for inner in inner {
            if let Value::Message(inner) = inner {
                put(field.number(), &encode(inner), &mut inside);
            }
        }
    }
    let mut whole = message.encode_to_vec();
    whole.extend_from_slice(&inside);
    whole
}

fn fields_of_messages(message: &DynamicMessage) -> Vec<FieldDescriptor> {
    let fields = message.fields().map(|(field, _)| field);
    fields
        .filter(|field| matches!(field.kind(), Kind::Message(_)) && !field.is_map())
        .collect()
}

fn put(number: u32, inner: &[u8], inside: &mut Vec<u8>) {
    encoding::encode_key(number, WireType::LengthDelimited, inside);
    encoding::encode_varint(inner.len() as u64, inside);
    inside.extend_from_slice(inner);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use prost_reflect::MessageDescriptor;

    /// Any message of the contract, filled by these numbers, down to so many levels.
    fn filled(
        descriptor: &MessageDescriptor,
        numbers: &mut impl Iterator<Item = u8>,
        levels: u8,
    ) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor.clone());
        for field in descriptor.fields() {
            let many = numbers.next().unwrap_or_default() % 4;
            let too_deep = matches!(field.kind(), Kind::Message(_)) && levels == 0;
            if many == 0 || too_deep || field.is_map() {
                continue;
            }
            let mut one = || value(&field, numbers, levels);
            let value = if field.is_list() {
                Value::List((0..many).map(|_| one()).collect())
            } else {
                one()
            };
            message.set_field(&field, value);
        }
        message
    }

    fn value(field: &FieldDescriptor, numbers: &mut impl Iterator<Item = u8>, levels: u8) -> Value {
        let number = numbers.next().unwrap_or_default();
        match field.kind() {
            Kind::Message(inner) => Value::Message(filled(&inner, numbers, levels - 1)),
            Kind::Enum(_) => Value::EnumNumber(number.into()),
            Kind::String => Value::String("é".repeat(number.into())),
            Kind::Bytes => Value::Bytes(vec![number; number.into()].into()),
            Kind::Bool => Value::Bool(number % 2 == 1),
            Kind::Double => Value::F64(f64::from(number) / 7.0),
            Kind::Float => Value::F32(f32::from(number)),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(-i32::from(number)),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(-i64::from(number)),
            Kind::Uint32 | Kind::Fixed32 => Value::U32(u32::from(number) << 20),
            Kind::Uint64 | Kind::Fixed64 => Value::U64(u64::from(number) << 50),
        }
    }

    proptest! {
        #[test]
        fn every_message_of_the_contract_says_what_the_library_writes(
            numbers in prop::collection::vec(any::<u8>(), 256)
        ) {
            for descriptor in proto::descriptors().all_messages() {
                let message = filled(&descriptor, &mut numbers.iter().copied(), 4);
                let read = |bytes: Vec<u8>| DynamicMessage::decode(descriptor.clone(), &*bytes);
                let by_library = read(message.encode_to_vec()).unwrap();
                let from_inside = read(encode(message)).unwrap();
                prop_assert!(from_inside == by_library, "{}", descriptor.full_name());
            }
        }
    }
}
