//! A contact of an organisation: named, changed, removed, and perhaps named again.

use crate::wire;
use journal::decider::Decider;
use proto::sealing::Sealed;

journal::event_set! {
    /// What happens to a contact.
    pub(crate) enum ContactEvent published by crate::publish::contact_name {
        /// It was named or changed.
        Set(wire::ContactSet) = ("access.contact_set", 1),
        /// It is a contact no more.
        Removed(wire::ContactRemoved) = ("access.contact_removed", 1),
    }
}

/// What is known of a contact.
#[derive(Default)]
pub(crate) struct State {
    current: Option<wire::ContactSet>,
    removed: bool,
}

/// What can be asked of a contact.
pub(crate) enum Command {
    /// Name or change it.
    Set {
        /// As it should be.
        contact: Box<wire::ContactSet>,
        /// The sealed card that says the same as the new one, where whoever asks has found one.
        /// Two sealed forms of one card differ, so equality cannot be seen from outside.
        same_card: Option<Sealed>,
    },
    /// Remove it.
    Remove(wire::ContactRemoved),
}

/// Why a command on a contact is not allowed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There never was such a contact.
    Unknown,
}

/// The rules of `contact-…` streams.
pub(crate) struct Contact;

// === impl Contact ===

impl Decider for Contact {
    type State = State;
    type Command = Command;
    type Event = ContactEvent;
    type Refusal = Refusal;

    fn evolve(mut state: State, event: &ContactEvent) -> State {
        match event {
            ContactEvent::Set(contact) => state.current = Some(contact.clone()),
            ContactEvent::Removed(_) => {
                state.current = None;
                state.removed = true;
            }
        }
        state
    }

    fn decide(state: &State, command: &Command) -> Result<Vec<ContactEvent>, Refusal> {
        match (command, &state.current) {
            (Command::Set { contact, same_card }, Some(current))
                if is_same(current, contact, same_card.as_ref()) =>
            {
                Ok(vec![])
            }
            (Command::Set { contact, .. }, _) => Ok(vec![ContactEvent::Set(*contact.clone())]),
            (Command::Remove(asked), Some(_)) => Ok(vec![ContactEvent::Removed(asked.clone())]),
            (Command::Remove(_), None) if state.removed => Ok(vec![]),
            (Command::Remove(_), None) => Err(Refusal::Unknown),
        }
    }
}

fn is_same(
    current: &wire::ContactSet,
    asked: &wire::ContactSet,
    same_card: Option<&Sealed>,
) -> bool {
    same_card.is_some()
        && current.card.as_ref() == same_card
        && current.roles == asked.roles
        && current.from == asked.from
        && current.to == asked.to
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(ciphertext: &[u8]) -> Sealed {
        Sealed {
            ciphertext: ciphertext.into(),
            ..Default::default()
        }
    }

    fn contact(card: &[u8], to: &str) -> wire::ContactSet {
        wire::ContactSet {
            contact_id: "lead".into(),
            card: Some(sealed(card)),
            to: to.into(),
            ..Default::default()
        }
    }

    fn given(events: &[ContactEvent]) -> State {
        events.iter().fold(State::default(), Contact::evolve)
    }

    fn set(card: &[u8], to: &str, same: Option<&[u8]>) -> Command {
        Command::Set {
            contact: Box::new(contact(card, to)),
            same_card: same.map(sealed),
        }
    }

    fn removed() -> wire::ContactRemoved {
        wire::ContactRemoved::default()
    }

    #[test]
    fn the_same_contact_again_changes_nothing() {
        let state = given(&[ContactEvent::Set(contact(b"one", ""))]);
        assert_eq!(
            Contact::decide(&state, &set(b"again", "", Some(b"one"))),
            Ok(vec![])
        );
    }

    #[test]
    fn a_changed_card_or_date_or_one_that_was_changed_meanwhile_is_set() {
        let state = given(&[ContactEvent::Set(contact(b"one", ""))]);
        for (to, same) in [
            ("", None),
            ("2026-12-31", Some(b"one".as_slice())),
            ("", Some(b"an older one".as_slice())),
        ] {
            assert_eq!(
                Contact::decide(&state, &set(b"two", to, same)),
                Ok(vec![ContactEvent::Set(contact(b"two", to))])
            );
        }
    }

    #[test]
    fn a_contact_is_removed_once_and_may_come_back() {
        let remove = Command::Remove(removed());
        let mut events = vec![ContactEvent::Set(contact(b"one", ""))];
        let first = Contact::decide(&given(&events), &remove).unwrap();
        assert_eq!(first, [ContactEvent::Removed(removed())]);
        events.extend(first);
        assert_eq!(Contact::decide(&given(&events), &remove), Ok(vec![]));
        assert_eq!(
            Contact::decide(&given(&events), &set(b"two", "", Some(b"one"))),
            Ok(vec![ContactEvent::Set(contact(b"two", ""))])
        );
    }

    #[test]
    fn a_contact_that_never_was_cannot_be_removed() {
        let remove = Command::Remove(removed());
        assert_eq!(Contact::decide(&given(&[]), &remove), Err(Refusal::Unknown));
    }
}
