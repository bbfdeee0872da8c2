//! What plain JSON of each message of the contract looks like.

use prost_reflect::{Cardinality, FieldDescriptor, MessageDescriptor};
use std::{collections::HashMap, sync::LazyLock};

/// All of them, found out once.
pub(super) static FORMS: LazyLock<Forms> = LazyLock::new(Forms::of_the_contract);

/// The forms of messages, by full name.
pub(super) struct Forms(HashMap<String, Form>);

/// The fields of a message, by both of their spellings.
pub(super) struct Form(HashMap<String, Field>);

/// One field.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) number: u32,
    /// A bit that no other field has but those of which only one may be given.
    pub(super) seen_as: u64,
    pub(super) is_list: bool,
    pub(super) kind: Kind,
}

/// What a value is in JSON.
#[derive(Clone)]
pub(super) enum Kind {
    Text,
    Bool,
    /// From 0 to 4294967295.
    Number,
    /// One of these names, which stand for these numbers.
    Choice(HashMap<String, u64>),
    Time,
    /// An object, which is a message with this full name.
    Message(String),
}

const TIME: &str = "google.protobuf.Timestamp";
const OURS: &str = "firstbell.";

// === impl Forms ===

impl Forms {
    fn of_the_contract() -> Self {
        let ours = proto::descriptors().all_messages();
        let ours = ours.filter(|message| message.full_name().starts_with(OURS));
        Self(
            ours.map(|message| (message.full_name().to_owned(), Form::of(&message)))
                .collect(),
        )
    }

    pub(super) fn of(&self, name: &str) -> Option<&Form> {
        self.0.get(name)
    }
}

// === impl Form ===

impl Form {
    /// Fields that have no plain form are left out, and those for which there is no bit.
    fn of(message: &MessageDescriptor) -> Self {
        let fields: Vec<_> = message.fields().collect();
        let mut plain = HashMap::new();
        for field in &fields {
            let place = fields.iter().position(|other| are_one(field, other));
            let seen_as = place.and_then(|place| 1_u64.checked_shl(u32::try_from(place).ok()?));
            let (Some(seen_as), Some(kind)) = (seen_as, Kind::of(field)) else {
                continue;
            };
            let form = Field {
                number: field.number(),
                seen_as,
                is_list: field.cardinality() == Cardinality::Repeated,
                kind,
            };
            plain.insert(field.name().to_owned(), form.clone());
            plain.insert(field.json_name().to_owned(), form);
        }
        Self(plain)
    }

    /// The field that is spelt so.
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.0.get(name)
    }
}

/// Whether it is the same field, or only one of the two may be given.
fn are_one(one: &FieldDescriptor, other: &FieldDescriptor) -> bool {
    let choice = one.containing_oneof();
    one == other || choice.is_some() && choice == other.containing_oneof()
}

// === impl Kind ===

impl Kind {
    fn of(field: &FieldDescriptor) -> Option<Self> {
        if field.is_map() {
            return None;
        }
        match field.kind() {
            prost_reflect::Kind::String => Some(Self::Text),
            prost_reflect::Kind::Bool => Some(Self::Bool),
            prost_reflect::Kind::Uint32 => Some(Self::Number),
            prost_reflect::Kind::Enum(choice) => {
                let values = choice.values();
                let values = values.map(|value| {
                    let number = u64::try_from(value.number()).ok()?;
                    Some((value.name().to_owned(), number))
                });
                values.collect::<Option<_>>().map(Self::Choice)
            }
            prost_reflect::Kind::Message(message) if message.full_name() == TIME => {
                Some(Self::Time)
            }
            prost_reflect::Kind::Message(message) if message.full_name().starts_with(OURS) => {
                Some(Self::Message(message.full_name().to_owned()))
            }
            _ => None,
        }
    }
}
