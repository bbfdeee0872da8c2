//! The proto3 JSON mapping of the contract, read strictly and refused kindly.
//!
//! Messages are read and written by their descriptors, so there is no second set of types. What
//! cannot be read is refused with the field's path in the contract's own names and what was
//! expected there, never with what was sent.

mod duplicates;
mod explain;
mod forms;
mod plain;

pub(crate) use explain::{expected, looks_like_a_name};

use crate::problem::{Code, Problem};
use prost::Message as _;
use prost_reflect::{DeserializeOptions, DynamicMessage, MessageDescriptor};

const STRICT: DeserializeOptions = DeserializeOptions::new().deny_unknown_fields(true);

/// Reads one message of type `descriptor` from JSON text in UTF-8.
///
/// Refused are unknown fields, fields given twice (in either spelling), values of the wrong kind,
/// more than 128 levels, and text that is not JSON.
pub(crate) fn read(descriptor: &MessageDescriptor, body: &[u8]) -> Result<DynamicMessage, Problem> {
    read_text(descriptor, text(body)?)
}

/// The wire form of what [`read`] reads, which is made at once where the JSON is plain.
pub(crate) fn wire(descriptor: &MessageDescriptor, body: &[u8]) -> Result<Vec<u8>, Problem> {
    let text = text(body)?;
    plain::wire(descriptor.full_name(), text).map_or_else(
        || read_text(descriptor, text).map(|message| message.encode_to_vec()),
        Ok,
    )
}

fn text(body: &[u8]) -> Result<&str, Problem> {
    let text = std::str::from_utf8(body).map_err(|error| {
        malformed(format!(
            "The body is not UTF-8 from byte {}. Send it in that encoding.",
            error.valid_up_to()
        ))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn read_text(descriptor: &MessageDescriptor, text: &str) -> Result<DynamicMessage, Problem> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read =
        DynamicMessage::deserialize_with_options(descriptor.clone(), &mut deserializer, &STRICT)
            .and_then(|message| deserializer.end().map(|()| message));
    match read {
        Ok(message) if duplicates::none(text) => Ok(message),
        Ok(_) => Err(explain::duplicate(descriptor, text)),
        Err(_) => Err(explain::refusal(descriptor, text)),
    }
}

/// Reads one message of the Rust type `M`, whose full name in the contract is `name`
/// (`firstbell.police.v1.Notification`).
pub fn read_as<M: prost::Message + Default>(name: &str, body: &[u8]) -> Result<M, Problem> {
    let wire = wire(&descriptor(name)?, body)?;
    M::decode(&*wire).map_err(|_| Problem::of(Code::Internal))
}

/// Writes a message of the Rust type `M`, whose full name in the contract is `name`, as JSON.
pub fn write<M: prost::Message>(name: &str, message: &M) -> Result<Vec<u8>, Problem> {
    let mut dynamic = DynamicMessage::new(descriptor(name)?);
    dynamic
        .transcode_from(message)
        .map_err(|_| Problem::of(Code::Internal))?;
    write_dynamic(&dynamic)
}

/// Writes a message as JSON.
pub fn write_dynamic(message: &DynamicMessage) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(message).map_err(|_| Problem::of(Code::Internal))
}

fn descriptor(name: &str) -> Result<MessageDescriptor, Problem> {
    proto::descriptors()
        .get_message_by_name(name)
        .ok_or_else(|| Problem::of(Code::Internal))
}

fn malformed(message: String) -> Problem {
    Problem::new(Code::Malformed, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proto::police::v1::{Notification, RiskGrade};

    const NAME: &str = "firstbell.police.v1.Notification";

    fn refused(body: &str) -> Problem {
        read_as::<Notification>(NAME, body.as_bytes()).unwrap_err()
    }

    fn first_field(body: &str) -> (String, String) {
        let problem = refused(body);
        let field = problem.fields()[0].clone();
        (field.path, field.reason)
    }

    #[test]
    fn both_spellings_of_a_field_are_read() {
        let body = br#"{"force":"43","riskGrade":"RISK_GRADE_HIGH","previous_incidents":2}"#;
        let read: Notification = read_as(NAME, body).unwrap();
        assert_eq!(read.risk_grade(), RiskGrade::High);
        assert_eq!((read.force.as_str(), read.previous_incidents), ("43", 2));
    }

    #[test]
    fn a_wrong_value_is_named_by_its_path_and_never_repeated() {
        let (path, reason) =
            first_field(r#"{"children":[{},{"identity":{"dateOfBirth":["Testy"]}}],"force":"43"}"#);
        assert_eq!(path, "children[1].identity.date_of_birth");
        assert_eq!(reason, "is not text");
    }

    #[test]
    fn each_kind_of_value_says_what_it_expected() {
        for (body, path, remedy) in [
            (r#"{"urgent":"yes"}"#, "urgent", "true or false"),
            (
                r#"{"riskGrade":"SEVERE"}"#,
                "risk_grade",
                "RISK_GRADE_MEDIUM",
            ),
            (
                r#"{"previousIncidents":-1}"#,
                "previous_incidents",
                "4294967295",
            ),
            (
                r#"{"occurredAt":"2026-02-30T10:00:00Z"}"#,
                "occurred_at",
                "2026-11-20T22:15:00Z",
            ),
            (r#"{"children":{}}"#, "children", "square brackets"),
            (r#"{"children":[7]}"#, "children[0]", "braces"),
            (r#"{"referral":[]}"#, "referral", "braces"),
        ] {
            let problem = refused(body);
            let field = &problem.fields()[0];
            assert_eq!(field.path, path);
            assert!(field.remedy.contains(remedy), "{}", field.remedy);
        }
    }

    #[test]
    fn an_unknown_field_is_named_only_if_it_looks_like_a_name() {
        let (path, reason) = first_field(r#"{"referral":{"colour":1}}"#);
        assert_eq!(
            (path.as_str(), reason.as_str()),
            ("referral.colour", "is not a field here")
        );
        let (path, reason) = first_field(r#"{"referral":{"Testy McTestface":1}}"#);
        assert_eq!(path, "referral");
        assert_eq!(reason, "holds a field that is not known here");
    }

    #[test]
    fn a_field_given_twice_is_refused_in_either_spelling() {
        for body in [
            r#"{"children":[{"residenceForce":"43","residence_force":"43"}]}"#,
            r#"{"children":[{"residenceForce":"43","residenceForce":"44"}]}"#,
        ] {
            let (path, reason) = first_field(body);
            assert_eq!(path, "children[0].residence_force");
            assert_eq!(reason, "is given twice");
        }
    }

    #[test]
    fn what_is_not_json_is_refused_by_place() {
        for (body, said) in [
            ("{\"force\": \"43\"", "ends too early"),
            ("{\"force\": \"43\"x}", "line 1, column 15"),
            ("{\"force\": \"\\ud800\"}", "line 1"),
            ("[]", "must be one JSON object"),
            ("", "ends too early"),
            ("{} {}", "line 1, column 4"),
        ] {
            let problem = refused(body);
            assert_eq!(problem.code(), Code::Malformed);
            assert!(
                problem.message().contains(said),
                "{body}: {}",
                problem.message()
            );
        }
        let problem = read_as::<Notification>(NAME, b"{\"place\":\"caf\xe9\"}").unwrap_err();
        assert!(problem.message().contains("not UTF-8 from byte 13"));
    }

    #[test]
    fn very_deep_nesting_is_refused_not_followed() {
        let problem = refused(&format!("{{\"force\":{}", "[".repeat(100_000)));
        assert_eq!(problem.code(), Code::InvalidField);
        let any = format!("{{\"colour\":{}", "[".repeat(100_000));
        assert_eq!(refused(&any).fields()[0].path, "colour");
    }

    #[test]
    fn a_written_message_is_read_back_the_same() {
        let message = Notification {
            force: "43".into(),
            reference: "T-1".into(),
            previous_incidents: 3,
            ..Notification::default()
        };
        let json = write(NAME, &message).unwrap();
        assert_eq!(read_as::<Notification>(NAME, &json).unwrap(), message);
    }
}
