//! The stored bytes of every released event. A change here breaks reading what is stored already:
//! make a new version instead.

use super::{ContactEvent, OrganisationEvent, TokenEvent};
use crate::wire;
use journal::{decider::EventSet, id::hex};
use policy::OrganisationKind;
use proto::{
    access::v1::{ContactRole, Role},
    sealing::{FieldClass, Sealed, Suite},
};

fn sealed() -> Sealed {
    Sealed {
        key_id: "c.1".into(),
        class: FieldClass::Identity.into(),
        suite: Suite::Aes256Gcm.into(),
        nonce: vec![1],
        ciphertext: vec![2],
    }
}

fn assert_frozen<E: EventSet + PartialEq>(event: &E, name: (&str, u32), bytes: &str) {
    assert_eq!(event.kind(), name);
    assert_eq!(hex(&event.encode()), bytes, "{}", name.0);
    let read = E::decode(name.0, name.1, &event.encode());
    assert!(read.as_ref() == Some(event), "{}", name.0);
}

#[test]
fn events_of_organisations_keep_their_bytes() {
    let (kind, code) = (OrganisationKind::School.into(), "900001".to_owned());
    let registered = wire::OrganisationRegistered {
        kind,
        code: code.clone(),
        name: "T".into(),
    };
    assert_frozen(
        &OrganisationEvent::Registered(registered),
        ("access.organisation_registered", 1),
        "080212063930303030311a0154",
    );
    let webhook = wire::WebhookSet {
        kind,
        code,
        target: Some(sealed()),
    };
    assert_frozen(
        &OrganisationEvent::WebhookSet(webhook),
        ("access.webhook_set", 1),
        "080212063930303030311a0f0a03632e31100118012201012a0102",
    );
}

#[test]
fn events_of_tokens_keep_their_bytes() {
    let created = wire::TokenCreated {
        token_id: "t".into(),
        kind: OrganisationKind::School.into(),
        code: "900001".into(),
        roles: vec![Role::KeyAdult.into(), Role::Head.into()],
        hash: vec![7],
        contact_id: "lead".into(),
        holder: Some(sealed()),
        expires_at_ms: 300,
    };
    assert_frozen(
        &TokenEvent::Created(created),
        ("access.token_created", 1),
        "0a017410021a06393030303031220203042a010732046c6561643a0f0a03632e31100118012201012a010240ac02",
    );
    let revoked = wire::TokenRevoked {
        token_id: "t".into(),
    };
    assert_frozen(
        &TokenEvent::Revoked(revoked),
        ("access.token_revoked", 1),
        "0a0174",
    );
}

#[test]
fn events_of_contacts_keep_their_bytes() {
    let (kind, code) = (OrganisationKind::School.into(), "900001".to_owned());
    let set = wire::ContactSet {
        contact_id: "lead".into(),
        kind,
        code: code.clone(),
        roles: vec![ContactRole::KeyAdult.into(), ContactRole::Head.into()],
        card: Some(sealed()),
        from: "2026-11-21".into(),
        to: "2027-07-31".into(),
    };
    assert_frozen(
        &ContactEvent::Set(set),
        ("access.contact_set", 1),
        "0a046c65616410021a06393030303031220201032a0f0a03632e31100118012201012a0102320a323032362d31312d32313a0a323032372d30372d3331",
    );
    let removed = wire::ContactRemoved {
        contact_id: "lead".into(),
        kind,
        code,
    };
    assert_frozen(
        &ContactEvent::Removed(removed),
        ("access.contact_removed", 1),
        "0a046c65616410021a06393030303031",
    );
}
