//! Made-up events and commands for tests.

use super::{Command, Correction, Notification, NotificationEvent};
use crate::wire::stored::{
    DeliveryNoted, HeldField, HeldReason, HeldText, KeptLine, NotificationReceived, Prints,
    delivery_noted::Heard,
};
use proto::police::v1::{SealedChild, SealedNotification, SealedShared};
use proto::sealing::Sealed;

/// The id of the sample notification.
pub(crate) const ID: &str = "00000000000000000000000000000001";

/// A sealed value that says `text` in no cipher at all.
pub(crate) fn sealed(text: &str) -> Sealed {
    Sealed {
        ciphertext: text.as_bytes().to_vec(),
        ..Sealed::default()
    }
}

/// Prints that stand for these texts.
pub(crate) fn prints(material: &str, rest: &str) -> Prints {
    Prints {
        material: material.into(),
        rest: rest.into(),
    }
}

/// The id of a sample line.
pub(crate) fn line_id(line: u32) -> String {
    format!("{line:032x}")
}

/// A child line that says `material`, with its text held or not.
pub(crate) fn child(line: u32, material: &str, held: bool) -> (SealedChild, KeptLine) {
    let child = SealedChild {
        line_id: line_id(line),
        line,
        owner_force: "43".into(),
        text_held: held,
        content: Some(sealed(material)),
        ..SealedChild::default()
    };
    let kept = KeptLine {
        line_id: line_id(line),
        prints: Some(prints(material, "rest")),
        name_prints: vec![vec![1; 8]],
        held: held.then(|| HeldText {
            content: Some(sealed("held")),
            fields: vec![HeldField {
                field: "circumstances".into(),
                reason: HeldReason::Person.into(),
            }],
        }),
    };
    (child, kept)
}

/// A notification with these children, whose request prints as `print`.
pub(crate) fn received(print: &str, lines: Vec<(SealedChild, KeptLine)>) -> NotificationReceived {
    let (children, lines) = lines.into_iter().unzip();
    NotificationReceived {
        request_print: print.into(),
        notification_id: ID.into(),
        notification: Some(SealedNotification {
            force: "43".into(),
            shared: Some(SealedShared {
                identity: Some(sealed("reference")),
                ..SealedShared::default()
            }),
            children,
        }),
        shared_prints: Some(prints("shared", "rest")),
        lines,
    }
}

/// The sample notification: line 1 as sent, line 2 with its text held.
pub(crate) fn sample() -> NotificationEvent {
    let lines = vec![child(1, "one", false), child(2, "two", true)];
    NotificationEvent::Received(received("print", lines))
}

/// A correction to these lines, the shared part as it was.
pub(crate) fn correction(
    id: &str,
    print: &str,
    children: Vec<(SealedChild, KeptLine)>,
) -> Correction {
    Correction {
        id: id.into(),
        request_print: print.into(),
        notification_id: ID.into(),
        shared: SealedShared::default(),
        shared_prints: prints("shared", "rest"),
        children,
    }
}

/// What was heard, as the event that notes it.
pub(crate) fn noted(heard: Heard) -> NotificationEvent {
    NotificationEvent::DeliveryNoted(DeliveryNoted { heard: Some(heard) })
}

/// The state after these events.
pub(crate) fn given(events: &[NotificationEvent]) -> Notification {
    events
        .iter()
        .fold(Notification::default(), Notification::evolve)
}

/// The events that `command` makes of `events`, and the state after them.
pub(crate) fn after(
    events: &[NotificationEvent],
    command: &Command,
) -> (Vec<NotificationEvent>, Notification) {
    let state = given(events);
    let new = super::decide::decide(&state, command).unwrap();
    let state = new.iter().fold(state, Notification::evolve);
    (new, state)
}
