//! Writes plain JSON as the wire form of its message, without the message in between.
//!
//! Plain is what machines send: every field once, in its usual form. Whatever else there may be, right or
//! wrong, is left to the library, which reads all of JSON and is asked for what is to be said of it.

use super::forms::{FORMS, Field, Form, Kind};
use prost::{
    Message,
    encoding::{self, WireType, encode_varint, encoded_len_varint},
};
use prost_types::Timestamp;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// The wire form of what `text` says of a message with this full name, in the order of the text. None
/// where it is not plain.
pub(super) fn wire(name: &str, text: &str) -> Option<Vec<u8>> {
    let form = FORMS.of(name)?;
    let mut wire = Vec::with_capacity(text.len());
    let mut json = serde_json::Deserializer::from_str(text);
    json.deserialize_map(Fields(form, &mut wire)).ok()?;
    json.end().ok()?;
    Some(wire)
}

/// Reads an object into the fields of a message.
struct Fields<'a>(&'a Form, &'a mut Vec<u8>);

/// Reads what a field has; its name was there before.
struct Content<'a>(&'a Field, &'a mut Vec<u8>);

/// Reads one value of a field.
struct One<'a>(&'a Field, &'a mut Vec<u8>);

/// Reads a name that is written without escapes.
struct Name;

fn not_plain<E: Error>() -> E {
    E::custom("not plain")
}

/// The length of what was written since `start`, put before it.
fn put_length(start: usize, wire: &mut Vec<u8>) {
    let length = wire.len() - start;
    let room = encoded_len_varint(length as u64);
    wire.resize(wire.len() + room, 0);
    wire.copy_within(start..start + length, start + room);
    encode_varint(length as u64, &mut &mut wire[start..start + room]);
}

/// Only as other programs write it: `2026-11-20T22:15:00Z`, perhaps with parts of a second.
fn time(text: &str) -> Option<Timestamp> {
    let year = text.bytes().next()?;
    let is_usual = text
        .strip_suffix('Z')
        .is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_digit()))
        && text.get(10..11) == Some("T")
        && matches!(year, b'1'..=b'9')
        && !text.get(17..)?.starts_with('6')
        && text[..10].bytes().all(|c| c.is_ascii_digit() || c == b'-');
    is_usual.then(|| text.parse().ok()).flatten()
}

// === impl Fields ===

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let Self(form, wire) = self;
        let mut seen = 0_u64;
        while let Some(name) = object.next_key_seed(Name)? {
            let field = form.field(name).ok_or_else(not_plain)?;
            if seen & field.seen_as != 0 {
                return Err(not_plain());
            }
            seen |= field.seen_as;
            object.next_value_seed(Content(field, wire))?;
        }
        Ok(())
    }
}

// === impl Name ===

impl<'de> DeserializeSeed<'de> for Name {
    type Value = &'de str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<&'de str, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = &'de str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<&'de str, E> {
        Ok(name)
    }
}

// === impl Content ===

impl<'de> DeserializeSeed<'de> for Content<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.0.is_list {
            deserializer.deserialize_seq(self)
        } else {
            deserializer.deserialize_any(One(self.0, self.1))
        }
    }
}

impl<'de> Visitor<'de> for Content<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(One(self.0, self.1))?.is_some() {}
        Ok(())
    }
}

// === impl One ===

impl One<'_> {
    fn varint(self, value: u64) {
        encoding::encode_key(self.0.number, WireType::Varint, self.1);
        encode_varint(value, self.1);
    }

    fn bytes(self, bytes: &[u8]) {
        encoding::encode_key(self.0.number, WireType::LengthDelimited, self.1);
        encode_varint(bytes.len() as u64, self.1);
        self.1.extend_from_slice(bytes);
    }
}

impl<'de> DeserializeSeed<'de> for One<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for One<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        match self.0.kind {
            Kind::Bool => self.varint(value.into()),
            _ => return Err(not_plain()),
        }
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        match self.0.kind {
            Kind::Number if u32::try_from(value).is_ok() => self.varint(value),
            _ => return Err(not_plain()),
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match &self.0.kind {
            Kind::Text => self.bytes(text.as_bytes()),
            Kind::Choice(choices) => self.varint(*choices.get(text).ok_or_else(not_plain)?),
            Kind::Time => self.bytes(&time(text).ok_or_else(not_plain)?.encode_to_vec()),
            _ => return Err(not_plain()),
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<(), A::Error> {
        let Self(field, wire) = self;
        let Kind::Message(name) = &field.kind else {
            return Err(not_plain());
        };
        let form = FORMS.of(name).ok_or_else(not_plain)?;
        encoding::encode_key(field.number, WireType::LengthDelimited, wire);
        let start = wire.len();
        Fields(form, wire).visit_map(object)?;
        put_length(start, wire);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
