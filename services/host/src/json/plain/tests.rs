//! Plain JSON as wire form, compared with what the library makes of the same text.

use super::super::{read_text, write_dynamic};
use super::wire;
use proptest::prelude::*;
use prost::Message as _;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};

const NOTIFICATION: &str = "firstbell.police.v1.Notification";
const TIME: &str = "google.protobuf.Timestamp";

fn descriptor(name: &str) -> MessageDescriptor {
    proto::descriptors().get_message_by_name(name).unwrap()
}

fn of_notification(text: &str) -> Option<Vec<u8>> {
    wire(NOTIFICATION, text)
}

/// What is plain says the same as the library reads; what is not may be anything.
fn assert_same(descriptor: &MessageDescriptor, text: &str) {
    if let Some(wire) = wire(descriptor.full_name(), text) {
        let read = DynamicMessage::decode(descriptor.clone(), &*wire).unwrap();
        let Ok(by_library) = read_text(descriptor, text) else {
            panic!("refused by the library: {text}");
        };
        // Compared by what they say: an empty list that is given says as much as none.
        let is_same = read.encode_to_vec() == by_library.encode_to_vec();
        assert!(is_same, "read differently: {text}");
    }
}

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
        let has_another = field
            .containing_oneof()
            .is_some_and(|one| one.fields().any(|field| message.has_field(&field)));
        if many == 0 || too_deep || has_another {
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
        Kind::Message(inner) if inner.full_name() == TIME => {
            let mut time = DynamicMessage::new(inner);
            time.set_field_by_name("seconds", Value::I64(i64::from(number) << 26));
            time.set_field_by_name("nanos", Value::I32(i32::from(number) * 1000));
            Value::Message(time)
        }
        Kind::Message(inner) => Value::Message(filled(&inner, numbers, levels - 1)),
        Kind::Enum(choice) => {
            let values: Vec<_> = choice.values().collect();
            Value::EnumNumber(values[usize::from(number) % values.len()].number())
        }
        Kind::String => Value::String("\"é\n".repeat(number.into())),
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

/// A notification with everything that there may be in one, as text.
fn whole_notification() -> String {
    let message = filled(&descriptor(NOTIFICATION), &mut std::iter::repeat(3), 9);
    String::from_utf8(write_dynamic(&message).unwrap()).unwrap()
}

#[test]
fn a_whole_notification_is_plain() {
    let text = whole_notification();
    assert!(of_notification(&text).is_some(), "{text}");
    assert_same(&descriptor(NOTIFICATION), &text);
}

#[test]
fn what_says_nothing_may_be_given() {
    let text = r#"{"force":"","urgent":false,"previousIncidents":0,"children":[],"referral":{},
        "riskGrade":"RISK_GRADE_UNSPECIFIED","parties":[{}]}"#;
    assert!(of_notification(text).is_some());
    assert_same(&descriptor(NOTIFICATION), text);
}

#[test]
fn every_usual_time_is_plain_and_others_are_left_to_the_library() {
    for (text, is_plain) in [
        ("2026-11-20T22:15:00Z", true),
        ("2026-11-20T22:15:00.123Z", true),
        ("2026-11-20T22:15:00.123456789Z", true),
        ("2024-02-29T23:59:59Z", true),
        ("2026-02-29T10:00:00Z", false),
        ("2026-11-20T22:15:00+00:00", false),
        ("2026-11-20 22:15:00Z", false),
        ("2026-11-20t22:15:00z", false),
        ("2026-06-30T23:59:60Z", false),
        ("0000-01-01T00:00:00Z", false),
        ("0001-01-01T00:00:00Z", false),
        ("+12026-11-20T22:15:00Z", false),
        ("2026-11-20T22:15Z", false),
        ("2026-11-20T22:15:00 Z", false),
        ("2026-11-20T22:15:00.5 Z", false),
        ("2026-11-20T24:00:00Z", false),
        ("2026-11-2\u{e9}T22:15:00Z", false),
        ("\u{e9}", false),
        ("", false),
    ] {
        let json = serde_json::json!({ "occurredAt": text }).to_string();
        assert_eq!(of_notification(&json).is_some(), is_plain, "{text}");
        assert_same(&descriptor(NOTIFICATION), &json);
    }
}

#[test]
fn what_is_not_plain_is_left_to_the_library() {
    for text in [
        r#"{"force":"43","force":"43"}"#,
        r#"{"riskGrade":"RISK_GRADE_HIGH","risk_grade":"RISK_GRADE_HIGH"}"#,
        r#"{"riskGrade":2}"#,
        r#"{"riskGrade":"SEVERE"}"#,
        r#"{"previousIncidents":"2"}"#,
        r#"{"previousIncidents":2.0}"#,
        r#"{"previousIncidents":-1}"#,
        r#"{"previousIncidents":4294967296}"#,
        r#"{"force":null}"#,
        r#"{"force":["43"]}"#,
        r#"{"children":{}}"#,
        r#"{"\u0066orce":"43"}"#,
        r#"{"colour":"red"}"#,
        r#"{"force":"43"} {}"#,
        r#"{"force":"43""#,
        "[]",
        "",
    ] {
        assert!(of_notification(text).is_none(), "{text}");
    }
    assert!(wire("firstbell.police.v1.NoSuchMessage", "{}").is_none());
}

#[test]
fn one_of_several_is_given_once() {
    let choices = proto::descriptors().all_messages().flat_map(|message| {
        let choices = message.oneofs().collect::<Vec<_>>();
        choices.into_iter().map(move |one| (message.clone(), one))
    });
    let mut tried = 0;
    for (message, one) in choices {
        let fields: Vec<_> = one.fields().collect();
        let are_messages = |field: &&FieldDescriptor| matches!(field.kind(), Kind::Message(_));
        let [first, second, ..] = &fields.iter().filter(are_messages).collect::<Vec<_>>()[..]
        else {
            continue;
        };
        let text = format!(r#"{{"{}":{{}},"{}":{{}}}}"#, first.name(), second.name());
        assert!(wire(message.full_name(), &text).is_none(), "{text}");
        tried += 1;
    }
    assert!(tried > 0);
}

proptest! {
    #[test]
    fn every_message_of_the_contract_is_read_as_by_the_library(
        numbers in prop::collection::vec(any::<u8>(), 256)
    ) {
        for descriptor in proto::descriptors().all_messages() {
            let message = filled(&descriptor, &mut numbers.iter().copied(), 4);
            let text = String::from_utf8(write_dynamic(&message).unwrap()).unwrap();
            assert_same(&descriptor, &text);
        }
    }

    #[test]
    fn whatever_is_spoilt_is_read_as_by_the_library(
        places in prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize), 1..4),
        pieces in prop::collection::vec("[\"{}\\[\\],:0-9a-zé\\\\. -]{0,3}|null|true|\"force\":\"43\"", 4)
    ) {
        let mut text: Vec<char> = whole_notification().chars().collect();
        for ((place, length), piece) in places.into_iter().zip(pieces) {
            let from = place.index(text.len());
            let to = text.len().min(from + length);
            text.splice(from..to, piece.chars());
        }
        assert_same(&descriptor(NOTIFICATION), &String::from_iter(text));
    }
}
