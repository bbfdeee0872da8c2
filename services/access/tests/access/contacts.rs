//! Naming, changing, listing and removing contacts.

use crate::world::{World, key_adult, problem, set};
use host::problem::Code;
use journal::Position;
use policy::{OrganisationKind as Kind, Role};
use proto::access::v1::{Contact, ContactCard, ListContactsRequest, RemoveContactRequest};

#[tokio::test]
async fn loading_the_same_contacts_twice_writes_nothing() {
    let world = World::start().await;
    let mut operator = world.operator().await;
    let without_id = Contact {
        contact_id: String::new(),
        code: "900002".into(),
        ..key_adult()
    };
    let mut ids = Vec::new();
    for contact in [key_adult(), without_id.clone()] {
        let answer = operator.set_contact(set(contact)).await.unwrap();
        ids.push(answer.into_inner().contact_id);
    }
    let before = *world.journal.head().borrow();
    for (contact, id) in [key_adult(), without_id].into_iter().zip(ids) {
        let answer = operator.set_contact(set(contact)).await.unwrap();
        assert_eq!(answer.into_inner().contact_id, id);
    }
    assert_eq!(*world.journal.head().borrow(), before);
}

#[tokio::test]
async fn a_changed_contact_is_listed_as_it_is_now() {
    let world = World::start().await;
    let mut operator = world.operator().await;
    let mut contact = key_adult();
    operator.set_contact(set(contact.clone())).await.unwrap();
    contact.card = Some(ContactCard {
        email: "keya@trust.example.org".into(),
        ..contact.card.unwrap()
    });
    contact.to = "2027-07-31".into();
    operator.set_contact(set(contact.clone())).await.unwrap();
    let list = ListContactsRequest {
        kind: Kind::School.into(),
        code: "900001".into(),
    };
    let listed = operator.list_contacts(list).await.unwrap().into_inner();
    assert_eq!(listed.contacts, [contact]);
}

#[tokio::test]
async fn a_school_sees_its_own_contacts_and_nobody_elses() {
    let world = World::start().await;
    world.access.set_contact(set(key_adult())).await.unwrap();
    let own = world.token(Kind::School, "900001", Role::KeyAdult).await;
    let listed = world
        .client(&own)
        .list_contacts(ListContactsRequest::default())
        .await;
    assert_eq!(listed.unwrap().into_inner().contacts, [key_adult()]);

    let other = world.token(Kind::School, "900002", Role::KeyAdult).await;
    let ask = ListContactsRequest {
        kind: Kind::School.into(),
        code: "900001".into(),
    };
    let refused = world.client(&other).list_contacts(ask).await.unwrap_err();
    assert_eq!(problem(&refused).code(), Code::NotFound);
    let mut writer = world.client(&own);
    let refused = writer.set_contact(set(key_adult())).await.unwrap_err();
    assert_eq!(problem(&refused).code(), Code::Forbidden);
}

#[tokio::test]
async fn a_contact_that_never_was_cannot_be_removed_and_one_that_was_can_be_twice() {
    let world = World::start().await;
    let token = world
        .token(Kind::School, "900001", Role::Administrator)
        .await;
    let mut school = world.client(&token);
    let remove = RemoveContactRequest {
        contact_id: "lead".into(),
        ..RemoveContactRequest::default()
    };
    let refused = school.remove_contact(remove.clone()).await.unwrap_err();
    assert_eq!(problem(&refused).code(), Code::NotFound);
    school.set_contact(set(key_adult())).await.unwrap();
    school.remove_contact(remove.clone()).await.unwrap();
    school.remove_contact(remove).await.unwrap();
    let listed = school.list_contacts(ListContactsRequest::default()).await;
    assert!(listed.unwrap().into_inner().contacts.is_empty());
}

#[tokio::test]
async fn a_refusal_names_every_wrong_field_and_writes_nothing() {
    let world = World::start().await;
    let mut operator = world.operator().await;
    let before = *world.journal.head().borrow();
    let contact = Contact {
        code: "9001".into(),
        card: Some(ContactCard {
            name: "Keya\u{0}McTestface".into(),
            email: "keya".into(),
            ..ContactCard::default()
        }),
        ..key_adult()
    };
    let refused = operator.set_contact(set(contact)).await.unwrap_err();
    let refused = problem(&refused);
    let paths: Vec<_> = refused.fields().iter().map(|f| f.path.as_str()).collect();
    assert_eq!(
        paths,
        ["contact.code", "contact.card.name", "contact.card.email"]
    );
    let empty = operator.set_contact(set(Contact::default())).await;
    assert_eq!(problem(&empty.unwrap_err()).code(), Code::InvalidField);
    assert_eq!(*world.journal.head().borrow(), before);
    assert!(before > Position::START);
}
