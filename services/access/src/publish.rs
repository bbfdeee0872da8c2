//! OUT: which events leave the house, and as what. Total: a new event does not compile until
//! somebody has decided.

use crate::domain::{ContactEvent, OrganisationEvent, TokenEvent};
use journal::{PublicAs, Recorded, decider::EventSet};
use prost::Message;
use proto::access::v1 as contract;

/// An event of any of the service's streams.
enum Any<'a> {
    Organisation(&'a OrganisationEvent),
    Token(&'a TokenEvent),
    Contact(&'a ContactEvent),
}

/// An event as others see it.
struct Public {
    name: PublicAs,
    payload: Vec<u8>,
}

/// The public message of a stored event; none where it stays inside.
pub(crate) fn publish(recorded: &Recorded) -> Option<Vec<u8>> {
    let frame = &recorded.frame;
    let (kind, version, payload) = (frame.r#type.as_str(), frame.version, &frame.payload);
    let public = if let Some(event) = OrganisationEvent::decode(kind, version, payload) {
        public(&Any::Organisation(&event))
    } else if let Some(event) = TokenEvent::decode(kind, version, payload) {
        public(&Any::Token(&event))
    } else {
        public(&Any::Contact(&ContactEvent::decode(
            kind, version, payload,
        )?))
    };
    Some(public?.payload)
}

/// How an organisation's event is called outside.
pub(crate) fn organisation_name(event: &OrganisationEvent) -> Option<PublicAs> {
    Some(public(&Any::Organisation(event))?.name)
}

/// How a token's event is called outside.
pub(crate) fn token_name(event: &TokenEvent) -> Option<PublicAs> {
    Some(public(&Any::Token(event))?.name)
}

/// How a contact's event is called outside.
pub(crate) fn contact_name(event: &ContactEvent) -> Option<PublicAs> {
    Some(public(&Any::Contact(event))?.name)
}

/// The one match. Nobody outside needs to know of names of organisations or of tokens.
fn public(event: &Any<'_>) -> Option<Public> {
    match event {
        Any::Organisation(OrganisationEvent::Registered(_))
        | Any::Token(TokenEvent::Created(_) | TokenEvent::Revoked(_)) => None,
        Any::Organisation(OrganisationEvent::WebhookSet(event)) => Some(Public::of(
            "firstbell.v1.access.webhook.set",
            &contract::WebhookSet {
                kind: event.kind,
                code: event.code.clone(),
                target: event.target.clone(),
            },
        )),
        Any::Contact(ContactEvent::Set(event)) => Some(Public::of(
            "firstbell.v1.access.contact.set",
            &contract::ContactSet {
                contact_id: event.contact_id.clone(),
                kind: event.kind,
                code: event.code.clone(),
                roles: event.roles.clone(),
                card: event.card.clone(),
                from: event.from.clone(),
                to: event.to.clone(),
            },
        )),
        Any::Contact(ContactEvent::Removed(event)) => Some(Public::of(
            "firstbell.v1.access.contact.removed",
            &contract::ContactRemoved {
                contact_id: event.contact_id.clone(),
                kind: event.kind,
                code: event.code.clone(),
            },
        )),
    }
}

// === impl Public ===

impl Public {
    fn of(kind: &'static str, message: &impl Message) -> Self {
        Self {
            name: PublicAs { kind, version: 1 },
            payload: message.encode_to_vec(),
        }
    }
}
