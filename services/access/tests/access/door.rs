//! Who is let in, as whom, and for how long.

use crate::world::{World, key_adult, problem, set};
use host::problem::Code;
use policy::{OrganisationKind as Kind, Role};
use proto::access::v1::{Contact, CreateTokenRequest, ListContactsRequest, RemoveContactRequest};

async fn token_of_the_lead(world: &World, contact: Contact) -> String {
    world.access.set_contact(set(contact)).await.unwrap();
    let request = CreateTokenRequest {
        kind: Kind::School.into(),
        code: "900001".into(),
        roles: vec![Role::KeyAdult.into()],
        contact_id: "lead".into(),
        days: 30,
        ..CreateTokenRequest::default()
    };
    world.access.create_token(request).await.unwrap().token
}

async fn is_let_in(world: &World, token: &str) -> bool {
    match world.caller(token).await {
        Ok(_) => true,
        Err(problem) => {
            assert_eq!(problem.code(), Code::Unauthenticated);
            false
        }
    }
}

#[tokio::test]
async fn a_contacts_token_carries_the_contacts_name_and_id() {
    let world = World::start().await;
    let token = token_of_the_lead(&world, key_adult()).await;
    let caller = world.caller(&token).await.unwrap();
    assert_eq!(caller.name, "Keya McTestface");
    assert_eq!(caller.contact_id.as_deref(), Some("lead"));
    assert_eq!(caller.roles, [Role::KeyAdult]);
}

#[tokio::test]
async fn a_contact_is_let_in_on_its_own_days_only_as_london_counts_them() {
    let world = World::start().await;
    let contact = Contact {
        from: "2026-11-21".into(),
        to: "2026-11-22".into(),
        ..key_adult()
    };
    let token = token_of_the_lead(&world, contact).await;
    for (now, let_in) in [
        ("2026-11-20T23:59:59Z", false),
        ("2026-11-21T00:00:00Z", true),
        ("2026-11-22T23:59:59Z", true),
        ("2026-11-23T00:00:10Z", false),
    ] {
        world.clock.turn_to(now.parse().unwrap());
        assert_eq!(is_let_in(&world, &token).await, let_in, "{now}");
    }
}

#[tokio::test]
async fn a_removed_contact_is_out_at_once_and_back_when_named_again() {
    let world = World::start().await;
    let token = token_of_the_lead(&world, key_adult()).await;
    assert!(is_let_in(&world, &token).await);
    let remove = RemoveContactRequest {
        contact_id: "lead".into(),
        kind: Kind::School.into(),
        code: "900001".into(),
    };
    let mut operator = world.operator().await;
    operator.remove_contact(remove).await.unwrap();
    assert!(!is_let_in(&world, &token).await);
    operator.set_contact(set(key_adult())).await.unwrap();
    assert!(is_let_in(&world, &token).await);
}

#[tokio::test]
async fn a_token_ends_on_its_last_day() {
    let world = World::start().await;
    let token = token_of_the_lead(&world, key_adult()).await;
    world.clock.turn_to("2026-12-20T21:59:59Z".parse().unwrap());
    assert!(is_let_in(&world, &token).await);
    world.clock.turn_to("2026-12-20T22:00:00Z".parse().unwrap());
    assert!(!is_let_in(&world, &token).await);
}

#[tokio::test]
async fn an_assertion_is_used_again_for_ten_seconds_and_no_longer() {
    let world = World::start().await;
    let token = token_of_the_lead(&world, key_adult()).await;
    let mut assertions = Vec::new();
    for now in ["22:00:00", "22:00:09", "22:00:10"] {
        world
            .clock
            .turn_to(format!("2026-11-20T{now}Z").parse().unwrap());
        let assertion = world.access.authenticate().authenticate(&token).await;
        assertions.push(assertion.ok().unwrap().0);
    }
    assert_eq!(assertions[0], assertions[1]);
    assert_ne!(assertions[1], assertions[2]);
}

#[tokio::test]
async fn what_is_no_token_or_an_unknown_one_is_let_in_nowhere() {
    let world = World::start().await;
    let nobody = format!("fb_{}", "A".repeat(43));
    for token in ["", "fb_", "hub", &nobody] {
        assert!(!is_let_in(&world, token).await);
    }
    let mut client = world.client(&nobody);
    let refused = client.list_contacts(ListContactsRequest::default()).await;
    let refused = problem(&refused.unwrap_err());
    assert_eq!(refused.code(), Code::Unauthenticated);
}

#[tokio::test]
async fn nothing_is_forgotten_when_the_hub_starts_again() {
    let world = World::start().await;
    let token = token_of_the_lead(&world, key_adult()).await;
    let world = world.restart().await;
    assert_eq!(world.caller(&token).await.unwrap().name, "Keya McTestface");
}
