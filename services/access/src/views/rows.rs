//! The rows and how each event changes them.

use crate::{
    domain::{ContactEvent, OrganisationEvent, TokenEvent},
    wire,
};
use journal::{Position, ReadError, Recorded, decider::EventSet};
use policy::{Organisation, OrganisationKind};
use std::collections::{BTreeMap, HashMap};

/// Everything the service knows, by what it is asked for.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Rows {
    cursor: Position,
    organisations: BTreeMap<Organisation, String>,
    contacts: BTreeMap<Organisation, BTreeMap<String, wire::ContactSet>>,
    tokens: BTreeMap<String, TokenRow>,
    token_ids: HashMap<Vec<u8>, String>,
}

/// A token as it stands.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct TokenRow {
    /// As it was made.
    pub(crate) made: wire::TokenCreated,
    /// Whether it was taken back.
    pub(crate) revoked: bool,
}

// === impl Rows ===

impl Rows {
    /// Position of the last event in these rows.
    pub(crate) fn cursor(&self) -> Position {
        self.cursor
    }

    /// Takes one event in; one that is in already changes nothing.
    pub(crate) fn apply(&mut self, recorded: &Recorded) -> Result<(), ReadError> {
        if recorded.position <= self.cursor {
            return Ok(());
        }
        let frame = &recorded.frame;
        let (kind, version, payload) = (frame.r#type.as_str(), frame.version, &frame.payload);
        if let Some(event) = TokenEvent::decode(kind, version, payload) {
            self.token_event(event);
        } else if let Some(event) = ContactEvent::decode(kind, version, payload) {
            self.contact_event(event);
        } else if let Some(event) = OrganisationEvent::decode(kind, version, payload) {
            self.organisation_event(event);
        } else if !frame.stream.starts_with(journal::checkpoint::STREAM_PREFIX) {
            return Err(ReadError::Corrupt(recorded.position));
        }
        self.cursor = recorded.position;
        Ok(())
    }

    fn token_event(&mut self, event: TokenEvent) {
        match event {
            TokenEvent::Created(made) => {
                let id = made.token_id.clone();
                self.token_ids.insert(made.hash.clone(), id.clone());
                self.tokens.entry(id).or_default().made = made;
            }
            TokenEvent::Revoked(event) => {
                self.tokens.entry(event.token_id).or_default().revoked = true;
            }
        }
    }

    fn contact_event(&mut self, event: ContactEvent) {
        match event {
            ContactEvent::Set(contact) => {
                let of = organisation(contact.kind(), &contact.code);
                let contacts = self.contacts.entry(of).or_default();
                contacts.insert(contact.contact_id.clone(), contact);
            }
            ContactEvent::Removed(event) => {
                let of = organisation(event.kind(), &event.code);
                if let Some(contacts) = self.contacts.get_mut(&of) {
                    contacts.remove(&event.contact_id);
                }
            }
        }
    }

    fn organisation_event(&mut self, event: OrganisationEvent) {
        match event {
            OrganisationEvent::Registered(event) => {
                let registered = organisation(event.kind(), &event.code);
                self.organisations.insert(registered, event.name);
            }
            // Where a webhook goes is for those who send to it.
            OrganisationEvent::WebhookSet(_) => {}
        }
    }

    /// The token with this SHA-256.
    pub(crate) fn token_by_hash(&self, hash: &[u8]) -> Option<&TokenRow> {
        self.token(self.token_ids.get(hash)?)
    }

    /// The token with this id.
    pub(crate) fn token(&self, id: &str) -> Option<&TokenRow> {
        self.tokens.get(id)
    }

    /// Every token that was made, by id.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &TokenRow> {
        self.tokens.values()
    }

    /// Tokens given for `of`, by id.
    pub(crate) fn tokens_of(&self, of: &Organisation) -> impl Iterator<Item = &TokenRow> {
        self.tokens
            .values()
            .filter(move |token| token.made.kind() == of.kind && token.made.code == of.code)
    }

    /// The contact of `of` with this id.
    pub(crate) fn contact(&self, of: &Organisation, id: &str) -> Option<&wire::ContactSet> {
        self.contacts.get(of)?.get(id)
    }

    /// The contact that a token was given to; none where it has none any more, or never had.
    pub(crate) fn holder_of(&self, token: &TokenRow) -> Option<&wire::ContactSet> {
        let of = organisation(token.made.kind(), &token.made.code);
        self.contact(&of, &token.made.contact_id)
    }

    /// Contacts of `of`, by id.
    pub(crate) fn contacts_of(&self, of: &Organisation) -> impl Iterator<Item = &wire::ContactSet> {
        self.contacts.get(of).into_iter().flat_map(BTreeMap::values)
    }

    /// The name an organisation is registered under.
    pub(crate) fn name_of(&self, organisation: &Organisation) -> Option<&str> {
        self.organisations.get(organisation).map(String::as_str)
    }

    /// Registered organisations with their names, by kind and code.
    pub(crate) fn organisations(&self) -> impl Iterator<Item = (&Organisation, &str)> {
        self.organisations
            .iter()
            .map(|(organisation, name)| (organisation, name.as_str()))
    }
}

fn organisation(kind: OrganisationKind, code: &str) -> Organisation {
    Organisation {
        kind,
        code: code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use journal::{EventHash, wire::Frame};
    use proptest::{collection::vec, prelude::*};

    fn recorded(position: u64, event: &impl EventSet) -> Recorded {
        let (kind, version) = event.kind();
        Recorded {
            position: Position(position),
            frame: Frame {
                r#type: kind.to_owned(),
                version,
                payload: event.encode().into(),
                ..Frame::default()
            },
            hash: EventHash::ZERO,
        }
    }

    /// One event of each kind about few things, so that they meet.
    fn event(position: u64, which: u8, thing: u8) -> Recorded {
        let id = thing.to_string();
        let kind = OrganisationKind::School.into();
        let code = "900001".to_owned();
        match which % 6 {
            0 => recorded(
                position,
                &TokenEvent::Created(wire::TokenCreated {
                    token_id: id,
                    hash: vec![thing],
                    ..Default::default()
                }),
            ),
            1 => recorded(
                position,
                &TokenEvent::Revoked(wire::TokenRevoked { token_id: id }),
            ),
            2 => recorded(
                position,
                &ContactEvent::Set(wire::ContactSet {
                    contact_id: id,
                    kind,
                    code,
                    ..Default::default()
                }),
            ),
            3 => recorded(
                position,
                &ContactEvent::Removed(wire::ContactRemoved {
                    contact_id: id,
                    kind,
                    code,
                }),
            ),
            4 => recorded(
                position,
                &OrganisationEvent::Registered(wire::OrganisationRegistered {
                    kind,
                    code,
                    name: id,
                }),
            ),
            _ => recorded(
                position,
                &OrganisationEvent::WebhookSet(wire::WebhookSet::default()),
            ),
        }
    }

    fn rows(events: &[Recorded]) -> Rows {
        let mut rows = Rows::default();
        for event in events {
            rows.apply(event).unwrap();
        }
        rows
    }

    proptest! {
        #[test]
        fn events_in_any_order_and_again_from_any_place_give_the_same_rows(
            what in vec((any::<u8>(), 0u8..3), 1..40),
            again in any::<prop::sample::Index>(),
        ) {
            let events: Vec<_> = (1..)
                .zip(what)
                .map(|(position, (which, thing))| event(position, which, thing))
                .collect();
            let once = rows(&events);
            let from = again.index(events.len());
            let repeated = [&events[..], &events[from..], &events[..from]].concat();
            prop_assert!(rows(&repeated) == once);
        }

        #[test]
        fn a_revoked_token_stays_revoked_whatever_else_happens(
            before in vec((any::<u8>(), 0u8..3), 0..20),
            after in vec((any::<u8>(), 0u8..3), 0..20),
        ) {
            let what = before.into_iter().chain([(1, 0)]).chain(after);
            let events: Vec<_> = (1..)
                .zip(what)
                .map(|(position, (which, thing))| event(position, which, thing))
                .collect();
            prop_assert!(rows(&events).token("0").unwrap().revoked);
        }
    }

    #[test]
    fn an_event_that_nobody_knows_stops_the_view_and_says_where() {
        let mut unknown = event(7, 0, 0);
        unknown.frame.r#type = "access.something_else".into();
        let stopped = Rows::default().apply(&unknown);
        assert!(matches!(stopped, Err(ReadError::Corrupt(Position(7)))));
    }
}
