//! The value of one cell, read as its field needs it.

use super::columns::Column;
use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};
use prost_reflect::{DynamicMessage, Kind, Value};
use std::sync::LazyLock;

static LONDON: LazyLock<Option<TimeZone>> = LazyLock::new(|| TimeZone::get("Europe/London").ok());

/// What is wrong with a cell, and what to do. Never what it holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) reason: &'static str,
    pub(super) remedy: String,
}

/// Reads a cell that is not empty.
pub(super) fn read(column: &Column, cell: &str) -> Result<Value, Flaw> {
    let kind = column.field.kind();
    if !column.is_list {
        return value(&kind, cell);
    }
    let parts = cell
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let values: Result<Vec<_>, _> = parts.map(|part| value(&kind, part)).collect();
    values.map(Value::List)
}

fn value(kind: &Kind, text: &str) -> Result<Value, Flaw> {
    match kind {
        Kind::Bool => truth(text),
        Kind::Uint32 => text.parse().map(Value::U32).map_err(|_| {
            flaw(
                "is not a whole number in range",
                "write a whole number from 0 to 4294967295",
            )
        }),
        Kind::Enum(_) => word(kind, text),
        Kind::Message(_) => time(kind, text),
        _ => plain_text(text),
    }
}

fn flaw(reason: &'static str, remedy: impl Into<String>) -> Flaw {
    Flaw {
        reason,
        remedy: remedy.into(),
    }
}

fn plain_text(text: &str) -> Result<Value, Flaw> {
    let allowed = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    if text.chars().all(allowed) {
        return Ok(Value::String(text.to_owned()));
    }
    Err(flaw(
        "has control characters",
        "take out everything that is not readable text",
    ))
}

fn truth(text: &str) -> Result<Value, Flaw> {
    let is = |words: [&str; 2]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["yes", "true"]) {
        Ok(Value::Bool(true))
    } else if is(["no", "false"]) {
        Ok(Value::Bool(false))
    } else {
        Err(flaw(
            "is neither yes nor no",
            "write yes or no, or leave it empty",
        ))
    }
}

/// The plain words of an enum of the contract, in its order, without the unspecified one.
pub(super) fn words(kind: &Kind) -> Vec<String> {
    named_values(kind)
        .map(|(word, _)| word.replace('_', " "))
        .collect()
}

fn named_values(kind: &Kind) -> impl Iterator<Item = (String, i32)> {
    let values: Vec<_> = kind
        .as_enum()
        .iter()
        .flat_map(|names| {
            let values: Vec<_> = names.values().collect();
            values
        })
        .collect();
    let zero = values.iter().find(|value| value.number() == 0);
    let prefix = zero
        .and_then(|value| value.name().strip_suffix("UNSPECIFIED"))
        .unwrap_or_default()
        .to_owned();
    values
        .into_iter()
        .filter(|value| value.number() != 0)
        .map(move |value| {
            let word = value.name().strip_prefix(&prefix).unwrap_or(value.name());
            (word.to_ascii_lowercase(), value.number())
        })
}

fn word(kind: &Kind, text: &str) -> Result<Value, Flaw> {
    let folded = text.to_lowercase().replace([' ', '-'], "_");
    named_values(kind)
        .find(|(word, _)| *word == folded)
        .map(|(_, number)| Value::EnumNumber(number))
        .ok_or_else(|| {
            let remedy = format!(
                "write one of: {}; or leave it empty",
                words(kind).join(", ")
            );
            flaw("is not one of the words known here", remedy)
        })
}

fn time(kind: &Kind, text: &str) -> Result<Value, Flaw> {
    let moment = moment(text)?;
    let stamp = prost_types::Timestamp {
        seconds: moment.as_second(),
        nanos: moment.subsec_nanosecond(),
    };
    let message = kind.as_message().and_then(|descriptor| {
        let mut message = DynamicMessage::new(descriptor.clone());
        message.transcode_from(&stamp).ok().map(|()| message)
    });
    message
        .map(Value::Message)
        .ok_or_else(|| flaw("cannot be written", "leave it empty"))
}

const LOCAL_FORMS: [&str; 4] = [
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%dT%H:%M:%S",
];

/// RFC 3339, or the time on a London clock.
fn moment(text: &str) -> Result<Timestamp, Flaw> {
    if let Some(local) = LOCAL_FORMS
        .iter()
        .find_map(|form| DateTime::strptime(form, text).ok())
    {
        return london(local);
    }
    text.parse().map_err(|_| {
        flaw(
            "is not a date and time",
            "write it as 2026-11-20T22:15:00Z, or in London time as 2026-11-20 22:15",
        )
    })
}

fn london(local: DateTime) -> Result<Timestamp, Flaw> {
    let zone = LONDON
        .as_ref()
        .ok_or_else(|| flaw("is in local time", "write it with its zone"))?;
    let moment = zone.to_ambiguous_timestamp(local);
    match moment.offset() {
        AmbiguousOffset::Unambiguous { .. } => moment
            .unambiguous()
            .map_err(|_| flaw("is too far from now", "write the year with four digits")),
        AmbiguousOffset::Gap { .. } => Err(flaw(
            "is a time that London's clocks skipped when they went forward",
            "write the time with its zone, ending in Z or +01:00",
        )),
        AmbiguousOffset::Fold { .. } => Err(flaw(
            "is a time that came twice when London's clocks went back",
            "write the time with its zone: +01:00 for the first, Z for the second",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::notify::columns;
    use proptest::prelude::*;

    fn cell(column: &str, text: &str) -> Result<Value, Flaw> {
        let column = columns::all().iter().find(|c| c.name == column).unwrap();
        read(column, text)
    }

    #[test]
    fn times_are_rfc_3339_or_london() {
        for (text, expected) in [
            ("2026-11-20T22:15:00Z", "2026-11-20T22:15:00Z"),
            ("2026-06-20T22:15:00+01:00", "2026-06-20T21:15:00Z"),
            ("2026-06-20 22:15", "2026-06-20T21:15:00Z"),
            ("2026-11-20T22:15:30", "2026-11-20T22:15:30Z"),
        ] {
            assert_eq!(moment(text).unwrap().to_string(), expected, "{text}");
        }
    }

    #[test]
    fn the_clock_changes_are_named() {
        assert!(
            moment("2026-03-29 01:30")
                .unwrap_err()
                .reason
                .contains("skipped")
        );
        assert!(
            moment("2026-10-25 01:30")
                .unwrap_err()
                .reason
                .contains("twice")
        );
        assert!(moment("2026-10-25T01:30:00+01:00").is_ok());
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "2026-11-20",
            "20/11/2026 22:15",
            "2026-02-30 10:00",
            "22:15",
            "2026-11-20 25:00",
            "2026-06-20T22:15:00+99:00",
            "now",
        ] {
            assert!(moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn words_are_plain_and_forgiving_about_case_and_hyphens() {
        for text in ["alleged victim", "Alleged-Victim", "alleged_victim"] {
            assert_eq!(cell("party1_role", text).unwrap(), Value::EnumNumber(1));
        }
        for text in ["unspecified", "victim", ""] {
            let flaw = cell("party1_role", text).unwrap_err();
            assert!(flaw.remedy.contains("alleged perpetrator"));
        }
    }

    #[test]
    fn lists_are_split_at_semicolons() {
        let read = cell("may_be_told", " Mother; ;grandmother ;").unwrap();
        let expected = ["Mother", "grandmother"].map(|text| Value::String(text.to_owned()));
        assert_eq!(read, Value::List(expected.to_vec()));
    }

    #[test]
    fn control_characters_are_refused_and_line_ends_are_not() {
        assert!(cell("surname", "Mc\0Testface").is_err());
        assert!(cell("circumstances", "One.\nTwo.").is_ok());
    }

    proptest! {
        #[test]
        fn no_cell_makes_it_panic_or_is_repeated(noise in ".{0,12}") {
            let cell_text = format!("CANARY{noise}");
            for column in columns::all() {
                if let Err(flaw) = read(column, &cell_text) {
                    let said = format!("{}{}", flaw.reason, flaw.remedy);
                    prop_assert!(!said.contains("CANARY"));
                }
            }
        }
    }
}
