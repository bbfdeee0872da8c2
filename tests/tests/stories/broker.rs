//! A broker carries the events, and fails in the night.

use crate::{code, night};
use proto::{
    operator::v1::{ListSetAsideRequest, RetrySetAsideRequest},
    police::v1::AlertState,
    schools::v1::{CardAlert, CardState},
};
use tests::{
    caller::{Answer, Caller},
    people::{incident, pippa},
    wait::eventually,
    world::{Shape, World},
};

async fn over_nats() -> World {
    World::shaped(Shape::OverNats, |_| {}).await
}

/// How many alerts need somebody: two incidents of one child may share a card.
async fn open_alerts(lead: &Caller) -> usize {
    let cards = lead.cards().await;
    let alerts = cards.iter().flat_map(|card| &card.alerts);
    let open = |alert: &&CardAlert| alert.state() != CardState::Confirmed;
    alerts.filter(open).count()
}

async fn states(force: &Caller, notification_id: &str) -> Vec<AlertState> {
    let status = force.status(notification_id).await;
    let alerts = status.children.iter().flat_map(|child| &child.alerts);
    alerts.map(proto::police::v1::AlertStatus::state).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alerts_arrive_and_confirmations_come_back_while_the_broker_is_dead() {
    let mut world = over_nats().await;
    let night = night(&world).await;
    world.broker().kill();
    let second = incident("43-2", vec![pippa().child()]);
    let second = night.force.submit(second).await;
    world.settled().await;
    assert_eq!(open_alerts(&night.lead).await, 2);
    for card in night.lead.cards().await {
        night.lead.confirm(&card).await;
    }
    world.settled().await;
    for id in [&night.notification_id, &second.notification_id] {
        assert_eq!(states(&night.force, id).await, [AlertState::Confirmed]);
    }
    world.broker().restart();
    let third = incident("43-3", vec![pippa().child()]);
    night.force.submit(third).await;
    world.settled().await;
    assert_eq!(open_alerts(&night.lead).await, 1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_lost_its_disk_costs_nobody_an_alert() {
    let mut world = over_nats().await;
    let night = night(&world).await;
    world.broker().stop();
    std::fs::remove_dir_all(world.broker().store()).unwrap();
    world.broker().restart();
    let second = incident("43-2", vec![pippa().child()]);
    night.force.submit(second).await;
    world.settled().await;
    assert_eq!(open_alerts(&night.lead).await, 2);
    // The hub itself starts again beside the new broker.
    world.restart(|_| {}).await;
    for card in night.lead.cards().await {
        night.lead.confirm(&card).await;
    }
    world.settled().await;
    assert_eq!(
        states(&night.force, &night.notification_id).await,
        [AlertState::Confirmed]
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_restored_from_a_backup_goes_on_beside_a_broker_that_knows_more() {
    let mut world = over_nats().await;
    let night = night(&world).await;
    world.back_up("evening").await;
    let second = incident("43-2", vec![pippa().child()]);
    night.force.submit(second.clone()).await;
    world.settled().await;
    world.restore("evening").await;
    assert_eq!(open_alerts(&night.lead).await, 1);
    let again = night.force.submit(second).await;
    assert!(!again.already_known);
    world.settled().await;
    assert_eq!(open_alerts(&night.lead).await, 2);
    world.finish().await;
}

/// What the check of police's relay says; nothing where it is ready.
async fn relaying(world: &World) -> Option<String> {
    let readyz = Answer::of(world.operator().get("/readyz")).await.json();
    let checks = readyz["checks"].as_array().unwrap();
    let check = checks
        .iter()
        .find(|check| check["name"] == "police.relaying");
    let reason = check.unwrap()["reason"].as_str();
    assert!(reason.is_none() || readyz["ready"] == false);
    reason.map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_stopped_says_so_where_readiness_is_asked_and_what_to_do() {
    let mut world = over_nats().await;
    let night = night(&world).await;
    world.back_up("evening").await;
    let second = incident("43-2", vec![pippa().child()]);
    night.force.submit(second).await;
    world.settled().await;
    assert_eq!(relaying(&world).await, None);
    world.restore("evening").await;
    let why = eventually("the relay has stopped", async || {
        relaying(&world).await.ok_or("it relays".to_owned())
    })
    .await;
    assert!(why.contains("FIRSTBELL_POLICE"), "{why}");
    let first = why.find("firstbell journal new-epoch police").unwrap();
    let then = why.find("delete the stream FIRSTBELL_POLICE").unwrap();
    assert!(why.contains("`firstbell restore`") && first < then, "{why}");
    world.broker().stop();
    std::fs::remove_dir_all(world.broker().store()).unwrap();
    world.broker().restart();
    eventually("the relay goes on", async || {
        relaying(&world).await.map_or(Ok(()), Err)
    })
    .await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_operator_sees_what_was_set_aside() {
    let world = World::start().await;
    let night = night(&world).await;
    let mut operator = world.operator().operator();
    let listed = operator.list_set_aside(ListSetAsideRequest {}).await;
    assert!(listed.unwrap().into_inner().events.is_empty());
    let nothing = RetrySetAsideRequest {
        service: "schools".to_owned(),
        producer: "police".to_owned(),
        sequence: 1,
    };
    let refused = operator.retry_set_aside(nothing).await.unwrap_err();
    assert_eq!(code(&refused), "not_found");
    let mut other = night.coordinator.operator();
    let refused = other.list_set_aside(ListSetAsideRequest {}).await;
    assert_eq!(code(&refused.unwrap_err()), "forbidden");
    world.finish().await;
}
