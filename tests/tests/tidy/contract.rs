//! Nothing personal is stored or published in the clear, and nothing is published that the contract
//! does not name.

use super::{
    protos::{clear_texts, made_up, plain_personal, pool},
    tree::{Text, demand, texts},
};
use host::asyncapi::public_events;
use prost_reflect::{DescriptorPool, MessageDescriptor};
use std::collections::BTreeSet;

const PUBLIC: &str = "firstbell.v1.";

/// What may stand in the clear for ever: opaque ids, keyed hashes, codes of organisations, dates,
/// and words of our own. A field's name, or message and field where the name alone says too little.
const CLEAR: [&str; 36] = [
    "alert_id",
    "code",
    "contact_id",
    "enquiry_id",
    "force",
    "from",
    "incident_date",
    "line_id",
    "line_ids",
    "notification_id",
    "owner_force",
    "request_print",
    "subject_id",
    "to",
    "token_id",
    "DayClosed.date",
    "Deadline.calendar",
    "Deadline.calendar_version",
    "Deadline.rule",
    "Delivery.detail",
    "FieldChances.field",
    "FieldVerdict.agreement",
    "FieldVerdict.field",
    "HeldField.field",
    "KeptLine.name_prints",
    "MatchDecided.model_version",
    "ModelLearnt.beside",
    "ModelTaken.before",
    "NotificationCorrected.correction",
    "OrganisationRegistered.name",
    "Prints.material",
    "Prints.rest",
    "ReferenceImported.as_at",
    "ReferenceImported.content",
    "TokenCreated.hash",
    "WeightModel.version",
];

#[test]
fn events_hold_personal_fields_only_as_sealed_values() {
    let pool = pool();
    let events: Vec<_> = public(&pool).chain(stored(&pool)).collect();
    let offenders: BTreeSet<_> = events.iter().flat_map(personal).collect();
    demand(
        "Put a `Sealed` in its place; plain forms live in `proto/` or in a package `.plain.`:",
        &Vec::from_iter(offenders),
    );
}

#[test]
fn clear_text_in_an_event_is_text_that_may_be_kept_for_ever() {
    let pool = pool();
    let events: Vec<_> = public(&pool).chain(stored(&pool)).collect();
    let offenders: BTreeSet<_> = events.iter().flat_map(undecided).collect();
    demand(
        "Seal it; or, where it is about nobody, add its name to `CLEAR` in this test:",
        &Vec::from_iter(offenders),
    );
}

#[test]
fn what_is_published_is_what_the_contract_names() {
    let pool = pool();
    let named: BTreeSet<_> = public_events(&pool)
        .into_iter()
        .map(|event| event.kind)
        .collect();
    let published: BTreeSet<_> = texts().iter().flat_map(published).collect();
    let difference = named.symmetric_difference(&published);
    let offenders: Vec<_> = difference.cloned().collect();
    demand(
        "Name it both in its message's option in `proto/` and in the service's `publish.rs`:",
        &offenders,
    );
}

/// Messages that the contract names as public events.
fn public(pool: &DescriptorPool) -> impl Iterator<Item = MessageDescriptor> {
    public_events(pool).into_iter().map(|event| event.message)
}

/// Messages that a service keeps: events in its journal, rows of its views.
fn stored(pool: &DescriptorPool) -> impl Iterator<Item = MessageDescriptor> {
    let kept = |name: &str| name.contains(".private.") || name.contains(".view.");
    pool.all_messages()
        .filter(move |message| kept(message.full_name()))
}

fn personal(event: &MessageDescriptor) -> Vec<String> {
    let fields = plain_personal(event).into_iter();
    fields
        .map(|field| format!("{}: {field}", event.full_name()))
        .collect()
}

fn undecided(event: &MessageDescriptor) -> Vec<String> {
    let mut fields = clear_texts(event);
    fields.retain(|field| {
        let within = format!("{}.{}", field.parent_message().name(), field.name());
        !CLEAR.contains(&field.name()) && !CLEAR.contains(&within.as_str())
    });
    fields
        .iter()
        .map(|field| field.full_name().to_owned())
        .collect()
}

/// The names in a service's `publish.rs`.
fn published(file: &Text) -> Vec<String> {
    if !file.path.starts_with("services/") || !file.path.ends_with("/src/publish.rs") {
        return Vec::new();
    }
    let mut quoted = file
        .text
        .split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect::<Vec<_>>();
    quoted.retain(|text| text.starts_with(PUBLIC));
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE_UP: &str = r#"
        syntax = "proto3";
        package made.up;
        import "firstbell/bus/v1/event.proto";
        import "firstbell/sealed/v1/sealed.proto";

        // A slip.
        message PupilNamed {
          option (firstbell.bus.v1.event) = "firstbell.v1.made.pupil.named";
          string line_id = 1;
          Inner inner = 2;
          firstbell.sealed.v1.Sealed card = 3;
        }
        message Inner {
          string nickname = 1;
          string name = 2 [(firstbell.sealed.v1.class) = FIELD_CLASS_IDENTITY];
        }
    "#;

    #[test]
    fn a_personal_field_deep_inside_an_event_is_found() {
        let pool = made_up(MADE_UP);
        let events: Vec<_> = public(&pool).collect();
        assert_eq!(events.len(), 1);
        assert_eq!(
            personal(&events[0]),
            ["made.up.PupilNamed: made.up.Inner.name"]
        );
        assert_eq!(
            undecided(&events[0]),
            ["made.up.Inner.nickname", "made.up.Inner.name"]
        );
        assert_eq!(
            public_events(&pool)[0].kind,
            "firstbell.v1.made.pupil.named"
        );
    }

    #[test]
    fn the_names_in_a_publish_file_are_read() {
        let text = "PublicAs { kind: \"firstbell.v1.a.b.c\" }; let x = \"other\";";
        let file = Text::new("services/a/src/publish.rs", text);
        assert_eq!(published(&file), ["firstbell.v1.a.b.c"]);
    }

    #[test]
    fn both_kinds_of_events_are_found_in_the_tree() {
        let pool = pool();
        assert!(public(&pool).any(|event| event.name() == "NotificationIssued"));
        assert!(stored(&pool).any(|event| event.name() == "NotificationReceived"));
    }
}
