//! Finds a field that is given twice in one JSON object.
//!
//! JSON libraries keep one of the two in silence; which one would be chance. The two spellings of a
//! field (`dateOfBirth`, `date_of_birth`) are the same field.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::{borrow::Cow, fmt};

/// Whether no object in this JSON text has a field twice. The text has been read before.
pub(super) fn none(text: &str) -> bool {
    Scan.deserialize(&mut serde_json::Deserializer::from_str(text))
        .is_ok()
}

/// Walks any JSON value and fails at the value of the second of two equal fields.
pub(super) struct Scan;

/// Reads a field's name, without a copy where it is written without escapes.
struct Name;

/// Fails where a value would be.
struct Refuse;

/// Whether two spellings mean one field. No message of the contract has two fields that differ only
/// in case and underscores.
fn same_field(one: &str, other: &str) -> bool {
    folded(one).eq(folded(other))
}

fn folded(name: &str) -> impl Iterator<Item = u8> {
    name.bytes()
        .filter(|byte| *byte != b'_')
        .map(|byte| byte.to_ascii_lowercase())
}

impl<'de> DeserializeSeed<'de> for Scan {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scan {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Scan)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        // The text was read strictly before, so there are at most as many different names as the
        // message has fields, and the search stays short.
        let mut seen: Vec<Cow<'de, str>> = Vec::new();
        while let Some(name) = object.next_key_seed(Name)? {
            if seen.iter().any(|other| same_field(other, &name)) {
                return object.next_value_seed(Refuse);
            }
            object.next_value_seed(Scan)?;
            seen.push(name);
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

impl<'de> DeserializeSeed<'de> for Refuse {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Takes no value of any type, so that reading fails at this place.
impl Visitor<'_> for Refuse {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no second value")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn equal_names_in_different_objects_are_no_duplicates() {
        assert!(none(r#"{"a":{"b":1},"c":[{"b":2},{"b":3}]}"#));
    }

    #[test]
    fn escapes_do_not_hide_a_duplicate() {
        assert!(!none(r#"{"a":[{"b":1,"\u0062":2}]}"#));
    }

    #[test]
    fn the_contract_has_no_two_fields_that_this_would_take_for_one() {
        for message in proto::descriptors().all_messages() {
            let names: HashSet<Vec<u8>> = message
                .fields()
                .map(|f| folded(f.name()).collect())
                .collect();
            assert_eq!(
                names.len(),
                message.fields().len(),
                "{}",
                message.full_name()
            );
            let maps = message
                .fields()
                .filter(prost_reflect::FieldDescriptor::is_map);
            let own = message.full_name().starts_with("firstbell.");
            assert!(!own || maps.count() == 0, "{}", message.full_name());
        }
    }
}
