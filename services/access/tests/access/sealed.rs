//! What leaves the house, and what never stands in the clear.

use crate::world::{World, key_adult, set};
use host::problem::Code;
use keys::{Opened, Sealer, Service};
use policy::{OrganisationKind as Kind, Role};
use prost::Message;
use proto::access::v1::{
    ContactCard, ContactRemoved, ContactSet, CreateTokenRequest, ListContactsRequest,
    RemoveContactRequest, SetWebhookRequest, WebhookSet, WebhookTarget,
};

#[tokio::test]
async fn contacts_and_webhooks_travel_sealed_and_tokens_do_not_travel() {
    let world = World::start().await;
    let mut operator = world.operator().await;
    operator.set_contact(set(key_adult())).await.unwrap();
    let webhook = SetWebhookRequest {
        kind: Kind::School.into(),
        code: "900001".into(),
        url: "https://school.example.org/hook".into(),
    };
    operator.set_webhook(webhook).await.unwrap();
    let remove = RemoveContactRequest {
        contact_id: "lead".into(),
        kind: Kind::School.into(),
        code: "900001".into(),
    };
    operator.remove_contact(remove).await.unwrap();

    let events = world.access.feed().read(0, 10).await.unwrap();
    let names: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(
        names,
        [
            "firstbell.v1.access.contact.set",
            "firstbell.v1.access.webhook.set",
            "firstbell.v1.access.contact.removed",
        ]
    );
    let sealer = Sealer::new(world.keys.clone(), Service::Schools);
    let contact = ContactSet::decode(&*events[0].payload).unwrap();
    let card: Opened<ContactCard> = sealer.open(&contact.card.unwrap()).await.unwrap();
    assert_eq!(card.plain(), key_adult().card);
    let webhook = WebhookSet::decode(&*events[1].payload).unwrap();
    let target: Opened<WebhookTarget> = sealer.open(&webhook.target.unwrap()).await.unwrap();
    assert_eq!(
        target.plain().unwrap().url,
        "https://school.example.org/hook"
    );
    let removed = ContactRemoved::decode(&*events[2].payload).unwrap();
    assert_eq!(
        (removed.contact_id, removed.code),
        ("lead".into(), "900001".into())
    );
    // One matter, so that a consumer applies them in order.
    assert_eq!(events[0].correlation, events[2].correlation);
}

#[tokio::test]
async fn no_person_and_no_token_stands_in_the_clear_on_disk() {
    let world = World::start().await;
    world.access.set_contact(set(key_adult())).await.unwrap();
    let token = world.token(Kind::Force, "43", Role::ForceSender).await;
    let on_disk = world.bytes_on_disk();
    let holds = |mark: &str| {
        on_disk
            .windows(mark.len())
            .any(|part| part == mark.as_bytes())
    };
    assert!(holds("access.contact_set"));
    let card = key_adult().card.unwrap();
    let marks = [
        card.name.as_str(),
        &card.email,
        &card.phone,
        &card.job_title,
        "Testy McTestface",
        &token,
        token.trim_start_matches("fb_"),
    ];
    for mark in marks {
        assert!(!holds(mark));
    }
}

#[tokio::test]
async fn once_the_key_of_a_contact_is_destroyed_the_name_is_gone_and_the_token_too() {
    let world = World::start().await;
    world.access.set_contact(set(key_adult())).await.unwrap();
    let token = world
        .token(Kind::School, "900001", Role::Administrator)
        .await;
    let own = CreateTokenRequest {
        kind: Kind::School.into(),
        code: "900001".into(),
        roles: vec![Role::KeyAdult.into()],
        contact_id: "lead".into(),
        ..CreateTokenRequest::default()
    };
    let own = world.access.create_token(own).await.unwrap().token;
    let events = world.access.feed().read(0, 10).await.unwrap();
    let contact = ContactSet::decode(&*events[0].payload).unwrap();
    let key = keys::KeyId::parse(&contact.card.unwrap().key_id).unwrap();
    world.keys.destroy(&[key]).await.unwrap();
    let mut school = world.client(&token);
    let listed = school.list_contacts(ListContactsRequest::default());
    let listed = listed.await.unwrap().into_inner().contacts;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].card, None);
    assert!(world.caller(&own).await.is_err());
    let again = world.access.set_contact(set(key_adult())).await;
    assert_eq!(again.unwrap_err().code(), Code::Conflict);
}
