//! A token lets in for as long as it is good, and not a call longer.

use crate::{Night, night};
use proto::access::v1::{
    CreateTokenRequest, OrganisationKind, RemoveContactRequest, RevokeTokenRequest, Role,
};
use tests::{
    caller::Answer,
    people::{FORCE, PRIMARY},
    world::World,
};

async fn status_of_cards(night: &Night) -> u16 {
    Answer::of(night.lead.get("/v1/schools/cards")).await.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_token_is_worthless_at_once() {
    let world = World::start().await;
    let night = night(&world).await;
    assert_eq!(status_of_cards(&night).await, 200);
    let request = RevokeTokenRequest {
        token_id: night.lead.token_id.clone(),
    };
    world
        .operator()
        .access()
        .revoke_token(request)
        .await
        .unwrap();
    assert_eq!(status_of_cards(&night).await, 401);
    let refused = night.lead.open(&night.notification_id).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Unauthenticated);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_no_contact_any_more_is_let_in_no_more() {
    let world = World::start().await;
    let night = night(&world).await;
    let request = RemoveContactRequest {
        contact_id: "lead".to_owned(),
        kind: OrganisationKind::School.into(),
        code: PRIMARY.to_owned(),
    };
    world
        .operator()
        .access()
        .remove_contact(request)
        .await
        .unwrap();
    assert_eq!(status_of_cards(&night).await, 401);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_ends_on_its_day() {
    let world = World::start().await;
    let request = CreateTokenRequest {
        kind: OrganisationKind::Force.into(),
        code: FORCE.to_owned(),
        roles: vec![Role::ForceSender.into()],
        name: "For a day".to_owned(),
        days: 1,
        ..CreateTokenRequest::default()
    };
    let caller = world.with_token(request).await;
    let ask = async || {
        Answer::of(caller.get("/v1/police/notifications"))
            .await
            .status
    };
    world.turn_to("2026-11-21T00:59").await;
    assert_eq!(ask().await, 200);
    world.turn_to("2026-11-21T01:00").await;
    assert_eq!(ask().await, 401);
    world.finish().await;
}
