//! Webhooks as Standard Webhooks has them: thin, signed, tried again.

use crate::night;
use proto::access::v1::{OrganisationKind, SetWebhookRequest};
use std::collections::BTreeSet;
use tests::{people::PRIMARY, wait::eventually, webhook::Receiver, world::World};

async fn set_webhook(world: &World, url: String) -> String {
    let request = SetWebhookRequest {
        kind: OrganisationKind::School.into(),
        code: PRIMARY.to_owned(),
        url,
    };
    let answer = world
        .operator()
        .access()
        .set_webhook(request)
        .await
        .unwrap();
    world.settled().await;
    answer.into_inner().secret
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_signed_thin_and_tried_again_under_the_same_id() {
    let receiver = Receiver::start(&[500, 503]).await;
    let world = World::start().await;
    let secret = set_webhook(&world, receiver.url()).await;
    let night = night(&world).await;
    let calls = eventually("three calls", async || match receiver.calls() {
        calls if calls.len() == 3 => Ok(calls),
        calls => Err(format!("{} calls", calls.len())),
    })
    .await;
    for call in &calls {
        assert!(call.is_signed_with(&secret));
        let body: serde_json::Value = serde_json::from_slice(&call.body).unwrap();
        assert_eq!(
            body,
            serde_json::json!({"type": "firstbell.attention", "data": {}})
        );
    }
    let ids: BTreeSet<_> = calls.iter().map(|call| &call.id).collect();
    assert_eq!(ids.len(), 1);
    world.settled().await;
    assert_eq!(receiver.calls().len(), 3, "taken is taken");
    // A record system is not a person: with nobody to mail, the ladder climbs all the same.
    world.turn_to("2026-11-20T07:00").await;
    assert_eq!(
        night.force.alert(&night.notification_id).await.rung,
        "duty_desk"
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_is_of_one_body_and_one_secret() {
    let receiver = Receiver::start(&[]).await;
    let world = World::start().await;
    let first = set_webhook(&world, receiver.url()).await;
    let second = set_webhook(&world, receiver.url()).await;
    night(&world).await;
    let call = receiver.calls().remove(0);
    assert!(call.is_signed_with(&second));
    assert!(
        !call.is_signed_with(&first),
        "the old secret is no secret any more"
    );
    let mut forged = call;
    forged.body.push(b' ');
    assert!(!forged.is_signed_with(&second));
    world.finish().await;
}
